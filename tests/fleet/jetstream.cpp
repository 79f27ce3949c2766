// A fleet's store in a real nats-server.

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <thread>

#include "fleet/memory_store.hpp"
#include "support/holds_within.hpp"
#include "support/nats_server.hpp"
#include "tutti/engine/fleet_store.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

MatchId match_named(unsigned char name) { return {{{std::byte{name}}}}; }

LogEntry entry_of(const MatchId& match, RelayId owner, std::uint64_t number) {
  return {.match = match,
          .owner = owner,
          .epoch = 1,
          .number = number,
          .is_whole = true,
          .records = Bytes(3, static_cast<std::byte>(number))};
}

std::unique_ptr<FleetStore> open_at(const NatsServer& server) {
  auto store = open_jetstream({.servers = {server.url()}, .copies = 1});
  REQUIRE(store);
  return std::move(*store);
}

/// What became of an entry.
AppendOutcome outcome_of(FleetStore& store, const LogEntry& entry, std::uint64_t after) {
  REQUIRE(store.append(entry, after));
  for (int tries = 0; tries < 1000; ++tries, std::this_thread::sleep_for(5ms)) {
    store.exchange();
    if (const auto outcome = store.next_outcome()) return *outcome;
  }
  FAIL("no outcome comes");
  return {};
}

}  // namespace

TEST_CASE(
    "jetstream: a match's entries come back in order, and those of others are not among them") {
  const NatsServer server("order");
  const auto store = open_at(server);
  const MatchId match = match_named(1), other = match_named(2);
  CHECK_FALSE(*store->last(match));
  CHECK(store->read(match)->empty());
  std::map<MatchId, std::uint64_t> last;
  for (std::uint64_t number = 0; number < 5; ++number) {
    for (const MatchId& each : {match, other}) {
      const AppendOutcome stored = outcome_of(*store, entry_of(each, ada, number), last[each]);
      REQUIRE(stored.kind == AppendOutcome::Kind::stored);
      CHECK(stored.match == each);
      CHECK(stored.number == number);
      last[each] = stored.sequence;
    }
  }
  const auto entries = store->read(match);
  REQUIRE(entries->size() == 5);
  for (std::uint64_t number = 0; number < 5; ++number)
    CHECK((*entries)[number].entry == entry_of(match, ada, number));
  CHECK((*store->last(match))->sequence == entries->back().sequence);
  CHECK(store->matches()->size() == 2);
  CHECK(store->read(other)->size() == 5);
}

TEST_CASE(
    "jetstream: pages come back in order, once each, and those of others are not among them") {
  const NatsServer server("pages");
  const auto store = open_at(server);
  const MatchId match = match_named(1), other = match_named(2);
  CHECK(store->pages(match)->empty());
  CHECK(read_log(*store, match)->empty());
  std::map<MatchId, std::uint64_t> last;
  const auto append = [&](const MatchId& of, std::uint64_t number) {
    const AppendOutcome stored = outcome_of(*store, entry_of(of, ada, number), last[of]);
    REQUIRE(stored.kind == AppendOutcome::Kind::stored);
    REQUIRE_FALSE(stored.is_page);
    last[of] = stored.sequence;
  };
  std::vector<LogPage> pages;
  for (std::uint64_t page = 0; page < 3; ++page) {
    for (std::uint64_t number = 2 * page; number < 2 * page + 2; ++number) {
      append(match, number);
      append(other, number);
    }
    for (const MatchId& each : {match, other, match}) {
      const LogPage made{entry_of(each, ada, 2 * page), 2, last[each]};
      REQUIRE(store->append_page(made));
      for (int tries = 0; tries < 1000; ++tries, std::this_thread::sleep_for(5ms)) {
        store->exchange();
        const auto outcome = store->next_outcome();
        if (!outcome) continue;
        CHECK(outcome->is_page);
        CHECK(outcome->kind == AppendOutcome::Kind::stored);
        CHECK(outcome->match == each);
        CHECK(outcome->number == 2 * page);
        break;
      }
    }
    pages.push_back({entry_of(match, ada, 2 * page), 2, last[match]});
  }
  CHECK(*store->pages(match) == pages);
  append(match, 6);
  const auto log = read_log(*store, match);
  REQUIRE(log->size() == 4);
  CHECK((*log)[2].sequence == pages[2].through);
  CHECK((*log)[3].sequence == last[match]);
  CHECK(read_log(*store, match, pages[2].through)->size() == 3);
  CHECK(store->read(match, 0, pages[2].through)->size() == 1);
}

