// Effects through whole matches: through predictions, rollbacks and losses, in the end everybody
// has heard exactly what the log says, each thing once.

#include "differences.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// An effect as the ear tells it from others.
struct Sound {
  Tick tick;
  std::uint16_t kind = 0;
  std::uint64_t key = 0;
  auto operator<=>(const Sound&) const = default;
};

/// Somebody who believes every notice, and what is left of it.
struct Listener {
  std::multiset<Sound> sounds{};
  std::uint64_t cancelled = 0;
  std::uint64_t retimed = 0;
  std::uint64_t late = 0;
  std::int64_t oldest = 0;
  bool is_confused = false;  // told to move or cut what was never heard

  void hear(const EffectNotice& notice) {
    const Sound sound{notice.tick, notice.record.kind, notice.record.key};
    const auto drop = [&](Tick tick) {
      const auto known = sounds.find({tick, sound.kind, sound.key});
      if (known == sounds.end()) {
        is_confused = true;
      } else {
        sounds.erase(known);
      }
    };
    switch (notice.change) {
      case EffectChange::happened:
        sounds.insert(sound);
        late += notice.age_ticks > 0;
        oldest = std::max(oldest, notice.age_ticks);
        return;
      case EffectChange::retimed:
        drop(notice.was);
        sounds.insert(sound);
        ++retimed;
        return;
      case EffectChange::cancelled:
        drop(notice.tick);
        ++cancelled;
        return;
    }
  }
};

/// The effects of a match without any delay: the fold of its log.
std::multiset<Sound> sounds_of(const AnyGame& game, const Log& log) {
  std::multiset<Sound> sounds;
  StateBox state = start(game, log.setup());
  std::vector<EffectRecord> effects;
  for (Tick tick{1}; tick <= log.horizon(); ++tick) {
    effects.clear();
    step_state(game, state.get(), log.events_at(tick), &effects);
    for (const EffectRecord& effect : effects)
      sounds.insert({tick, effect.kind, effect.key});
  }
  return sounds;
}

}  // namespace

TEST_CASE("at every distance and with a fifth of all datagrams lost, each effect is heard once") {
  const std::int64_t delay = GENERATE(range(std::int64_t{0}, std::int64_t{13}));
  const AnyGame game = any_game<Tally>();
  DifferentMachines match({.builds = {game, game},
                           .seed = static_cast<std::uint64_t>(delay) + 50,
                           .weather = {.delay = std::chrono::milliseconds(delay * 1000 / 60),
                                       .jitter = std::chrono::milliseconds(5),
                                       .loss_ppm = 200'000}});
  match.run();
  const std::multiset<Sound> truth = sounds_of(game, match.record->log);
  CHECK(truth.size() > 100);
  for (const Machine& machine : match.machines) {
    CAPTURE(delay);
    Listener listener;
    for (const EffectNotice& notice : machine.heard)
      listener.hear(notice);
    CHECK_FALSE(listener.is_confused);
    CHECK((listener.sounds == truth));
    // Nor is anything shown that comes after the end
    CHECK(machine.session.timeline()->present() == match.record->log.horizon());
    // The facts counted for good are the same
    std::uint64_t facts = 0;
    for (const auto& [kind, count] : machine.session.statistics().facts)
      facts += count;
    CHECK(facts == truth.size());
    // And it was not simply that nothing ever went wrong
    CHECK(listener.late > 10);
    CHECK(listener.oldest >= delay);
    CHECK(machine.session.statistics().timeline.depth_max >= static_cast<std::uint64_t>(delay));
    if (delay >= limits::input_window_ticks) CHECK(listener.cancelled + listener.retimed > 0);
  }
}
