#pragma once
// The inputs and commands of a storm's players, compared with what their sessions told of them, and
// with the log in the end.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tutti/engine/session.hpp"

namespace tutti::detail {

/// Of one player's machine, over all of its processes.
class Sayings {
 public:
  struct Said {
    CommandId id;
    std::size_t process = 0;
    Bytes payload{};
    std::optional<CommandOutcome> final{};
    bool is_forgotten = false;  // its process died first
  };

  /// A new process, which holds nothing and has said nothing. Outcomes that the one before still
  /// owed will not be told.
  void begin();
  /// A player of the session holds this from now on.
  void hold(PlayerId player, BytesView payload) {
    held_[player] = Bytes(payload.begin(), payload.end());
  }
  /// The session has no slot any more, or another.
  void let_go() { held_.clear(); }
  /// The session has just said this.
  void say(CommandId id, BytesView payload);
  /// After every `advance`.
  void hear(const AnySession& session);

  const std::vector<Said>& said() const { return said_; }
  const std::map<PlayerId, Bytes>& held() const { return held_; }
  /// Whether every command has its final outcome.
  bool is_settled() const;
  /// Impossible things that were told, as sentences.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  void hear(const CommandOutcome& outcome);

  std::vector<Said> said_;
  std::size_t process_ = 0;
  std::size_t first_ = 0;  // of this process
  std::map<PlayerId, Bytes> held_;
  std::vector<std::string> problems_;
};

/// Holds all that was said against the log of the match, which is over: every command has one final
/// outcome, which is what the log says; those of one player are in the log in the order in which
/// they were said; and there are no others. Returns a sentence for each fault.
std::vector<std::string> judge_sayings(const AnyGame& game, const Log& log,
                                       const std::vector<const Sayings*>& machines);
/// Whether the last input of the player in the log is this.
bool is_last_input(const AnyGame& game, const Log& log, PlayerId player, BytesView held);

}  // namespace tutti::detail