TEST_CASE("jetstream: a match's entries are followed, from the first or from behind one of them") {
  const NatsServer server("followed");
  const auto store = open_at(server);
  const MatchId match = match_named(1), other = match_named(2);
  std::uint64_t last = 0, last_of_other = 0;
  const auto write = [&](std::uint64_t number) {
    last = outcome_of(*store, entry_of(match, ada, number), last).sequence;
    last_of_other = outcome_of(*store, entry_of(other, ada, number), last_of_other).sequence;
  };
  write(0);
  const std::uint64_t first = last;
  write(1);
  const auto all = store->follow(match, 0);
  const auto rest = store->follow(match, first);
  REQUIRE((all && rest));
  const auto hear = [](LogReading& reading, std::uint64_t number) {
    CHECK(holds_within(5s, [&] {
      const auto entry = reading.next();
      REQUIRE(entry);
      if (*entry) CHECK((*entry)->entry == entry_of(match_named(1), ada, number));
      return entry->has_value();
    }));
  };
  hear(**all, 0);
  hear(**all, 1);
  hear(**rest, 1);
  CHECK_FALSE(*(*all)->next());
  for (std::uint64_t number = 2; number < 5; ++number) {
    write(number);
    hear(**all, number);
    hear(**rest, number);
  }
  CHECK_FALSE(*(*rest)->next());
}

TEST_CASE(
    "jetstream: an entry that does not follow the last one is refused, and no other harms it") {
  const NatsServer server("fence");
  const auto store = open_at(server);
  const auto second = open_at(server);
  const MatchId match = match_named(1);
  const AppendOutcome first = outcome_of(*store, entry_of(match, ada, 0), 0);
  REQUIRE(first.kind == AppendOutcome::Kind::stored);
  // Given another relay that begins the match's log anew
  CHECK(outcome_of(*second, entry_of(match, bob, 0), 0).kind == AppendOutcome::Kind::refused);
  const AppendOutcome begun = outcome_of(*second, entry_of(match, bob, 0), first.sequence);
  REQUIRE(begun.kind == AppendOutcome::Kind::stored);
  // Then the one before writes nothing any more
  CHECK(outcome_of(*store, entry_of(match, ada, 1), first.sequence).kind ==
        AppendOutcome::Kind::refused);
  // and an entry that is sent twice is there once
  const AppendOutcome again = outcome_of(*second, entry_of(match, bob, 0), first.sequence);
  CHECK(again.kind == AppendOutcome::Kind::stored);
  CHECK(again.sequence == begun.sequence);
  CHECK(store->read(match)->size() == 2);
}

TEST_CASE("jetstream: entries are taken again once a server that was killed is there again") {
  NatsServer server("killed");
  const auto store = open_at(server);
  const MatchId match = match_named(1);
  std::uint64_t last = outcome_of(*store, entry_of(match, ada, 0), 0).sequence;
  server.kill();
  CHECK(holds_within(10s, [&] {
    store->exchange();
    return !store->append(entry_of(match, ada, 1), last);
  }));
  server.start();
  // What was on its way is there, or is not: who wants to know looks.
  CHECK(holds_within(20s, [&] { return store->last(match).has_value(); }));
  const auto there = store->last(match);
  REQUIRE((there && *there));
  if ((*there)->entry.number == 1) last = (*there)->sequence;
  const std::uint64_t next = (*there)->entry.number + 1;
  CHECK(holds_within(20s, [&] {
    store->exchange();
    return store->append(entry_of(match, ada, next), last).has_value();
  }));
  CHECK(holds_within(10s, [&] {
    store->exchange();
    const auto outcome = store->next_outcome();
    return outcome && outcome->number == next && outcome->kind == AppendOutcome::Kind::stored;
  }));
  CHECK(store->read(match)->size() == next + 1);
}

