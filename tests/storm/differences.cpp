// Differences between players' states are found, traced to their tick, field and machine, and put
// right without ending the match; or, where nobody can tell who is right, said so.

#include "differences.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr std::int64_t interval = 60;
/// A flip is put right before the next one comes.
constexpr std::int64_t flips_apart = 300;
/// The time in which a wrong state has to be right again: two seconds after it was compared.
constexpr std::int64_t repaired_ticks = 120;

/// Counts its ticks; some builds of it count otherwise from a tick on that no fingerprint reaches.
template <int error>
struct Counting {
  static constexpr const char* name = "counting";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 4;
  static constexpr std::int64_t wrong_from = 501;
  using Event = Tally::Event;
  struct State {
    std::int64_t ticks = 0;
    std::array<std::int64_t, 4> score{};
    std::array<std::int8_t, 4> hold{};
    TUTTI_FIELDS(ticks, score, hold)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    ++state.ticks;
    for (const auto& event : events) {
      if (const Event* input = event.input()) state.hold[event.player.value & 3U] = input->hold;
    }
    for (std::size_t i = 0; i < 4; ++i)
      state.score[i] += state.hold[i];
    if (state.ticks >= wrong_from) state.score[0] += error;
  }
  static Event sample(Random& random) { return {static_cast<std::int8_t>(random.between(-9, 9))}; }
  static std::optional<Event> play(const State&, PlayerId, Random& random) {
    if (!random.chance(12)) return std::nullopt;
    return sample(random);
  }
};

/// Counts as the others do, but for half a second that ends before the next compared tick: it
/// takes its own additions away again.
struct Healing : Counting<0> {
  static constexpr std::int64_t right_from = wrong_from + 30;
  static void step(State& state, Events<Event> events, Effects<>& effects) noexcept {
    Counting<0>::step(state, events, effects);
    if (state.ticks >= wrong_from && state.ticks < right_from) ++state.score[0];
    if (state.ticks == right_from) state.score[0] -= right_from - wrong_from;
  }
};

/// The same game with a state so large that not all of it is saved or hashed when it is due.
template <class Game>
struct Bulky : Game {
  using Event = typename Game::Event;
  struct State : Game::State {
    std::array<std::int8_t, 4> spare{};  // no padding
    std::array<std::int64_t, 20'000> past{};
    template <class Archive>
    void serialize(Archive& archive) {
      Game::State::serialize(archive);
      archive(CEREAL_NVP(spare), CEREAL_NVP(past));
    }
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>& effects) noexcept {
    Game::step(state, events, effects);
    state.past[static_cast<std::size_t>(state.ticks) % state.past.size()] = state.score[0];
  }
  static std::optional<Event> play(const State& state, PlayerId player, Random& random) {
    return Game::play(state, player, random);
  }
};

struct Flips {
  std::uint64_t injected = 0;
  std::uint64_t masked = 0;
  std::uint64_t found = 0;
  std::int64_t found_after_most = 0;     // ticks from the flip to the relay's notice
  std::int64_t repaired_after_most = 0;  // ticks from the compared tick to the first right one
};

Tick compared_after(Tick tick) { return Tick{(tick.value + interval - 1) / interval * interval}; }

