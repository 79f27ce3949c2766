// The game of tiles with a mebibyte of them, as a module.

#include "support/tiles.hpp"

TUTTI_GAME_MODULE(tutti::test::Tiles<256 * 1024>)
