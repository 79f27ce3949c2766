#pragma once
// The files of signing keys: a relay's, a player's, an operator's.

#include <optional>
#include <string>

#include "tutti/net/relay_certificate.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// Reads the key in this file. Errors: the storage's; Fault::bad_data for a file that is no key.
TUTTI_API Result<SigningKey> load_key(const std::string& path);

/// Reads the key in this file, or makes one there, which its owner only can read. The public half
/// is beside it, with the extension `.pub`. Of several processes that make it at the same time, all
/// get the same. Errors: those of `load_key`; Fault::system if it cannot be made, Fault::usage for
/// a name with the extension `.pub`.
TUTTI_API Result<SigningKey> load_or_make_key(const std::string& path);

/// The certificate of a relay's key in this file, or nothing if there is no such file. Errors: the
/// storage's; Fault::bad_data for a file that is none, for the certificate of another key, and for
/// one that nobody has signed or that has expired.
TUTTI_API Result<std::optional<RelayCertificate>> load_certificate(const std::string& path,
                                                                   const PublicKey& relay);

/// The key by which relays know the player with this state folder, in its file `player.key`; made
/// at first use. Empty for `default_state_folder()`.
TUTTI_API Result<SigningKey> load_player_key(const std::string& state_folder);

}  // namespace tutti