TEST_CASE("jetstream: many entries of many matches are all answered, those of each in order") {
  const NatsServer server("many");
  const auto store = open_at(server);
  constexpr unsigned matches = 100, entries = 30;
  struct Known {
    std::uint64_t number = 0, sequence = 0;
  };
  std::map<MatchId, Known> known;
  for (unsigned i = 0; i < matches; ++i)
    REQUIRE(store->append(entry_of(match_named(static_cast<unsigned char>(i)), ada, 0), 0));
  std::size_t stored = 0;
  const auto take_all = [&] {
    store->exchange();
    while (const auto outcome = store->next_outcome()) {
      REQUIRE(outcome->kind == AppendOutcome::Kind::stored);
      Known& match = known[outcome->match];
      REQUIRE(outcome->number == match.number);
      REQUIRE(outcome->sequence > match.sequence);
      match = {outcome->number + 1, outcome->sequence};
      ++stored;
      if (match.number == entries) continue;
      REQUIRE(store->append(entry_of(outcome->match, ada, match.number), match.sequence));
    }
    return stored == matches * entries;
  };
  CHECK(holds_within(30s, take_all));
  CHECK(store->read(match_named(99))->size() == entries);
}

TEST_CASE("jetstream: relays know of each other, what they said last, until they leave") {
  const NatsServer server("relays");
  const auto store = open_at(server);
  CHECK(store->relays()->empty());
  RelayCard card{.relay = ada,
                 .host = "one",
                 .listen = "[::]:4747",
                 .address = {"10.0.0.1", 4747},
                 .version = "1",
                 .rooms = 2,
                 .matches = 3,
                 .connections = 4,
                 .lag_bytes = 1ULL << 40,
                 .lag_milliseconds = 5,
                 .up_seconds = 6,
                 .renewal = 1,
                 .lease_milliseconds = 1100,
                 .is_draining = true};
  REQUIRE(store->announce(card));
  card.rooms = 7;
  card.renewal = 2;
  REQUIRE(store->announce(card));
  const auto second = open_at(server);
  REQUIRE(second->announce({.relay = bob, .host = "two"}));
  // Each is told what of its own words is stored.
  std::vector<std::uint32_t> stored;
  const auto are_both_stored = [&] {
    while (const auto renewal = store->next_announced())
      stored.push_back(*renewal);
    return stored.size() == 2 && second->relays()->size() == 2;
  };
  REQUIRE(holds_within(std::chrono::seconds(5), are_both_stored));
  CHECK(stored == std::vector<std::uint32_t>{1, 2});
  CHECK(*store->relay(ada) == card);
  REQUIRE(store->leave(bob));
  CHECK_FALSE(*store->relay(bob));
  CHECK(*store->relays() == std::vector{card});
  // And who falls silent is gone.
  CHECK(holds_within(std::chrono::seconds(5), [&] { return !*store->relay(ada); }));
}

TEST_CASE("jetstream: a relay is connected until its process ends, whatever is stored of it") {
  const NatsServer server("calls");
  const auto store = open_at(server);
  CHECK_FALSE(*store->has_connection(ada));
  {
    const auto of_ada = open_at(server);
    REQUIRE(of_ada->be_found(ada));
    CHECK(holds_within(5s, [&] { return *store->has_connection(ada); }));
    CHECK_FALSE(*store->has_connection(bob));
  }
  CHECK(holds_within(5s, [&] { return !*store->has_connection(ada); }));
  // Where no server answers, nobody says that it is gone.
  const auto of_eve = open_at(server);
  REQUIRE(of_eve->be_found(eve));
  REQUIRE(holds_within(5s, [&] { return *store->has_connection(eve); }));
  server.stop();
  const auto there = store->has_connection(eve);
  server.go_on();
  CHECK((!there || *there));
}

TEST_CASE("jetstream: a log is read again and again while it grows, by several threads at once") {
  const NatsServer server("growing");
  const auto writer = open_at(server);
  const auto reader = open_at(server);
  const MatchId match = match_named(1);
  REQUIRE(outcome_of(*writer, entry_of(match, ada, 0), 0).kind == AppendOutcome::Kind::stored);
  std::atomic<int> begun = 0, whole = 0;
  constexpr int times = 400;
  std::thread writing([&] {
    std::uint64_t after = 1;
    for (int number = 1; number < 2 * times; ++number) {
      const LogEntry entry = entry_of(match, ada, static_cast<std::uint64_t>(number));
      after = writer->append_now(entry, after).sequence;
      while (number > 2 * begun + 20)
        std::this_thread::yield();
    }
  });
  reader->in_parallel(times, [&](std::size_t) {
    ++begun;
    const auto log = reader->read(match);
    whole += log && !log->empty() && log->back().entry.number + 1 == log->size();
  });
  writing.join();
  CHECK(whole == times);
  CHECK(reader->read(match)->size() == 2 * times);
}

