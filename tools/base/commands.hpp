#pragma once
// The subcommands of `tutti`; each function adds one to the command line.

#include "base/command.hpp"

namespace tutti::tool {

void add_archive(Command& tutti);
void add_bot(Command& tutti);
void add_desync(Command& tutti);
void add_check(Command& tutti);
void add_fleet(Command& tutti);
void add_games(Command& tutti);
void add_inspect(Command& tutti);
void add_match(Command& tutti);
void add_rehearse(Command& tutti);
void add_relay(Command& tutti);
void add_replay(Command& tutti);
void add_spectate(Command& tutti);
void add_storm(Command& tutti);
void add_token(Command& tutti);
void add_weather(Command& tutti);

}  // namespace tutti::tool
