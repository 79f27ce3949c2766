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
  const bool may_take = is_ours ? terms.has_lease : terms.may_take_over;
  if (!may_take) return {.owner = record.owner};
  return record.match ? take(question, **stored, terms.chance) : without_match(question, **stored);
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
  StoredRoom ours{.record = stored.record};
  ours.record.owner = owner_;
  ours.record.address = address_;
  ours.record.epoch += 1U + chance;
  const AppendOutcome taken = store_->write_room(room, ours.record, stored.sequence);
  if (taken.kind != room_stored) return {};
  ours.sequence = taken.sequence;
  if (!fence(room, ours)) return {};
  const auto entries = store_->read(*ours.record.match);
  if (!entries) return {};
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
          .taken_over = ours.record.match};
}

bool RoomSearch::fence(const RoomName& room, const StoredRoom& ours) const {
  if (TUTTI_MUTANT(nobody_is_fenced)) return true;
  for (int i = 0; i < fence_tries; ++i) {
    const auto last = store_->last(*ours.record.match);
    if (!last) return false;
    if (!*last) return is_still(room, ours);  // there is no log
    const LogEntry& entry = (*last)->entry;
    const bool is_fence = entry.owner == owner_ && entry.number == 0 && entry.records.empty();
    if (is_fence) return true;
    // Who was slow, and has lost the room to a third relay since, must not fence that one. Where
    // it takes the room after this look, its fence comes before ours, and ours is refused.
    if (!is_still(room, ours)) return false;
    const LogEntry ours_to_come{
        .match = *ours.record.match, .owner = owner_, .epoch = entry.epoch + 1};
    const auto kind = store_->append_now(ours_to_come, (*last)->sequence).kind;
    if (kind == room_stored) return true;
  }
  return false;
}

bool RoomSearch::is_still(const RoomName& room, const StoredRoom& ours) const {
  const auto now = store_->room(room);
  return now && *now && (*now)->sequence == ours.sequence;
}

}  // namespace tutti::detail
