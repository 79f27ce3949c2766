#include "tag.hpp"

TUTTI_GAME_MODULE(Tag)
