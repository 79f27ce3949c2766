// A log is the canonical order of its events, whatever became known when; closed ticks are final.

#include "tutti/sim/log.hpp"

#include "sim/events.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr Tick never{INT64_MAX};

Log log_of(const std::vector<Event>& events, Tick horizon) {
  Log log(Setup{.players = 4});
  for (const Event& event : events)
    REQUIRE(log.add(event) == Log::Added::yes);
  log.close(horizon);
  return log;
}

// Four players who join and then talk at some of the ticks; in canonical order.
std::vector<Event> conversation(Random& random, std::int64_t ticks) {
  std::vector<Event> events;
  std::uint32_t counters[5] = {};
  for (std::uint8_t slot = 0; slot < 4; ++slot)
    events.push_back(joined(1, counters[4]++, slot));
  for (std::int64_t tick = 1; tick <= ticks; ++tick) {
    for (std::uint8_t slot = 0; slot < 4; ++slot) {
      for (std::uint32_t more = random.below(12); more >= 10; --more) {
        events.push_back(said(tick, slot, counters[slot]++, std::to_string(random.next())));
      }
    }
  }
  sort(events);
  return events;
}

}  // namespace

TEST_CASE("a log begins with its setup at tick 0, which is final") {
  const Setup setup{.rules = "tally@1", .seed = 7, .players = 3, .tick_rate = 30};
  const Log log(setup);
  CHECK(log.setup() == setup);
  CHECK(log.horizon() == Tick{0});
  CHECK(log.last_event() == Tick{0});
  REQUIRE(log.events().size() == 1);
  const EventView& first = log.events()[0];
  CHECK(is_same(first, relay_event(0, 0, {.kind = EventKind::match_started, .setup = setup})));
  CHECK(log.head() == extend(Head{}, log.events()));
  CHECK(log.head(Tick{0}) == log.head());
}

