#pragma once
// Decides when a client looks for its relay again: one that died, or one to which the path is cut.
// It decides only; the client connects.

#include <optional>
#include <string>

#include "tutti/net/time.hpp"

namespace tutti::detail {

class RelaySearch {
 public:
  /// The client's next step.
  enum class Step { wait, connect_again, give_up };

  /// Called once at the beginning of each `receive`. True if the client stood still so long that
  /// what has arrived meanwhile tells nothing of the path.
  bool wake(Instant now, bool is_playing);

  /// The connection stands and the hello was said over it.
  void note_connected() { has_asked_ = true; }
  void note_disconnected() { is_searching_ = true; }
  /// A datagram of the match came.
  void note_heard(Instant now);
  /// The relay put a newer connection in this one's place. True if that was one of our own, which
  /// we had given up: then the client comes back once more.
  bool note_replaced();

  /// The relay knows another one. False if that has been so too often: two relays that each send us
  /// to the other one may agree a moment later, when we look for them again.
  bool note_sent_on() { return ++times_sent_on_ <= sent_on_most; }
  /// A connection to that one is begun.
  void note_connecting() { has_asked_ = false; }

  /// The relay lets us wait: its answer takes so much longer.
  void note_waiting() { started_ = awake_; }

  /// For a client that has not been let in. `may_repeat`: its hello cannot get two places.
  /// `heard` counts all datagrams that the link took in.
  Step before_welcome(Instant now, Duration timeout, bool may_repeat, std::uint64_t heard);
  /// For a client that plays.
  Step while_playing(Instant now, Duration timeout);

  bool is_searching() const { return is_searching_; }
  bool has_asked() const { return has_asked_; }

 private:
  /// A room may move while we are on our way to where it was.
  static constexpr int sent_on_most = 3;

  std::optional<Instant> started_;
  Instant awake_{};
  Instant last_heard_{};
  Instant next_attempt_{};
  std::uint64_t link_heard_ = 0;  // datagrams
  bool has_asked_ = false;        // to be let in, over this connection
  int times_sent_on_ = 0;         // since the relays were last looked for
  bool is_searching_ = false;
  int abandoned_ = 0;  // connections that the present search began and gave up for a newer one
};

}  // namespace tutti::detail
