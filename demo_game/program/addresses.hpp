#pragma once
// Where this machine is to be found by a friend.

#include <string>
#include <vector>

namespace counterpoint {

/// The addresses of this machine's networks, IPv4, without its own loop; at most a few. `listen` is
/// ADDRESS:PORT: an address that is not 0.0.0.0 or [::] is the only one. With the port unless it is
/// the usual one.
std::vector<std::string> addresses_to_tell(const std::string& listen);

}  // namespace counterpoint