TEST_CASE("jetstream: what one relay tells another one wakes it, and what is no word does not") {
  const NatsServer server("words");
  std::atomic<int> woken = 0;
  auto of_ada = open_jetstream({.servers = {server.url()}, .copies = 1}, [&] { ++woken; });
  REQUIRE(of_ada);
  REQUIRE((*of_ada)->be_found(ada));
  const auto of_bob = open_at(server);
  const RelayWord word{RelayWord::Kind::read_ahead, bob, match_named(7)};
  REQUIRE(holds_within(5s, [&] { return *of_bob->has_connection(ada); }));
  CHECK(woken == 0);
  of_bob->tell(ada, word);
  of_bob->tell(eve, word);  // nobody hears that
  REQUIRE(holds_within(5s, [&] { return woken == 1; }));
  CHECK((*of_ada)->next_word() == word);
  CHECK_FALSE((*of_ada)->next_word());
  CHECK_FALSE(of_bob->next_word());
  // Who does not listen to it keeps no more than some hundreds.
  for (int i = 0; i < 1000; ++i)
    of_bob->tell(ada, word);
  REQUIRE(holds_within(5s, [&] { return woken == 257; }));
  REQUIRE(*of_bob->has_connection(ada));
  std::size_t heard = 0;
  while ((*of_ada)->next_word())
    ++heard;
  CHECK(heard == 256);
}

TEST_CASE("jetstream: of two relays that want one room, one has it, and says so until it ends") {
  const NatsServer server("rooms");
  const auto store = open_at(server);
  const auto second = open_at(server);
  const RoomName room = room_name_of("K7Q2M"), other = room_name_of("K7Q2N");
  CHECK_FALSE(*store->room(room));
  const RoomRecord first{.owner = ada, .address = {"10.0.0.1", 4747}};
  const AppendOutcome opened = store->write_room(room, first, 0);
  REQUIRE(opened.kind == AppendOutcome::Kind::stored);
  CHECK(second->write_room(room, {.owner = bob}, 0).kind == AppendOutcome::Kind::refused);
  CHECK((*second->room(room))->record == first);
  REQUIRE(store->write_room(other, first, 0).kind == AppendOutcome::Kind::stored);
  // What is replaced was the last that was said
  const RoomRecord taken{.owner = bob, .match = match_named(1), .epoch = 7};
  const AppendOutcome over = second->write_room(room, taken, opened.sequence);
  REQUIRE(over.kind == AppendOutcome::Kind::stored);
  CHECK(store->write_room(room, first, opened.sequence).kind == AppendOutcome::Kind::refused);
  // and so is what is taken away.
  REQUIRE(store->remove_room(room, opened.sequence));
  CHECK((*store->room(room))->record == taken);
  CHECK((*store->room(room))->sequence == over.sequence);
  CHECK(store->rooms()->size() == 2);
  REQUIRE(second->remove_room(room, over.sequence));
  CHECK_FALSE(*store->room(room));
  CHECK(*store->rooms() == std::vector{other});
  CHECK(store->write_room(room, first, 0).kind == AppendOutcome::Kind::stored);
}

TEST_CASE("jetstream: what is done at once is all done, and waited for") {
  const NatsServer server("at-once");
  const auto store = open_at(server);
  std::array<AppendOutcome, 100> outcomes;
  store->in_parallel(outcomes.size(), [&](std::size_t i) {
    outcomes[i] =
        store->append_now(entry_of(match_named(static_cast<unsigned char>(i)), ada, 0), 0);
  });
  CHECK(std::ranges::all_of(outcomes, [](const AppendOutcome& outcome) {
    return outcome.kind == AppendOutcome::Kind::stored;
  }));
  CHECK(store->matches()->size() == outcomes.size());
  CHECK(store->append_now(entry_of(match_named(0), bob, 0), 0).kind ==
        AppendOutcome::Kind::refused);
}
