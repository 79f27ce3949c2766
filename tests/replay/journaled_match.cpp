// A match of which a journal has the older part becomes the very file that it would become in
// memory, and lies in another journal as it did in the one before.

#include "tutti/replay/journaled_match.hpp"

#include "matches.hpp"
#include "support/catch.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t page_events = 16;
/// Events come up to so many ticks late.
constexpr std::uint32_t late_ticks = 20;
/// Players agree on a digest so many ticks after its state.
constexpr std::int64_t agreed_after_ticks = 400;

/// In an order in which a relay may have accepted them.
std::vector<EventView> accepted_order(const MatchRecord& record) {
  Random random(7);
  std::vector<std::pair<std::int64_t, EventView>> events;
  for (const EventView& event : record.log.events().subspan(1))
    events.emplace_back(event.tick.value + random.below(late_ticks), event);
  std::ranges::stable_sort(events, {}, [](const auto& event) { return event.first; });
  std::vector<EventView> accepted;
  for (const auto& event : events)
    accepted.push_back(event.second);
  return accepted;
}

/// The first items, which are taken away, as long as `is_old` holds.
template <class Item, class IsOld>
std::span<const Item> take_old(std::span<const Item>& items, IsOld is_old) {
  const auto end = std::find_if_not(items.begin(), items.end(), is_old);
  const auto old = items.first(static_cast<std::size_t>(end - items.begin()));
  items = items.subspan(old.size());
  return old;
}

/// The first item, unless there are only two.
template <class Item>
std::span<const Item> take_one(std::span<const Item>& items) {
  const auto one = items.first(items.size() > 2 ? 1 : 0);
  items = items.subspan(one.size());
  return one;
}

/// Most of a match in pages of a journal.
JournaledMatch put_away(Journal& journal, const MatchRecord& record) {
  const MatchOpening opening{record.room, record.started_utc, record.build, record.log.setup()};
  const MatchNumber number = journal.begin(opening);
  const std::vector<EventView> accepted = accepted_order(record);
  const std::size_t paged = accepted.size() * 3 / 4 / page_events * page_events;
  std::span<const RecordedDigest> digests = record.digests;
  std::span<const ArrivalMargins> margins = record.margins;
  std::span<const DesyncFinding> desyncs = record.desyncs;
  // They come in any order.
  const std::vector<ClientKey> all_keys(record.client_keys.rbegin(), record.client_keys.rend());
  const std::vector<PlayerSignature> all_signatures(record.player_signatures.rbegin(),
                                                    record.player_signatures.rend());
  std::span<const ClientKey> keys = all_keys;
  std::span<const PlayerSignature> signatures = all_signatures;
  std::vector<JournalPage> places;
  for (std::size_t first = 0; first < paged; first += page_events) {
    Tick horizon = record.log.horizon();
    for (const EventView& later : std::span(accepted).subspan(first + page_events))
      horizon = std::min(horizon, later.tick - 1);
    const auto was_agreed = [&](const auto& one) {
      return one.tick + agreed_after_ticks < horizon;
    };
    const auto page = journal.append_page(
        number, {first + 1, std::span(accepted).subspan(first, page_events), horizon},
        {.digests = take_old(digests, was_agreed),
         .margins = take_old(margins, [&](const auto& one) { return one.from + 600 < horizon; }),
         .desyncs = take_old(desyncs, was_agreed),
         .client_keys = take_one(keys),
         .player_signatures = take_one(signatures)});
    REQUIRE(page);
    places.push_back(*page);
  }
  journal.flush(1s);
  MatchRecord rest(opening);
  for (const EventView& event : std::span(accepted).subspan(paged))
    REQUIRE(rest.log.add(event) == Log::Added::yes);
  rest.digests.assign(digests.begin(), digests.end());
  rest.margins.assign(margins.begin(), margins.end());
  rest.desyncs.assign(desyncs.begin(), desyncs.end());
  rest.client_keys.assign(keys.begin(), keys.end());
  rest.player_signatures.assign(signatures.begin(), signatures.end());
  rest.end = record.end;
  rest.is_unwritten = record.is_unwritten;
  return {std::move(rest), journal.pages(std::move(places), paged), record.log.horizon(),
          record.log.head()};
}

Result<Bytes> written(const JournaledMatch& match, const std::optional<SigningKey>& key = {}) {
  Bytes bytes;
  const Result<void> done = write_match(match, key, [&](BytesView piece) -> Result<void> {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return {};
  });
  if (!done) return Unexpected{done.error()};
  return bytes;
}

/// A match with all that a relay writes beside a log.
MatchRecord match_of(std::int64_t ticks, bool has_dense_digests = false) {
  MatchOpening opening = opening_of("KAZOO");
  opening.setup.terms.has_dense_digests = has_dense_digests;
  MatchRecord match(opening);
  const std::array<std::byte, 16> resume{std::byte{9}};
  match.log.add(relay_event(
      1, 1,
      {.kind = EventKind::joined, .player = PlayerId{0}, .name = "ada", .resume_hash = resume}));
  for (const Event& event : play(ticks - 1, 5)) {
    if (!event.author.is_relay()) match.log.add(event);
  }
  match.log.add(relay_event(ticks, 2, {.kind = EventKind::match_ended}));
  match.log.close(Tick{ticks});
  match.digests = digests_of(match.log, 60);
  if (match.digests.size() > 8) match.digests[5].head = Head{};  // of another log
  for (Tick from{0}; from < Tick{ticks}; from = from + 600)
    match.margins.push_back({.from = from, .player = PlayerId{0}, .count = 3, .least = -2});
  for (Tick tick{1}; tick < Tick{ticks}; tick = tick + 1000)
    match.desyncs.push_back({.tick = tick});
  const PublicKey key = SigningKey::from_hex(std::string(64, 'a'))->public_key();
  for (int other = 0; other < 9; ++other)
    match.client_keys.push_back({{static_cast<std::byte>(other)}, {{std::byte{1}}}});
  match.client_keys.push_back({resume, key});
  for (Tick tick{0}; tick < Tick{ticks}; tick = tick + 500)
    match.player_signatures.push_back({.player = PlayerId{0}, .tick = tick, .key = key});
  match.end = EndReason::time_over;
  return match;
}

}  // namespace

