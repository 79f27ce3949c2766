#pragma once
// The answers of a relay's status port: metrics, health and status.

#include "relay/desk.hpp"
#include "relay/http.hpp"

namespace tutti::tool {

/// The answer to a path, for which the desk is asked; it waits for the relay's loop as long as 2 s.
HttpAnswer answer_of_status_port(const std::string& path, LookDesk& desk);

/// The place of a relay's status port by its option `status`, for a relay at this UDP port; nothing
/// for "off". Errors: Fault::usage.
Result<std::optional<Address>> status_address(const std::string& option, std::uint16_t udp_port);

}  // namespace tutti::tool
