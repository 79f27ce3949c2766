#pragma once
// Bounded reading and writing of bytes: little-endian integers, varints, length-prefixed runs.
// The reader never reads past its end, never throws and never allocates: after the first failure
// every read answers zero or an empty span, and `ok()` stays false.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "tutti/sim/export.hpp"

namespace tutti {

using Bytes = std::vector<std::byte>;          ///< bytes that are owned
using BytesView = std::span<const std::byte>;  ///< bytes that somebody else owns

/// The bytes of a text, valid as long as it.
inline BytesView as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
/// The text that these bytes are, valid as long as they.
inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

namespace detail {

/// A number of up to 8 bytes, integer or float.
template <class T>
concept CanonicalNumber = std::is_arithmetic_v<T> && sizeof(T) <= 8;

/// A number's bytes, little-endian.
template <CanonicalNumber T>
std::array<std::byte, sizeof(T)> to_little_endian(T value) {
  auto bytes = std::bit_cast<std::array<std::byte, sizeof(T)>>(value);
  if constexpr (std::endian::native == std::endian::big) {
    for (std::size_t i = 0; i < sizeof(T) / 2; ++i)
      std::swap(bytes[i], bytes[sizeof(T) - 1 - i]);
  }
  return bytes;
}

}  // namespace detail

/// Zigzag: small magnitudes of either sign become small unsigned numbers.
constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
/// The number of a zigzag code.
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

/// Appends to a vector that the caller owns.
class ByteWriter {
 public:
  /// Appends to these bytes, which must outlive it.
  explicit ByteWriter(Bytes& bytes) : bytes_(&bytes) {}

  /// An integer of any size, little-endian.
  template <std::unsigned_integral T>
  void integer(T value) {
    raw(detail::to_little_endian(value));
  }
  /// One byte.
  void u8(std::uint8_t value) { bytes_->push_back(static_cast<std::byte>(value)); }
  void u16(std::uint16_t value) { integer(value); }  ///< two bytes, little-endian
  void u32(std::uint32_t value) { integer(value); }  ///< four bytes, little-endian
  void u64(std::uint64_t value) { integer(value); }  ///< eight bytes, little-endian
  /// LEB128: 1 byte below 128, at most 10.
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      u8(static_cast<std::uint8_t>(value | 0x80));
    u8(static_cast<std::uint8_t>(value));
  }
  /// A varint of the zigzag code, short for small numbers of either sign.
  void signed_varint(std::int64_t value) { varint(zigzag(value)); }
  /// These bytes as they are.
  void raw(BytesView bytes) {
    // Not an insert: in that, g++ 12 -O3 sees an overflow that is not there.
    if (bytes.empty()) return;
    const std::size_t before = bytes_->size();
    bytes_->resize(before + bytes.size());
    std::memcpy(bytes_->data() + before, bytes.data(), bytes.size());
  }
  /// A varint length, then the bytes.
  void run(BytesView bytes) {
    varint(bytes.size());
    raw(bytes);
  }
  void text(std::string_view text) { run(as_bytes(text)); }  ///< a text as a run of bytes

  /// The bytes written so far, with what was there before.
  std::size_t size() const { return bytes_->size(); }

 private:
  Bytes* bytes_;
};

/// Reads from bytes that must outlive the reader.
class TUTTI_API ByteReader {
 public:
  /// Reads these bytes, which must outlive it.
  explicit ByteReader(BytesView bytes) : rest_(bytes) {}

  /// An integer of any size, little-endian; 0 if bytes are missing.
  template <std::unsigned_integral T>
  T integer() {
    const BytesView bytes = raw(sizeof(T));
    T value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      value = static_cast<T>(value | (static_cast<T>(std::to_integer<T>(bytes[i])) << (8 * i)));
    }
    return value;
  }
  std::uint8_t u8() { return integer<std::uint8_t>(); }     ///< one byte
  std::uint16_t u16() { return integer<std::uint16_t>(); }  ///< two bytes, little-endian
  std::uint32_t u32() { return integer<std::uint32_t>(); }  ///< four bytes, little-endian
  std::uint64_t u64() { return integer<std::uint64_t>(); }  ///< eight bytes, little-endian
  /// Fails on more than 10 bytes, on overflow and on encodings longer than needed.
  std::uint64_t varint() {
    const bool is_short = ok_ && !rest_.empty() && std::to_integer<unsigned>(rest_.front()) < 0x80;
    return is_short ? u8() : long_varint();
  }
  std::int64_t signed_varint() { return unzigzag(varint()); }
  /// Reads exactly `count` bytes, or fails.
  BytesView raw(std::size_t count) {
    if (!ok_ || count > rest_.size()) {
      ok_ = false;
      return {};
    }
    const BytesView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  /// A varint length of at most `most`, then that many bytes.
  BytesView run(std::size_t most);
  std::string_view text(std::size_t most) { return as_text(run(most)); }

  bool ok() const { return ok_; }  ///< whether nothing was missing or senseless so far
  void fail() { ok_ = false; }     ///< from now on nothing is read: the bytes make no sense
  /// Whether everything was read and nothing went wrong.
  bool is_done() const { return ok_ && rest_.empty(); }
  std::size_t remaining() const { return ok_ ? rest_.size() : 0; }

 private:
  std::uint64_t long_varint();

  BytesView rest_;
  bool ok_ = true;
};

}  // namespace tutti
