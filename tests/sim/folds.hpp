#pragma once
// The fold with which a timeline has to agree: that of a log from its start, step by step, without
// cleverness.

#include <vector>

#include "sim/events.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/log.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti::test {

inline bool are_same_effects(std::span<const EffectRecord> left,
                             std::span<const EffectRecord> right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const EffectRecord& a, const EffectRecord& b) {
                      return a.kind == b.kind && a.key == b.key && a.size == b.size &&
                             a.bytes == b.bytes;
                    });
}

struct Folded {
  std::vector<StateBox> states;  // by tick, from 0
  std::vector<Digest> digests;
  std::vector<std::vector<EffectRecord>> effects;
};

inline Folded fold(const AnyGame& game, const Log& log, Tick last) {
  Folded folded;
  folded.states.push_back(start(game, log.setup()));
  folded.effects.emplace_back();
  for (Tick tick{1}; tick <= last; ++tick) {
    StateBox next = folded.states.back();
    folded.effects.emplace_back();
    step_state(game, next.get(), log.events_at(tick), &folded.effects.back());
    folded.states.push_back(std::move(next));
  }
  for (const StateBox& state : folded.states)
    folded.digests.push_back(digest_state(game, state.get()));
  return folded;
}

inline Digest digest_at(const Timeline& timeline, Tick tick) {
  return digest_state(timeline.game(), timeline.state_at(tick));
}

}  // namespace tutti::test
