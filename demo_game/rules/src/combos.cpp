// Hits that follow from each other, and the best of them.

#include <algorithm>

#include "counterpoint/projections.hpp"

namespace counterpoint {

namespace {

constexpr std::int64_t combo_hits_least = 2;
/// After its last hit a combo is given a life that is lost within this time.
constexpr std::int64_t knockout_ticks = 240;

constexpr std::size_t highlights_most = 5;
constexpr std::int64_t knockout_worth = 40, hit_worth = 5;

std::int64_t worth_of(const Combo& combo) {
  return combo.damage + combo.hits * hit_worth + (combo.is_knockout ? knockout_worth : 0);
}

}  // namespace

void ComboFinder::close(std::size_t target, std::vector<Combo>& complete) {
  std::optional<Combo>& combo = open_[target];
  if (combo && combo->hits >= combo_hits_least) complete.push_back(*combo);
  combo.reset();
  is_running_[target] = false;
}

std::vector<Combo> ComboFinder::take(tutti::Tick tick, const State& state, Seen effects) {
  std::vector<Combo> complete;
  for (const Effect& effect : effects) {
    if (effect.target >= open_.size()) continue;
    std::optional<Combo>& combo = open_[effect.target];
    if (effect.kind == Effect::knockout && combo) {
      combo->is_knockout = effect.player == combo->player;
      close(effect.target, complete);
    }
    if (effect.kind != Effect::hit) continue;
    if (!is_running_[effect.target] || combo->player != effect.player) {
      close(effect.target, complete);
      combo = Combo{.from = tick, .player = effect.player, .target = effect.target};
      is_running_[effect.target] = true;
    }
    combo->to = tick;
    ++combo->hits;
    combo->damage += effect.strength;
  }
  for (std::size_t target = 0; target < open_.size(); ++target) {
    if (!open_[target]) continue;
    if (state.fighters[target].combo == 0) is_running_[target] = false;
    if (tick - open_[target]->to > knockout_ticks) close(target, complete);
  }
  return complete;
}

std::vector<Combo> ComboFinder::finish() {
  std::vector<Combo> complete;
  for (std::size_t target = 0; target < open_.size(); ++target)
    close(target, complete);
  return complete;
}

namespace {

void write(const std::vector<Combo>& combos, tutti::Rows& rows) {
  for (const Combo& combo : combos) {
    rows.add({{"tick", combo.from.value},
              {"ticks", combo.to - combo.from},
              {"player", combo.player},
              {"target", combo.target},
              {"hits", combo.hits},
              {"damage", combo.damage},
              {"knockout", combo.is_knockout ? 1 : 0}});
  }
}

}  // namespace

void Combos::take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows& rows) {
  write(finder_.take(tick, state, effects), rows);
}

void Combos::finish(const State&, tutti::Rows& rows) { write(finder_.finish(), rows); }

void Highlights::take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows&) {
  keep(finder_.take(tick, state, effects));
}

void Highlights::keep(const std::vector<Combo>& complete) {
  if (complete.empty()) return;
  best_.insert(best_.end(), complete.begin(), complete.end());
  std::stable_sort(best_.begin(), best_.end(), [](const Combo& left, const Combo& right) {
    return worth_of(left) > worth_of(right);
  });
  if (best_.size() > highlights_most) best_.resize(highlights_most);
}

void Highlights::finish(const State&, tutti::Rows& rows) {
  keep(finder_.finish());
  std::int64_t place = 0;
  for (const Combo& combo : best_) {
    rows.add({{"place", ++place},
              {"tick", combo.from.value},
              {"player", combo.player},
              {"worth", worth_of(combo)},
              {"what", combo.is_knockout ? "combo to a knock-out" : "combo"}});
  }
}

}  // namespace counterpoint
