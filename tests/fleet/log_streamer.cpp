// The log of each match arrives in the fleet's store as the relay's journal has it, whatever the
// store does with what is sent, and whatever becomes of the journal.

#include "fleet/log_streamer.hpp"

#include "fleet/memory_store.hpp"
#include "fleet/played_relay.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

void check_all_are_there(FleetStore& store, PlayedRelay& relay) {
  for (const Played& match : relay.matches()) {
    const MatchRecord found = found_in(store, match.record);
    CHECK(found.room == match.record.room);
    CHECK(found.log.horizon() == match.record.log.horizon());
    CHECK(found.log.head() == match.record.log.head());
    CHECK(found.end == match.record.end);
  }
}

/// What is said to be replicated is there, and stays. Gives how often it was said.
std::uint64_t check_replicated(MemoryStore& store, PlayedRelay& relay, Streaming& streaming) {
  const auto replicated = streaming.streamer().take_replicated();
  const bool was_out_of_reach = std::exchange(store.is_out_of_reach, false);
  for (const auto& [room, tick] : replicated) {
    const auto of_room = [&room = room](const Played& match) { return match.record.room == room; };
    const auto match = std::ranges::find_if(relay.matches(), of_room);
    REQUIRE(match != relay.matches().end());
    const MatchRecord found = found_in(store, match->record);
    CHECK(found.log.horizon() >= tick);
    CHECK(found.log.head(tick) == match->record.log.head(tick));
  }
  store.is_out_of_reach = was_out_of_reach;
  return replicated.size();
}

}  // namespace

TEST_CASE("a fleet has the logs that the journal has, whatever the store does with the entries") {
  std::uint64_t lost = 0, unheard = 0, late = 0, renewals = 0, replicated = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const Folder folder;
    Random random(seed);
    MemoryStore store(seed);
    store.trouble_percent = 25;
    PlayedRelay relay(folder.file("relay.journal"));
    Streaming streaming(store, ada);
    streaming.follow(relay.start());
    for (const char* room : {"AAAAA", "BBBBB", "CCCCC"})
      relay.open_match(room);
    for (int step = 0; step < 400; ++step) {
      relay.play(random);
      if (step == 200) relay.open_match("DDDDD");
      if (step == 300) relay.end(relay.matches()[0]);
      streaming.reach(relay.flush());
      if (random.below(100) == 0) {
        streaming.follow(relay.renew());
        ++renewals;
      }
      if (random.below(50) == 0) store.is_out_of_reach = !store.is_out_of_reach;
      if (random.below(3) == 0) streaming.pass();
      replicated += check_replicated(store, relay, streaming);
    }
    store.is_out_of_reach = false;
    REQUIRE(streaming.comes_to_its_end());
    check_all_are_there(store, relay);
    replicated += check_replicated(store, relay, streaming);
    const FleetStatus status = streaming.status();
    CHECK(status.lag_bytes == 0);
    CHECK(status.fenced + status.lost == 0);
    CHECK(status.matches == 3);
    lost += store.lost, unheard += store.unheard, late += store.late;
  }
  CHECK(lost > 100);
  CHECK(unheard > 100);
  CHECK(late > 100);
  CHECK(renewals > 100);
  CHECK(replicated > 1000);
}

TEST_CASE("a fleet's log is read on where it was, when the journal was begun anew meanwhile") {
  const Folder folder;
  MemoryStore store(1);
  PlayedRelay relay(folder.file("relay.journal"));
  Streaming streaming(store, ada);
  streaming.follow(relay.start());
  relay.open_match("AAAAA");
  Random random(1);
  const auto play_on = [&](int times) {
    for (int i = 0; i < times; ++i)
      relay.play(random);
    streaming.reach(relay.flush());
  };
  // Given a journal that was replaced while the store was out of reach, with something unread
  play_on(20);
  streaming.pass(10);
  store.is_out_of_reach = true;
  play_on(20);
  streaming.follow(relay.renew());
  play_on(20);
  streaming.pass(10);
  CHECK(streaming.status().lag_bytes > 0);
  CHECK(streaming.status().lag >= 10ms);
  CHECK(streaming.status().trouble == "out of reach");
  // When it is back, then the log goes on without a hole, and in the same epoch
  store.is_out_of_reach = false;
  REQUIRE(streaming.comes_to_its_end());
  check_all_are_there(store, relay);
  CHECK(store.read(match_id_of(relay.matches()[0].record))->back().entry.epoch == 1);
  CHECK(streaming.status().trouble.empty());
}

