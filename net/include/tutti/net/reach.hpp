#pragma once
// Whether strangers can reach a relay: that decides how long the codes of its rooms are.

#include <string>

#include "tutti/net/address.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// Whether a numeric address is one of the internet: not of a local network, this machine, or an
/// operator's own network. False for anything else.
TUTTI_API bool is_public_address(const std::string& host);

/// Whether a relay that listens there has an address of the internet: the one that is named, or for
/// every interface any of this machine's. A router that forwards a port to it cannot be seen.
TUTTI_API bool is_public(const Address& listen);

}  // namespace tutti
