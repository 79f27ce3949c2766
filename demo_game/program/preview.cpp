#include "program/preview.hpp"

#include <fmt/format.h>

#include <cmath>

#include "program/recording.hpp"
#include "program/wording.hpp"
#include "tutti/replay/match_file.hpp"

namespace counterpoint {

namespace {

// In units: 16 by 9.
constexpr float thumbnail_width = 320, hovering_width = 256;
constexpr std::size_t preview_memory = 8 * 1024 * 1024;

const State& state_of(const void* state) { return *static_cast<const State*>(state); }

/// Whether it was of another size.
bool fit(Canvas& canvas, float width) {
  const int columns = static_cast<int>(std::lround(width)), rows = columns * 9 / 16;
  if (canvas.columns() == columns && canvas.rows() == rows) return false;
  canvas.resize(columns, rows);
  return true;
}

void draw(Canvas& canvas, Painter& painter, const tutti::Cursor& cursor) {
  painter.draw_scenery(canvas, {state_of(cursor.previous_state()), state_of(cursor.state()), 1},
                       {.is_cut = true});
}

}  // namespace

void Preview::open(const tutti::Log& log) {
  auto cursor =
      tutti::Cursor::open(tutti::any_game<Counterpoint>(), log, {.memory_bytes = preview_memory});
  if (cursor) cursor_.emplace(std::move(*cursor));
}

void Preview::fill(std::int64_t ticks) {
  if (cursor_) cursor_->fill(ticks);
}

void Preview::fit(float unit) {
  if (counterpoint::fit(canvas_, hovering_width * unit)) drawn_.reset();
}

const Canvas* Preview::at(tutti::Tick tick) {
  if (!cursor_) return nullptr;
  cursor_->seek(tick);
  if (drawn_ != cursor_->position()) draw(canvas_, painter_, *cursor_);
  drawn_ = cursor_->position();
  return &canvas_;
}

void Showcase::show(const std::string& path, float unit) {
  if (path == path_) return;
  path_ = path;
  fit(canvas_, thumbnail_width * unit);
  cursor_.reset();
  record_.reset();
  lines_.clear();
  wins_ = {};
  best_ = -1;
  has_picture_ = false;
  if (path.empty()) return;
  auto match = tutti::read_match_file(path);
  if (!match) return;
  record_.emplace(std::move(match->record));
  names_ = names_in(record_->log, record_->log.horizon());
  // It only ever goes ahead: no snapshots.
  auto cursor =
      tutti::Cursor::open(tutti::any_game<Counterpoint>(), record_->log, {.memory_bytes = 0});
  if (cursor) cursor_.emplace(std::move(*cursor));
  if (match->damage) lines_.push_back("damaged: only its beginning can be watched");
  for (const tutti::RelayEvent& ruling : tutti::corrections(record_->log))
    lines_.push_back(ruling_text(ruling));
}

void Showcase::note(const Effect& effect) {
  constexpr int knockout_worth = 60;
  int worth = -1;
  if (effect.kind == Effect::fight) worth = 0;
  if (effect.kind == Effect::hit) worth = effect.strength;
  if (effect.kind == Effect::shield_break) worth = knockout_worth / 2;
  if (effect.kind == Effect::match_won && effect.player < wins_.size()) ++wins_[effect.player];
  if (worth <= best_) return;
  best_ = worth;
  draw(canvas_, painter_, *cursor_);
  has_picture_ = true;
}

/// How it went, once all of it is folded.
void Showcase::tell() {
  const State& state = state_of(cursor_->state());
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    const Fighter& fighter = state.fighters[slot];
    if (!fighter.is_in_match && wins_[slot] == 0) continue;
    std::string line = names_[slot].empty() ? colour_name(slot) : names_[slot];
    line += fmt::format(", {}", name_of(fighter.character.value));
    if (wins_[slot] > 0) line += fmt::format(": won {}", wins_[slot]);
    lines_.push_back(line);
  }
  lines_.push_back(fmt::format("{}, {}", name_of(state.stage.value), name_of(state.rules.value)));
  for (const tutti::Mark& mark : record_->marks) {
    if (is_rollback(mark) || mark.text.empty()) continue;
    lines_.push_back(clock_text(mark.from.value) + "  " + mark.text);
  }
}

void Showcase::fold(std::int64_t ticks) {
  if (!cursor_) return;
  std::vector<tutti::EffectRecord> records;
  for (std::int64_t i = 0; i < ticks; ++i) {
    records.clear();
    if (!cursor_->forward(&records)) {
      tell();
      return cursor_.reset();
    }
    for (const tutti::EffectRecord& record : records) {
      Effect effect;
      if (tutti::read_canonical(record.view(), effect)) note(effect);
    }
  }
}

}  // namespace counterpoint
