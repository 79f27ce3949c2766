#pragma once
// Public keys on the command line.

#include <string>

#include "tutti/replay/signature.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// A public key as 64 hexadecimal digits, or a file that holds them. Errors: the file's;
/// Fault::usage for another text, and for the file of a secret key.
Result<PublicKey> read_public_key(const std::string& text);

}  // namespace tutti::tool
