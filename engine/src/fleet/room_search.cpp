#include "fleet/room_search.hpp"

#include <utility>

#include "tutti/replay/reader.hpp"
#include "tutti/sim/mutant.hpp"
#include "tutti/sim/roster.hpp"

namespace tutti::detail {

namespace {

constexpr auto room_stored = AppendOutcome::Kind::stored;
/// Another relay writes at the same time at most as often as it had entries under way.
constexpr int fence_tries = 8;

std::uint64_t sequence_of(const std::optional<StoredEntry>& entry) {
  return entry ? entry->sequence : 0;
}

}  // namespace

SearchResult RoomSearch::look(const RoomQuestion& question, const SearchTerms& terms) const {
  const RoomName room = room_name_of(question.room);
  if (question.opens) {
    if (!terms.has_lease) return {};
    const AppendOutcome made = store_->write_room(room, fresh(), 0);
    if (made.kind == room_stored) {
      return {.answer = room_answer::Opened{}, .ours = StoredRoom{made.sequence, fresh()}};
    }
    if (made.kind == AppendOutcome::Kind::unknown) return {};
  }
  // First the room and then the relay: what that one writes once it is back, it writes of the room
  // as well, and what was read here is not the last any more.
  const auto stored = store_->room(room);
  if (!stored) return {};
  if (!*stored && question.opens) return {};
  if (!*stored) return {.answer = room_answer::Nowhere{}};
  const RoomRecord& record = (*stored)->record;
  const bool is_ours = record.owner == owner_;
  if (!is_ours) {
    const auto card = store_->relay(record.owner);
    if (!card) return {.owner = record.owner};
    const bool is_there = *card && !TUTTI_MUTANT(rooms_have_two_owners);
    if (is_there) return {.answer = room_answer::Elsewhere{record.address}, .owner = record.owner};
  }
  const bool may_take = terms.has_lease && (is_ours || may_take_over(record.owner, terms));
  if (!may_take) return {.owner = record.owner};
  return record.match ? take(question, **stored, terms.chance) : without_match(question, **stored);
}

bool RoomSearch::may_take_over(const RelayId& owner, const SearchTerms& terms) const {
  if (terms.knows_who_is_there) return true;
  const auto is_there = store_->has_connection(owner);
  return is_there && !*is_there;
}

SearchResult RoomSearch::opened(const RoomName& room, std::uint64_t after) const {
  const AppendOutcome made = store_->write_room(room, fresh(), after);
  if (made.kind != room_stored) return {};
  return {.answer = room_answer::Opened{}, .ours = StoredRoom{made.sequence, fresh()}};
}

/// There is nothing to go on with.
SearchResult RoomSearch::without_match(const RoomQuestion& question,
                                       const StoredRoom& stored) const {
  const RoomName room = room_name_of(question.room);
  if (question.opens) return opened(room, stored.sequence);
  if (!store_->remove_room(room, stored.sequence)) return {};
  return {.answer = room_answer::Nowhere{}};
}

SearchResult RoomSearch::take(const RoomQuestion& question, const StoredRoom& stored,
                              std::uint16_t chance) const {
  const RoomName room = room_name_of(question.room);
  const auto last = store_->last(*stored.record.match);
  if (!last) return {};
  StoredRoom ours{.record = stored.record};
  ours.record.owner = owner_;
  ours.record.address = address_;
  const AppendOutcome taken = store_->write_room(room, ours.record, stored.sequence);
  if (taken.kind != room_stored) return {};
  ours.sequence = taken.sequence;
  if (!settle(room, ours, chance)) return {};
  const auto fence = fenced(room, ours, *last);
  if (!fence) return {};
  auto known = ahead_->take(*ours.record.match);
  const bool is_known = TUTTI_MUTANT(what_was_read_ahead_is_all) && !known.empty();
  const auto entries =
      is_known ? std::move(known) : read_log(*store_, *ours.record.match, *fence, std::move(known));
  if (!entries) return {};
  // A server that confirmed the fence may have confirmed an entry behind the same one, too.
  const auto end = store_->last(*ours.record.match);
  const bool has_more = end && *end && (*end)->sequence > *fence;
  if (!end || (has_more && !TUTTI_MUTANT(fences_are_the_end))) return {};
  const auto log = assemble(*entries);
  auto match = log ? read_match(log->journal) : Result<ReadMatch>(Unexpected{log.error()});
  const bool is_over = match && (match->record.end || match->record.log.ended());
  if (!match || is_over) {
    SearchResult result = without_match(question, ours);
    result.is_lost = !match && !entries->empty();
    return result;
  }
  const std::uint32_t epoch = Roster::of(match->record.log).epoch();
  if (epoch >= ours.record.epoch) {  // none that this directory knew of
    ours.record.epoch = epoch + 1U + chance;
    const AppendOutcome raised = store_->write_room(room, ours.record, ours.sequence);
    if (raised.kind != room_stored) return {};
    ours.sequence = raised.sequence;
  }
  return {.answer = room_answer::TakenOver{std::move(match->record), ours.record.epoch},
          .ours = ours,
          .taken_over = TakenMatch{*ours.record.match, *fence}};
}

std::optional<std::uint64_t> RoomSearch::fenced(const RoomName& room, StoredRoom& ours,
                                                std::optional<StoredEntry> last) const {
  const MatchId& match = *ours.record.match;
  if (TUTTI_MUTANT(nobody_is_fenced)) return sequence_of(last);
  if (!last) return is_still(room, ours) ? std::optional<std::uint64_t>(0) : std::nullopt;
  for (int i = 0; i < fence_tries; ++i) {
    const LogEntry entry{.match = match, .owner = owner_, .epoch = last->entry.epoch + 1};
    const AppendOutcome outcome = store_->append_now(entry, last->sequence);
    if (outcome.kind == room_stored) return outcome.sequence;
    const auto now = store_->last(match);
    if (!now || !*now) return std::nullopt;
    if ((*now)->entry == entry) return (*now)->sequence;
    // Who was slow, and has lost the room to a third relay since, must not fence that one. Where
    // it takes the room after this look, its fence comes before ours, and ours is refused.
    if (!is_still(room, ours)) return std::nullopt;
    last = *now;
  }
  return std::nullopt;
}

bool RoomSearch::settle(const RoomName& room, StoredRoom& ours, std::uint16_t chance) const {
  // The place grows with everything that is said of rooms.
  const bool is_counted = ours.sequence > ours.record.epoch && ours.sequence <= UINT32_MAX;
  const bool grows_alike = TUTTI_MUTANT(epochs_grow_by_chance) || !is_counted;
  ours.record.epoch =
      grows_alike ? ours.record.epoch + 1U + chance : static_cast<std::uint32_t>(ours.sequence);
  return is_still(room, ours);
}

bool RoomSearch::is_still(const RoomName& room, StoredRoom& ours) const {
  const AppendOutcome said = store_->write_room(room, ours.record, ours.sequence);
  if (said.kind != room_stored) return false;
  ours.sequence = said.sequence;
  return true;
}

}  // namespace tutti::detail
