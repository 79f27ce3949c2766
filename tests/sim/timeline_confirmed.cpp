// The confirmed state at a tick is a function of the log through that tick alone, however a client
// came to know it: in any order, early or late, guessed right, wrong or not at all.

#include "sim/folds.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/games.hpp"
#include "tutti/sim/fast_hash.hpp"
#include "tutti/sim/timeline.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr Tick last_tick{240};
constexpr std::uint8_t players = 4;
constexpr PlayerId ours{0};

std::size_t index(Tick tick) { return static_cast<std::size_t>(tick.value); }

/// The log as the relay ordered it in the end.
std::vector<Event> ordered_events(Random& random) {
  std::vector<Event> events;
  std::uint32_t counters[players + 1] = {};
  for (std::uint8_t slot = 0; slot < players; ++slot)
    events.push_back(joined(1 + random.below(3), ++counters[players], slot));
  for (std::int64_t tick = 4; tick <= last_tick.value; ++tick) {
    for (std::uint8_t slot = 0; slot < players; ++slot) {
      if (!random.chance(slot == ours.value ? 4 : 9)) continue;
      for (std::uint32_t more = random.below(3); more < 3; ++more) {
        events.push_back({Tick{tick}, author_of(PlayerId{slot}), counters[slot]++,
                          hold(random.between(-10, 10))});  // 10 is refused by the games
      }
    }
    if (random.chance(40)) {
      const PlayerId slot{static_cast<std::uint8_t>(random.below(players))};
      const auto kind = random.chance(2) ? EventKind::left : EventKind::joined;
      events.push_back(relay_event(tick, ++counters[players], {.kind = kind, .player = slot}));
    }
  }
  return events;
}

/// Counts of happenings on the way, so that no test passes because nothing happened.
struct Happened {
  int rollbacks = 0, right = 0, wrong = 0, withdrawn = 0, left_behind = 0, refused = 0;
};

/// Tally with a state that is worth sparing copies of.
struct Broad : Tally {
  static constexpr const char* name = "broad";
  struct State : Tally::State {
    std::array<std::int64_t, 1024> past{};
    template <class Archive>
    void serialize(Archive& archive) {
      Tally::State::serialize(archive);
      archive(CEREAL_NVP(past));
    }
  };
  static State start(const Setup& setup) {
    State state;
    state.random = Random(setup.seed);
    return state;
  }
  static bool is_valid(const State& state, PlayerId player, const Event& event) {
    return Tally::is_valid(state, player, event);
  }
  static void step(State& state, Events<Event> events, Effects<Effect>& effects) noexcept {
    Tally::step(state, events, effects);
    for (std::size_t slot = 0; slot < players_max; ++slot)
      state.past[(static_cast<std::size_t>(state.score[0]) + slot) % 1024] += state.score[slot];
  }
  static std::optional<Event> play(const State& state, PlayerId player, Random& random) {
    return Tally::play(state, player, random);
  }
};

/// Room for all states, for two, for four and for five: the timeline saves others of them then.
std::size_t states_bytes(std::uint64_t seed, const AnyGame& game) {
  constexpr std::size_t states[] = {1000, 0, 1, 5};
  return states[seed % 4] * std::max<std::size_t>(game.state_size(), 300);
}

/// One client that comes to know a log, tick by tick.
class Client {
 public:
  Client(const AnyGame& game, std::uint64_t seed, Happened& happened)
      : random_(seed),
        happened_(happened),
        game_(game),
        truth_(setup()),
        states_bytes_(states_bytes(seed, game)),
        settles_(seed % 3 != 0) {
    for (const Event& event : ordered_events(random_)) {
      REQUIRE(truth_.add(event) == Log::Added::yes);
      coming_.push_back({event, event.tick + random_.between(-6, 14)});
    }
    shuffle(coming_, random_);
    folded_ = fold(game_, truth_, last_tick);
  }

  void run() {
    Timeline timeline(game_, setup(),
                      {.ring_ticks = 32 + random_.below(40),
                       .states_bytes = states_bytes_,
                       .keeps_hashes = settles_});
    for (Tick wanted{0}; timeline.confirmed() < last_tick; wanted = wanted + random_.below(4)) {
      guess(timeline, wanted);
      learn(timeline, wanted);
      timeline.advance(std::min(wanted, last_tick));
      check(timeline);
    }
    happened_.rollbacks += static_cast<int>(timeline.statistics().rollbacks);
    happened_.refused += static_cast<int>(timeline.statistics().refused_events);
  }

 private:
  struct Coming {
    Event event;
    Tick known_at;  // by the present
    bool is_guessed = false;
  };

  static Setup setup() { return {.seed = 5, .players = players}; }

