// Chat and turns as a game module, for every tool: `tutti match --game chat_and_turns`.

#include "chat_and_turns.hpp"

TUTTI_GAME_MODULE(ChatAndTurns)
