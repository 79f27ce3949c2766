#pragma once
// The servers of a fleet, as people name them.

#include <string>

#include "tutti/engine/fleet_store.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// "nats://a,b:4223,c" as one URL for each server: the first one's scheme, and its user and
/// password, hold for those that have none. Errors: Fault::usage.
Result<std::vector<std::string>> fleet_servers(const std::string& text);

}  // namespace tutti::tool
