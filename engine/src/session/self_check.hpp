#pragma once
// A session remembers its own confirmed states, so that it can find out whether it was itself that
// went wrong: a fast hash of every tick, some states of the last ticks as far as memory
// allows, and the last states that all players agreed on. Told of a difference, it folds the log
// again from one of those and compares.

#include <deque>
#include <optional>
#include <vector>

#include "session/catch_up.hpp"
#include "session/reports.hpp"
#include "tutti/net/desync_messages.hpp"
#include "tutti/net/snapshot.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

class SelfCheck {
 public:
  SelfCheck(const AnyGame& game, const Setup& setup);

  /// Each tick that the timeline newly confirmed, in order.
  void see(Tick tick, Timeline& timeline);
  /// The state of a compared tick, which was seen last; and later its digest.
  void keep(Tick tick, SharedState state);
  void know(const SharedState& state, const Digest& digest);
  /// The hashes of all states since the compared tick before this one, which was seen last, folded;
  /// 0 if not all of them were seen.
  std::uint32_t between(Tick tick) const;
  /// The session goes on from this state, past all that lies before.
  void begin_at(const PackedSnapshot& snapshot, const void* state);
  /// The relay says that all agreed on this compared tick.
  void agree(Tick tick);

  /// Begins to fold again, once the compared tick is confirmed.
  void suspect(const Diverged& diverged);
  /// Goes on folding, some ticks at a time. When it is done: mends the timeline if what it holds is
  /// wrong, and answers.
  std::optional<Refolded> fold(Timeline& timeline, Budget& budget);

  /// The pieces of evidence about a finding, and how our state differed from what it should have
  /// been.
  struct Proof {
    std::vector<Evidence> pieces{};
    std::vector<FieldDifference> fields{};
  };
  Proof prove(const DesyncFinding& finding, const Log& log) const;

 private:
  struct Kept {
    Tick tick;
    SharedState state{};
    std::optional<Digest> digest{};
    bool is_agreed = false;
  };
  struct Held {
    Tick tick;
    StateBox state;
  };
  struct Fold {
    Diverged why{};
    StateBox state;
    Tick tick;
    Refolded answer{};
  };
  void keep_held(Tick tick, const void* state);
  SharedState shared(const void* state) const;
  std::optional<Held> held_from(Tick tick) const;
  Held base_for(Tick tick) const;
  void step(Fold& fold, const Log& log);
  void put_right(Timeline& timeline);

  AnyGame game_;
  Setup setup_;
  std::vector<Kept> kept_;  // by tick
  std::deque<std::uint64_t> hashes_;
  Tick first_hash_{1};           // the tick of hashes_.front()
  std::vector<Held> held_;       // a ring, by tick
  std::int64_t held_every_ = 1;  // 0 for none
  std::size_t kept_most_;
  std::optional<Fold> fold_;
  /// The state before it was put right, at the first tick that differed or soon after.
  std::optional<Held> evidence_;
  Tick evidence_of_;  // the compared tick that it is about
  Bytes scratch_;
};

}  // namespace tutti
