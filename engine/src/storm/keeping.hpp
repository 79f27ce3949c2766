#pragma once
// How the match of a storm becomes a file when it is over, with whatever may go wrong then, and
// what is wrong with the outcome.

#include <optional>
#include <string>
#include <vector>

#include "tutti/engine/match_keeper.hpp"
#include "tutti/replay/simulated_storage.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::detail {

class Keeping {
 public:
  enum class Trouble : std::uint8_t {
    none,
    full_for_a_while,    ///< the disk takes the end of the match, but no file, for two seconds
    full_until_the_end,  ///< the same until the relay has ended; it is started again
    name_is_taken,       ///< another program has written a file with the match's name
    killed,              ///< the relay dies once the file is written, and is started again
  };
  static constexpr std::uint32_t troubles = 5;

  Keeping(SimulatedStorage& storage, Trouble trouble) : storage_(&storage), trouble_(trouble) {}

  /// The match is over and about to become a file: the trouble begins.
  void begin(const Setup& setup, const std::string& room, Instant now);
  bool has_begun() const { return began_at_.has_value(); }
  /// Time passes.
  void pass(Instant now);
  /// Whether it has begun, and is over or will be when the relay has ended.
  bool is_over(Instant now) const;
  /// The relay ends. Its server stays, without a journal.
  void end_relay(MatchKeeper& keeper, RelayServer& server);
  /// A relay is started again if that belongs to the trouble, makes files of what it finds and
  /// ends.
  void start_again(Link& link, MatchKeeper::Options options);

  /// The match as its file holds it; nothing if there is none. Precondition: all is over.
  std::optional<MatchRecord> record();
  /// The faults that were found, as sentences.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void complain(std::string problem) { problems_.push_back(std::move(problem)); }
  bool is_restarted() const {
    return trouble_ == Trouble::full_until_the_end || trouble_ == Trouble::killed;
  }

  SimulatedStorage* storage_;
  Trouble trouble_;
  std::optional<Instant> began_at_;
  std::string name_;
  Bytes other_;  // the file of the other program
  std::vector<std::string> files_;
  std::vector<std::string> problems_;
};

}  // namespace tutti::detail