TEST_CASE("journaled: a match becomes the same bytes from pages of a journal as from memory") {
  const std::int64_t ticks = GENERATE(2, 600, 3600, 36000);
  const bool is_dense = GENERATE(false, true);
  CAPTURE(ticks, is_dense);
  MatchRecord record = match_of(ticks, is_dense);
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  const JournaledMatch match = put_away(journal, record);
  if (ticks > 600) REQUIRE(match.pages.size() >= 10);
  CHECK(*written(match) == write_match(record));
  const SigningKey key = *SigningKey::from_hex(std::string(64, 'b'));
  sign(record, key);
  CHECK(*written(match, key) == write_match(record));
}

TEST_CASE("journaled: digests that all tell of another log are all kept, and none of them short") {
  MatchRecord record = match_of(3600);
  const std::size_t from = GENERATE(std::size_t{0}, std::size_t{20});
  for (std::size_t i = from; i < record.digests.size(); ++i)
    record.digests[i].head = Head{};
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  const Bytes file = *written(put_away(journal, record));
  CHECK(file == write_match(record));
  CHECK(read_match(file)->record.digests.back() == record.digests.back());
}

TEST_CASE("journaled: a match that is read whole is the one that was put away") {
  const MatchRecord record = match_of(3600);
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  JournaledMatch match = put_away(journal, record);
  const Result<MatchRecord> whole = std::move(match).read();
  REQUIRE(whole);
  CHECK(write_match(*whole) == write_match(record));
}

TEST_CASE("journaled: of several keys with one hash the first counts, in pages and behind them") {
  const MatchRecord record = match_of(3600);
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  JournaledMatch match = put_away(journal, record);
  ClientKey again = record.client_keys.back();  // it is in the first page
  again.key.bytes[0] ^= std::byte{1};
  match.rest.client_keys.push_back(again);
  CHECK(*written(match) == write_match(record));
  CHECK(write_match(*std::move(match).read()) == write_match(record));
}

TEST_CASE("journaled: a match that was copied outlives the journal that it was in") {
  const MatchRecord record = match_of(3600);
  SimulatedStorage disk;
  std::optional<Journal> journal = open_journal(disk);
  JournaledMatch match = put_away(*journal, record);
  SimulatedStorage other;
  Journal next = open_journal(other);
  const Result<CopiedMatch> copied = next.copy(match);
  REQUIRE(copied);
  next.flush(1s);
  journal.reset();
  CHECK(*written(match) == write_match(record));  // it keeps what it reads
  match.pages = next.pages(copied->places, match.pages.events());
  CHECK(*written(match) == write_match(record));
  const Result<ReadMatch> read = read_match(*other.read(journal_path));
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(write_match(read->record) == write_match(record));
}

TEST_CASE(
    "journaled: pages that are not those of the match make no file, and no number is believed") {
  const MatchRecord record = match_of(3600);
  SimulatedStorage storage;
  Journal journal = open_journal(storage);
  JournaledMatch match = put_away(journal, record);
  const auto refused = [&] {
    const Result<Bytes> bytes = written(match);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().fault == Fault::bad_data);
    return bytes.error().sentence;
  };
  SECTION("another head") {
    match.head.bytes[0] ^= std::byte{1};
    CHECK_THAT(refused(), contains("another match"));
  }
  SECTION("pages of another match") {
    match.pages = put_away(journal, match_of(3000)).pages;
    CHECK_THAT(refused(), contains("lost a part") || contains("another match"));
  }
  SECTION("places behind the end") {
    match.pages = journal.pages({{journal.status().written.bytes - 10, 100}}, page_events);
    CHECK_THAT(refused(), contains("shorter"));
  }
  SECTION("places between pages") {
    match.pages = journal.pages({{40, 100}}, page_events);
    CHECK_THAT(refused(), contains("lost a part"));
  }
}

TEST_CASE("journaled: a file is the same only if all of its bytes are") {
  SimulatedStorage storage;
  const Bytes file = write_match(match_of(3600));
  REQUIRE(storage.replace("there", file));
  Bytes other = file;
  const auto is_same = [&] {
    return *holds_exactly(storage, "there", [&](const ByteSink& sink) -> Result<void> {
      const BytesView bytes(other);
      if (Result<void> taken = sink(bytes.first(bytes.size() / 2)); !taken) return taken;
      return sink(bytes.subspan(bytes.size() / 2));
    });
  };
  CHECK(is_same());
  other.back() ^= std::byte{1};
  CHECK_FALSE(is_same());
  other = file;
  other.push_back(std::byte{});
  CHECK_FALSE(is_same());
  other.resize(file.size() - 1);
  CHECK_FALSE(is_same());
  CHECK(*holds_exactly(storage, "there", content_of(storage, "there")));
  CHECK_FALSE(*holds_exactly(storage, "gone", content_of(storage, "there")));
  CHECK_FALSE(holds_exactly(storage, "there", content_of(storage, "gone")));
}
