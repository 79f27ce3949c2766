#include "flow/outflow.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// How long a path that has lost something counts as one that loses.
constexpr std::chrono::seconds lossy_time{30};
/// How long an acknowledgement is waited for, at least and at most.
constexpr std::chrono::milliseconds patience_least{50};
constexpr std::chrono::milliseconds patience_most{500};
/// Of a path that loses: a later copy comes no sooner than what is sent again.
constexpr std::chrono::milliseconds copy_age_most{50};
/// So many large datagrams lost in a row, and none that arrived, and the path is taken for one that
/// carries small ones only; for so long.
constexpr std::uint32_t large_lost_most = 4;
constexpr std::chrono::seconds small_time{30};
/// So long without any acknowledgement, and only now and then a datagram goes out.
constexpr std::chrono::milliseconds unanswered_time{1000};

}  // namespace

void Outflow::acknowledge(std::uint32_t received, std::span<const NumberRange> held, Instant now) {
  while (base_ < received && !items_.empty()) {
    note_acknowledged(items_.front(), now);
    items_.pop_front();
    ++base_;
  }
  base_ = std::max(base_, received);
  for (const NumberRange& range : held) {
    const std::uint32_t end = std::min(range.end, sent_end());
    for (std::uint32_t number = std::max(range.first, base_); number < end; ++number)
      note_acknowledged(items_[number - base_], now);
  }
  if (!held.empty()) look_for_gaps(now);
}

void Outflow::note_acknowledged(Item& item, Instant now) {
  if (item.is_held) return;
  item.is_held = true;
  answered_ = now;
  if (item.is_missing) --missing_;
  item.is_missing = false;
  if (item.was_missing) return;
  arrived_ = std::max(arrived_, item.first_sent);
  if (item.is_all_large) {
    large_lost_ = 0;
    large_arrived_ = std::max(large_arrived_, item.datagram);
  }
  const Duration sample = now - item.first_sent;
  const Duration off = usual_ ? std::chrono::abs(sample - *usual_) : sample / 2;
  deviation_ = usual_ ? (deviation_ * 15 + off) / 16 : off;
  usual_ = usual_ ? (*usual_ * 15 + sample) / 16 : sample;
}

/// An event that went out before one that has arrived, and is not there, was lost: unless datagrams
/// overtake each other.
void Outflow::look_for_gaps(Instant now) {
  const Duration overtaking = std::min<Duration>(deviation_, patience_least);
  for (Item& item : items_) {
    if (item.last_sent + overtaking < arrived_) note_lost(item, now);
  }
}

void Outflow::note_lost(Item& item, Instant now) {
  if (item.is_held || item.is_missing) return;
  item.is_missing = item.was_missing = true;
  const bool is_behind_all = item.datagram > large_arrived_ && item.datagram != large_lost_last_;
  if (item.is_large && is_behind_all) {
    large_lost_last_ = item.datagram;
    // After a while one more is tried, since the path may have changed.
    if (++large_lost_ >= large_lost_most) {
      small_until_ = now + small_time;
      large_lost_ = large_lost_most - 1;
    }
  }
  ++missing_;
  note_lossy(now);
}

void Outflow::note_lossy(Instant now) {
  // Events under way already need no copies for that.
  if (!is_lossy(now)) copied_ = sent_end();
  lossy_until_ = now + lossy_time;
}

Duration Outflow::patience() const {
  const Duration usual = usual_.value_or(patience_most / 2);
  return std::clamp<Duration>(usual * 3 / 2, patience_least, patience_most);
}

bool Outflow::has_missing(Instant now) {
  if (!items_.empty() && now - items_.front().last_sent > patience()) {
    for (Item& item : items_) {
      if (now - item.last_sent > patience()) note_lost(item, now);
    }
  }
  return missing_ > 0;
}

Instant Outflow::next_loss() const {
  if (missing_ > 0) return {};
  return items_.empty() ? Instant::max() : items_.front().last_sent + patience();
}

bool Outflow::is_unanswered(Instant now) const {
  return !items_.empty() && now - answered_ > unanswered_time;
}

const Repetition& Outflow::repetition_at(Instant now) const {
  return is_lossy(now) ? options_.lossy : options_.calm;
}

/// Not before another moment than that of the last copy: losses come in bursts.
bool Outflow::is_owed(const Item& item, Instant now) const {
  return !item.is_held && item.last_sent < now && item.copies < repetition_at(now).copies;
}