/// One match with a flip every so often, each of which is either masked, since its tick was
/// simulated again before anyone could see it, or found and repaired.
void play_with_flips(std::uint64_t seed, std::size_t count, Flips& all) {
  const Tick ticks{(static_cast<std::int64_t>(count) + 1) * flips_apart};
  DifferentMachines match(
      {.builds = {any_game<Tally>(), any_game<Tally>()}, .seed = seed, .ticks = ticks});
  Random random(seed, 77);
  std::vector<Flip> flips;
  std::vector<Tick> noticed;
  while (!match.record) {
    match.step();
    const auto next = static_cast<std::int64_t>(flips.size() + 1) * flips_apart;
    if (flips.size() < count && match.clock() >= Tick{next + random.below(interval)}) {
      if (auto flip = match.flip(random.below(2), random)) flips.push_back(*flip);
    }
    if (match.server().statistics().diverged > noticed.size()) noticed.push_back(match.clock());
    REQUIRE(match.now < Instant{std::chrono::seconds(1000 + ticks.value / 60 + 60)});
  }
  const std::vector<Digest> truth = match.truth();
  std::size_t findings = 0;
  for (const Flip& flip : flips) {
    CAPTURE(seed, flip.player, flip.tick.value, flip.fields.front().path);
    const Machine& machine = match.machines[flip.player];
    const auto is_right = [&](Tick tick) {
      const auto index = static_cast<std::size_t>(tick.value);
      return machine.seen[index] == truth[index];
    };
    const Tick compared = compared_after(flip.tick);
    ++all.injected;
    bool is_masked = true;  // at every tick, not only at the compared one
    for (Tick tick = flip.tick; tick <= compared; ++tick)
      is_masked = is_masked && is_right(tick);
    if (is_masked) {
      ++all.masked;
      continue;
    }
    ++all.found;
    REQUIRE(findings < match.found().size());
    const Tick notice = noticed[findings];
    RelayServer::FoundDesync& found = match.found()[findings++];
    const DesyncFinding& finding = found.bundle.finding;
    CHECK(finding.tick == compared);
    CHECK(finding.first == flip.tick);
    CHECK(finding.verdict == DesyncVerdict::mended);
    const PlayerId guilty = *machine.session.player();
    CHECK(finding.wrong == std::uint64_t{1} << guilty.value);
    all.found_after_most = std::max(all.found_after_most, notice - flip.tick);
    const auto& known = machine.session.desyncs();
    const auto own = std::find_if(known.begin(), known.end(), [&](const Desync& desync) {
      return desync.finding == finding && desync.is_ours;
    });
    REQUIRE(own != known.end());
    CHECK(own->fields.size() == flip.fields.size());
    CHECK(own->fields.front().path == flip.fields.front().path);
    CHECK(own->fields.front().left == flip.fields.front().left);
    // And it is right again soon, and stays so
    Tick right = compared;
    while (right < compared + 2 * repaired_ticks && !is_right(right))
      ++right;
    all.repaired_after_most = std::max(all.repaired_after_most, right - compared);
    CHECK(right - compared <= repaired_ticks);
    CHECK(std::all_of(truth.begin(), truth.begin() + 50,
                      [&](const Digest&) { return is_right(++right); }));
    // And the evidence, written and read again, says the same
    const Result<MatchRecord> played = std::move(found.match).read();
    REQUIRE(played);
    const auto read = read_desync(write_desync(*played, found.bundle));
    REQUIRE(read);
    CHECK(read->bundle == found.bundle);
  }
  CHECK(findings == match.found().size());  // no false alarm
  CHECK(match.record->desyncs.size() == findings);
  for (const Machine& machine : match.machines)
    CHECK(machine.seen.back() == truth.back());
}

}  // namespace

TEST_CASE("a flipped bit is found, traced and put right while the match goes on") {
  Flips flips;
  for (std::uint64_t seed = 1; seed <= 4; ++seed)
    play_with_flips(seed, 15, flips);
  CAPTURE(flips.masked, flips.found, flips.found_after_most, flips.repaired_after_most);
  CHECK(flips.injected == 60);
  CHECK(flips.found > 20);
}

TEST_CASE("a thousand flipped bits are found, traced and put right", "[long]") {
  Flips flips;
  for (std::uint64_t seed = 100; seed < 176; ++seed)
    play_with_flips(seed, 25, flips);
  WARN(flips.injected << " flips, " << flips.masked << " masked, " << flips.found
                      << " found after at most " << flips.found_after_most
                      << " ticks, right again at most " << flips.repaired_after_most
                      << " ticks after the compared one");
  CHECK(flips.found >= 1000);
}

TEST_CASE("two builds that compute otherwise end in a dispute, which is told and not mended") {
  DifferentMachines match({.builds = {any_game<Counting<0>>(), any_game<Counting<1>>()}});
  match.run();
  REQUIRE(match.record->desyncs.size() == 1);
  const DesyncFinding& finding = match.record->desyncs.front();
  CHECK(finding.verdict == DesyncVerdict::disputed);
  CHECK(finding.first == Tick{Counting<0>::wrong_from});
  CHECK(finding.wrong == 0);
  for (const Machine& machine : match.machines) {
    CHECK(machine.session.diverged() == finding.first);
    CHECK(machine.session.status() == Status::ended);
  }
  // The evidence has both states of the tick at which they part, and the one they had in common.
  REQUIRE(match.found().size() == 1);
  const auto& sides = match.found().front().bundle.sides;
  REQUIRE(sides.size() == 2);
  CHECK(sides[0].before == sides[1].before);
  CHECK(sides[0].refolded_state != sides[1].refolded_state);
  CHECK(sides[0].held == sides[0].refolded_state);
  CHECK_FALSE(sides[0].fault);
  // Earlier agreements stay recorded, and nothing is agreed on after.
  CHECK(match.record->digests.back().tick == Tick{480});
}