TEST_CASE(
    "a relay that is started again begins its matches' logs anew, and the old count so long") {
  const Folder folder;
  MemoryStore store(1);
  PlayedRelay relay(folder.file("relay.journal"));
  Random random(1);
  {
    Streaming first(store, ada);
    first.follow(relay.start());
    relay.open_match("AAAAA");
    for (int i = 0; i < 50; ++i)
      relay.play(random);
    first.reach(relay.flush());
    REQUIRE(first.comes_to_its_end());
  }
  const MatchRecord& match = relay.matches()[0].record;
  const Tick told = match.log.horizon();
  // Given an epoch that has begun and does not have all yet
  const auto before = store.read(match_id_of(match));
  const std::vector<StoredEntry> first = *before;
  Bytes part = first.front().entry.records;
  LogEntry begun{.match = match_id_of(match), .owner = bob, .epoch = 2, .records = part};
  auto with_begun = first;
  with_begun.push_back({first.back().sequence + 1, begun});
  CHECK(read_match(assemble(with_begun)->journal)->record.log.horizon() == told);
  // One that has not said that the log is its own from now on writes nothing.
  Streaming other(store, eve);
  other.follow(relay.start());
  REQUIRE(other.comes_to_its_end());
  CHECK(other.status().fenced == 1);
  // When the next process has sent all, then its epoch counts
  const LogEntry fence{.match = match_id_of(match), .owner = bob, .epoch = 2};
  REQUIRE(store.store(fence, first.back().sequence).kind == AppendOutcome::Kind::stored);
  Streaming next(store, bob);
  next.follow(relay.start());
  for (int i = 0; i < 50; ++i)
    relay.play(random);
  next.reach(relay.flush());
  REQUIRE(next.comes_to_its_end());
  check_all_are_there(store, relay);
  const auto entries = store.read(match_id_of(match));
  CHECK(entries->back().entry.owner == bob);
  CHECK(entries->back().entry.epoch == 3);
}

TEST_CASE("no epoch of a log is used twice, though one who was the leader says what was the last") {
  const Folder folder;
  const auto servers = std::make_shared<MemoryServers>();
  MemoryStore store(1, servers);
  PlayedRelay relay(folder.file("relay.journal"));
  Streaming streaming(store, ada);
  streaming.follow(relay.start());
  relay.open_match("AAAAA");
  Random random(1);
  const auto play_on = [&] {
    for (int i = 0; i < 20; ++i)
      relay.play(random);
    streaming.reach(relay.flush());
  };
  // By a journal that does not continue the one before.
  const auto begin_anew = [&] {
    JournalStart start = relay.renew();
    start.is_continued = false;
    streaming.follow(start);
    play_on();
  };
  play_on();
  REQUIRE(streaming.comes_to_its_end());
  // Given a second epoch, of which the leader that there was does not know
  servers->depose_leader(Instant::max());
  store.old_logs_percent = 0;
  begin_anew();
  REQUIRE(streaming.comes_to_its_end());
  // When the log is begun anew once more, and it is that one that is asked
  store.old_logs_percent = 100;
  begin_anew();
  streaming.pass(400);
  servers->old_until = {};
  REQUIRE(streaming.comes_to_its_end());
  // Then there is a third
  check_all_are_there(store, relay);
  CHECK(store.read(match_id_of(relay.matches()[0].record))->back().entry.epoch == 3);
  CHECK(streaming.status().lost + streaming.status().fenced == 0);
}

TEST_CASE("of a log that takes many entries nothing is replicated that a reader does not get") {
  const Folder folder;
  MemoryStore store(1);
  PlayedRelay relay(folder.file("relay.journal"));
  relay.open_match("AAAAA");
  relay.fill(relay.matches()[0], 3 * limits::fleet_entry_bytes);
  const MatchId match = match_id_of(relay.matches()[0].record);
  std::uint64_t said = 0;
  for (const RelayId& owner : {ada, bob}) {  // the second goes on with the whole of it
    const auto last = store.last(match);
    if (*last) {
      const LogEntry fence{.match = match, .owner = owner, .epoch = 2};
      REQUIRE(store.store(fence, (*last)->sequence).kind == AppendOutcome::Kind::stored);
    }
    Streaming streaming(store, owner);
    streaming.follow(relay.start());
    for (int i = 0; i < 2000; ++i) {
      streaming.pass();
      said += check_replicated(store, relay, streaming);
      if (i != 1000) continue;
      CHECK(streaming.is_done());
      relay.fill(relay.matches()[0], 3 * limits::fleet_entry_bytes);
      streaming.reach(relay.flush());
    }
    CHECK(streaming.is_done());
  }
  CHECK(said >= 4);
}

