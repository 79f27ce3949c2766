// The rooms that are a relay's own.

#include "fleet/room_book.hpp"

#include <algorithm>
#include <utility>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

constexpr Duration close_interval = std::chrono::milliseconds(250);
/// For what was not answered.
constexpr Duration again_interval = std::chrono::milliseconds(50);

bool is_among(const std::vector<RelayId>& lives, const RelayId& relay) {
  return std::ranges::find(lives, relay) != lives.end();
}

}  // namespace

void RoomBook::pass(const LeaseView& lease, Instant now) {
  remove_closed(now);
  affirm(lease);
  say_begun(lease);
  look_at_fenced();
  look_at_unsure();
  look_after_sent(now);
  hear();
  look_after_heirs(now);
  look_around(now);
  answer_all(lease, now);
  sweep(lease, now);
  ahead_.forget_old(now);
}

std::optional<RoomBook::News> RoomBook::next_news() {
  if (news_.empty()) return std::nullopt;
  News news = std::move(news_.front());
  news_.pop_front();
  return news;
}

std::optional<TakenMatch> RoomBook::next_taken_over() {
  if (taken_news_.empty()) return std::nullopt;
  const TakenMatch match = taken_news_.front();
  taken_news_.pop_front();
  return match;
}

Instant RoomBook::next_due(Instant now) const {
  Instant due = next_look_;
  for (const Pending& pending : pending_)
    due = std::min(due, pending.next_try);
  if (!closing_.empty()) due = std::min(due, next_close_);
  if (!on_the_way_.empty()) due = std::min(due, next_look_after_);
  for (const auto& [room, heir] : heirs_) {
    if (!heir.has_read) due = std::min(due, heir.until);
  }
  const bool has_more = !begun_.empty() || !fenced_.empty() || !unsure_.empty() ||
                        !to_sweep_.empty() || is_affirming_;
  if (has_more) due = std::min(due, now + again_interval);
  return std::max(due, now);
}

// ---- Rooms that are closed ----------------------------------------------------------------------

void RoomBook::close(const std::string& room) {
  const auto owned = owned_.find(room);
  if (owned == owned_.end()) return;
  closing_[room_name_of(room)] = owned->second.stored.sequence;
  owned_.erase(owned);
  begun_.erase(room);
  unsure_.erase(room);
  heirs_.erase(room);
  next_close_ = {};
}

void RoomBook::remove_closed(Instant now) {
  if (closing_.empty() || now < next_close_) return;
  next_close_ = now + close_interval;
  const std::vector<std::pair<RoomName, std::uint64_t>> rooms(closing_.begin(), closing_.end());
  std::vector<std::uint8_t> is_removed(rooms.size());
  store_->in_parallel(rooms.size(), [&](std::size_t i) {
    is_removed[i] = store_->remove_room(rooms[i].first, rooms[i].second).has_value();
  });
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    if (is_removed[i] != 0) closing_.erase(rooms[i].first);
  }
}

// ---- Saying it again ----------------------------------------------------------------------------

/// Says of the room what `owned` has. No, if nobody answered, or something of ours came late: then
/// it has the sequence of that.
RoomBook::Rewritten RoomBook::rewrite(const std::string& room, Owned& owned,
                                      std::optional<Address>& relay) const {
  const RoomName name = room_name_of(room);
  const AppendOutcome outcome =
      store_->write_room(name, owned.stored.record, owned.stored.sequence);
  if (outcome.kind == AppendOutcome::Kind::stored) {
    owned.stored.sequence = outcome.sequence;
    return Rewritten::yes;
  }
  const auto found = store_->room(name);
  if (!found) return Rewritten::no;
  if (*found) {
    owned.stored.sequence = (*found)->sequence;
    if ((*found)->record.owner == owner_) return Rewritten::no;
    relay = (*found)->record.address;
    return Rewritten::lost;
  }
  // Somebody took it for left behind; or another relay has gone on with it, to its end.
  owned.stored.sequence = 0;
  if (!owned.stored.record.match) return Rewritten::lost;
  const auto last = store_->last(*owned.stored.record.match);
  if (!last) return Rewritten::no;
  return *last && (*last)->entry.owner == owner_ ? Rewritten::no : Rewritten::lost;
}

void RoomBook::rewrite_all(const std::vector<std::string>& rooms, std::uint64_t life) {
  struct Work {
    Owned owned{};
    Rewritten done = Rewritten::no;
    std::optional<Address> relay{};
  };
  std::vector<Work> work(rooms.size());
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    work[i].owned = owned_[rooms[i]];
    const auto begun = begun_.find(rooms[i]);
    if (begun != begun_.end()) work[i].owned.stored.record.match = begun->second;
  }
  store_->in_parallel(rooms.size(), [&](std::size_t i) {
    work[i].done = rewrite(rooms[i], work[i].owned, work[i].relay);
  });
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    Owned& owned = owned_[rooms[i]];
    if (work[i].done == Rewritten::yes) {
      owned = {work[i].owned.stored, life};
      begun_.erase(rooms[i]);
    } else if (work[i].done == Rewritten::no) {
      owned.stored.sequence = work[i].owned.stored.sequence;
    } else {
      move_away(rooms[i], work[i].relay);
    }
  }
}

