#include "program/marks.hpp"

namespace counterpoint {

namespace {

constexpr std::uint8_t big_hit = 14;  // damage
constexpr std::size_t marks_max = 4096;

std::optional<Mark::Kind> kind_of(const Effect& effect) {
  switch (effect.kind) {
    case Effect::knockout:
      return Mark::knockout;
    case Effect::fight:
      return Mark::round;
    case Effect::match_won:
    case Effect::match_drawn:
      return Mark::match;
    case Effect::hit:
      if (effect.strength >= big_hit) return Mark::hit;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Marks::update(const GameSession& session, std::int64_t ticks) {
  const tutti::Timeline* timeline = session.any().timeline();
  if (timeline == nullptr || is_refused_) return;
  if (!cursor_) {
    // It only ever goes ahead: no snapshots.
    auto opened = tutti::Cursor::open(session.any().game(), timeline->log(), {.memory_bytes = 0});
    is_refused_ = !opened;
    if (is_refused_) return;
    cursor_.emplace(std::move(*opened));
  }
  std::vector<tutti::EffectRecord> records;
  for (std::int64_t i = 0; i < ticks && marks_.size() < marks_max; ++i) {
    records.clear();
    if (!cursor_->forward(&records)) return;
    for (const tutti::EffectRecord& record : records) {
      Effect effect;
      if (!tutti::read_canonical(record.view(), effect)) continue;
      if (const auto kind = kind_of(effect)) marks_.push_back({cursor_->position(), *kind});
    }
  }
}

}  // namespace counterpoint
