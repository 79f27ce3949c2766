#include "tutti/engine/effects.hpp"
#include "tutti/sim/mutant.hpp"

#include <algorithm>
#include <cstdlib>

namespace tutti {

bool EffectLedger::match(const EffectRecord& record, Tick tick, std::int64_t most_apart,
                         Told*& found) {
  found = nullptr;
  for (Told& told : told_) {
    if (told.is_matched || told.record.kind != record.kind || told.record.key != record.key) {
      continue;
    }
    const std::int64_t apart = std::abs(told.tick - tick);
    if (apart > most_apart) continue;
    if (found == nullptr || apart < std::abs(found->tick - tick)) found = &told;
  }
  return found != nullptr;
}

void EffectLedger::take_back(Tick first, Tick present, std::vector<EffectNotice>& notices) {
  for (const Told& told : told_) {
    if (told.tick < first) continue;
    notices.push_back(
        {EffectChange::cancelled, told.tick, told.tick, present - told.tick, told.record});
  }
  told_.clear();
}

void EffectLedger::update(const Timeline& timeline, std::vector<EffectNotice>& notices) {
  const Tick first = timeline.stepped_from();
  const Tick present = timeline.present();
  std::erase_if(told_, [&](const Told& told) { return told.tick < timeline.oldest(); });
  for (Told& told : told_)
    told.is_matched = told.tick < first;

  // First what stayed where it was, then what moved: so that a repeated effect is not taken for its
  // neighbour.
  struct Fresh {
    Tick tick;
    const EffectRecord* record;
  };
  std::vector<Fresh> fresh;
  for (Tick tick = std::max(first, timeline.oldest()); tick <= present; ++tick) {
    for (const EffectRecord& record : timeline.effects_at(tick)) {
      Told* same = nullptr;
      if (match(record, tick, 0, same)) {
        same->is_matched = true;
      } else {
        fresh.push_back({tick, &record});
      }
    }
  }
  for (const Fresh& effect : fresh) {
    Told* same = nullptr;
    const bool is_moved = match(*effect.record, effect.tick, same_ticks, same);
    const Tick was = is_moved ? same->tick : effect.tick;
    if (is_moved) {
      *same = {effect.tick, *effect.record, true};
    } else {
      told_.push_back({effect.tick, *effect.record, true});
    }
    notices.push_back({is_moved ? EffectChange::retimed : EffectChange::happened, effect.tick, was,
                       present - effect.tick, *effect.record});
  }
  std::erase_if(told_, [&](const Told& told) {
    if (told.is_matched || TUTTI_MUTANT(undone_effects_stay_heard)) return false;
    notices.push_back(
        {EffectChange::cancelled, told.tick, told.tick, present - told.tick, told.record});
    return true;
  });
}

}  // namespace tutti