/// Where to look for events that are owed: those before have all their copies.
std::size_t Outflow::first_owed(Instant now) {
  const int copies = repetition_at(now).copies;
  for (copied_ = std::max(copied_, base_); copied_ < sent_end(); ++copied_) {
    const Item& item = items_[copied_ - base_];
    const bool is_too_late = is_lossy(now) && now - item.first_sent > copy_age_most;
    if (!item.is_held && item.copies < copies && !is_too_late) break;
  }
  return copied_ - base_;
}

std::size_t Outflow::datagram_bytes(Instant now) const {
  const bool is_small = small_until_ && now < *small_until_ && !TUTTI_MUTANT(large_ones_stay_large);
  const std::size_t most = is_small ? limits::small_play_bytes : limits::play_bytes;
  return repetition_at(now).has_spares ? most - spare_header_bytes_most : most;
}

std::vector<std::uint32_t> Outflow::choose(std::uint32_t count, std::size_t room, bool is_scarce,
                                           Instant now, const SizeOf& size_of) {
  std::vector<std::uint32_t> chosen;
  has_crowded_out_ = needs_spare_ = false;
  std::size_t size = 0;
  std::optional<std::uint32_t> before;
  is_chosen_.assign(items_.size(), false);
  const auto fits = [&](std::uint32_t number, std::size_t most) {
    if (chosen.size() == play_events_most) return false;
    const std::size_t bytes = size_of(number, before);
    if (size + bytes > most) return false;
    size += bytes;
    chosen.push_back(number);
    if (number < sent_end()) is_chosen_[number - base_] = true;
    before = number;
    return true;
  };
  const auto repeat = [&](std::size_t i, std::size_t most) {
    return is_chosen_[i] || fits(base_ + static_cast<std::uint32_t>(i), most);
  };
  // The missing ones first, though where there is something new they leave it half of the room.
  const std::size_t first_share = count > sent_end() ? room / 2 : room;
  std::size_t looked_at = 0;
  const auto repeat_missing = [&](std::size_t most) {
    for (; looked_at < items_.size() && missing_ > 0; ++looked_at) {
      // One goes in any case, or large ones would never find room beside what is new.
      const std::size_t share = chosen.empty() ? room : most;
      if (items_[looked_at].is_missing && !repeat(looked_at, share)) break;
    }
  };
  if (!TUTTI_MUTANT(told_once_is_told)) repeat_missing(first_share);
  before.reset();
  const std::uint32_t end = std::min(count, base_ + outflow_events_most);
  for (std::uint32_t number = sent_end(); number < end && fits(number, room); ++number) {
  }
  before.reset();
  if (!TUTTI_MUTANT(told_once_is_told)) repeat_missing(room);
  if (!TUTTI_MUTANT(told_once_is_told)) {
    const Repetition& repetition = repetition_at(now);
    const std::size_t spared = is_scarce ? 0 : room;
    const std::size_t copies_most = std::min(spared, repetition.copies_bytes);
    const std::size_t everything_most = std::min(spared, repetition.everything_bytes);
    // The newest first: a copy is worth most right behind the first one.
    const std::size_t first = first_owed(now);
    for (std::size_t i = items_.size(); size < copies_most && i-- > first;) {
      if (is_owed(items_[i], now) && !repeat(i, copies_most)) has_crowded_out_ = true;
    }
    has_crowded_out_ = has_crowded_out_ && repetition.copies_bytes == limits::play_bytes;
    const std::size_t without = chosen.size();
    bool is_everything = true;
    for (std::size_t i = items_.size(); is_everything && i-- > 0;)
      is_everything = items_[i].is_held || repeat(i, everything_most);
    needs_spare_ = repetition.has_spares && !is_everything;
    if (needs_spare_) chosen.resize(without);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

void Outflow::note_sent(std::span<const std::uint32_t> numbers, std::size_t bytes, Instant now) {
  const bool is_large = bytes > limits::small_play_bytes;
  ++datagrams_;
  for (const std::uint32_t number : numbers) {
    if (number < base_) continue;
    if (items_.empty()) answered_ = now;
    // New ones go in order: at most one is added at a time.
    if (number >= sent_end()) items_.push_back({.first_sent = now});
    Item& item = items_[number - base_];
    item.last_sent = now;
    item.datagram = datagrams_;
    item.is_large = is_large;
    item.is_all_large = item.is_all_large && is_large;
    if (item.copies < UINT8_MAX) ++item.copies;
    if (item.is_missing) --missing_;
    item.is_missing = false;
  }
}

}  // namespace tutti::detail
