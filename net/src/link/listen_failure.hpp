#pragma once
// The sentence for a UDP port that cannot be opened.

#include "tutti/net/address.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::detail {

// `error` is the errno of bind or socket.
Unexpected listen_failure(const Address& address, int error);

}  // namespace tutti::detail
