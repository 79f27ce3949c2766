#include "counterpoint/projections.hpp"

namespace counterpoint {

void Results::take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows& rows) {
  for (const Effect& effect : effects) {
    if (effect.kind == Effect::match_begun) begun_ = tick;
    const bool is_drawn = effect.kind == Effect::match_drawn;
    if (effect.kind != Effect::match_won && !is_drawn) continue;
    for (std::size_t slot = 0; slot < state.fighters.size(); ++slot) {
      const Fighter& fighter = state.fighters[slot];
      if (!fighter.is_in_match) continue;
      const bool has_won = !is_drawn && fighter.team == state.winning_team;
      rows.add({{"tick", tick.value},
                {"number", state.match},
                {"ticks", tick - begun_},
                {"stage", name_of(state.stage.value)},
                {"rules", name_of(state.rules.value)},
                {"player", slot},
                {"character", name_of(fighter.character.value)},
                {"result", is_drawn  ? "drawn"
                           : has_won ? "won"
                                     : "lost"},
                {"rounds_won", fighter.rounds_won},
                {"knockouts", fighter.knockouts},
                {"falls", fighter.falls},
                {"damage_dealt", fighter.damage_dealt}});
    }
  }
}

void Moves::take(tutti::Tick, const State& state, Seen effects, tutti::Rows&) {
  for (const Effect& effect : effects) {
    const bool is_about_move = effect.kind == Effect::swing || effect.kind == Effect::hit ||
                               effect.kind == Effect::block || effect.kind == Effect::countered;
    if (!is_about_move || effect.player >= state.fighters.size()) continue;
    const Character character = state.fighters[effect.player].character;
    Count& count = counts_[{effect.player, character, static_cast<Move>(effect.move)}];
    if (effect.kind == Effect::swing) ++count.used;
    if (effect.kind == Effect::block) ++count.blocked;
    if (effect.kind == Effect::countered) ++count.countered;
    if (effect.kind == Effect::hit) {
      ++count.hit;
      count.damage += effect.strength;
    }
  }
}

void Moves::finish(const State&, tutti::Rows& rows) {
  for (const auto& [key, count] : counts_) {
    rows.add({{"player", key.player},
              {"character", name_of(key.character)},
              {"move", name_of(key.move)},
              {"used", count.used},
              {"hit", count.hit},
              {"blocked", count.blocked},
              {"countered", count.countered},
              {"damage", count.damage}});
  }
}

void Damage::take(tutti::Tick, const State& state, Seen effects, tutti::Rows&) {
  for (const Effect& effect : effects) {
    if (effect.kind != Effect::hit && effect.kind != Effect::knockout) continue;
    Hurt& hurt = places_[{state.stage, effect.position.x.to_int(), effect.position.y.to_int()}];
    if (effect.kind == Effect::knockout) {
      ++hurt.knockouts;
    } else {
      ++hurt.hits;
      hurt.damage += effect.strength;
    }
  }
}

void Damage::finish(const State&, tutti::Rows& rows) {
  for (const auto& [place, hurt] : places_) {
    rows.add({{"stage", name_of(place.stage)},
              {"x", place.x},
              {"y", place.y},
              {"hits", hurt.hits},
              {"damage", hurt.damage},
              {"knockouts", hurt.knockouts}});
  }
}

}  // namespace counterpoint
