// A rehearsal finds what makes a game differ from itself, and names the first tick and field.

#include "tutti/sim/rehearsal.hpp"

#include <chrono>

#include "sim/events.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/games.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

enum class Flaw { none, uninitialised, clock, counter, unsaved, effect, forgetful, unloadable };

constexpr std::int32_t first_wrong_tick = 40;

/// A game with one flaw, from tick 40 on.
template <Flaw flaw>
struct Faulty {
  static constexpr const char* name = "faulty";
  static constexpr const char* version = "1";
  struct Event {
    std::int8_t move = 0;
    TUTTI_FIELDS(move)
  };
  struct Effect {
    std::int32_t loudness = 0;
    TUTTI_FIELDS(loudness)
  };
  struct State {
    std::int32_t ticks = 0;
    std::int32_t position = 0;
    std::int64_t score = 0;
    std::int64_t hidden = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(CEREAL_NVP(ticks), CEREAL_NVP(position), CEREAL_NVP(score));
      if constexpr (flaw != Flaw::unsaved) archive(CEREAL_NVP(hidden));
      if constexpr (Archive::is_loading::value) {
        if (ticks < first_wrong_tick) return;
        if constexpr (flaw == Flaw::forgetful) position = 0;
        // Wants one number more than was saved.
        if constexpr (flaw == Flaw::unloadable) archive(cereal::make_nvp("more", hidden));
      }
    }
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<Effect>& effects) noexcept {
    for (const auto& event : events)
      if (event.input() != nullptr) state.position += event.input()->move;
    ++state.ticks;
    ++state.hidden;
    if (state.ticks < first_wrong_tick) return;
    [[maybe_unused]] static std::int32_t calls = 0;
    if constexpr (flaw == Flaw::uninitialised) {
      unsigned char local[512];
      // The compiler believes that this writes the bytes, so what is read is what the stack held.
      asm volatile("" : "=m"(local));
      for (const unsigned char byte : local)
        state.score += byte;
    }
    if constexpr (flaw == Flaw::clock) {
      state.score += std::chrono::steady_clock::now().time_since_epoch().count();
    }
    if constexpr (flaw == Flaw::counter) state.score += ++calls;
    if constexpr (flaw == Flaw::unsaved) state.score += state.hidden;
    if constexpr (flaw == Flaw::effect) effects.emit({++calls});
  }
};

/// Counts its steps where no state sees it.
struct Counted {
  static constexpr const char* name = "counted";
  static constexpr const char* version = "1";
  inline static int steps = 0;
  using Event = Tally::Event;
  struct State {
    TUTTI_FIELDS()
  };
  static State start(const Setup&) { return {}; }
  static void step(State&, Events<Event>, Effects<>&) noexcept { ++steps; }
};

/// The first divergence of a game that gets an event of each player every few ticks.
template <class G>
std::optional<Divergence> rehearse(std::int64_t ticks, std::size_t depth) {
  const AnyGame game = any_game<G>();
  Rehearsal rehearsal(game, game.setup(1, 2), depth);
  StateBox plain = start(game, game.setup(1, 2));
  Random random(1);
  std::uint32_t counter = 0;
  for (Tick tick{1}; tick <= Tick{ticks}; ++tick) {
    std::vector<Event> events;
    if (tick == Tick{1}) events = {joined(1, 1, 0), joined(1, 2, 1)};
    for (const PlayerId player : {PlayerId{0}, PlayerId{1}})
      if (random.chance(3)) {
        Bytes bytes;
        write_canonical(typename G::Event{static_cast<std::int8_t>(random.between(-9, 9))}, bytes);
        events.push_back({tick, author_of(player), ++counter, std::move(bytes)});
      }
    const std::vector<EventView> views(events.begin(), events.end());
    if (auto found = rehearsal.step(views)) return found;
    step_state(game, plain.get(), views, nullptr);
    REQUIRE(rehearsal.present() == tick);
    REQUIRE(digest_state(game, rehearsal.state()) == digest_state(game, plain.get()));
  }
  CHECK(digest_state(game, plain.get()) != digest_state(game, start(game, game.setup(1, 2)).get()));
  return std::nullopt;
}

template <Flaw flaw>
Divergence flaw_found(std::size_t depth = 8) {
  const auto found = rehearse<Faulty<flaw>>(200, depth);
  REQUIRE(found.has_value());
  CHECK(found->tick == Tick{first_wrong_tick});
  return *found;
}

void check_names_score(const Divergence& found) {
  REQUIRE(found.fields.size() == 1);
  CHECK(found.fields[0].path == "score");
  CHECK(found.fields[0].left != found.fields[0].right);
  CHECK_THAT(found.cause, contains("another result"));
}

}  // namespace