TEST_CASE("of three players the odd one out is named and the others go on comparing") {
  const std::size_t odd = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  std::vector<AnyGame> builds(3, any_game<Counting<0>>());
  builds[odd] = any_game<Counting<1>>();
  DifferentMachines match({.builds = builds, .seed = 3 + odd});
  match.run();
  REQUIRE(match.record->desyncs.size() == 1);
  const DesyncFinding& finding = match.record->desyncs.front();
  CHECK(finding.verdict == DesyncVerdict::outvoted);
  CHECK(finding.first == Tick{Counting<0>::wrong_from});
  for (std::size_t i = 0; i < 3; ++i) {
    const AnySession& session = match.machines[i].session;
    CHECK(finding.is_wrong(*session.player()) == (i == odd));
    CHECK(session.diverged().has_value() == (i == odd));
  }
  CHECK(match.record->digests.back().tick == Tick{1800});
}

TEST_CASE("a relay that has the game judges between two players") {
  DifferentMachines match({.builds = {any_game<Counting<0>>(), any_game<Counting<1>>()},
                           .seed = 5,
                           .referee = any_game<Counting<0>>()});
  match.run();
  REQUIRE(match.record->desyncs.size() == 1);
  const DesyncFinding& finding = match.record->desyncs.front();
  CHECK(finding.verdict == DesyncVerdict::refereed);
  CHECK(finding.first == Tick{Counting<0>::wrong_from});
  CHECK_FALSE(finding.is_wrong(*match.machines[0].session.player()));
  CHECK(finding.is_wrong(*match.machines[1].session.player()));
  CHECK(match.found().front().bundle.sides.size() == 3);
}

TEST_CASE("a bit that flips soon after another was put right is traced to its own tick") {
  const std::uint64_t seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{9}));
  DifferentMachines match(
      {.builds = {any_game<Tally>(), any_game<Tally>()}, .seed = seed, .ticks = Tick{1200}});
  Random random(seed);
  std::vector<Flip> flips;
  while (!match.record) {
    match.step();
    // At first one that may be rolled back, so again until it is found; then one at once.
    const auto& known = match.machines[0].session.desyncs();
    const bool is_next = known.size() == 1 && flips.back().tick <= known[0].finding.tick;
    const bool is_masked = !flips.empty() && match.clock() >= flips.back().tick + 75;
    const bool is_due =
        match.clock() >= Tick{300} && known.size() < 2 && (flips.empty() || is_next || is_masked);
    if (!is_due) continue;
    if (auto flip = match.flip(0, random)) flips.push_back(*flip);
  }
  REQUIRE(match.record->desyncs.size() == 2);
  for (const DesyncFinding& finding : match.record->desyncs) {
    CAPTURE(seed, finding.tick.value);
    CHECK(finding.verdict == DesyncVerdict::mended);
    REQUIRE(finding.first);
    CHECK(std::any_of(flips.begin(), flips.end(),
                      [&](const Flip& flip) { return flip.tick == *finding.first; }));
  }
}

TEST_CASE("a machine that goes wrong all the time is not mended for ever") {
  DifferentMachines match({.builds = {any_game<Tally>(), any_game<Tally>()}, .ticks = Tick{3600}});
  Random random(1);
  Tick next{300};
  while (!match.record) {
    match.step();
    if (match.clock() < next) continue;
    match.flip(1, random);
    next = match.clock() + 7;
  }
  const auto& findings = match.record->desyncs;
  REQUIRE(findings.size() >= 5);
  CHECK(findings.size() <= 20);  // not all flips last until they are compared
  CHECK(findings.front().verdict == DesyncVerdict::mended);
  CHECK(findings.back().verdict == DesyncVerdict::disputed);
  for (const Machine& machine : match.machines)
    CHECK(machine.session.diverged());
}

