// Checks that play a game once and look at what it does: whether it is alive, whether a sanitizer
// speaks, whether its numbers are numbers. Also what all checks start from.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "check/check.hpp"

namespace tutti::tool {

namespace {

constexpr std::int64_t everybody_ticks_least = 60;
/// How many fields may be listed to look for a NaN.
constexpr std::size_t fields_searched = 20'000'000;

}  // namespace

Finding wrong(std::string sentence, Tick tick, std::vector<FieldDifference> fields,
              std::string causes) {
  return {.outcome = Outcome::wrong,
          .sentence = std::move(sentence),
          .tick = tick,
          .fields = std::move(fields),
          .causes = std::move(causes)};
}

std::vector<FieldDifference> differences(const AnyGame& game, const void* left, const void* right) {
  return field_diff(list_fields(game, left), list_fields(game, right));
}

// Not the game's own: that asks for the rules id, which plays the game, outside of any check.
Setup Subject::setup(std::uint64_t seed_offset) const {
  Setup setup;
  setup.seed = crowd.seed + seed_offset;
  setup.players = crowd.players;
  setup.tick_rate = game.table().tick_rate;
  setup.options = options;
  return setup;
}

Subject Subject::with_everybody() const {
  Subject everybody = *this;
  everybody.crowd.players = game.players_max();
  everybody.crowd.has_bursts = true;
  // Bursts come every 30 ticks, and many players are much work.
  everybody.ticks = std::max<std::int64_t>(everybody_ticks_least, ticks / 4);
  return everybody;
}

Finding check_undefined_behaviour(const Subject& subject) {
  const AnyGame& game = subject.game;
  StateBox state = start(game, subject.setup());
  Crowd crowd(game, subject.crowd);
  for (Tick tick{1}; tick.value <= subject.ticks; ++tick) {
    tell(tick);
    const StateBox before = state;
    step_state(game, state.get(), crowd.next(tick, state.get()), nullptr);
    const std::string said = written_to_stderr();
    if (said.empty()) continue;
    const bool is_sanitizer = said.find("runtime error:") != said.npos;
    Finding finding =
        wrong((is_sanitizer ? "undefined behaviour: " : "the step writes: ") +
                  said.substr(0, said.find('\n')) + " (fields that this step changed)",
              tick, differences(game, before.get(), state.get()),
              is_sanitizer ? "the line named; another compiler, option or processor "
                             "will give another result there"
                           : "step must not print: it is called for predictions too");
    if (!is_sanitizer) finding.outcome = Outcome::note;
    return finding;
  }
  return {.sentence =
              "no sanitizer spoke; build the module with -fsanitize=undefined to have one "
              "that can, and give that build as --against"};
}

Finding check_life(const Subject& subject) {
  const AnyGame& game = subject.game;
  StateBox state = start(game, subject.setup());
  Crowd crowd(game, subject.crowd);
  std::set<Digest> distinct;
  std::size_t refused = 0;
  std::size_t dropped = 0;
  std::vector<EffectRecord> effects;
  for (Tick tick{1}; tick.value <= subject.ticks; ++tick) {
    tell(tick);
    effects.clear();
    const auto result = step_state(game, state.get(), crowd.next(tick, state.get()), &effects);
    refused += result.refused;
    dropped += result.effects_dropped;
    distinct.insert(digest_state(game, state.get()));
  }
  Finding finding{
      .sentence = fmt::format("{}: {} different states in {} ticks, {} events", game.rules(),
                              distinct.size(), subject.ticks, crowd.total()),
      .figures = {{"ticks", static_cast<double>(subject.ticks)}}};
  if (distinct.size() < 2) {
    finding.outcome = Outcome::wrong;
    finding.sentence = "the state never changed, so these checks prove nothing";
    finding.causes = "no sample() and no --bots; a game that waits for something it never gets";
  } else if (!game.has_sample() && !subject.crowd.bots) {
    finding.outcome = Outcome::note;
    finding.sentence += "; nobody acted, because the game offers no sample()";
  } else if (2 * refused > crowd.total()) {
    finding.outcome = Outcome::note;
    finding.sentence += ", most of which the game refused";
    finding.causes = "sample() gives events that is_valid() does not accept";
  } else if (dropped > 0) {
    finding.outcome = Outcome::note;
    finding.sentence += fmt::format("; {} effects were dropped", dropped);
    finding.causes = "more than 64 effects a tick, or more than 48 bytes in one";
  }
  return finding;
}

Finding check_numbers(const Subject& subject) {
  const AnyGame& game = subject.game;
  if (!game.may_have_floats()) return {.sentence = "no field of the state is a float"};
  StateBox state = start(game, subject.setup());
  Crowd crowd(game, subject.crowd);
  const std::size_t fields = std::max<std::size_t>(1, list_fields(game, state.get()).size());
  const auto affordable = static_cast<std::int64_t>(fields_searched / fields);
  const std::int64_t stride = 1 + subject.ticks / std::max<std::int64_t>(1, affordable);
  for (Tick tick; tick.value <= subject.ticks; ++tick) {
    tell(tick);
    if (tick.value > 0) step_state(game, state.get(), crowd.next(tick, state.get()), nullptr);
    if (tick.value % stride != 0) continue;
    if (const auto nan = find_nan(game, state.get())) {
      return wrong(
          fmt::format("NaN in field {} at tick {}: its bits differ between processors, and so "
                      "do the digests",
                      nan->path, tick.value),
          tick, {{nan->path, "a number", nan->value}}, nan_causes);
    }
  }
  return {.sentence = "every listed value is a number, at " +
                      (stride == 1 ? "every tick" : fmt::format("every {}th tick", stride))};
}

}  // namespace tutti::tool