TEST_CASE("a rehearsal names the tick and the field of an uninitialised local") {
  check_names_score(flaw_found<Flaw::uninitialised>());
}

TEST_CASE("a rehearsal names the tick and the field of a clock") {
  check_names_score(flaw_found<Flaw::clock>());
}

TEST_CASE("a rehearsal names the tick and the field of a static counter") {
  check_names_score(flaw_found<Flaw::counter>());
}

TEST_CASE("a rehearsal names the tick and the field that an unsaved one reached") {
  check_names_score(flaw_found<Flaw::unsaved>());
}

TEST_CASE("a rehearsal finds effects that differ though the state does not") {
  const Divergence found = flaw_found<Flaw::effect>();
  CHECK(found.fields.empty());
  CHECK_THAT(found.cause, contains("effects"));
}

TEST_CASE("a rehearsal names the field that a snapshot does not bring back") {
  const Divergence found = flaw_found<Flaw::forgetful>();
  REQUIRE(found.fields.size() == 1);
  CHECK(found.fields[0].path == "position");
  CHECK_THAT(found.cause, contains("saving and loading disagree"));
}

TEST_CASE("a rehearsal finds a snapshot that cannot be loaded") {
  const Divergence found = flaw_found<Flaw::unloadable>();
  CHECK(found.fields.empty());
  CHECK_THAT(found.cause, contains("could not be loaded"));
}

TEST_CASE("a rehearsal finds flaws at every depth that it may have") {
  for (const std::size_t depth : {1U, 2U, 64U, 256U}) {
    CAPTURE(depth);
    check_names_score(flaw_found<Flaw::clock>(depth));
    CHECK_FALSE(rehearse<Faulty<Flaw::none>>(300, depth).has_value());
  }
}

TEST_CASE("a rehearsal takes back as many ticks as its depth says") {
  const AnyGame game = any_game<Counted>();
  Rehearsal rehearsal(game, Setup{}, 4);
  for (int tick = 1; tick <= 10; ++tick) {
    Counted::steps = 0;
    REQUIRE_FALSE(rehearsal.step({}).has_value());
    CHECK(Counted::steps == 1 + std::min(tick, 4));
  }
}

TEMPLATE_TEST_CASE("a rehearsal finds nothing in a sound game over 10,000 ticks", "", Tally,
                   Diary) {
  CHECK_FALSE(rehearse<TestType>(10'000, 6).has_value());
}

namespace {

/// Divides by its counter less 40.
struct Quotient {
  static constexpr const char* name = "quotient";
  static constexpr const char* version = "1";
  static constexpr bool has_floats = true;
  struct Event {
    std::int8_t move = 0;
    TUTTI_FIELDS(move)
  };
  struct State {
    std::int64_t ticks = 0;
    std::array<double, 2> share{};
    TUTTI_FIELDS(ticks, share)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event>, Effects<>&) noexcept {
    ++state.ticks;
    const auto rest = static_cast<double>(state.ticks - first_wrong_tick);
    state.share[1] = rest / rest;
  }
};

/// A game that lists its only value as this text, as a game in C might.
template <std::size_t which>
AnyGame listing() {
  static constexpr const char* texts[] = {"nan", "-nan", "NaN", "nan(0x7fc00000)", "1.5", "nano"};
  static tutti_game table = [] {
    tutti_game changed = game_table<Quotient>();
    changed.describe = [](const void*, const tutti_field_sink* sink) {
      sink->field(sink->context, "value", texts[which]);
    };
    return changed;
  }();
  return *AnyGame::from_table(&table);
}

template <std::size_t which>
bool has_nan() {
  const AnyGame game = listing<which>();
  return find_nan(game, StateBox(game).get()).has_value();
}

}  // namespace

TEST_CASE("a rehearsal names the tick and the field of a NaN") {
  const auto found = rehearse<Quotient>(200, 8);
  REQUIRE(found);
  CHECK(found->tick == Tick{first_wrong_tick});
  CHECK_THAT(found->cause, contains("NaN in field share[1] at tick 40"));
  REQUIRE(found->nan);
  CHECK(found->nan->path == "share[1]");
}

TEST_CASE("a NaN is known by the text that a game lists") {
  CHECK(has_nan<0>());
  CHECK(has_nan<1>());
  CHECK(has_nan<2>());
  CHECK(has_nan<3>());
  CHECK_FALSE(has_nan<4>());
  CHECK_FALSE(has_nan<5>());
  CHECK_FALSE(any_game<Tally>().may_have_floats());
}
