#pragma once
// Who a relay was before: the ids of its processes, in a file beside its journal.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tutti/engine/fleet_store.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::detail {

/// The ids, the latest first; nothing if there is no such file. Errors: the disk's, and
/// Fault::bad_data for a file of something else.
Result<std::optional<std::vector<RelayId>>> read_identity(const std::string& path);
/// Survives a power loss once it has returned. Errors: the disk's.
Result<void> write_identity(const std::string& path, std::span<const RelayId> lives);

}  // namespace tutti::detail
