#pragma once
// Public keys on the command line.

#include <string>

#include "tutti/replay/signature.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// A public key as 64 hexadecimal digits, or a file that holds them.
Result<PublicKey> read_public_key(const std::string& text);

}  // namespace tutti::tool
