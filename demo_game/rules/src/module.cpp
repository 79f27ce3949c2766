// Counterpoint as a game module: what every tool loads.

#include "counterpoint/counterpoint.hpp"

TUTTI_GAME_MODULE(counterpoint::Counterpoint)
