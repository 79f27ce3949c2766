// Scenes in which whole games are played, forwards, back and forth, and from recordings.

#include <iostream>
#include <map>
#include <sstream>

#include "../../engine/examples/skirmish/skirmish.hpp"
#include "counterpoint/counterpoint.hpp"
#include "scenes.hpp"
#include "support/games.hpp"
#include "tutti/sim/crowd.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti::scenes {

namespace {

AnyGame counterpoint_game() { return any_game<counterpoint::Counterpoint>(); }

/// Not the game's own setup: no scene depends on the rules id.
Setup setup_for(const AnyGame& game, const Crowd::Options& crowd) {
  Setup setup;
  setup.rules = game.name();
  setup.seed = crowd.seed;
  setup.players = crowd.players;
  setup.tick_rate = game.table().tick_rate;
  return setup;
}

void play(Trace& trace, const AnyGame& game, const Crowd::Options& options) {
  StateBox state = start(game, setup_for(game, options));
  Crowd crowd(game, options);
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    step_state(game, state.get(), crowd.next(tick, state.get()), nullptr);
    trace.add(tick, game, state.get());
  }
}

}  // namespace

void play_bots_two(Trace& trace) {
  play(trace, counterpoint_game(), {.seed = 11, .players = 2, .bots = true});
}
void play_bots_four(Trace& trace) {
  play(trace, counterpoint_game(), {.seed = 12, .players = 4, .bots = true});
}
void play_people(Trace& trace) { play(trace, counterpoint_game(), {.seed = 13, .players = 4}); }
void play_garbage(Trace& trace) {
  play(trace, counterpoint_game(), {.seed = 14, .players = 3, .sends_garbage = true});
}
void play_tally(Trace& trace) { play(trace, any_game<test::Tally>(), {.seed = 15, .players = 8}); }
void play_skirmish(Trace& trace) {
  play(trace, any_game<skirmish::Skirmish>(), {.seed = 16, .players = 2});
}

void play_snapshots(Trace& trace) {
  // At every 7th tick the state is brought back from its bytes, into a state that was used before.
  constexpr std::int64_t every = 7;
  const AnyGame game = counterpoint_game();
  const Crowd::Options options{.seed = 17, .players = 2, .bots = true};
  StateBox state = start(game, setup_for(game, options));
  StateBox other = state;
  Crowd crowd(game, options);
  Bytes bytes;
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    step_state(game, state.get(), crowd.next(tick, state.get()), nullptr);
    if (tick.value % every == 0) {
      save_state(game, state.get(), bytes);
      if (!load_state(game, other.get(), bytes)) return trace.fail(tick, "snapshot not loaded");
      std::swap(state, other);
    }
    trace.add(tick, game, state.get());
  }
}

void play_rollback(Trace& trace) {
  // Each tick's events become known up to 12 ticks late, those of each player apart; what is
  // confirmed has to be what a straight fold gives.
  const AnyGame game = counterpoint_game();
  const Crowd::Options options{.seed = 18, .players = 4};
  const Setup setup = setup_for(game, options);
  Timeline timeline(game, setup);
  StateBox straight = start(game, setup);
  Crowd crowd(game, options);
  Random random(18);
  std::multimap<Tick, Event> on_the_way;
  std::map<Tick, Digest> expected;
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    const auto events = crowd.next(tick, straight.get());
    for (const EventView& event : events)
      on_the_way.emplace(tick + random.below(limits::input_window_ticks), to_owned(event));
    step_state(game, straight.get(), events, nullptr);
    expected[tick] = digest_state(game, straight.get());
    while (!on_the_way.empty() && on_the_way.begin()->first <= tick) {
      timeline.accept(on_the_way.begin()->second);
      on_the_way.erase(on_the_way.begin());
    }
    timeline.close(tick - limits::input_window_ticks);
    timeline.advance(tick);
    const Tick confirmed = timeline.confirmed();
    if (confirmed.value < 1) continue;
    if (digest_state(game, timeline.confirmed_state()) != expected.at(confirmed)) {
      return trace.fail(confirmed, "rolling back gave another state than folding straight on");
    }
    expected.erase(expected.begin(), expected.find(confirmed));
    trace.add(confirmed, game, timeline.confirmed_state());
  }
}

namespace {

Bytes from_hex(const std::string& text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

AnyGame game_called(const std::string& name) {
  return name == "tally" ? any_game<test::Tally>() : counterpoint_game();
}

}  // namespace

void play_recordings(Trace& trace) {
  // Lines, as recordings.txt has them: "match GAME SEED PLAYERS TICKS", then
  // "event TICK AUTHOR COUNTER HEX" (a dash for no bytes) and "digest TICK HEX". The ticks of all
  // matches are counted as one scene.
  std::string line;
  Tick present;
  std::int64_t before = 0;
  std::optional<AnyGame> game;
  std::optional<StateBox> state;
  std::vector<Event> events;
  std::size_t digests = 0;
  const auto play_through = [&](Tick last) {
    for (; state && present < last && trace.wants(Tick{before + 1}); ++before) {
      ++present;
      std::vector<EventView> now;
      for (const Event& event : events) {
        if (event.tick == present) now.push_back(event);
      }
      step_state(*game, state->get(), now, nullptr);
      trace.add(Tick{before + 1}, *game, state->get());
    }
    std::erase_if(events, [&](const Event& event) { return event.tick <= present; });
  };
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "match") {
      std::string name;
      Setup setup;
      int players = 0;
      words >> name >> setup.seed >> players;
      setup.players = static_cast<std::uint8_t>(players);
      setup.rules = name;
      game = game_called(name);
      setup.tick_rate = game->table().tick_rate;
      state = start(*game, setup);
      present = Tick{};
    } else if (kind == "event") {
      std::int64_t tick = 0;
      int author = 0;
      Event event;
      std::string hex;
      words >> tick >> author >> event.counter >> hex;
      event.tick = Tick{tick};
      event.author = Author{static_cast<std::uint8_t>(author)};
      event.payload = from_hex(hex);
      play_through(event.tick - 1);
      events.push_back(std::move(event));
    } else if (kind == "digest") {
      std::int64_t tick = 0;
      std::string hex;
      words >> tick >> hex;
      play_through(Tick{tick});
      if (present != Tick{tick}) continue;
      ++digests;
      if (to_hex(digest_state(*game, state->get())).substr(0, hex.size()) != hex) {
        return trace.fail(present, "the state is not the one that the players had");
      }
    }
  }
  if (digests == 0 && trace.wants(Tick{1000})) trace.fail(Tick{1}, "no recording on stdin");
}

}  // namespace tutti::scenes
