#include "packing.hpp"

#include <zstd.h>

#include <algorithm>

#include "tutti/sim/assert.hpp"

namespace tutti {

namespace {
/// Files are written once and kept: the slowest level that needs no more memory to read.
constexpr int compression_level = 19;
}  // namespace

Bytes pack(BytesView raw) {
  Bytes packed;
  ByteWriter(packed).varint(raw.size());
  const std::size_t start = packed.size();
  packed.resize(start + ZSTD_compressBound(raw.size()));
  const std::size_t size = ZSTD_compress(packed.data() + start, packed.size() - start, raw.data(),
                                         raw.size(), compression_level);
  TUTTI_ASSERT(ZSTD_isError(size) == 0, ZSTD_getErrorName(size));
  const std::size_t least = (raw.size() + unpacking_ratio_max - 1) / unpacking_ratio_max;
  packed.resize(start + size);
  packed.resize(std::max(packed.size(), least));
  return packed;
}

std::optional<Bytes> unpack(BytesView packed) {
  ByteReader in(packed);
  const std::uint64_t size = in.varint();
  if (!in.ok() || size > packed.size() * unpacking_ratio_max) return std::nullopt;
  const BytesView rest = packed.last(in.remaining());
  const std::size_t frame = ZSTD_findFrameCompressedSize(rest.data(), rest.size());
  if (ZSTD_isError(frame) != 0) return std::nullopt;
  Bytes raw(static_cast<std::size_t>(size));
  const std::size_t unpacked = ZSTD_decompress(raw.data(), raw.size(), rest.data(), frame);
  if (unpacked != raw.size()) return std::nullopt;  // an error is a huge number
  return raw;
}

}  // namespace tutti
