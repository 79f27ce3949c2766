// What a relay asks about rooms, and what it sees of the other relays for that.

#include <algorithm>
#include <utility>

#include "fleet/room_book.hpp"

namespace tutti::detail {

namespace {

/// Questions that are looked into at a time: those behind them wait for no more.
constexpr std::size_t searches_most = 64;
constexpr Duration search_interval = std::chrono::milliseconds(150);
/// After a leader of JetStream was lost, it takes some seconds until there is another one, and then
/// some until it is known who has survived.
constexpr Duration search_patience = std::chrono::seconds(12);
/// After a loss of JetStream's leader the cards of all relays have expired: those that are there
/// have this time to say so, as they do every 0.4 s. One that is later loses its rooms to others,
/// which does no harm but to the patience of its players. For one that has no connection to the
/// servers nobody waits.
constexpr Duration hearing_time = limits::fleet_silence - limits::fleet_margin;
constexpr Duration look_interval = std::chrono::milliseconds(250);
/// A relay that has not renewed its lease for this long may be gone: what is its own is not pointed
/// at before that is known.
constexpr Duration renewal_overdue = std::chrono::milliseconds(800);
/// Where a relay has so many rooms less, or a tenth less, new ones are opened there.
constexpr std::uint32_t rooms_less = 8;
constexpr Duration sweep_interval = std::chrono::seconds(30);
/// Longer than a relay keeps the slot of a player who is away.
constexpr Duration orphan_time = std::chrono::seconds(120);
constexpr std::size_t swept_at_once = 32;

}  // namespace

void RoomBook::answer_all(const LeaseView& lease, Instant now) {
  std::vector<Pending> due;
  std::deque<Pending> later;
  std::set<std::string> rooms;  // of those that are due: who asks for the same one comes after that
  for (Pending& each : std::exchange(pending_, {})) {
    const bool is_due = due.size() < searches_most && now >= each.next_try &&
                        rooms.insert(each.question.room).second;
    if (!is_due) {
      later.push_back(std::move(each));
    } else if (!answer_at_once(each, now)) {
      due.push_back(std::move(each));
    }
  }
  pending_ = std::move(later);
  const SearchTerms terms{.has_lease = lease.is_held,
                          .knows_who_is_there = now - lease.since >= hearing_time};
  std::vector<SearchTerms> of_each(due.size(), terms);
  for (SearchTerms& each : of_each)
    each.chance = static_cast<std::uint16_t>(dice_.next());
  std::vector<SearchResult> results(due.size());
  store_->in_parallel(
      due.size(), [&](std::size_t i) { results[i] = search_.look(due[i].question, of_each[i]); });
  for (std::size_t i = 0; i < due.size(); ++i)
    take(due[i], std::move(results[i]), lease, now);
  std::erase_if(pending_, [&](const Pending& each) {
    const bool is_ours = owned_.contains(each.question.room);
    if (is_ours) answer(each, room_answer::Opened{});
    return is_ours;
  });
}

bool RoomBook::answer_at_once(const Pending& pending, Instant now) {
  const RoomQuestion& question = pending.question;
  // The relay has it since it asked, or is about to.
  if (owned_.contains(question.room)) {
    answer(pending, room_answer::Opened{});
    return true;
  }
  if (!question.opens || !question.may_be_opened_elsewhere) return false;
  const std::optional<Address> relay = with_less_to_do(now);
  if (relay) answer(pending, room_answer::Elsewhere{*relay});
  return relay.has_value();
}

void RoomBook::take(Pending& pending, SearchResult result, const LeaseView& lease, Instant now) {
  lost_ += result.is_lost;
  if (result.ours) owned_[pending.question.room] = {*result.ours, lease.life};
  if (result.taken_over) {
    ++taken_over_;
    taken_news_.push_back(*result.taken_over);
  }
  const bool is_elsewhere =
      result.answer && std::holds_alternative<room_answer::Elsewhere>(*result.answer);
  const bool is_doubtful = is_elsewhere && result.owner && is_silent(*result.owner, now);
  if (result.answer && !is_doubtful) return answer(pending, std::move(*result.answer));
  if (now - pending.asked >= search_patience) {
    return answer(pending, room_answer::Unknown{"the relay's fleet does not answer at present"});
  }
  pending.next_try = now + search_interval;
  pending_.push_back(std::move(pending));
}

void RoomBook::answer(const Pending& pending, SearchResult::Answer answer) {
  news_.emplace_back(RoomAnswer{pending.question.number, std::move(answer)});
}

// ---- The other relays ---------------------------------------------------------------------------

void RoomBook::look_around(Instant now) {
  if (now < next_look_) return;
  next_look_ = now + look_interval;
  const auto cards = store_->relays();
  if (!cards) return;
  std::map<RelayId, Seen> seen;
  for (const RelayCard& card : *cards) {
    const auto before = seen_.find(card.relay);
    const bool is_renewed = before == seen_.end() || before->second.card.renewal != card.renewal;
    seen[card.relay] = {card, is_renewed ? now : before->second.renewed};
  }
  seen_ = std::move(seen);
}

bool RoomBook::is_silent(const RelayId& relay, Instant now) const {
  const auto seen = seen_.find(relay);
  return seen != seen_.end() && now - seen->second.renewed >= renewal_overdue;
}

RoomBook::Seen* RoomBook::least_busy(Instant now) {
  Seen* least = nullptr;
  for (auto& [relay, seen] : seen_) {
    const bool may_open = relay != owner_ && !seen.card.is_draining && !is_silent(relay, now);
    if (may_open && (least == nullptr || seen.card.rooms < least->card.rooms)) least = &seen;
  }
  return least;
}

std::optional<Address> RoomBook::least_crowded(Instant now) const {
  const Seen* least = nullptr;
  for (const auto& [relay, seen] : seen_) {
    const bool may_take = relay != owner_ && !seen.card.is_draining && !is_silent(relay, now);
    const bool has_fewer = least == nullptr || seen.card.connections < least->card.connections;
    if (may_take && has_fewer) least = &seen;
  }
  return least == nullptr ? std::nullopt : std::optional(least->card.address);
}

std::optional<Address> RoomBook::with_less_to_do(Instant now) {
  Seen* least = least_busy(now);
  if (least == nullptr) return std::nullopt;
  const auto here = static_cast<std::uint32_t>(owned_.size());
  const bool has_less = here > least->card.rooms + std::max(rooms_less, here / 10);
  if (!has_less && !is_draining_) return std::nullopt;
  ++least->card.rooms;  // it has not said so yet
  return least->card.address;
}

/// Rooms whose relays are gone, and for which nobody asks, do not keep their codes for ever. One of
/// the relays looks.
void RoomBook::sweep(const LeaseView& lease, Instant now) {
  const bool is_sweeper = lease.is_held && now - lease.since >= orphan_time && !seen_.empty() &&
                          seen_.begin()->first == owner_;
  if (!is_sweeper) {
    to_sweep_.clear();
    orphans_.clear();
    return;
  }
  if (to_sweep_.empty()) {
    if (now < next_sweep_) return;
    next_sweep_ = now + sweep_interval;
    const auto rooms = store_->rooms();
    if (!rooms) return;
    to_sweep_.assign(rooms->begin(), rooms->end());
    const std::set<RoomName> there(rooms->begin(), rooms->end());
    std::erase_if(orphans_, [&](const auto& each) { return !there.contains(each.first); });
  }
  std::vector<RoomName> names;
  for (; !to_sweep_.empty() && names.size() < swept_at_once; to_sweep_.pop_front())
    names.push_back(to_sweep_.front());
  std::vector<std::optional<StoredRoom>> found(names.size());
  store_->in_parallel(names.size(), [&](std::size_t i) {
    auto stored = store_->room(names[i]);
    if (stored) found[i] = std::move(*stored);
  });
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!found[i] || seen_.contains(found[i]->record.owner)) {
      orphans_.erase(names[i]);
      continue;
    }
    const Instant since = orphans_.try_emplace(names[i], now).first->second;
    if (now - since < orphan_time) continue;
    if (store_->remove_room(names[i], found[i]->sequence)) orphans_.erase(names[i]);
  }
}

}  // namespace tutti::detail
