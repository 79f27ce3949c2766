// One match out of several files of it: the relay's, and what its players recorded.

#include <algorithm>
#include <array>

#include "tutti/replay/match_record.hpp"

namespace tutti {

namespace {

/// The first tick through which the heads of two logs differ; both are known through `last`, and
/// differ there.
Tick first_parting(const Log& left, const Log& right, Tick last) {
  Tick equal{0};
  while (last - equal > 1) {
    const Tick middle = equal + (last - equal) / 2;
    (left.head(middle) == right.head(middle) ? equal : last) = middle;
  }
  return last;
}

/// All of both in order, what is the same once.
template <class T, class Less, class Same>
void unite(std::vector<T>& to, std::vector<T>&& from, Less is_less, Same is_same) {
  to.insert(to.end(), std::move_iterator(from.begin()), std::move_iterator(from.end()));
  std::stable_sort(to.begin(), to.end(), is_less);
  to.erase(std::unique(to.begin(), to.end(), is_same), to.end());
}

void unite_digests(std::vector<RecordedDigest>& to, std::vector<RecordedDigest>&& from) {
  const auto is_less = [](const RecordedDigest& a, const RecordedDigest& b) {
    if (a.tick != b.tick) return a.tick < b.tick;
    if (a.head != b.head) return a.head < b.head;
    if (a.is_short != b.is_short) return b.is_short;  // the full one stays
    return a.state < b.state;
  };
  unite(to, std::move(from), is_less, [](const RecordedDigest& kept, const RecordedDigest& next) {
    return kept.tick == next.tick && kept.head == next.head &&
           (next.is_short ? next.agrees_with(kept.state) : next == kept);
  });
}

/// Of each participant the pieces of that side which has more of them: two runs of one player's
/// screens have no common clock.
void unite_telemetry(std::vector<Telemetry>& to, std::vector<Telemetry>&& from) {
  std::array<std::int64_t, 256> lead{};  // bytes that `from` has more, by slot
  for (const Telemetry& piece : to)
    lead[piece.player.value] -= static_cast<std::int64_t>(piece.bytes.size());
  for (const Telemetry& piece : from)
    lead[piece.player.value] += static_cast<std::int64_t>(piece.bytes.size());
  std::erase_if(to, [&](const Telemetry& piece) { return lead[piece.player.value] > 0; });
  std::erase_if(from, [&](const Telemetry& piece) { return lead[piece.player.value] <= 0; });
  to.insert(to.end(), std::move_iterator(from.begin()), std::move_iterator(from.end()));
  std::stable_sort(to.begin(), to.end(), [](const Telemetry& a, const Telemetry& b) {
    return a.player.value < b.player.value;
  });
}

void unite_beside(MatchRecord& record, MatchRecord&& other) {
  const auto by_tick = [](const auto& a, const auto& b) { return a.tick < b.tick; };
  const auto same = [](const auto& a, const auto& b) { return a == b; };
  unite_digests(record.digests, std::move(other.digests));
  unite(record.desyncs, std::move(other.desyncs), by_tick, same);
  unite(record.signatures, std::move(other.signatures), by_tick, same);
  unite(
      record.client_keys, std::move(other.client_keys),
      [](const ClientKey& a, const ClientKey& b) { return a.resume_hash < b.resume_hash; },
      [](const ClientKey& a, const ClientKey& b) { return a.resume_hash == b.resume_hash; });
  unite(
      record.player_signatures, std::move(other.player_signatures),
      [](const PlayerSignature& a, const PlayerSignature& b) {
        return a.tick != b.tick ? a.tick < b.tick : a.player.value < b.player.value;
      },
      same);
  unite(record.states, std::move(other.states), by_tick, same);
  unite(
      record.marks, std::move(other.marks),
      [](const Mark& a, const Mark& b) { return a.from < b.from; }, same);
  unite(
      record.margins, std::move(other.margins),
      [](const ArrivalMargins& a, const ArrivalMargins& b) {
        return a.from != b.from ? a.from < b.from : a.player.value < b.player.value;
      },
      [](const ArrivalMargins& a, const ArrivalMargins& b) {
        return a.from == b.from && a.player == b.player;
      });
  unite_telemetry(record.telemetry, std::move(other.telemetry));
}

}  // namespace

Result<void> merge(MatchRecord& record, MatchRecord other) {
  if (!(record.log.setup() == other.log.setup())) {
    return fail(Fault::bad_data, "it is another match: their setups differ");
  }
  if (other.log.horizon() > record.log.horizon()) std::swap(record, other);
  const Tick both = other.log.horizon();
  if (record.log.head(both) != other.log.head(both)) {
    const Tick tick = first_parting(record.log, other.log, both);
    return fail(Fault::bad_data,
                "it is another match: their logs part at tick " + std::to_string(tick.value));
  }
  // A player who stopped recording at the last tick knows less of the end than the relay.
  const bool knows_end = record.end && *record.end != EndReason::recording_stopped;
  if (!knows_end && other.end && record.log.horizon() == both) record.end = other.end;
  record.is_unwritten = record.is_unwritten || other.is_unwritten;
  // Room and time as they were signed: a player's recording has them by its own clock.
  if (record.signatures.empty() && !other.signatures.empty()) {
    record.room = other.room;
    record.started_utc = other.started_utc;
    record.build = other.build;
  }
  unite_beside(record, std::move(other));
  return {};
}

}  // namespace tutti
