#pragma once
// The digests of compared ticks. That of a large state takes longer than a frame may, so it is
// taken from a copy of the state, a piece at a time.

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "tutti/engine/session_status.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/log.hpp"

namespace tutti {

/// A state that several parts of a session hold and none changes.
using SharedState = std::shared_ptr<const StateBox>;

class Reports {
 public:
  /// `is_used`: memory for large states is made now, when the match begins, and not amid it.
  Reports(AnyGame game, bool is_used);

  struct Report {
    Tick tick;
    Head head{};
    std::uint32_t between = 0;  ///< see DigestReport
    Digest digest{};
    SharedState state{};

    DigestReport words() const;
  };
  /// A copy of a state, in memory that was used before and is not held any more.
  SharedState copy_of(const void* state);
  /// Begins to take the digest of a report's state, if it is not known already. That of a match's
  /// last tick is taken at once.
  void begin(Report report, const Log& log, const std::optional<Digest>& known);
  /// Goes on with the oldest one, by a piece; returns it once it is done.
  std::optional<Report> next();

 private:
  struct Work {
    Report report{};
    Blake2b hash{sizeof(Digest::bytes)};
    Bytes saved{};  // where the state's memory is not its canonical bytes
    BytesView left{};
    std::size_t piece = 0;        // 0 where the digest is known
    std::size_t pages_piece = 0;  // in its place, where the state has pages
    std::size_t page = 0;         // the one to go on from
  };
  bool go_on(Work& work);

  AnyGame game_;
  std::vector<std::shared_ptr<StateBox>> copies_;
  std::deque<Work> works_;
  std::size_t pages_at_once_;
  Bytes saved_;  // memory for the next one's bytes
};

/// The first field of a compared tick's state that is not a number; see SessionStatistics.
std::optional<NanFound> nan_in(const AnyGame& game, const void* state, Tick tick);

}  // namespace tutti