TEST_CASE("events are in canonical order whatever the order of their arrival") {
  Random random(1);
  std::vector<Event> events = conversation(random, 20);
  REQUIRE(events.size() > 15);
  const Log expected = log_of(events, Tick{20});
  REQUIRE(are_same(expected.events().subspan(1), events));
  std::vector<Event> arriving = events;
  int equal_heads = 0;
  for (int round = 0; round < 1000; ++round) {
    shuffle(arriving, random);
    const Log log = log_of(arriving, Tick{20});
    REQUIRE(are_same(log.events(), expected.events()));
    for (Tick tick{0}; tick <= Tick{20}; ++tick)
      equal_heads += log.head(tick) == expected.head(tick) ? 1 : 0;
  }
  CHECK(equal_heads == 21'000);
}

TEST_CASE("how far a log was closed when an event came changes nothing") {
  Random random(2);
  std::vector<Event> arriving = conversation(random, 40);
  const Log expected = log_of(arriving, Tick{40});
  for (int round = 0; round < 100; ++round) {
    shuffle(arriving, random);
    Log log(expected.setup());
    for (auto next = arriving.begin(); next != arriving.end(); ++next) {
      REQUIRE(log.add(*next) == Log::Added::yes);
      Tick open = Tick{40};
      for (auto later = next + 1; later != arriving.end(); ++later)
        open = std::min(open, later->tick - 1);
      if (random.chance(3)) log.close(open);
    }
    log.close(Tick{40});
    for (Tick tick{0}; tick <= Tick{40}; ++tick)
      REQUIRE(log.head(tick) == expected.head(tick));
  }
}

TEST_CASE("the same event again is known and leaves the log as it is") {
  const Event event = said(3, 1, 0, "hello");
  Log log = log_of({event, said(3, 1, 1, "again")}, Tick{2});
  CHECK(log.add(event) == Log::Added::known);
  CHECK(log.events().size() == 3);
}

TEST_CASE("another event in the same place is a conflict and leaves the log as it is") {
  Log log = log_of({said(3, 1, 0, "hello")}, Tick{2});
  CHECK(log.add(said(3, 1, 0, "hallo")) == Log::Added::conflict);
  CHECK(log.add(said(3, 1, 0, "hello there")) == Log::Added::conflict);
  REQUIRE(log.events().size() == 2);
  CHECK(as_text(log.events()[1].payload) == "hello");
}

TEST_CASE("a place is a tick, an author and a counter") {
  Log log = log_of({said(3, 1, 0, "hello")}, Tick{2});
  CHECK(log.add(said(4, 1, 0, "other tick")) == Log::Added::yes);
  CHECK(log.add(said(3, 2, 0, "other author")) == Log::Added::yes);
  CHECK(log.add(said(3, 1, 1, "other counter")) == Log::Added::yes);
}

TEST_CASE("nothing is added to a closed tick, not even what is there") {
  const Event event = said(3, 1, 0, "hello");
  Log log = log_of({event}, Tick{5});
  const Head head = log.head();
  for (const std::int64_t tick :
       {std::int64_t{-1}, std::int64_t{0}, std::int64_t{4}, std::int64_t{5}, INT64_MIN}) {
    CHECK(log.add(said(tick, 1, 1, "late")) == Log::Added::past_horizon);
  }
  CHECK(log.add(event) == Log::Added::past_horizon);
  CHECK(log.head() == head);
  CHECK(log.add(said(6, 1, 1, "in time")) == Log::Added::yes);
}

TEST_CASE("a player's event has at most 255 bytes") {
  Log log(Setup{});
  CHECK(log.add(said(1, 0, 0, std::string(limits::event_bytes, 'x'))) == Log::Added::yes);
  CHECK(log.add(said(1, 0, 1, std::string(limits::event_bytes + 1, 'x'))) ==
        Log::Added::over_limit);
  CHECK(log.events().size() == 2);
}

TEST_CASE("a player has at most 8 events at a tick, wherever the ninth would stand") {
  Log log(Setup{});
  for (std::uint32_t counter = 0; counter < 2 * limits::events_per_tick; counter += 2)
    REQUIRE(log.add(said(5, 0, counter + 1, "")) == Log::Added::yes);
  for (std::uint32_t counter = 0; counter <= 2 * limits::events_per_tick; counter += 2)
    CHECK(log.add(said(5, 0, counter, "")) == Log::Added::over_limit);
  CHECK(log.add(said(5, 0, 1, "")) == Log::Added::known);
  CHECK(log.add(said(5, 1, 0, "")) == Log::Added::yes);
  CHECK(log.add(said(4, 0, 0, "")) == Log::Added::yes);
  CHECK(log.add(said(6, 0, 17, "")) == Log::Added::yes);
}

TEST_CASE("only players whom the setup has are authors") {
  Log log(Setup{.players = 3});
  CHECK(log.add(said(1, 2, 0, "")) == Log::Added::yes);
  CHECK(log.add(said(1, 3, 0, "")) == Log::Added::over_limit);
  Log full(Setup{.players = limits::players});
  CHECK(full.add(said(1, limits::players - 1, 0, "")) == Log::Added::yes);
  CHECK(full.add(said(1, limits::players, 0, "")) == Log::Added::over_limit);
  CHECK(full.add({Tick{1}, Author{255}, 0, {}}) == Log::Added::over_limit);
}

TEST_CASE("the relay's own events are those that every game understands") {
  Log log(Setup{.players = 3});
  // The first two would reach the game as an input of a player.
  const Event nonsense[] = {
      {Tick{1}, relay_author, 1, {}},
      {Tick{1}, relay_author, 1, {std::byte{0}, std::byte{2}}},
      {Tick{1}, relay_author, 1, {std::byte{99}, std::byte{0}}},
      joined(1, 1, 3),
      relay_event(1, 1, {.kind = EventKind::match_started}),
      {Tick{1}, relay_author, 1, Bytes(limits::relay_event_bytes + 1)},
  };
  for (const Event& event : nonsense)
    CHECK(log.add(event) == Log::Added::unknown);
  CHECK(log.events().size() == 1);
  CHECK(log.add(joined(1, 1, 2)) == Log::Added::yes);
}

TEST_CASE("the horizon only grows") {
  Log log = log_of({said(4, 0, 0, "x")}, Tick{5});
  const Head head = log.head();
  log.close(Tick{3});
  CHECK(log.horizon() == Tick{5});
  CHECK(log.head() == head);
  log.close(Tick{6});
  CHECK(log.horizon() == Tick{6});
}

TEST_CASE("a head exists for every tick through the horizon and for none beyond") {
  const Log log = log_of({said(2, 0, 0, "x"), said(9, 0, 1, "y")}, Tick{6});
  for (Tick tick{0}; tick <= Tick{6}; ++tick)
    CHECK(log.head(tick).has_value());
  CHECK_FALSE(log.head(Tick{7}).has_value());
  CHECK_FALSE(log.head(Tick{-1}).has_value());
  CHECK_FALSE(log.head(never).has_value());
}

TEST_CASE("silent ticks leave the head, events change it") {
  const Log log = log_of({said(2, 0, 0, "x"), said(4, 0, 1, "y")}, Tick{6});
  CHECK(log.head(Tick{1}) == log.head(Tick{0}));
  CHECK(log.head(Tick{2}) != log.head(Tick{1}));
  CHECK(log.head(Tick{3}) == log.head(Tick{2}));
  CHECK(log.head(Tick{4}) != log.head(Tick{3}));
  CHECK(log.head(Tick{6}) == log.head(Tick{4}));
  CHECK(log.head(Tick{6}) == log.head());
}

TEST_CASE("a head is the chain that its description says") {
  const RelayEvent silenced{.kind = EventKind::silenced, .player = PlayerId{1}};
  const Log log = log_of({relay_event(2, 9, silenced), said(2, 0, 7, "ab")}, Tick{2});
  Bytes bytes;
  ByteWriter out(bytes);
  out.raw(log.head(Tick{1})->bytes);
  out.u64(2), out.u8(0), out.u32(9), out.u16(2);
  out.u8(6), out.u8(1);  // silenced, slot 1
  out.u64(2), out.u8(1), out.u32(7), out.u16(2);
  out.raw(as_bytes("ab"));
  Head expected;
  Blake2b(32).update(bytes).finish(expected.bytes);
  CHECK(log.head() == expected);
}

TEST_CASE("heads tell any two logs apart") {
  const auto head = [](const Event& event) { return log_of({event}, Tick{5}).head(); };
  const Head plain = head(said(3, 1, 4, "x"));
  CHECK(plain != head(said(4, 1, 4, "x")));
  CHECK(plain != head(said(3, 2, 4, "x")));
  CHECK(plain != head(said(3, 1, 5, "x")));
  CHECK(plain != head(said(3, 1, 4, "y")));
  CHECK(plain != head(said(3, 1, 4, "")));
  CHECK(Log(Setup{.seed = 1}).head() != Log(Setup{.seed = 2}).head());
}

TEST_CASE("the end of a match is known once it is in the log") {
  Log log = log_of({said(3, 0, 0, "x")}, Tick{0});
  CHECK_FALSE(log.ended().has_value());
  CHECK(log.last_event() == Tick{3});
  log.add(relay_event(8, 1, {.kind = EventKind::match_ended}));
  CHECK(log.ended() == Tick{8});
  CHECK(log.last_event() == Tick{8});
}

TEST_CASE("a match ends once, whichever of two ends became known first") {
  const Event early = relay_event(5, 1, {.kind = EventKind::match_ended});
  const Event late = relay_event(8, 2, {.kind = EventKind::match_ended});
  CHECK(log_of({early, late}, Tick{0}).ended() == Tick{5});
  CHECK(log_of({late, early}, Tick{0}).ended() == Tick{5});
}

TEST_CASE("events are found by tick as if all had been looked at") {
  Random random(3);
  for (int round = 0; round < 30; ++round) {
    const std::int64_t ticks = 1 + random.below(round < 20 ? 30 : 2000);
    std::vector<Event> events = conversation(random, ticks);
    events.insert(
        events.begin(),
        relay_event(0, 0, {.kind = EventKind::match_started, .setup = Setup{.players = 4}}));
    const Log log = log_of({events.begin() + 1, events.end()}, Tick{ticks / 2});
    const auto naive = [&](Tick first, Tick last) {
      std::vector<Event> found;
      for (const Event& event : events)
        if (event.tick >= first && event.tick <= last) found.push_back(event);
      return found;
    };
    for (std::int64_t t = -2; t <= ticks + 2;
         t += 1 + random.below(static_cast<std::uint32_t>(1 + ticks / 20))) {
      const Tick tick{t};
      REQUIRE(are_same(log.events_at(tick), naive(tick, tick)));
      const Tick last = tick + random.between(-2, static_cast<std::int32_t>(ticks));
      REQUIRE(are_same(log.events_between(tick, last), naive(tick, last)));
    }
  }
}

TEST_CASE("all events from a tick on are those between it and the end of time") {
  const Log log = log_of({said(2, 0, 0, "x"), said(4, 0, 1, "y")}, Tick{4});
  CHECK(log.events_between(Tick{3}, never).size() == 1);
  CHECK(log.events_between(Tick{INT64_MIN}, never).size() == 3);
  CHECK(log.events_between(never, never).empty());
  CHECK(log.events_at(never).empty());
}

TEST_CASE("thousands of events keep their bytes") {
  Random random(4);
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < 6000; ++i) {
    const std::string text(random.below(limits::event_bytes + 1), static_cast<char>('a' + i % 26));
    events.push_back(said(1 + i / 8, 0, i, text));
  }
  std::vector<Event> arriving = events;
  shuffle(arriving, random);
  const Log log = log_of(arriving, Tick{1000});
  CHECK(are_same(log.events().subspan(1), events));
}

