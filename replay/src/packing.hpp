#pragma once
// Packed payloads: how a closed file's events become small. The unpacked size is bounded before
// unpacking, so that no small file becomes a large one in memory.

#include <optional>

#include "tutti/sim/bytes.hpp"

namespace tutti {

/// A packed payload unpacks to at most so many times its own bytes; one that packs better is
/// padded.
inline constexpr std::size_t unpacking_ratio_max = 4;

/// `varint length when unpacked`, one zstd frame, then zeros up to the ratio. Depends on nothing
/// but the bytes and the version of zstd.
Bytes pack(BytesView raw);
/// Nothing for bytes that are no such payload or unpack to more than they may.
std::optional<Bytes> unpack(BytesView packed);

}  // namespace tutti