  void guess(Timeline& timeline, Tick wanted) {
    for (Coming& own : coming_) {
      if (own.event.author != author_of(ours) || own.is_guessed || own.event.tick > wanted + 3) {
        continue;
      }
      own.is_guessed = true;
      Event guess = own.event;
      const std::uint32_t how = random_.below(6);
      if (how == 0) continue;
      if (how == 1) guess.payload = hold(random_.between(-9, 9));
      if (how == 2) guess.tick = guess.tick + random_.between(-5, 5);
      guess.tick = std::max(guess.tick, timeline.log().horizon() + 1);
      timeline.guess(guess);
      if (how == 3 && random_.chance(2)) {
        timeline.advance(std::min(wanted, last_tick));
        timeline.withdraw(guess.author, guess.counter);
        ++happened_.withdrawn;
        continue;
      }
      ++(guess == own.event ? happened_.right : happened_.wrong);
    }
  }

  void learn(Timeline& timeline, Tick wanted) {
    std::erase_if(coming_, [&](const Coming& coming) {
      if (coming.known_at > wanted || (!coming.is_guessed && is_ours(coming.event))) return false;
      REQUIRE(timeline.accept(coming.event) == Log::Added::yes);
      return true;
    });
    Tick open = last_tick;
    for (const Coming& coming : coming_)
      open = std::min(open, coming.event.tick - 1);
    if (random_.chance(3)) return;
    for (const Event& guess : timeline.guesses())
      happened_.left_behind += guess.tick <= open ? 1 : 0;
    timeline.close(open);
  }

  void check(Timeline& timeline) {
    Bytes scratch;
    for (; checked_ < timeline.confirmed(); ++checked_) {
      const Tick tick = checked_ + 1;
      CAPTURE(tick);
      if (settles_) {
        const StateBox& state = folded_.states[index(tick)];
        REQUIRE(timeline.hash_at(tick) == fast_hash(game_, state.get(), scratch));
        // A session that hashes ticks looks at few states.
        if (tick.value % 8 == 0) {
          REQUIRE(digest_state(game_, timeline.settle(tick)) == folded_.digests[index(tick)]);
        }
      } else {
        REQUIRE(digest_at(timeline, tick) == folded_.digests[index(tick)]);
      }
      REQUIRE(are_same_effects(timeline.effects_at(tick), folded_.effects[index(tick)]));
    }
    // A program that draws between two ticks looks at the one before the present; others look
    // anywhere.
    const std::int64_t predicted_ticks = timeline.present() - timeline.confirmed();
    const Tick before = settles_ ? std::max(timeline.oldest(), timeline.present() - 1)
                                 : timeline.confirmed() + predicted_ticks / 2;
    const Digest previous = digest_at(timeline, before);
    if (before <= timeline.confirmed()) REQUIRE(previous == folded_.digests[index(before)]);
    // The present is the confirmed state and then what is known and guessed, nothing else.
    StateBox predicted = folded_.states[index(timeline.confirmed())];
    for (Tick tick = timeline.confirmed() + 1; tick <= timeline.present(); ++tick) {
      std::vector<Event> events;
      for (const EventView& event : timeline.log().events_at(tick))
        events.push_back(to_owned(event));
      for (const Event& guess : timeline.guesses())
        if (guess.tick == tick) events.push_back(guess);
      sort(events);
      const std::vector<EventView> views(events.begin(), events.end());
      step_state(game_, predicted.get(), views, nullptr);
      REQUIRE(digest_at(timeline, tick) == digest_state(game_, predicted.get()));
      if (tick == before) REQUIRE(previous == digest_state(game_, predicted.get()));
    }
  }

  static bool is_ours(const Event& event) { return event.author == author_of(ours); }

  Random random_;
  Happened& happened_;
  AnyGame game_;
  Log truth_;
  Folded folded_;
  std::vector<Coming> coming_;  // in any order
  Tick checked_;
  std::size_t states_bytes_;
  bool settles_;  // else every state is looked at
};

}  // namespace

TEMPLATE_TEST_CASE("confirmed states are a function of the log alone", "", Tally, Diary, Broad) {
  const AnyGame game = any_game<TestType>();
  Happened happened;
  for (std::uint64_t seed = 1; seed <= 36; ++seed) {
    CAPTURE(seed);
    Client(game, seed, happened).run();
  }
  CHECK(happened.rollbacks > 1000);
  CHECK(happened.right > 300);
  CHECK(happened.wrong > 300);
  CHECK(happened.withdrawn > 100);
  CHECK(happened.left_behind > 100);
  CHECK(happened.refused > 300);
}

TEST_CASE("the games that the timeline is tested with are a plain one and one that is not") {
  CHECK(any_game<Tally>().is_plain());
  CHECK(any_game<Broad>().is_plain());
  CHECK_FALSE(any_game<Diary>().is_plain());
}
