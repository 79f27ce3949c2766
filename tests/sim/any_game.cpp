// A game as a table of functions: games refused at the door, events counted inside, and the
// promises of a handle and a state.

#include "tutti/sim/any_game.hpp"

#include "sim/events.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/games.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// Why Tally's table with this change is refused, or "" if it is not.
template <class Change>
std::string refusal(Change change) {
  tutti_game table = game_table<Tally>();
  change(table);
  const Result<AnyGame> game = AnyGame::from_table(&table);
  if (game) return "";
  CHECK(game.error().fault == Fault::bad_data);
  return game.error().sentence;
}

/// The same game under the same name, but holding counts for one more.
struct OtherTally : Tally {
  static void step(State& state, Events<Event> events, Effects<Effect>& effects) noexcept {
    Tally::step(state, events, effects);
    if (state.hold[0] != 0) ++state.score[0];
  }
};

/// Emits as many effects as its input says, and large ones for negative numbers.
struct Noisy {
  static constexpr const char* name = "noisy";
  static constexpr const char* version = "1";
  struct Event {
    std::int8_t effects = 0;
    TUTTI_FIELDS(effects)
  };
  struct Effect {
    static constexpr const char* names[] = {"hit", "miss"};
    enum class Kind : std::uint8_t { hit, miss } kind = Kind::hit;
    std::string note;
    std::uint64_t key() const { return 1000 + note.size(); }
    TUTTI_FIELDS(kind, note)
  };
  struct State {
    TUTTI_FIELDS()
  };
  static State start(const Setup&) { return {}; }
  static void step(State&, Events<Event> events, Effects<Effect>& effects) noexcept {
    for (const auto& event : events) {
      for (int i = 0; i < event.input()->effects; ++i)
        effects.emit({Effect::Kind::miss, "abc"});
      // A kind and the length of a text stand before the text.
      for (int i = 0; i < -event.input()->effects; ++i)
        effects.emit({Effect::Kind::hit,
                      std::string(limits::effect_bytes - 5 + (i % 2 == 0 ? 0U : 1U), 'x')});
    }
  }
};

/// Offers no arbitrary events; a player's events are nothing special.
struct Sampleless {
  static constexpr const char* name = "sampleless";
  static constexpr const char* version = "1";
  struct Event {
    std::int8_t move = 3;
    TUTTI_FIELDS(move)
  };
  struct State {
    std::int32_t sum = 0;
    TUTTI_FIELDS(sum)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events) {
      const auto move = static_cast<std::uint32_t>(event.input() ? event.input()->move : 1);
      // What is beyond an int is taken modulo 2^32.
      state.sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(state.sum) * 7 + move);
    }
  }
};

struct Stepped {
  StepResult result;
  Digest digest;
  std::vector<EffectRecord> effects;
};

template <class G>
Stepped step_of(const std::vector<Event>& events) {
  const AnyGame game = any_game<G>();
  StateBox state = start(game, Setup{});
  const std::vector<EventView> views(events.begin(), events.end());
  Stepped stepped;
  stepped.result = step_state(game, state.get(), views, &stepped.effects);
  stepped.digest = digest_state(game, state.get());
  return stepped;
}

Event input(std::uint8_t slot, std::uint32_t counter, Bytes payload) {
  return {Tick{1}, author_of(PlayerId{slot}), counter, std::move(payload)};
}

}  // namespace

TEST_CASE("a table that is as it should be is a game") {
  CHECK(refusal([](tutti_game&) {}).empty());
  CHECK(refusal([](tutti_game& table) {
          table.sample = nullptr, table.play = nullptr, table.effect_kind = nullptr;
          table.describe_event = nullptr, table.describe_effect = nullptr;
        }).empty());
}

