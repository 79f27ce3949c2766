#pragma once
// A quick hash for finding the first tick at which two runs part. Not a digest: nothing that a
// player could gain by forging may rest on it.

#include <cstdint>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

class AnyGame;

/// 64 bits over some bytes, the same on every machine. Each step is a bijection of its input, so
/// that runs of equal length that differ within eight bytes, beginning at a multiple of eight,
/// never have the same hash: a flipped bit always shows.
TUTTI_API std::uint64_t fast_hash(BytesView bytes);

/// The fast hash of a state's canonical bytes; of a state with pages (see paged.hpp), of the hashes
/// of its pages and the bytes of the rest. `scratch` is room to write the bytes in, where the
/// state's memory is not those bytes already.
TUTTI_API std::uint64_t fast_hash(const AnyGame& game, const void* state, Bytes& scratch);

}  // namespace tutti
