#pragma once
// BLAKE2b (RFC 7693), the one hash of the engine: digests of states and heads of logs. Our own,
// because it must build wherever a C++ compiler does.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// The hash of a snapshot's canonical bytes: BLAKE2b with 16 bytes of output, unkeyed. For a state
/// in pages see page_digests.hpp.
struct Digest {
  std::array<std::byte, 16> bytes{};  ///< as the hash gives them
  auto operator<=>(const Digest&) const = default;
};

/// The hash of the canonical log through a tick: BLAKE2b with 32 bytes of output, unkeyed.
struct Head {
  std::array<std::byte, 32> bytes{};  ///< as the hash gives them
  auto operator<=>(const Head&) const = default;
};

/// Incremental BLAKE2b, RFC 7693. Output of 1 to 64 bytes, no key.
class TUTTI_API Blake2b {
 public:
  explicit Blake2b(std::size_t output_bytes);  ///< A hash of so many bytes, 1 to 64.
  Blake2b& update(BytesView bytes);            ///< Adds bytes.
  /// Writes `output_bytes` bytes. The object is spent afterwards.
  void finish(std::span<std::byte> output);

 private:
  void compress(BytesView block, bool is_last);

  std::array<std::uint64_t, 8> chain_{};
  std::array<std::byte, 128> block_{};
  std::size_t filled_ = 0;
  std::uint64_t total_ = 0;  // 2^64 bytes are enough here; RFC 7693 allows 2^128
  std::size_t output_bytes_;
};

TUTTI_API Digest digest_of(BytesView bytes);  ///< The digest of these bytes.
/// The digest of each. Faster than one by one where they are equally long, on processors that
/// compute four at once. Precondition: as many digests.
TUTTI_API void digest_each(std::span<const BytesView> bytes, std::span<Digest> digests);

/// Lower-case hexadecimal.
TUTTI_API std::string to_hex(BytesView bytes);
inline std::string to_hex(const Digest& digest) { return to_hex(BytesView(digest.bytes)); }
inline std::string to_hex(const Head& head) { return to_hex(BytesView(head.bytes)); }
/// Reads exactly 32 hexadecimal digits, of either case.
TUTTI_API std::optional<Digest> digest_from_hex(std::string_view text);

}  // namespace tutti