TEST_CASE("a table of the interface before this one is read, as far as it goes") {
  CHECK(refusal([](tutti_game& table) { table.abi = TUTTI_GAME_ABI_OLDEST; }).empty());
  CHECK_FALSE(refusal([](tutti_game& table) { table.abi = TUTTI_GAME_ABI_OLDEST - 1; }).empty());
  CHECK_FALSE(refusal([](tutti_game& table) { table.abi = TUTTI_GAME_ABI + 1; }).empty());
}

TEST_CASE("a table of another interface is refused, naming both") {
  const std::string sentence = refusal([](tutti_game& table) { table.abi = 99; });
  CHECK_THAT(sentence, contains("interface 99"));
  CHECK_THAT(sentence, contains("speaks " + std::to_string(TUTTI_GAME_ABI)));
}

TEST_CASE("no table is refused") {
  const Result<AnyGame> game = AnyGame::from_table(nullptr);
  REQUIRE_FALSE(game.has_value());
  CHECK_THAT(game.error().sentence, contains("gives no game"));
}

TEST_CASE("a table without a function is refused, naming it") {
  CHECK_THAT(refusal([](tutti_game& table) { table.construct = nullptr; }), contains("construct"));
  CHECK_THAT(refusal([](tutti_game& table) { table.destroy = nullptr; }), contains("destroy"));
  CHECK_THAT(refusal([](tutti_game& table) { table.copy = nullptr; }), contains("copy"));
  CHECK_THAT(refusal([](tutti_game& table) { table.start = nullptr; }), contains("start"));
  CHECK_THAT(refusal([](tutti_game& table) { table.step = nullptr; }), contains("step"));
  CHECK_THAT(refusal([](tutti_game& table) { table.save = nullptr; }), contains("save"));
  CHECK_THAT(refusal([](tutti_game& table) { table.load = nullptr; }), contains("load"));
  CHECK_THAT(refusal([](tutti_game& table) { table.describe = nullptr; }), contains("describe"));
}

TEST_CASE("a table without a proper name or version is refused") {
  for (const char* text : {static_cast<const char*>(nullptr), "", "Tally", "ta lly", "ta/lly",
                           "tally@1", "tälly", "a-name-of-thirty-three-characters"}) {
    CAPTURE(text == nullptr ? "nothing" : text);
    CHECK_THAT(refusal([&](tutti_game& table) { table.name = text; }), contains("name or version"));
    CHECK_THAT(refusal([&](tutti_game& table) { table.version = text; }),
               contains("name or version"));
  }
  CHECK(
      refusal([](tutti_game& table) { table.name = "a_name-of_thirty-two_characters0"; }).empty());
  CHECK(refusal([](tutti_game& table) { table.version = "1.2-rc3"; }).empty());
}

TEST_CASE("a table with impossible numbers is refused") {
  const auto is_refused = [](auto change) {
    return refusal(change).find("impossible") != std::string::npos;
  };
  CHECK(is_refused([](tutti_game& table) { table.state_size = 0; }));
  CHECK(is_refused([](tutti_game& table) { table.state_align = 0; }));
  CHECK(is_refused([](tutti_game& table) { table.state_align = 12; }));
  CHECK(is_refused([](tutti_game& table) { table.players_min = 0; }));
  CHECK(is_refused([](tutti_game& table) { table.players_min = 9; }));
  CHECK(is_refused([](tutti_game& table) { table.players_max = limits::players + 1; }));
  CHECK(is_refused([](tutti_game& table) { table.tick_rate = 0; }));
  CHECK(is_refused([](tutti_game& table) { table.tick_rate = limits::tick_rate_max + 1; }));
}

TEST_CASE("a rules id is the game, its version and its fingerprint, and fits its limit") {
  // A new fingerprint of the same rules would make every log of a game unreadable.
  CHECK(any_game<Tally>().rules() == "tally@1+386b0e05b340d504");
  CHECK(any_game<Diary>().rules() == "diary@1+77317523dc3b3432");
  constexpr std::size_t longest = 32 + 1 + 32 + 1 + 16;
  STATIC_REQUIRE(longest <= limits::rules_bytes);
}

