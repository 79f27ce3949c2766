#pragma once
// Several relays on one machine, so that each of its cores has one: a process each, which share the
// folder of match files and the key, and nothing else. One that dies is started again, and goes on
// with its matches.

#include <functional>

#include "base/command.hpp"
#include "relay/settings.hpp"

namespace tutti::tool {

/// The settings of one shard of so many, whatever number the settings have: its ports lie behind
/// those of the first.
Settings settings_of_shard(Settings settings, std::uint16_t index, std::uint16_t count);

/// What a shard's process does: it opens everything, calls `ready`, which returns when all shards
/// have, and serves until a signal ends it. False from `ready`: another one could not open.
using ServeShard = std::function<Exit(std::uint16_t index, const std::function<bool()>& ready)>;

/// Starts a process for each shard, calls `say_ready` when all are open, hands the signals that are
/// caught on to them, and returns when they have ended: with the status of the first that failed,
/// if one did.
Exit run_shards(std::uint16_t count, const ServeShard& serve,
                const std::function<void()>& say_ready);

}  // namespace tutti::tool