TEST_CASE("a relay whose match another one writes stops, and says so") {
  const Folder folder;
  MemoryStore store(1);
  PlayedRelay relay(folder.file("relay.journal"));
  Streaming streaming(store, ada);
  streaming.follow(relay.start());
  relay.open_match("AAAAA");
  streaming.reach(relay.flush());
  REQUIRE(streaming.comes_to_its_end());
  const MatchId id = match_id_of(relay.matches()[0].record);
  const auto mine = store.read(id);
  const LogEntry other{.match = id,
                       .owner = bob,
                       .epoch = 2,
                       .is_whole = true,
                       .records = mine->front().entry.records};
  REQUIRE(store.store(other, mine->back().sequence).kind == AppendOutcome::Kind::stored);
  Random random(1);
  for (int i = 0; i < 50; ++i)
    relay.play(random);
  streaming.reach(relay.flush());
  REQUIRE(streaming.comes_to_its_end());
  CHECK(streaming.status().fenced == 1);
  CHECK(streaming.status().matches == 0);
  CHECK(store.read(id)->back().entry == other);
  // and not even when its journal has to be read from the beginning again
  streaming.follow(relay.start());
  REQUIRE(streaming.comes_to_its_end());
  CHECK(store.read(id)->back().entry == other);
}

TEST_CASE("entries that are missing end a log, and are told") {
  const LogEntry first{.match = {}, .owner = ada, .epoch = 1, .is_whole = true};
  LogEntry third = first;
  third.number = 2;
  const std::vector<StoredEntry> with_hole{{1, first}, {3, third}};
  REQUIRE(assemble(with_hole));
  CHECK(assemble(with_hole)->has_hole);
  CHECK_FALSE(assemble(std::vector<StoredEntry>{{3, third}}));
}

TEST_CASE("bytes that are no relay's card of this version are none") {
  const RelayCard card{.relay = ada, .host = std::string(500, 'x'), .up_seconds = 9};
  Bytes bytes = encode(card);
  REQUIRE(decode_relay_card(bytes));
  CHECK(decode_relay_card(bytes)->host == std::string(limits::fleet_text_bytes, 'x'));
  CHECK(decode_relay_card(bytes)->up_seconds == 9);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode_relay_card(BytesView(bytes).first(size)));
  bytes.push_back(std::byte{0});
  CHECK_FALSE(decode_relay_card(bytes));
  bytes.pop_back();
  bytes[0] = std::byte{1};
  CHECK_FALSE(decode_relay_card(bytes));
}

TEST_CASE("bytes that are no room's record of this version are none") {
  RoomRecord record{.owner = ada, .epoch = 9, .address = {"10.0.0.1", 4747}};
  CHECK(decode_room_record(encode(record)) == record);
  record.match = MatchId{{{std::byte{5}}}};
  Bytes bytes = encode(record);
  CHECK(decode_room_record(bytes) == record);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode_room_record(BytesView(bytes).first(size)));
  bytes.push_back(std::byte{0});
  CHECK_FALSE(decode_room_record(bytes));
  bytes.pop_back();
  bytes[1] = std::byte{2};
  CHECK_FALSE(decode_room_record(bytes));
  CHECK(room_name_of("K7Q2M") != room_name_of("K7Q2N"));
}

TEST_CASE("a relay's word is read as it was said, and nothing else is") {
  const RelayWord word{RelayWord::Kind::has_read, ada, {digest_of(Bytes(3))}};
  Bytes bytes = encode(word);
  CHECK(decode_relay_word(bytes) == word);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode_relay_word(BytesView(bytes).first(size)));
  bytes[1] = std::byte{3};
  CHECK_FALSE(decode_relay_word(bytes));
  bytes = encode(word);
  bytes.push_back({});
  CHECK_FALSE(decode_relay_word(bytes));
}

TEST_CASE("a log that another relay has only begun to go on with is the one before") {
  const LogEntry first{
      .match = {}, .owner = ada, .epoch = 1, .is_whole = true, .records = Bytes(3, std::byte{7})};
  const std::vector<StoredEntry> fenced{{1, first}, {2, {.match = {}, .owner = bob, .epoch = 2}}};
  CHECK(assemble(fenced)->journal == assemble(std::span(fenced).first(1))->journal);
  LogEntry part = first;
  part.is_whole = false;
  const std::vector<StoredEntry> both{{1, part}, {2, fenced[1].entry}};
  CHECK(assemble(both)->journal == assemble(std::span(both).first(1))->journal);
}

TEST_CASE("bytes that are no entry of this version are none") {
  LogEntry entry{.match = {},
                 .owner = ada,
                 .epoch = 7,
                 .number = 9,
                 .is_whole = true,
                 .records = Bytes(5, std::byte{3})};
  Bytes bytes = encode(entry);
  CHECK(decode_log_entry({}, bytes) == entry);
  for (std::size_t size = 0; size < 30; ++size)
    CHECK_FALSE(decode_log_entry({}, BytesView(bytes).first(size)));
  bytes[0] = std::byte{2};
  CHECK_FALSE(decode_log_entry({}, bytes));
  bytes[0] = std::byte{1};
  bytes[1] = std::byte{2};
  CHECK_FALSE(decode_log_entry({}, bytes));
  entry.records.resize(limits::fleet_entry_bytes + 1);
  CHECK_FALSE(decode_log_entry({}, encode(entry)));
}
