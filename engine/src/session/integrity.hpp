#pragma once
// The integrity of this machine's states: it answers the relay's questions about differences
// (promise C5), and keeps how each was settled.

#include <optional>
#include <vector>

#include "session/self_check.hpp"
#include "tutti/engine/session_status.hpp"
#include "tutti/net/time.hpp"

namespace tutti {

class Client;

/// The findings of a session's life. They outlive a match whose log begins again.
struct Findings {
  std::vector<Desync> desyncs{};  // the latest
  /// A state was put right, and the relay's word about it is waited for.
  std::optional<Instant> resyncing_until{};

  /// The first tick since which states differ that nobody could mend.
  std::optional<Tick> diverged() const;
};

class Integrity {
 public:
  /// `is_compared`: this session's states are compared with those of others.
  Integrity(const AnyGame& game, const Setup& setup, bool is_compared);

  bool is_compared() const { return check_.has_value(); }
  /// Each tick that the timeline newly confirmed, in order.
  void see(Tick tick, Timeline& timeline) {
    if (check_) check_->see(tick, timeline);
  }
  /// The state of a compared tick, which was seen last; and later its digest.
  void keep(Tick tick, SharedState state) {
    if (check_) check_->keep(tick, std::move(state));
  }
  void know(const SharedState& state, const Digest& digest) {
    if (check_) check_->know(state, digest);
  }
  /// A digest of the states since the compared tick before this one (see DigestReport).
  std::uint32_t between(Tick tick) const { return check_ ? check_->between(tick) : 0; }
  /// The session goes on from this state, past all that lies before.
  void begin_at(const PackedSnapshot& snapshot, const void* state) {
    if (check_) check_->begin_at(snapshot, state);
  }
  /// Looks into what the relay says of differences, some ticks at a time; puts the timeline right
  /// if it was wrong. `player` is the local one.
  void look(Client& client, PlayerId player, Timeline& timeline, Findings& findings, Instant now,
            Budget& budget);

 private:
  std::optional<SelfCheck> check_;
};

}  // namespace tutti
