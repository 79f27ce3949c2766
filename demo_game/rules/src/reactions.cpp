// Players' reactions when they see an attack begin.

#include "counterpoint/projections.hpp"

namespace counterpoint {

namespace {

constexpr std::int64_t reaction_ticks_most = 30;

}  // namespace

void Reactions::see(tutti::Tick tick, const State& state, const Effect& swing) {
  const Fighter& attacker = state.fighters[swing.player];
  for (std::size_t slot = 0; slot < state.fighters.size(); ++slot) {
    const Fighter& fighter = state.fighters[slot];
    const bool is_opponent =
        slot != swing.player && fighter.is_in_match && fighter.team != attacker.team;
    if (!is_opponent) continue;
    const Key key{static_cast<std::uint8_t>(slot), attacker.character,
                  static_cast<Move>(swing.move)};
    ++counts_[key].seen;
    open_[slot][swing.player] = Swing{tick, key};
  }
}

void Reactions::answer(tutti::Tick tick, std::size_t player, std::size_t attacker,
                       std::int64_t Count::*what) {
  if (player >= open_.size() || attacker >= open_.size()) return;
  std::optional<Swing>& swing = open_[player][attacker];
  if (!swing || tick == swing->tick) return;  // nobody reacts in no time
  if (tick - swing->tick <= reaction_ticks_most) {
    Count& count = counts_[swing->key];
    ++(count.*what);
    if (what != &Count::hit) count.ticks += tick - swing->tick;
  }
  swing.reset();
}

void Reactions::answer_all(tutti::Tick tick, std::size_t player, std::int64_t Count::*what) {
  for (std::size_t attacker = 0; attacker < open_.size(); ++attacker)
    answer(tick, player, attacker, what);
}

void Reactions::take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows&) {
  for (const Effect& effect : effects) {
    if (effect.player >= open_.size()) continue;
    switch (effect.kind) {
      case Effect::hit:
        answer(tick, effect.target, effect.player, &Count::hit);
        break;
      case Effect::block:
        answer(tick, effect.target, effect.player, &Count::blocked);
        break;
      case Effect::countered:  // its player is who was attacked
        answer(tick, effect.player, effect.target, &Count::countered);
        break;
      case Effect::dodge:
        answer_all(tick, effect.player, &Count::dodged);
        break;
      case Effect::jump:
        answer_all(tick, effect.player, &Count::jumped);
        break;
      case Effect::swing:
        answer_all(tick, effect.player, &Count::attacked);
        see(tick, state, effect);
        break;
      default:
        break;
    }
  }
}

void Reactions::finish(const State&, tutti::Rows& rows) {
  for (const auto& [key, count] : counts_) {
    rows.add({{"player", key.player},
              {"against", name_of(key.character)},
              {"move", name_of(key.move)},
              {"seen", count.seen},
              {"hit", count.hit},
              {"blocked", count.blocked},
              {"countered", count.countered},
              {"dodged", count.dodged},
              {"jumped", count.jumped},
              {"attacked", count.attacked},
              {"reaction_ticks", count.ticks}});
  }
}

}  // namespace counterpoint
