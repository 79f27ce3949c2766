#pragma once
// The bytes of a relay's certificate, beside the key of which it speaks.

#include <optional>

#include "tutti/net/relay_certificate.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti::detail {

/// The fleet's key, the time, and the signature.
inline constexpr std::size_t certificate_bytes = 32 + 8 + 64;
void write(const RelayCertificate& certificate, Bytes& bytes);
/// Nothing if bytes are missing.
std::optional<RelayCertificate> read_certificate(ByteReader& reader, const PublicKey& relay);

}  // namespace tutti::detail
