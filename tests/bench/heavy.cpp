// The cost of a session whose state is large: `Session::advance` beside the copies that any
// rollback needs and one hash of the state, measured in the same run. Links are in memory, the
// clock is virtual, the game's step does next to nothing.
//   build/bin/bench_heavy [part of a case's name] [repetitions]
// Each figure is the median of so many repetitions (5 at least by default); their floors are
// measured between them. A floor is what an engine cannot do without: with rollbacks one copy to go
// back, one to save what will be gone back to, and one hash of the tick that became final; without
// them one copy and one hash. `worst` is the longest frame, digests included.
// "watched" is a recording of ten minutes whose viewer goes to its end first of all: the time of
// all frames until it is shown, for each tick; its floor are the game's steps in a loop.

#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "bench/scripted_relay.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/fast_hash.hpp"
#include "tutti/sim/paged.hpp"
#include "tutti/sim/rehearsal.hpp"

namespace {

using namespace tutti;
using namespace tutti::bench;

/// The processor's time that this thread has had, in microseconds: others on the machine count
/// only by the caches that they take.
double spent_microseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

struct Buttons {
  std::uint64_t buttons = 0;
  TUTTI_FIELDS(buttons)
};

/// Every game here does this with its events.
template <class State>
void hold_buttons(State& state, const Events<Buttons>& events) {
  for (const auto& event : events) {
    if (const Buttons* input = event.input()) state.held[event.player.value] = input->buttons;
  }
}

Bytes payload_of(Random& random) {
  Bytes payload;
  write_canonical(Buttons{random.next()}, payload);
  return payload;
}

/// A state in one piece.
template <std::size_t bytes>
struct Plain {
  static constexpr const char* name = "plain";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 64;
  using Event = Buttons;
  struct State {
    std::array<std::uint64_t, 64> held{};
    std::array<std::uint64_t, bytes / 8 - 64> rest{};
    TUTTI_FIELDS(held, rest)
  };
  static_assert(sizeof(State) == bytes);
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    hold_buttons(state, events);
    for (std::size_t i = 0; i < 3; ++i)
      state.rest[i] += state.held[i & 1] + i;
  }
};

/// The same, of which a step changes all: as a game does whose thousands of units move.
template <std::size_t bytes>
struct Stirred : Plain<bytes> {
  static constexpr const char* name = "stirred";
  using State = typename Plain<bytes>::State;
  static void step(State& state, Events<Buttons> events, Effects<>&) noexcept {
    hold_buttons(state, events);
    for (std::uint64_t& each : state.rest)
      each = each * 3 + state.held[0];
  }
};

/// The same in pages, of which a hundredth, and at least one, is written to at every tick.
template <std::size_t bytes>
struct InPages {
  static constexpr const char* name = "pages";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 64;
  using Event = Buttons;
  struct State {
    std::array<std::uint64_t, 64> held{};
    std::uint64_t tick = 0;
    Paged<std::uint64_t, bytes / 8> rest;
    TUTTI_FIELDS(held, tick, rest)
  };
  static State start(const Setup&) {
    State state;
    for (std::size_t i = 0; i < bytes / 8; ++i)
      state.rest.edit(i) = i;
    return state;
  }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    hold_buttons(state, events);
    ++state.tick;
    constexpr std::size_t page = decltype(state.rest)::page_size;
    constexpr std::size_t pages = decltype(state.rest)::page_count;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, pages / 100); ++i) {
      const std::size_t at = (state.tick * 7 + i * 97) % pages * page;
      state.rest.edit(at) += state.held[i & 1] + i;
    }
  }
};

/// The cost of the work that no rollback engine can do without, for one tick.
double floor_microseconds(const AnyGame& game, int copies, bool is_hashed) {
  std::vector<StateBox> boxes(4, StateBox(game));
  const auto rounds =
      static_cast<int>(std::clamp<std::size_t>(64'000'000 / game.state_size(), 8, 4000));
  Bytes scratch;
  std::uint64_t sum = 0;
  std::size_t at = 0;
  const auto round = [&] {
    for (int i = 0; i < copies; ++i, ++at)
      copy_state(game, boxes[(at + 1) % 4].get(), boxes[at % 4].get());
    if (is_hashed) sum += fast_hash(game, boxes[at % 4].get(), scratch);
  };
  for (int i = 0; i < 4; ++i)
    round();
  const double begin = spent_microseconds();
  for (int i = 0; i < rounds; ++i)
    round();
  const double spent = spent_microseconds() - begin;
  asm volatile("" : : "r"(sum));  // as if somebody read it
  return spent / rounds;
}

struct Figures {
  double tick = 0;    ///< microseconds a tick
  double worst = 0;   ///< the longest frame, microseconds
  double memory = 0;  ///< of the session at its end, MiB
};

