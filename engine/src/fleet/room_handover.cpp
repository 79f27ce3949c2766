// How a relay's rooms go to others. The relay that a room will go to reads its log while the match
// is still played here, and says so; then the match has to stand still only for what came since.

#include "fleet/room_book.hpp"

#include <algorithm>
#include <utility>

namespace tutti::detail {

namespace {

/// To see whether another relay has gone on with what it was handed.
constexpr Duration look_after_interval = std::chrono::milliseconds(10);
/// Its players may be gone too.
constexpr Duration on_the_way_most = std::chrono::seconds(1);
/// For a relay that reads a log: without it, the match stands still longer.
constexpr Duration reading_patience = std::chrono::seconds(1);

}  // namespace

// ---- Before -------------------------------------------------------------------------------------

void RoomBook::prepare(const std::string& room, Instant now) {
  heirs_.erase(room);
  const auto owned = owned_.find(room);
  const bool has_match = owned != owned_.end() && owned->second.stored.record.match;
  Seen* const next = has_match ? heir_of(room, now) : nullptr;
  if (next == nullptr) return prepared_.push_back(room);  // `hand_over` says what becomes of it
  const MatchId match = *owned->second.stored.record.match;
  heirs_[room] = {.relay = next->card.relay, .match = match, .until = now + reading_patience};
  store_->tell(next->card.relay, {RelayWord::Kind::read_ahead, owner_, match});
}

RoomBook::Seen* RoomBook::heir_of(const std::string& room, Instant now) {
  const auto known = heirs_.find(room);
  const auto seen = known == heirs_.end() ? seen_.end() : seen_.find(known->second.relay);
  const bool may_take =
      seen != seen_.end() && !seen->second.card.is_draining && !is_silent(seen->first, now);
  if (may_take) return &seen->second;
  Seen* const next = least_busy(now);
  if (next != nullptr) ++next->card.rooms;  // it has not said so yet
  return next;
}

void RoomBook::hear() {
  while (const auto word = store_->next_word()) {
    if (word->kind == RelayWord::Kind::read_ahead) {
      to_read_.push_back(*word);
      continue;
    }
    for (auto& [room, heir] : heirs_) {
      const bool is_it = heir.match == word->match && heir.relay == word->from;
      if (is_it) note_prepared(room, heir);
    }
  }
}

void RoomBook::look_after_heirs(Instant now) {
  for (auto& [room, heir] : heirs_) {
    if (now >= heir.until) note_prepared(room, heir);
  }
}

void RoomBook::note_prepared(const std::string& room, Heir& heir) {
  if (!std::exchange(heir.has_read, true)) prepared_.push_back(room);
}

std::optional<std::string> RoomBook::next_prepared() {
  if (prepared_.empty()) return std::nullopt;
  std::string room = std::move(prepared_.front());
  prepared_.pop_front();
  return room;
}

// ---- At the relay that it will go to ------------------------------------------------------------

std::optional<RelayWord> RoomBook::next_to_read() {
  if (to_read_.empty()) return std::nullopt;
  const RelayWord wanted = to_read_.front();
  to_read_.pop_front();
  return wanted;
}

void RoomBook::read_ahead(const RelayWord& wanted, Instant now) {
  if (!ahead_.read(*store_, wanted.match, now)) return;
  store_->tell(wanted.from, {RelayWord::Kind::has_read, owner_, wanted.match});
}

// ---- Then ---------------------------------------------------------------------------------------

void RoomBook::hand_over(const std::string& room, bool is_stored, Instant now) {
  const auto owned = owned_.find(room);
  if (owned == owned_.end()) return;  // the relay hears why
  RoomRecord record = owned->second.stored.record;
  if (const auto begun = begun_.find(room); begun != begun_.end()) record.match = begun->second;
  Seen* const next = is_stored && record.match ? heir_of(room, now) : nullptr;
  heirs_.erase(room);
  if (next == nullptr) {
    news_.emplace_back(RoomMoved{.room = room, .is_kept = true});
    return;
  }
  record.owner = next->card.relay;
  record.address = next->card.address;
  const RoomName name = room_name_of(room);
  const auto outcome = store_->write_room(name, record, owned->second.stored.sequence);
  if (outcome.kind == AppendOutcome::Kind::stored) {
    on_the_way_[name] = {outcome.sequence, now + on_the_way_most};
    return move_away(room, record.address);
  }
  // Somebody else has said something of it, or nobody knows whether this was stored. Until that is
  // known, the room stands still.
  unsure_.insert(room);
}

void RoomBook::look_at_unsure() {
  for (const std::string& room : std::exchange(unsure_, {})) {
    const auto owned = owned_.find(room);
    if (owned == owned_.end()) continue;
    const auto found = store_->room(room_name_of(room));
    if (!found) {
      unsure_.insert(room);
    } else if (!*found) {
      move_away(room, std::nullopt);
    } else if ((*found)->record.owner != owner_) {
      move_away(room, (*found)->record.address);
    } else {
      // What was sent may be stored yet, unless something of ours comes first.
      owned->second.stored.sequence = (*found)->sequence;
      std::optional<Address> relay;
      const Rewritten done = rewrite(room, owned->second, relay);
      if (done == Rewritten::lost) move_away(room, relay);
      if (done == Rewritten::yes) news_.emplace_back(RoomMoved{.room = room, .is_kept = true});
      if (done == Rewritten::no) unsure_.insert(room);
    }
  }
}

/// Whoever goes on with a room says something of it.
void RoomBook::look_after_sent(Instant now) {
  if (on_the_way_.empty() || now < next_look_after_) return;
  next_look_after_ = now + look_after_interval;
  const std::vector<std::pair<RoomName, Sent>> sent(on_the_way_.begin(), on_the_way_.end());
  std::vector<std::uint8_t> has_come(sent.size());
  store_->in_parallel(sent.size(), [&](std::size_t i) {
    const auto found = store_->room(sent[i].first);
    has_come[i] = found && (!*found || (*found)->sequence != sent[i].second.sequence);
  });
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (has_come[i] != 0 || now >= sent[i].second.until) on_the_way_.erase(sent[i].first);
  }
}

}  // namespace tutti::detail
