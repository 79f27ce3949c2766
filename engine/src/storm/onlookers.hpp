#pragma once
// The spectators of a storm: they come while it is played, and may go and come again.

#include "tutti/sim/random.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti::detail {

struct World;

void add_onlookers(World& world, Random& random);
/// One frame of a spectator's session, or its coming.
void run_onlooker(World& world, std::size_t index);
void stop_watching(World& world, std::size_t index);
bool have_onlookers_ended(const World& world);
/// Precondition: calm came long enough ago for everybody to have recovered. `clock`: the match's.
void look_whether_onlookers_recovered(World& world, Tick clock);
/// Precondition: the log has been folded.
void check_onlookers(World& world);

}  // namespace tutti::detail