std::size_t allocated() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// One match. `is_weighed`: for its memory, not for its times.
Figures play(const AnyGame& game, const Script& script, const Shape& shape, std::int64_t ticks,
             bool is_weighed) {
  constexpr Instant begin{std::chrono::seconds(100)};
  constexpr std::int64_t warm_ticks = 130;  // two reports, by which all memory has been touched
  auto link = std::make_unique<ScriptedLink>(game.setup(1, shape.players), is_weighed);
  const PeerId relay = link->relay();
  for (std::int64_t tick = 0; tick < ticks; ++tick)
    link->deliver(script.datagram(tick, begin + tick_length * tick));
  const std::size_t before = allocated();
  AnySession session =
      AnySession::over(game, std::move(link), relay, Hello{.rules = game.rules()}, {});
  Random random(4);
  Figures figures;
  // Asking for the time is not free: it is asked at each frame where that is too little to be seen.
  const bool is_framed = game.state_size() >= 16 * 1024 || game.shares_pages();
  double from = 0;
  double last = 0;
  for (std::int64_t tick = 0; tick < ticks; ++tick) {
    if (tick == warm_ticks) from = last = spent_microseconds();
    session.advance(begin + tick_length * tick);
    if (script.offers_at(tick)) session.set_input(payload_of(random));
    if (tick < warm_ticks || !is_framed) continue;
    const double now = spent_microseconds();
    figures.worst = std::max(figures.worst, now - std::exchange(last, now));
  }
  figures.tick = (spent_microseconds() - from) / static_cast<double>(ticks - warm_ticks);
  figures.memory = static_cast<double>(allocated() - before) / (1024 * 1024);
  const SessionStatistics statistics = session.statistics();
  const bool is_played = statistics.confirmed.value > ticks - 40 && statistics.events > 0 &&
                         (shape.others_known_late == 0 || statistics.timeline.rollbacks > 50);
  if (!is_played) {
    std::printf("this match was not played\n");
    std::exit(1);
  }
  return figures;
}

struct Case {
  std::string name;
  AnyGame game;
  Shape shape{};
  std::int64_t ticks = 600;
  int copies = 1;         ///< of its floor
  bool is_hashed = true;  ///< its floor
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

void measure(const Case& each, int repetitions) {
  const Script script(each.ticks, each.shape, payload_of);
  const Figures weighed = play(each.game, script, each.shape, each.ticks, true);
  std::vector<double> ticks, worsts, floors, ratios;
  for (int i = 0; i < repetitions; ++i) {
    floors.push_back(floor_microseconds(each.game, each.copies, each.is_hashed));
    const Figures figures = play(each.game, script, each.shape, each.ticks, false);
    ticks.push_back(figures.tick);
    worsts.push_back(figures.worst);
    ratios.push_back(ticks.back() / floors.back());
  }
  std::printf("%-34s %10.2f %10.2f %7.2f %11.1f %10.2f\n", each.name.c_str(), median(ticks),
              median(floors), median(ratios), median(worsts), weighed.memory);
  std::fflush(stdout);
}

/// A rehearsal of eight ticks at every tick, beside one copy and one hash.
void rehearse(const std::string& name, const AnyGame& game, int repetitions) {
  constexpr int ticks = 100;
  std::vector<double> spent;
  for (int i = 0; i < repetitions; ++i) {
    Rehearsal rehearsal(game, game.setup(1, 2), 8);
    for (int tick = 0; tick < 20; ++tick)
      rehearsal.step({});
    const double from = spent_microseconds();
    for (int tick = 0; tick < ticks; ++tick)
      rehearsal.step({});
    spent.push_back((spent_microseconds() - from) / ticks);
  }
  const double floor = floor_microseconds(game, 1, true);
  std::printf("%-34s %10.2f %10.2f %7.2f\n", name.c_str(), median(spent), floor,
              median(spent) / floor);
}

/// Ten minutes in which both players change what they hold five times a second.
MatchRecord ten_minutes(const AnyGame& game) {
  constexpr std::int64_t ticks = 10 * 60 * ticks_a_second;
  MatchRecord record({.room = "BENCH", .build = "bench", .setup = game.setup(1, 2)});
  Random random(5);
  std::uint32_t counter = 0;
  for (std::uint8_t slot = 0; slot < 2; ++slot) {
    record.log.add({Tick{1}, relay_author, ++counter,
                    encode(RelayEvent{.kind = EventKind::joined, .player = PlayerId{slot}})});
  }
  for (Tick tick{2}; tick.value <= ticks; ++tick) {
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      if (!random.chance(change_one_in)) continue;
      record.log.add({tick, author_of(PlayerId{slot}), ++counter, payload_of(random)});
    }
  }
  record.log.close(Tick{ticks});
  record.end = EndReason::time_over;
  return record;
}