TEST_CASE(
    "a game without arbitrary events says so, and its rules id is made with its default event") {
  const AnyGame game = any_game<Sampleless>();
  CHECK_FALSE(game.has_sample());
  CHECK(game.table().sample == nullptr);
  Random random(1);
  CHECK(game.sample(random).empty());
  CHECK(random == Random(1));
  // As it was when such a game's table still had a `sample` that gave this event.
  CHECK(game.rules() == "sampleless@1+67844abc410d7813");
}

TEST_CASE("a rules id without sample and default event is made with no bytes") {
  const auto rules_of = [](const tutti_game& table) {
    return AnyGame::from_table(&table)->rules();
  };
  tutti_game without = game_table<Sampleless>();
  without.default_event = nullptr;
  CHECK(rules_of(without) != any_game<Sampleless>().rules());
  // In a table of the interface before, whatever follows it in memory is none of it.
  tutti_game before = game_table<Sampleless>();
  before.abi = TUTTI_GAME_ABI_OLDEST;
  CHECK(rules_of(before) == rules_of(without));
}

TEST_CASE("a game with arbitrary events needs no default event") {
  CHECK(any_game<Tally>().has_sample());
  CHECK(game_table<Tally>().default_event == nullptr);
}

TEST_CASE("rules ids are equal for equal rules, and differ where the rules do") {
  const AnyGame game = any_game<Tally>();
  const AnyGame copy = game;
  CHECK(copy.rules() == game.rules());
  CHECK(any_game<Tally>().rules() == game.rules());
  CHECK(any_game<OtherTally>().name() == game.name());
  CHECK(any_game<OtherTally>().version() == game.version());
  CHECK(any_game<OtherTally>().rules() != game.rules());
}

TEST_CASE("a setup for a game carries its rules and its tick rate") {
  const AnyGame game = any_game<Tally>();
  const Setup setup = game.setup(42, 3);
  CHECK(setup == Setup{.rules = game.rules(), .seed = 42, .players = 3, .tick_rate = 60});
  CHECK(is_valid(setup));
}

TEST_CASE("an event that the game refuses is counted, and the tick is as if it were not there") {
  const Event good = input(0, 0, hold(3));
  const auto refused = GENERATE(as<Bytes>{}, Bytes{}, hold(10), Bytes(2, std::byte{1}),
                                Bytes(limits::event_bytes, std::byte{1}));
  // Few events take another way through the table than a crowd.
  const std::uint32_t crowd = GENERATE(1U, 7U, 8U, 16U, 40U);
  CAPTURE(refused.size(), crowd);
  std::vector<Event> events = {good};
  for (std::uint32_t counter = 1; counter <= crowd; ++counter)
    events.push_back(input(1, counter, refused));
  events.push_back(input(2, 0, hold(4)));
  const Stepped with = step_of<Tally>(events);
  const Stepped without = step_of<Tally>({events.front(), events.back()});
  CHECK(with.result.refused == crowd);
  CHECK(without.result.refused == 0);
  CHECK(with.digest == without.digest);
  CHECK(with.effects.size() == 2);
}

TEST_CASE("effects beyond the limit of a tick are dropped and counted") {
  constexpr int most = limits::effects_per_tick;
  const auto effects = [](int count) { return step_of<Noisy>({input(0, 0, hold(count))}); };
  CHECK(effects(most).effects.size() == most);
  CHECK(effects(most).result.effects_dropped == 0);
  CHECK(effects(most + 3).effects.size() == most);
  CHECK(effects(most + 3).result.effects_dropped == 3);
}

TEST_CASE("the limit of effects counts those of one tick") {
  const AnyGame game = any_game<Noisy>();
  StateBox state = start(game, Setup{});
  const Event event = input(0, 0, hold(limits::effects_per_tick));
  const EventView view = event;
  std::vector<EffectRecord> effects;
  for (int tick = 0; tick < 2; ++tick)
    CHECK(step_state(game, state.get(), {&view, 1}, &effects).effects_dropped == 0);
  CHECK(effects.size() == 2 * limits::effects_per_tick);
}

