#pragma once
// Catching up: a session that comes late gets to the present. This decides how many ticks it folds
// at once, when a snapshot is worth asking for, and whether one that a single player vouches for
// was right.

#include <optional>

#include "tutti/net/snapshot.hpp"
#include "tutti/net/time.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

class CatchUp {
 public:
  /// `most`: ticks that one advance folds at most.
  explicit CatchUp(std::int64_t most);

  /// Ticks that this advance may fold: fewer when the last ones took longer than a frame should.
  std::int64_t allowance(Instant now);
  /// So many of them were folded.
  void spent(std::int64_t ticks) { was_all_ = ticks >= allowance_; }
  /// Whether a snapshot is worth asking for: so many ticks behind, for a while already.
  bool is_worth_asking(std::int64_t behind, const Setup& setup, Instant now);

  /// Takes the timeline to the snapshot, if it is further than that is and is what it says. The
  /// log must be final through its tick.
  bool begin_at(const PackedSnapshot& snapshot, Timeline& timeline);
  /// Folds so many ticks from the start of the log, if a snapshot is not verified yet. True if it
  /// was wrong and the timeline goes on from what the log gives.
  bool verify(Timeline& timeline, std::int64_t ticks);
  bool is_unverified() const { return proof_.has_value(); }

 private:
  struct Proof {
    StateBox state;
    Tick tick;   // of the state
    Tick until;  // of the snapshot
    Digest digest{};
    bool is_wrong = false;
  };

  std::int64_t most_;
  std::int64_t allowance_;
  bool was_all_ = false;
  std::optional<Instant> last_;
  std::optional<Instant> behind_since_;
  bool has_asked_ = false;
  std::optional<Proof> proof_;
};

}  // namespace tutti
