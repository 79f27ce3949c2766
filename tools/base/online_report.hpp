#pragma once
// Rows about a session with a relay.

#include "base/report.hpp"
#include "tutti/engine/session.hpp"

namespace tutti::tool {

Report describe_online(const AnySession& session);

}  // namespace tutti::tool
