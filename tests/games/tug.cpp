// Tug of war as a module in C++.

#include "tug.hpp"

TUTTI_GAME_MODULE(test_games::Tug)
