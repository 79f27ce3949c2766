#pragma once
// The effect ledger tells each effect once, however often its tick is simulated again (promise C4).

#include <cstdint>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

/// What is new about an effect.
enum class EffectChange : std::uint8_t {
  happened,   ///< new: play it, `age_ticks` late
  retimed,    ///< the same one, now at another tick; usually nothing need be done
  cancelled,  ///< it did not happen after all: cut its sound
};

/// A type-erased effect, as a game hears of it.
struct EffectNotice {
  EffectChange change = EffectChange::happened;  ///< what is new about it
  Tick tick;                   ///< its tick now; of a cancelled one, its tick before
  Tick was;                    ///< of a retimed one: the tick that was told before; else `tick`
  std::int64_t age_ticks = 0;  ///< how many ticks ago that is, 0 for the present
  EffectRecord record{};       ///< the effect itself
};

/// Compares the effects of each simulation of a tick with those that have been told.
class TUTTI_API EffectLedger {
 public:
  /// The ticks by which two simulations may differ about the same effect (equal kind and key).
  static constexpr std::int64_t same_ticks = 4;

  /// Takes the effects of the ticks that the last `advance` of the timeline stepped, and appends
  /// what changed to `notices`.
  void update(const Timeline& timeline, std::vector<EffectNotice>& notices);
  /// Says that the ticks from this one on never happened: effects that were told of them are
  /// cancelled, and the others forgotten.
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
