// Games that stand on an engine of somebody else (a physics library, a script, WebAssembly) are
// states and steps like any other: they go back and go on, whatever was shown meanwhile.

#include "support/engines_of_others.hpp"

#include <dlfcn.h>
#include <malloc.h>

#include <latch>
#include <map>
#include <thread>

#include "engine/table.hpp"
#include "tutti/engine/catalog.hpp"
#include "tutti/sim/crowd.hpp"
#include "tutti/sim/timeline.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// The events of a match in which everybody acts at once now and then, and its states' digests.
struct Played {
  static constexpr std::int64_t ticks = 2000;
  static constexpr std::uint8_t players = 4;
  std::vector<std::vector<Event>> events{{}};  // by tick
  std::vector<Digest> digests;

  explicit Played(const AnyGame& game) {
    StateBox state = start(game, game.setup(5, players));
    Crowd crowd(game, {.seed = 5, .players = players, .has_bursts = true});
    digests.push_back(digest_state(game, state.get()));
    for (Tick tick{1}; tick.value <= ticks; ++tick) {
      const auto now = crowd.next(tick, state.get());
      events.emplace_back();
      for (const EventView& event : now)
        events.back().push_back(to_owned(event));
      step_state(game, state.get(), now, nullptr);
      digests.push_back(digest_state(game, state.get()));
    }
  }
};

/// Plays it as a client does to whom everything comes `late` ticks late, and whose own guess is
/// wrong at every tick.
void check_rollbacks(const AnyGame& game, const Played& played) {
  constexpr std::int64_t ticks = Played::ticks, late = 8;
  Timeline timeline(game, game.setup(5, Played::players));
  Random random(9);
  const Author ours = author_of(PlayerId{0});
  const auto guess_at = [](std::int64_t tick) {
    return std::uint32_t{1'000'000} + static_cast<std::uint32_t>(tick);
  };
  std::int64_t differ = 0;
  for (std::int64_t now = 1; now <= ticks; ++now) {
    timeline.guess({Tick{now}, ours, guess_at(now), game.sample(random)});
    if (const std::int64_t known = now - late; known > 0) {
      timeline.withdraw(ours, guess_at(known));
      for (const Event& event : played.events[static_cast<std::size_t>(known)])
        timeline.accept(event);
      timeline.close(Tick{known});
    }
    timeline.advance(Tick{now});
    const auto confirmed = static_cast<std::size_t>(timeline.confirmed().value);
    differ += digest_state(game, timeline.confirmed_state()) == played.digests[confirmed] ? 0 : 1;
  }
  CHECK(differ == 0);
  CHECK(timeline.confirmed() == Tick{ticks - late});
  CHECK(timeline.statistics().rollbacks >= static_cast<std::uint64_t>(ticks - late - 1));
}

/// Loads the module, plays, and unloads it. Some libraries keep data for each thread, so there is a
/// second one, which outlives the module.
void load_play_and_unload(const std::filesystem::path& module) {
  std::latch played(1);
  std::latch unloaded(1);
  Result<AnyGame> game = GameCatalog::load(module);
  REQUIRE(game);
  const auto play = [&] {
    StateBox state = start(*game, game->setup(5, Played::players));
    Crowd crowd(*game, {.seed = 5, .players = Played::players});
    for (Tick tick{1}; tick.value <= 60; ++tick)
      step_state(*game, state.get(), crowd.next(tick, state.get()), nullptr);
  };
  std::thread second([&] {
    play();
    played.count_down();
    unloaded.wait();
  });
  played.wait();
  play();
  game = fail(Fault::usage, "unloaded");
  unloaded.count_down();
  second.join();
}

std::size_t allocated() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

/// The digest of the last state, where it is the same on every machine.
const std::map<std::string, std::string> golden = {
    {"scripted", "5467320fe01a5a3980f8b53c09a08f8e"},
    {"wasm_rules", "1ac0d06a5a9739c15d6dd9f6e0645d56"},
};

}  // namespace

TEST_CASE("games on engines of others go back 8 ticks at every tick, and nothing differs") {
  for (const std::filesystem::path& module : engines_of_others()) {
    CAPTURE(module);
    const Result<AnyGame> game = GameCatalog::load(module);
    REQUIRE(game);
    const Played played(*game);
    check_rollbacks(*game, played);
    std::size_t distinct = 0;
    for (std::size_t i = 1; i < played.digests.size(); ++i)
      distinct += played.digests[i] == played.digests[i - 1] ? 0 : 1;
    CHECK(distinct > Played::ticks * 9 / 10);
    const auto expected = golden.find(game->name());
    if (expected != golden.end()) CHECK(to_hex(played.digests.back().bytes) == expected->second);
  }
}

TEST_CASE("a player who comes late to a game on an engine of somebody else begins at its state") {
  for (const std::filesystem::path& module : engines_of_others()) {
    CAPTURE(module);
    const Result<AnyGame> game = GameCatalog::load(module);
    REQUIRE(game);
    Table table(*game, 3, 2400);
    table.join();
    table.join();
    table.run(30s);
    Guest& late = table.join({.tuning = {.catch_up_ticks = 2}});
    table.run(12s);
    CHECK(late.session.statistics().snapshots == 1);
    CHECK(table.final_state(late) == table.final_state(*table.guests[0]));
    CHECK(table.final_state(late) == table.final_state(*table.guests[1]));
    for (const auto& guest : table.guests)
      CHECK_FALSE(guest->session.diverged());
  }
}

TEST_CASE("a game on an engine of somebody else leaves no memory behind when it is unloaded") {
  for (const std::filesystem::path& module : engines_of_others()) {
    CAPTURE(module);
    const auto left_by = [&](int times) {
      const std::size_t before = allocated();
      for (int i = 0; i < times; ++i)
        load_play_and_unload(module);
      return static_cast<std::int64_t>(allocated()) - static_cast<std::int64_t>(before);
    };
    left_by(30);  // by then the loader and the heap have all that they keep for themselves
    CHECK(left_by(40) < 40 * 100);
    CHECK(dlopen(module.c_str(), RTLD_NOW | RTLD_NOLOAD) == nullptr);
  }
}
