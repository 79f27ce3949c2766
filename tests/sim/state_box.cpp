// States as values: copies are snapshots, and bytes are taken only if they are exactly one state.

#include "sim/events.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/games.hpp"
#include "tutti/sim/any_game.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// Plain and canonical, and yet not every byte is one that a state can have.
struct Lamp {
  static constexpr const char* name = "lamp";
  static constexpr const char* version = "1";
  enum class Colour : std::uint8_t { white, red };
  struct Event {
    bool is_on = false;
    TUTTI_FIELDS(is_on)
  };
  struct State {
    std::uint8_t brightness = 5;
    bool is_on = true;
    Colour colour = Colour::red;
    bool is_warm = false;
    TUTTI_FIELDS(brightness, is_on, colour, is_warm)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events)
      if (event.input() != nullptr) state.is_on = event.input()->is_on;
  }
};

/// A module that writes nothing into a new state and takes whatever it is shown as one.
const tutti_game& careless_table() {
  static const tutti_game table = [] {
    tutti_game careless = game_table<Lamp>();
    careless.state_size = 4096;
    careless.construct = [](void*) {};
    careless.load = [](void*, const std::uint8_t*, std::size_t) { return 1; };
    careless.save = [](const void* state, const tutti_byte_sink* sink) {
      sink->write(sink->context, static_cast<const std::uint8_t*>(state), 4096);
    };
    return careless;
  }();
  return table;
}

/// A state in the middle of a match.
template <class G>
StateBox played(std::uint64_t seed) {
  const AnyGame game = any_game<G>();
  StateBox state = start(game, Setup{.seed = seed});
  Random random(seed);
  for (std::uint32_t tick = 1; tick <= 50; ++tick) {
    std::vector<Event> events;
    if (tick == 1) events = {joined(1, 1, 0), joined(1, 2, 1)};
    events.push_back({Tick{tick}, author_of(PlayerId{1}), tick, game.sample(random)});
    const std::vector<EventView> views(events.begin(), events.end());
    step_state(game, state.get(), views, nullptr);
  }
  return state;
}

Digest digest_of_box(const StateBox& state) { return digest_state(state.game(), state.get()); }

Bytes saved(const StateBox& state) {
  Bytes bytes(3);  // replaced
  save_state(state.game(), state.get(), bytes);
  return bytes;
}

}  // namespace

TEMPLATE_TEST_CASE("a snapshot brings back the same state", "", Tally, Diary, Lamp) {
  const StateBox state = played<TestType>(1);
  const Bytes bytes = saved(state);
  StateBox other = played<TestType>(2);
  REQUIRE(load_state(other.game(), other.get(), bytes));
  CHECK(saved(other) == bytes);
  CHECK(digest_of_box(other) == digest_of_box(state));
}

TEMPLATE_TEST_CASE("the digest of a state is that of its snapshot's bytes", "", Tally, Diary,
                   Lamp) {
  const StateBox state = played<TestType>(1);
  CHECK(digest_of_box(state) == digest_of(saved(state)));
  Bytes by_field;
  write_canonical(*static_cast<const typename TestType::State*>(state.get()), by_field);
  CHECK(by_field == saved(state));
}

TEMPLATE_TEST_CASE("bytes that are no state are refused and change nothing", "", Tally, Diary,
                   Lamp) {
  StateBox state = played<TestType>(1);
  const Digest digest = digest_of_box(state);
  const Bytes bytes = saved(played<TestType>(2));
  const auto is_refused = [&](BytesView foreign) {
    const bool is_loaded = load_state(state.game(), state.get(), foreign);
    return !is_loaded && digest_of_box(state) == digest;
  };
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK(is_refused(BytesView(bytes).first(size)));
  }
  Bytes longer = bytes;
  longer.push_back(std::byte{0});
  CHECK(is_refused(longer));
  CHECK(is_refused(Bytes(limits::snapshot_bytes + 1)));
}

TEST_CASE("plain canonical states are not loaded blindly: a bool is 0 or 1") {
  StateBox state = start(any_game<Lamp>(), Setup{});
  REQUIRE((state.game().table().flags & TUTTI_STATE_IS_CANONICAL) != 0);
  const Digest digest = digest_of_box(state);
  for (const std::size_t at : {1U, 3U}) {
    Bytes bytes(4);
    bytes[0] = std::byte{77};
    bytes[at] = std::byte{2};
    CHECK_FALSE(load_state(state.game(), state.get(), bytes));
    CHECK(digest_of_box(state) == digest);
  }
  CHECK(load_state(state.game(), state.get(), Bytes(4)));
}

TEMPLATE_TEST_CASE("a copy of a state goes its own way", "", Tally, Diary) {
  const StateBox original = played<TestType>(1);
  const Digest digest = digest_of_box(original);
  StateBox copy = original;
  CHECK(copy.get() != original.get());
  CHECK(digest_of_box(copy) == digest);
  step_state(copy.game(), copy.get(), {}, nullptr);
  CHECK(digest_of_box(copy) != digest);
  CHECK(digest_of_box(original) == digest);
  copy = original;
  CHECK(digest_of_box(copy) == digest);
  const StateBox& self = copy;
  copy = self;
  CHECK(digest_of_box(copy) == digest);
}

TEMPLATE_TEST_CASE("a state that moves keeps its memory, and its old place can be used again", "",
                   Tally, Diary) {
  StateBox first = played<TestType>(1);
  const Digest digest = digest_of_box(first);
  const void* memory = first.get();
  StateBox second = std::move(first);
  CHECK(second.get() == memory);
  CHECK(digest_of_box(second) == digest);
  first = second;
  CHECK(digest_of_box(first) == digest);
  StateBox third = std::move(first);
  first = played<TestType>(2);
  CHECK(digest_of_box(first) == digest_of_box(played<TestType>(2)));
  third = std::move(first);
  CHECK(digest_of_box(third) == digest_of_box(played<TestType>(2)));
}

TEST_CASE("a state's memory begins clean, so that what nobody wrote never differs") {
  const AnyGame game = *AnyGame::from_table(&careless_table());
  {
    StateBox dirty(game);
    std::memset(dirty.get(), 0xA5, game.state_size());
  }
  const StateBox state(game);  // most likely where the dirty one was
  CHECK(saved(state) == Bytes(game.state_size()));
}

TEST_CASE("a snapshot beyond its limit is not even shown to the game") {
  const AnyGame game = *AnyGame::from_table(&careless_table());
  StateBox state(game);
  CHECK(load_state(game, state.get(), Bytes(limits::snapshot_bytes)));
  CHECK_FALSE(load_state(game, state.get(), Bytes(limits::snapshot_bytes + 1)));
}

TEST_CASE("a state's fields are listed through the table") {
  const StateBox state = played<Tally>(1);
  const auto fields = list_fields(state.game(), state.get());
  const auto typed = list_fields(*static_cast<const Tally::State*>(state.get()));
  REQUIRE(fields.size() == typed.size());
  CHECK(fields[0].path == "score[0]");
  CHECK(fields.back().path == "random.increment");
  for (std::size_t i = 0; i < fields.size(); ++i)
    CHECK(fields[i].value == typed[i].value);
}
