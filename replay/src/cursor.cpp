#include "tutti/replay/cursor.hpp"

#include <algorithm>
#include <cstring>

#include "tutti/replay/verify.hpp"

namespace tutti {

namespace {
/// A snapshot takes this memory besides its bytes: a node of the map.
constexpr std::size_t snapshot_overhead_bytes = 96;
/// Ticks before a place that was gone back to, whose states are kept to go back further.
constexpr std::size_t dense_ticks = 256;
/// The share of the memory that these may take.
constexpr std::size_t dense_share = 4;
}  // namespace

void Cursor::Shelf::put(Tick tick, Bytes snapshot) {
  const std::size_t size = snapshot.size() + snapshot_overhead_bytes;
  if (snapshots.emplace(tick, std::move(snapshot)).second) bytes += size;
}

void Cursor::Shelf::clear() {
  snapshots.clear();
  bytes = 0;
}

Result<Cursor> Cursor::open(const AnyGame& game, const Log& log, Options options) {
  if (const Result<void> checked = check_plays(game, log.setup()); !checked) {
    return Unexpected{checked.error()};
  }
  return Cursor(game, log, options);
}

Cursor::Cursor(const AnyGame& game, const Log& log, Options options)
    : game_(game),
      log_(&log),
      options_(options),
      state_(start(game, log.setup())),
      previous_(state_),
      spacing_(spacing_wanted()),
      filler_(state_) {
  sparse_.put(Tick{0}, save(state_.get()));
}

std::int64_t Cursor::spacing_wanted() const {
  const auto cost = std::max(options_.step_cost, std::chrono::nanoseconds(1));
  return std::max<std::int64_t>(options_.seek_cost / cost, spacing_least_);
}

void Cursor::set_step_cost(std::chrono::nanoseconds cost) {
  options_.step_cost = cost;
  const std::int64_t wanted = spacing_wanted();
  if (wanted < spacing_) {  // these snapshots are too far apart: fold once more
    filled_ = Tick{0};
    filler_ = start(game_, log_->setup());
    is_lent_ = false;
  }
  spacing_ = wanted;
}

Bytes Cursor::save(const void* state) const {
  Bytes bytes;
  if (game_.is_plain()) {
    bytes.resize(game_.state_size());
    std::memcpy(bytes.data(), state, bytes.size());
  } else {
    save_state(game_, state, bytes);
  }
  return bytes;
}

void Cursor::load(Tick tick, const Bytes& snapshot) {
  if (game_.is_plain()) {
    std::memcpy(state_.get(), snapshot.data(), snapshot.size());
  } else {
    const bool is_loaded = load_state(game_, state_.get(), snapshot);
    TUTTI_ASSERT(is_loaded, tick, snapshot.size());  // the game wrote it a moment ago
  }
  position_ = tick;
  next_event_ = events_through(tick);
}

std::size_t Cursor::events_through(Tick tick) const {
  const std::span<const EventView> events = log_->events();
  const auto after = std::partition_point(
      events.begin(), events.end(), [&](const EventView& event) { return event.tick <= tick; });
  return static_cast<std::size_t>(after - events.begin());
}

void Cursor::step(std::vector<EffectRecord>* effects) {
  const std::span<const EventView> events = log_->events();
  ++position_;
  std::size_t end = next_event_;
  while (end < events.size() && events[end].tick == position_)
    ++end;
  step_state(game_, state_.get(), events.subspan(next_event_, end - next_event_), effects);
  next_event_ = end;
  ++steps_;
}

void Cursor::seek(Tick tick) {
  const Tick target = std::clamp(tick, Tick{0}, length());
  if (target == position_) return;
  const Tick before = std::max(target - 1, Tick{0});
  const bool is_back = target < position_;
  const auto last_at = [&](const Shelf& shelf) {
    const auto after = shelf.snapshots.upper_bound(before);
    return after == shelf.snapshots.begin() ? shelf.snapshots.end() : std::prev(after);
  };
  auto nearest = last_at(sparse_);
  const auto close = last_at(dense_);
  if (close != dense_.snapshots.end() && close->first > nearest->first) nearest = close;
  if (is_back || nearest->first > position_) load(nearest->first, nearest->second);
  Tick dense_from{INT64_MAX};
  const std::size_t size = sparse_.bytes / sparse_.snapshots.size();
  const std::size_t room = options_.memory_bytes / dense_share / size;
  const auto kept = static_cast<std::int64_t>(std::min(room, dense_ticks));
  if (is_back && before - position_ > 1) {  // a viewer who goes back goes back further
    dense_.clear();
    dense_from = std::max(before - kept, Tick{0}) + 1;
  }
  if (target == Tick{0}) {
    previous_ = state_;
    return;
  }
  fold_to(target, dense_from);
}

bool Cursor::forward(std::vector<EffectRecord>* effects) {
  if (position_ >= length()) return false;
  copy_state(game_, previous_.get(), state_.get());
  step(effects);
  if (position_.value % spacing_ == 0) keep(position_, state_.get());
  return true;
}

bool Cursor::back() {
  if (position_ == Tick{0}) return false;
  seek(position_ - 1);
  return true;
}

void Cursor::fold_to(Tick target, Tick dense_from) {
  const bool extends = position_ <= filled_ && target > filled_;
  Tick next_kept{(position_.value / spacing_ + 1) * spacing_};
  while (position_ < target) {
    if (position_ + 1 == target) copy_state(game_, previous_.get(), state_.get());
    step(nullptr);
    if (position_ == next_kept) {
      keep(position_, state_.get());
      next_kept = Tick{(position_.value / spacing_ + 1) * spacing_};
    }
    if (position_ >= dense_from && position_ < target) dense_.put(position_, save(state_.get()));
  }
  if (!extends) return;
  filled_ = position_;
  copy_state(game_, filler_.get(), state_.get());
  is_lent_ = false;
}

bool Cursor::fill(std::int64_t ticks) {
  TUTTI_ASSERT(!is_lent_, filled_);
  std::size_t next = events_through(filled_);
  const std::span<const EventView> events = log_->events();
  Tick next_kept{(filled_.value / spacing_ + 1) * spacing_};
  for (const Tick last = std::min(filled_ + ticks, length()); filled_ < last;) {
    ++filled_;
    std::size_t end = next;
    while (end < events.size() && events[end].tick == filled_)
      ++end;
    step_state(game_, filler_.get(), events.subspan(next, end - next), nullptr);
    next = end;
    ++steps_;
    if (filled_ < next_kept) continue;
    keep(filled_, filler_.get());
    next_kept = Tick{(filled_.value / spacing_ + 1) * spacing_};
  }
  return filled_ == length();
}

StateBox& Cursor::lend_filled() {
  is_lent_ = true;
  return filler_;
}

void Cursor::give_back(Tick tick, const void* state) {
  TUTTI_ASSERT(is_lent_ && tick >= filled_ && tick <= length(), tick, filled_, length());
  copy_state(game_, filler_.get(), state);
  filled_ = tick;
  is_lent_ = false;
  if (tick.value % spacing_ == 0) keep(tick, state);
}

void Cursor::keep(Tick tick, const void* state) {
  if (sparse_.snapshots.contains(tick)) return;
  sparse_.put(tick, save(state));
  const std::size_t most = options_.memory_bytes - options_.memory_bytes / dense_share;
  while (sparse_.bytes > most && sparse_.snapshots.size() > 2)
    thin_out();
}

void Cursor::thin_out() {
  spacing_ *= 2;
  spacing_least_ = spacing_;
  std::erase_if(sparse_.snapshots, [&](const auto& snapshot) {
    const auto& [tick, bytes] = snapshot;
    if (tick.value % spacing_ == 0) return false;
    sparse_.bytes -= bytes.size() + snapshot_overhead_bytes;
    return true;
  });
}

Cursor::Statistics Cursor::statistics() const {
  return {.snapshots = sparse_.snapshots.size() + dense_.snapshots.size(),
          .bytes = sparse_.bytes + dense_.bytes,
          .spacing_ticks = spacing_,
          .steps = steps_};
}

}  // namespace tutti
