#include "calm.hpp"

#include <algorithm>

#include "onlookers.hpp"
#include "world.hpp"

namespace tutti::detail {

bool Calm::look(World& world, const RelayMatch& match) {
  if (!world.is_planned() || is_over_ || world.now < world.schedule.calm_from()) return false;
  if (!clock_) begin(world, match.clock());
  if (match.clock() - *clock_ < StormPlan::recovery / world.tick_length()) return false;
  look_whether_onlookers_recovered(world, match.clock());
  for (std::size_t i = 0; i < world.machines.size(); ++i) {
    const std::string trouble = trouble_of(world.machines[i]);
    if (!trouble.empty()) world.witness.complain("player " + std::to_string(i + 1) + trouble);
  }
  is_over_ = true;
  return true;
}

void Calm::begin(World& world, Tick clock) {
  clock_ = clock;
  for (Machine& machine : world.machines) {
    const Timeline* timeline = machine.session ? machine.session->timeline() : nullptr;
    if (timeline == nullptr || machine.session->is_watching()) continue;
    for (const Event& guess : own_guesses(*machine.session))
      machine.undecided = std::max(machine.undecided.value_or(0), guess.counter);
  }
}

/// The trouble from which a player has not recovered, if any.
std::string Calm::trouble_of(const Machine& machine) const {
  const std::string late = " five seconds of match time after the last fault";
  const Timeline* timeline = machine.session->timeline();
  if (timeline == nullptr || machine.session->status() != Status::playing) {
    return std::string(" is ") + to_text(machine.session->status()) + late;
  }
  if (machine.session->is_watching()) return " still watches" + late;
  if (timeline->confirmed() < *clock_) {
    return " has confirmed tick " + std::to_string(timeline->confirmed().value) + " of " +
           std::to_string(clock_->value) + late;
  }
  const auto is_undecided = [&](const Event& guess) {
    return machine.undecided && guess.counter <= *machine.undecided;
  };
  const std::vector<Event> guesses = own_guesses(*machine.session);
  if (std::any_of(guesses.begin(), guesses.end(), is_undecided)) {
    return " still does not know what became of an event of its own";
  }
  return {};
}

}  // namespace tutti::detail
