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
  // Each tick's events become known up to 12 ticks late, those of each player apart; the confirmed
  // states have to be those of a straight fold.
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

/// Plays lines, as recordings.txt has them: "match GAME SEED PLAYERS TICKS", then
/// "event TICK AUTHOR COUNTER HEX" (a dash for no bytes) and "digest TICK HEX".
class Recordings {
 public:
  explicit Recordings(Trace& trace) : trace_(trace) {}

  void read(const std::string& line) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "match") begin(words);
    if (kind == "event") add_event(words);
    if (kind == "digest") compare(words);
  }
  std::int64_t ticks() const { return ticks_; }
  std::size_t digests() const { return digests_; }

 private:
  void begin(std::istringstream& words) {
    std::string name;
    Setup setup;
    int players = 0;
    words >> name >> setup.seed >> players;
    setup.players = static_cast<std::uint8_t>(players);
    setup.rules = name;
    game_ = game_called(name);
    setup.tick_rate = game_->table().tick_rate;
    state_ = start(*game_, setup);
    present_ = Tick{};
    events_.clear();
  }

  void add_event(std::istringstream& words) {
    std::int64_t tick = 0;
    int author = 0;
    Event event;
    std::string hex;
    words >> tick >> author >> event.counter >> hex;
    event.tick = Tick{tick};
    event.author = Author{static_cast<std::uint8_t>(author)};
    event.payload = from_hex(hex);
    play_through(event.tick - 1);
    events_.push_back(std::move(event));
  }

  void compare(std::istringstream& words) {
    std::int64_t tick = 0;
    std::string hex;
    words >> tick >> hex;
    play_through(Tick{tick});
    if (present_ != Tick{tick}) return;
    ++digests_;
    if (to_hex(digest_state(*game_, state_->get())).substr(0, hex.size()) != hex)
      trace_.fail(Tick{ticks_}, "the state is not the one that the players had");
  }

  void play_through(Tick last) {
    for (; state_ && present_ < last && trace_.wants(Tick{ticks_ + 1}); ++ticks_) {
      ++present_;
      std::vector<EventView> now;
      for (const Event& event : events_) {
        if (event.tick == present_) now.push_back(event);
      }
      step_state(*game_, state_->get(), now, nullptr);
      trace_.add(Tick{ticks_ + 1}, *game_, state_->get());
    }
    std::erase_if(events_, [&](const Event& event) { return event.tick <= present_; });
  }

  Trace& trace_;
  std::optional<AnyGame> game_{};
  std::optional<StateBox> state_{};
  std::vector<Event> events_{};
  Tick present_{};
  std::int64_t ticks_ = 0;  // of all matches together: they are one scene
  std::size_t digests_ = 0;
};

}  // namespace

void play_recordings(Trace& trace) {
  // All the matches, again and again: traces of a match must not reach the next one.
  std::vector<std::string> lines;
  for (std::string line; std::getline(std::cin, line);)
    lines.push_back(line);
  Recordings recordings(trace);
  std::int64_t before = 0;
  do {
    before = recordings.ticks();
    for (const std::string& line : lines)
      recordings.read(line);
  } while (recordings.ticks() > before && trace.wants(Tick{recordings.ticks() + 1}));
  if (recordings.digests() == 0 && trace.wants(Tick{1000}))
    trace.fail(Tick{1}, "no recording on stdin");
}

}  // namespace tutti::scenes
