#pragma once
// Matches for the tests of this folder: played by chance from a seed, the same on every machine.

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::test {

inline constexpr const char* journal_path = "relay.journal";

inline Journal open_journal(Storage& storage, Journal::Options options = {}) {
  Result<Journal> journal = Journal::open(storage, journal_path, options);
  REQUIRE(journal);
  return std::move(*journal);
}

inline Event relay_event(std::int64_t tick, std::uint32_t counter, const RelayEvent& event) {
  return {Tick{tick}, relay_author, counter, encode(event)};
}

inline MatchOpening opening_of(std::string room, std::uint64_t seed = 1) {
  return {std::move(room), 1'700'000'000, "tutti 0.1.0 test",
          any_game<Tally>().setup(seed, std::uint8_t{2})};
}

/// Two players join at tick 1 and then change what they hold `changes_a_second` times a second each
/// on average, at 60 ticks a second. In canonical order, without `MatchStarted`.
inline std::vector<Event> play(std::int64_t ticks, std::uint32_t changes_a_second,
                               std::uint64_t seed = 1) {
  std::vector<Event> events;
  std::uint32_t counters[2] = {0, 0};
  Random random(seed);
  for (std::uint8_t slot = 0; slot < 2; ++slot) {
    events.push_back(relay_event(
        1, slot + 1U,
        {.kind = EventKind::joined, .player = PlayerId{slot}, .name = slot == 0 ? "ada" : "bob"}));
  }
  for (std::int64_t tick = 2; tick <= ticks; ++tick) {
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      if (random.below(60) >= changes_a_second) continue;
      events.push_back(
          {Tick{tick}, author_of(PlayerId{slot}), counters[slot]++, hold(random.between(-9, 9))});
    }
  }
  return events;
}

inline std::vector<EventView> views(const std::vector<Event>& events) {
  return {events.begin(), events.end()};
}

/// The digest of the state at every `every`-th tick, as the players would have agreed on it.
inline std::vector<RecordedDigest> digests_of(const Log& log, std::int64_t every) {
  const AnyGame game = any_game<Tally>();
  StateBox state = start(game, log.setup());
  std::vector<RecordedDigest> digests;
  for (Tick tick{1}; tick <= log.horizon(); ++tick) {
    step_state(game, state.get(), log.events_at(tick), nullptr);
    if (tick.value % every != 0) continue;
    digests.push_back({tick, *log.head(tick), digest_state(game, state.get())});
  }
  return digests;
}

/// A match that was played to its end.
inline MatchRecord record_of(std::int64_t ticks, std::uint32_t changes_a_second,
                             std::int64_t digest_every, std::uint64_t seed = 1) {
  MatchRecord record(opening_of("KAZOO", seed));
  for (const Event& event : play(ticks - 1, changes_a_second, seed))
    record.log.add(event);
  record.log.add(
      relay_event(ticks, 3, {.kind = EventKind::match_ended, .reason = LeaveReason::match_over}));
  record.log.close(Tick{ticks});
  record.digests = digests_of(record.log, digest_every);
  record.end = EndReason::everyone_left;
  return record;
}

/// Two players whose sticks are always on the way somewhere: at every tick of a movement two axes
/// and the buttons, as a recorded controller gives them.
inline MatchRecord analog_record_of(std::int64_t ticks) {
  struct Stick {
    double x = 0, y = 0, goal_x = 0, goal_y = 0;
    std::uint32_t ticks_left = 0;
    std::array<int, 3> shown{};
    std::uint8_t buttons = 0;
  };
  MatchRecord record(opening_of("STICK"));
  std::array<Stick, 2> sticks;
  std::array<std::uint32_t, 2> counters{};
  Random random(5);
  for (std::int64_t tick = 2; tick < ticks; ++tick) {
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      Stick& stick = sticks[slot];
      if (stick.ticks_left-- == 0) {
        stick.ticks_left = 8 + random.below(25);
        const bool is_rest = random.chance(4);
        stick.goal_x = is_rest ? 0 : random.between(-80, 80);
        stick.goal_y = is_rest ? 0 : random.between(-80, 80);
        stick.buttons = random.chance(3) ? static_cast<std::uint8_t>(1U << random.below(4)) : 0;
      }
      stick.x += (stick.goal_x - stick.x) * 0.4;
      stick.y += (stick.goal_y - stick.y) * 0.4;
      const std::array<int, 3> now = {static_cast<int>(stick.x), static_cast<int>(stick.y),
                                      stick.buttons};
      if (now == stick.shown) continue;
      stick.shown = now;
      Bytes payload;
      for (const int value : now)
        payload.push_back(static_cast<std::byte>(value & 0xFF));
      record.log.add({Tick{tick}, author_of(PlayerId{slot}), counters[slot]++, payload});
    }
  }
  record.log.close(Tick{ticks});
  record.end = EndReason::everyone_left;
  return record;
}

/// The same but for digests, of which a closed file keeps few.
inline bool is_same_log(const MatchRecord& left, const MatchRecord& right) {
  const auto events_equal = [](const EventView& a, const EventView& b) {
    return canonical_order(a, b) == 0 &&
           std::equal(a.payload.begin(), a.payload.end(), b.payload.begin(), b.payload.end());
  };
  return left.room == right.room && left.started_utc == right.started_utc &&
         left.build == right.build && left.log.setup() == right.log.setup() &&
         left.log.horizon() == right.log.horizon() && left.log.head() == right.log.head() &&
         std::equal(left.log.events().begin(), left.log.events().end(), right.log.events().begin(),
                    right.log.events().end(), events_equal) &&
         left.end == right.end;
}

/// The same match in every respect that a file can hold.
inline bool is_same(const MatchRecord& left, const MatchRecord& right) {
  return is_same_log(left, right) && left.digests == right.digests;
}

}  // namespace tutti::test