TEST_CASE("an effect that is too large is dropped and counted, one of 48 bytes is not") {
  const Stepped stepped = step_of<Noisy>({input(0, 0, hold(-5))});
  CHECK(stepped.result.effects_dropped == 2);
  REQUIRE(stepped.effects.size() == 3);
  CHECK(stepped.effects[0].view().size() == limits::effect_bytes);
}

TEST_CASE("an effect has its kind and its key, or a key over all its bytes") {
  const EffectRecord own = step_of<Noisy>({input(0, 0, hold(1))}).effects.at(0);
  CHECK(own.kind == 1);
  CHECK(own.key == 1003);
  const EffectRecord given = step_of<Tally>({input(2, 0, hold(4))}).effects.at(0);
  CHECK(given.kind == 0);
  CHECK(given.size == 2);
  CHECK(given.key == 0x08395007b4f12f73U);  // FNV-1a of 2, 4
  const AnyGame game = any_game<Noisy>();
  CHECK(game.effect_kind(0) == "hit");
  CHECK(game.effect_kind(1) == "miss");
  CHECK(game.effect_kind(2) == "effect2");
  CHECK(any_game<Tally>().effect_kind(0) == "effect0");
}

TEST_CASE("an event and an effect tell their fields by name, and other bytes tell none") {
  const AnyGame game = any_game<Noisy>();
  const auto event = event_fields(game, hold(-3));
  REQUIRE(event);
  REQUIRE(event->size() == 1);
  CHECK(event->front().path == "effects");
  CHECK(event->front().value == "-3");
  CHECK_FALSE(event_fields(game, Bytes(2)));
  const EffectRecord effect = step_of<Noisy>({input(0, 0, hold(1))}).effects.at(0);
  const auto fields = effect_fields(game, effect.view());
  REQUIRE(fields);
  CHECK(fields->back().path == "note");
  CHECK_THAT(fields->back().value, contains("abc"));
  CHECK_FALSE(effect_fields(game, effect.view().first(effect.size - 1)));
  // Of a game in another language that says nothing, its bytes are all there is.
  tutti_game table = game_table<Noisy>();
  table.describe_event = table.describe_effect = nullptr;
  const Result<AnyGame> silent = AnyGame::from_table(&table);
  REQUIRE(silent);
  CHECK_FALSE(event_fields(*silent, hold(-3)));
  CHECK_FALSE(effect_fields(*silent, effect.view()));
}

TEST_CASE("sampling and playing move the caller's generator on") {
  const AnyGame game = any_game<Tally>();
  Random erased(5), typed(5);
  for (int i = 0; i < 20; ++i) {
    Bytes expected;
    write_canonical(Tally::sample(typed), expected);
    CHECK(game.sample(erased) == expected);
  }
  CHECK(erased == typed);
  const StateBox state = start(game, Setup{});
  int played = 0;
  for (int i = 0; i < 200; ++i) {
    const auto move = Tally::play({}, PlayerId{}, typed);
    const auto bytes = game.play(state.get(), PlayerId{}, erased);
    REQUIRE(bytes.has_value() == move.has_value());
    played += bytes ? 1 : 0;
  }
  CHECK(erased == typed);
  CHECK(played > 5);
  CHECK(game.has_bot());
  CHECK_FALSE(any_game<Diary>().has_bot());
  CHECK_FALSE(any_game<Diary>().play(start(any_game<Diary>(), {}).get(), {}, erased).has_value());
}

TEST_CASE("a table's owner is kept for as long as a handle or a state needs it") {
  const auto module = std::make_shared<int>(0);
  {
    std::optional<AnyGame> game = *AnyGame::from_table(&game_table<Tally>(), module);
    std::optional<StateBox> state(*game);
    const StateBox copy = *state;
    game.reset();
    state.reset();
    CHECK(module.use_count() == 2);
  }
  CHECK(module.use_count() == 1);
}