void RoomBook::affirm(const LeaseView& lease) {
  is_affirming_ = false;
  if (!lease.is_held || affirmed_ == lease.life) return;
  std::vector<std::string> rooms;
  for (const auto& [room, owned] : owned_) {
    if (owned.life != lease.life) rooms.push_back(room);
  }
  rewrite_all(rooms, lease.life);
  is_affirming_ =
      std::ranges::any_of(owned_, [&](const auto& each) { return each.second.life != lease.life; });
  if (!is_affirming_) affirmed_ = lease.life;
}

void RoomBook::begin(const std::string& room, const MatchId& match) {
  const auto owned = owned_.find(room);
  if (owned == owned_.end() || owned->second.stored.record.match == match) return;
  begun_[room] = match;
}

void RoomBook::say_begun(const LeaseView& lease) {
  std::vector<std::string> rooms;
  for (const auto& [room, match] : begun_)
    rooms.push_back(room);
  rewrite_all(rooms, lease.life);
}

// ---- Rooms that are another relay's -------------------------------------------------------------

void RoomBook::look_at_fenced() {
  for (const MatchId& match : std::exchange(fenced_, {})) {
    const auto owned = std::ranges::find_if(
        owned_, [&](const auto& each) { return each.second.stored.record.match == match; });
    if (owned == owned_.end()) continue;
    const auto found = store_->room(room_name_of(owned->first));
    if (!found) {
      fenced_.insert(match);
      continue;
    }
    // Should the room be ours by what is said of it, then that is old, or whoever comes asks for it
    // again, and it is taken with all that the log has.
    const bool is_known = *found && (*found)->record.owner != owner_;
    move_away(owned->first, is_known ? std::optional((*found)->record.address) : std::nullopt);
  }
}

/// The room by value, which may be a key of what goes.
void RoomBook::move_away(std::string room, std::optional<Address> relay) {
  owned_.erase(room);
  begun_.erase(room);
  heirs_.erase(room);
  news_.emplace_back(RoomMoved{std::move(room), std::move(relay)});
}

// ---- At the start -------------------------------------------------------------------------------

std::vector<std::optional<ClaimOutcome>> RoomBook::claim(
    std::span<const RoomClaim> claims, const std::optional<std::vector<RelayId>>& lives,
    const LeaseView& lease) {
  std::vector<std::optional<ClaimOutcome>> outcomes(claims.size());
  std::vector<Owned> owned(claims.size());
  std::vector<std::uint16_t> chances(claims.size());
  std::ranges::generate(chances, [this] { return static_cast<std::uint16_t>(dice_.next()); });
  store_->in_parallel(claims.size(), [&](std::size_t i) {
    outcomes[i] = claimed(claims[i], lives, chances[i], owned[i]);
  });
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (!outcomes[i] || !outcomes[i]->is_ours) continue;
    owned_[claims[i].room] = {owned[i].stored, lease.life};
    taken_news_.push_back({claims[i].match, owned[i].fence});
  }
  return outcomes;
}

std::optional<ClaimOutcome> RoomBook::claimed(const RoomClaim& claim,
                                              const std::optional<std::vector<RelayId>>& lives,
                                              std::uint16_t chance, Owned& owned) const {
  const RoomName room = room_name_of(claim.room);
  const auto stored = store_->room(room);
  if (!stored) return std::nullopt;
  if (*stored) {
    const RelayId& owner = (*stored)->record.owner;
    const bool was_ours = owner == owner_ || (lives && is_among(*lives, owner));
    if (!was_ours) return ClaimOutcome{};
  }
  // Who has gone on with the match has written there, should the room have been handed back since,
  // or the match be over. Without a room or a log it was begun without a fleet.
  const auto last = store_->last(claim.match);
  if (!last) return std::nullopt;
  const bool goes_on_here =
      !*last || !lives || (*last)->entry.owner == owner_ || is_among(*lives, (*last)->entry.owner);
  if (!goes_on_here && !TUTTI_MUTANT(older_journal_is_gone_on_with)) return ClaimOutcome{};
  const std::uint32_t known = *stored ? (*stored)->record.epoch : 0;
  owned.stored.record = search_.fresh();
  owned.stored.record.match = claim.match;
  owned.stored.record.epoch = std::max(known, claim.epoch);
  const AppendOutcome outcome =
      store_->write_room(room, owned.stored.record, *stored ? (*stored)->sequence : 0);
  if (outcome.kind != AppendOutcome::Kind::stored) return std::nullopt;
  owned.stored.sequence = outcome.sequence;
  if (!search_.settle(room, owned.stored, chance)) return std::nullopt;
  const auto fence = search_.fenced(room, owned.stored, *last);
  if (!fence) return std::nullopt;
  owned.fence = *fence;
  return ClaimOutcome{true, owned.stored.record.epoch};
}

}  // namespace tutti::detail
