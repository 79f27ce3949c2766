#pragma once
// Where a relay keeps the key that it signs with.

#include <string>

#include "tutti/replay/signature.hpp"

namespace tutti {

/// Reads `<folder>/relay.key`, or makes a key there, readable by its owner only, and its public
/// half beside it as `relay.pub`.
Result<SigningKey> load_relay_key(const std::string& folder);
/// Reads the key that is there. Errors: the storage's; Fault::bad_data for a file that is no key.
Result<SigningKey> find_relay_key(const std::string& folder);

}  // namespace tutti