TEST_CASE("a difference is found within an interval, the window and a round trip") {
  // Given paths without chance, and a flip in what a player shows
  const std::int64_t delay = GENERATE(std::int64_t{10}, std::int64_t{40}, std::int64_t{80});
  const std::int64_t round_trip_ticks = 2 * delay * interval / 1000 + 1;
  DifferentMachines match({.builds = {any_game<Tally>(), any_game<Tally>()},
                           .ticks = Tick{1200},
                           .weather = {.delay = std::chrono::milliseconds(delay)}});
  Random random(1);
  std::int64_t longest = 0;
  for (std::int64_t at = 301; at < 1000; at += 100) {
    while (match.clock() < Tick{at})
      match.step();
    const auto before = match.server().statistics().diverged;
    if (!match.flip(0, random)) continue;
    const Tick flipped = match.clock();
    while (match.server().statistics().diverged == before && match.clock() < flipped + 99)
      match.step();
    if (match.server().statistics().diverged == before) continue;  // masked
    longest = std::max(longest, match.clock() - flipped);
  }
  CAPTURE(delay, longest);
  CHECK(longest > 0);
  CHECK(longest <= interval + limits::input_window_ticks + round_trip_ticks);
}

TEST_CASE(
    "a build that computes otherwise for a moment is found, though its states are right again") {
  DifferentMachines match(
      {.builds = {any_game<Counting<0>>(), any_game<Healing>(), any_game<Counting<0>>()},
       .seed = 5,
       .ticks = Tick{900}});
  match.run();
  REQUIRE(match.server().statistics().diverged == 1);
  REQUIRE(match.record->desyncs.size() == 1);
  const DesyncFinding& finding = match.record->desyncs.front();
  CHECK(finding.verdict == DesyncVerdict::outvoted);
  CHECK(finding.first == Tick{Healing::wrong_from});
  CHECK(finding.tick == Tick{540});
  CHECK(finding.is_wrong(match.machines[1].session.player().value()));
}

TEST_CASE("between two, a difference that heals is a match that is disputed") {
  DifferentMachines match(
      {.builds = {any_game<Counting<0>>(), any_game<Healing>()}, .seed = 6, .ticks = Tick{900}});
  match.run();
  REQUIRE(match.record->desyncs.size() == 1);
  CHECK(match.record->desyncs.front().verdict == DesyncVerdict::disputed);
  CHECK(match.record->desyncs.front().first == Tick{Healing::wrong_from});
}

TEST_CASE("differences between large states are found like those between small ones") {
  using Right = Bulky<Counting<0>>;
  using Wrong = Bulky<Counting<1>>;
  using Heals = Bulky<Healing>;
  const bool heals = GENERATE(false, true);
  CAPTURE(heals);
  DifferentMachines match(
      {.builds = {any_game<Right>(), heals ? any_game<Heals>() : any_game<Wrong>(),
                  any_game<Right>()},
       .seed = 5,
       .ticks = Tick{700}});
  match.run();
  REQUIRE_FALSE(match.record->desyncs.empty());
  const DesyncFinding& finding = match.record->desyncs.front();
  CHECK(finding.verdict == DesyncVerdict::outvoted);
  CHECK(finding.first == Tick{Healing::wrong_from});
  CHECK(finding.is_wrong(match.machines[1].session.player().value()));
  CHECK_FALSE(finding.is_wrong(match.machines[0].session.player().value()));
}

TEST_CASE("a bit that flips in a large state is put right") {
  DifferentMachines match(
      {.builds = {any_game<Bulky<Counting<0>>>(), any_game<Bulky<Counting<0>>>()},
       .seed = 9,
       .ticks = Tick{700}});
  Random random(4);
  std::optional<Flip> flip;
  while (!match.record) {
    match.step();
    if (!flip && match.clock() >= Tick{200}) flip = match.flip(1, random);
    REQUIRE(match.now < Instant{std::chrono::seconds(1100)});
  }
  REQUIRE(flip);
  REQUIRE(match.record->desyncs.size() == 1);
  CHECK(match.record->desyncs.front().verdict == DesyncVerdict::mended);
  const std::vector<Digest> truth = match.truth();
  const Machine& machine = match.machines[1];
  CHECK(digest_state(machine.session.game(), machine.session.state()) == truth.back());
}