double bare_fold_microseconds(const AnyGame& game, const Log& log, Tick last) {
  const double begin = spent_microseconds();
  StateBox state = start(game, log.setup());
  const std::span<const EventView> events = log.events();
  std::size_t next = 1;
  for (Tick tick{1}; tick <= last; ++tick) {
    std::size_t end = next;
    while (end < events.size() && events[end].tick == tick)
      ++end;
    step_state(game, state.get(), events.subspan(next, end - next), nullptr);
    next = end;
  }
  return spent_microseconds() - begin;
}

/// The session's first seek: from its first frame on to a place near the end.
double first_seek_microseconds(const AnyGame& game, Tick last) {
  auto session = AnySession::watch(game, ten_minutes(game), {});
  Instant now{std::chrono::seconds(100)};
  session->playback()->set_paused(true);
  session->advance(now);  // takes in the log
  const double begin = spent_microseconds();
  session->playback()->seek(last);
  while (session->timeline()->present() < last)
    session->advance(now += tick_length);
  return spent_microseconds() - begin;
}

void watch(const std::string& name, const AnyGame& game, int repetitions) {
  const MatchRecord record = ten_minutes(game);
  const Tick last = record.log.horizon() - 100;
  const auto ticks = static_cast<double>(last.value);
  std::vector<double> seeks, floors, ratios;
  for (int i = 0; i < repetitions; ++i) {
    floors.push_back(bare_fold_microseconds(game, record.log, last) / ticks);
    seeks.push_back(first_seek_microseconds(game, last) / ticks);
    ratios.push_back(seeks.back() / floors.back());
  }
  std::printf("%-34s %10.3f %10.3f %7.2f\n", name.c_str(), median(seeks), median(floors),
              median(ratios));
}

std::vector<Case> all_cases() {
  const AnyGame light = any_game<Plain<1024>>();
  const Shape rollback{.others_change_one_in = 1, .others_known_late = 8};
  const Shape quiet{.others_change_one_in = 60, .own_change_one_in = 60, .horizon_step = 10};
  std::vector<Case> cases;
  for (const std::uint8_t players : std::array<std::uint8_t, 3>{2, 16, 64}) {
    cases.push_back({.name = "1 KiB, held, " + std::to_string(players) + " players",
                     .game = light,
                     .shape = {.players = players},
                     .ticks = 3000});
  }
  cases.push_back(
      {.name = "1 KiB, 8 back, both change",
       .game = light,
       .shape = {.others_change_one_in = 1, .others_known_late = 8, .own_change_one_in = 1},
       .ticks = 3000,
       .copies = 2});
  const auto add = [&](const std::string& size, const AnyGame& game, std::int64_t ticks) {
    cases.push_back(
        {.name = size + ", 8 back", .game = game, .shape = rollback, .ticks = ticks, .copies = 2});
    cases.push_back({.name = size + ", no rollback", .game = game, .ticks = ticks});
    cases.push_back({.name = size + ", quiet", .game = game, .shape = quiet, .ticks = ticks});
  };
  add("16 KiB", any_game<Plain<16 * 1024>>(), 3000);
  add("128 KiB", any_game<Plain<128 * 1024>>(), 1200);
  add("1 MiB", any_game<Plain<1024 * 1024>>(), 600);
  add("16 MiB", any_game<Plain<16 * 1024 * 1024>>(), 310);
  add("paged 128 KiB", any_game<InPages<128 * 1024>>(), 1200);
  add("paged 1 MiB", any_game<InPages<1024 * 1024>>(), 600);
  add("paged 16 MiB", any_game<InPages<16 * 1024 * 1024>>(), 310);
  return cases;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view part = argc > 1 ? argv[1] : "";
  const int repetitions = argc > 2 ? std::max(1, std::atoi(argv[2])) : 5;
  std::printf("%-34s %10s %10s %7s %11s %10s\n", "case", "us a tick", "floor", "ratio", "worst us",
              "MiB");
  for (const Case& each : all_cases()) {
    if (each.name.find(part) != std::string::npos) measure(each, repetitions);
  }
  const auto is_asked = [&](const std::string& name) { return name.find(part) != name.npos; };
  const std::string rehearsed = "1 MiB, rehearsed";
  if (is_asked(rehearsed)) rehearse(rehearsed, any_game<Plain<1024 * 1024>>(), repetitions);
  if (is_asked("paged " + rehearsed)) {
    rehearse("paged " + rehearsed, any_game<InPages<1024 * 1024>>(), repetitions);
  }
  const std::pair<std::string, AnyGame> watched[] = {
      {"1 KiB, watched", any_game<Plain<1024>>()},
      {"128 KiB, watched", any_game<Plain<128 * 1024>>()},
      {"128 KiB, all changes, watched", any_game<Stirred<128 * 1024>>()},
      {"1 MiB, watched", any_game<Plain<1024 * 1024>>()},
      {"paged 128 KiB, watched", any_game<InPages<128 * 1024>>()},
      {"paged 1 MiB, watched", any_game<InPages<1024 * 1024>>()}};
  for (const auto& [name, game] : watched) {
    if (is_asked(name)) watch(name, game, repetitions);
  }
}
