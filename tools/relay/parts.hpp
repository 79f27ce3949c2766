#pragma once
// The subcommands of `tutti relay`, beside the relay itself.

#include "base/command.hpp"

namespace tutti::tool {

void add_relay_status(Command& relay);
void add_relay_tag(Command& relay);

}  // namespace tutti::tool
