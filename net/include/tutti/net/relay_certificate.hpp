#pragma once
// A fleet's word that a relay is one of its own. Clients know the fleet by one key; each of its
// relays has a key of its own, and shows this in the handshake. PROTOCOL.md, "Handshake", has the
// bytes.

#include <cstdint>
#include <string>
#include <string_view>

#include "tutti/replay/signature.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// See the top of this file. `certify` signs it.
struct RelayCertificate {
  PublicKey fleet;               ///< who says so: the key by which clients know the relay
  PublicKey relay;               ///< of whom
  std::int64_t expires_utc = 0;  ///< seconds since 1970 in UTC, from which on it is worth nothing
  Signature signature{};         ///< the fleet's
  bool operator==(const RelayCertificate&) const = default;
};

/// That this relay is one of the fleet's until then.
TUTTI_API RelayCertificate certify(const SigningKey& fleet, const PublicKey& relay,
                                   std::int64_t expires_utc);
/// Whether the fleet that it names has signed it, and it has not expired.
TUTTI_API bool is_valid(const RelayCertificate& certificate, std::int64_t now_utc);
/// One line of text, for a file.
TUTTI_API std::string to_text(const RelayCertificate& certificate);
/// Errors: Fault::bad_data for what is no certificate, with a sentence.
TUTTI_API Result<RelayCertificate> certificate_from_text(std::string_view text);

}  // namespace tutti
