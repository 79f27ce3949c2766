#pragma once
// The effect ledger: each effect is heard once, however often its tick is re-simulated (promise
// C4).

#include <cstdint>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

enum class EffectChange : std::uint8_t {
  happened,   ///< new: play it, `age_ticks` late
  retimed,    ///< the same one, now at another tick; usually nothing need be done
  cancelled,  ///< it did not happen after all: cut its sound
};

/// An effect as the outside hears of it, erased.
struct EffectNotice {
  EffectChange change = EffectChange::happened;
  Tick tick;                   ///< where it is now; for a cancelled one, where it was
  Tick was;                    ///< for a retimed one: where it had been told to be; else `tick`
  std::int64_t age_ticks = 0;  ///< how long ago that is, 0 for the present
  EffectRecord record{};
};

/// Compares what each simulation of a tick emitted with what has been told.
class EffectLedger {
 public:
  /// How far apart two simulations may place the same effect (equal kind and key), in ticks.
  static constexpr std::int64_t same_ticks = 4;

  /// Takes up what the last `advance` of the timeline stepped; appends what changed to `notices`.
  void update(const Timeline& timeline, std::vector<EffectNotice>& notices);
  /// The ticks from this one on never happened: what was told of them is cancelled, the rest is
  /// forgotten.
  void take_back(Tick first, Tick present, std::vector<EffectNotice>& notices);

 private:
  struct Told {
    Tick tick;
    EffectRecord record;
    bool is_matched = false;
  };
  bool match(const EffectRecord& record, Tick tick, std::int64_t most_apart, Told*& found);

  std::vector<Told> told_;  // by tick, of ticks that are not final
};

}  // namespace tutti