TEST_CASE("a log that moves keeps its events, and its views stay valid") {
  Log first = log_of({said(2, 0, 0, "here"), said(9, 0, 1, "and there")}, Tick{5});
  const std::span<const EventView> seen = first.events();
  const Head head = first.head();
  Log second = std::move(first);
  CHECK(seen.data() == second.events().data());
  CHECK(as_text(seen[1].payload) == "here");
  CHECK(second.head() == head);
  CHECK(second.add(said(9, 0, 2, "more")) == Log::Added::yes);
  Log third(Setup{});
  third = std::move(second);
  CHECK(third.events().size() == 4);
  CHECK(as_text(third.events()[2].payload) == "and there");
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Log>);
}

TEST_CASE("a log that forgets its beginning goes on as it would have") {
  Random random(7);
  const std::vector<Event> events = conversation(random, 600);
  const Log whole = log_of(events, Tick{600});
  Log log(Setup{.players = 4});
  auto next = events.begin();
  std::size_t most = 0;
  for (Tick tick{1}; tick <= Tick{600}; ++tick) {
    for (; next != events.end() && next->tick == tick; ++next)
      REQUIRE(log.add(*next) == Log::Added::yes);
    log.close(tick);
    CHECK(log.head() == *whole.head(tick));
    log.forget(tick - 30, tick - 60);
    most = std::max(most, log.events().size());
  }
  CHECK(most < 200);
  CHECK(log.count() == whole.events().size());
  CHECK(log.forgotten() + log.events().size() == log.count());
  CHECK(log.forgotten_through() == Tick{570});
  CHECK(log.events().front().tick == Tick{});
  CHECK(log.setup() == whole.setup());
  CHECK_FALSE(log.head(Tick{400}));
  for (Tick tick{571}; tick <= Tick{600}; ++tick) {
    CHECK(log.head(tick) == whole.head(tick));
    const auto here = log.events_at(tick);
    const auto there = whole.events_at(tick);
    REQUIRE(here.size() == there.size());
    for (std::size_t i = 0; i < here.size(); ++i)
      CHECK(to_owned(here[i]) == to_owned(there[i]));
  }
  CHECK(log.events_between(Tick{1}, Tick{570}).empty());
  // What is not final stays, and so does the last event.
  CHECK(log.add(Event{Tick{700}, author_of(PlayerId{0}), 100'000, {}}) == Log::Added::yes);
  log.forget(Tick{800}, Tick{800});
  CHECK(log.forgotten_through() == Tick{600});
  CHECK(log.last_event() == Tick{700});
}
