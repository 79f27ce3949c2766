#include "tutti/sim/digest.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "tutti/sim/assert.hpp"

namespace tutti {

namespace {

using Words16 = std::array<std::uint64_t, 16>;

// RFC 7693, section 2.6: the same constants as SHA-512.
constexpr std::array<std::uint64_t, 8> initial_chain = {
    0x6a09e667f3bcc908U, 0xbb67ae8584caa73bU, 0x3c6ef372fe94f82bU, 0xa54ff53a5f1d36f1U,
    0x510e527fade682d1U, 0x9b05688c2b3e6c1fU, 0x1f83d9abfb41bd6bU, 0x5be0cd19137e2179U};

// RFC 7693, section 2.7: the order of the message words in rounds 0 to 9; 10 and 11 repeat 0 and 1.
constexpr std::array<std::array<std::uint8_t, 16>, 10> word_order = {{
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
}};

inline std::uint64_t load_little_endian(const std::byte* bytes) {
  std::uint64_t value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, bytes, sizeof(value));
  } else {
    for (unsigned i = 0; i < 8; ++i)
      value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return value;
}

// RFC 7693, section 3.1: the mixing function G. Left alone, g++ calls it 96 times a block, with its
// six references in memory, which takes twice as long.
[[gnu::always_inline]] inline void mix(std::uint64_t& a, std::uint64_t& b, std::uint64_t& c,
                                       std::uint64_t& d, std::uint64_t x, std::uint64_t y) {
  a += b + x;
  d = std::rotr(d ^ a, 32);
  c += d;
  b = std::rotr(b ^ c, 24);
  a += b + y;
  d = std::rotr(d ^ a, 16);
  c += d;
  b = std::rotr(b ^ c, 63);
}

// The round is a template argument, so that every message word has a fixed place and none is looked
// up at run time.
template <std::size_t round>
[[gnu::always_inline]] inline void mix_round(Words16& v, const Words16& m) {
  constexpr auto order = word_order[round % 10];
  mix(v[0], v[4], v[8], v[12], m[order[0]], m[order[1]]);
  mix(v[1], v[5], v[9], v[13], m[order[2]], m[order[3]]);
  mix(v[2], v[6], v[10], v[14], m[order[4]], m[order[5]]);
  mix(v[3], v[7], v[11], v[15], m[order[6]], m[order[7]]);
  mix(v[0], v[5], v[10], v[15], m[order[8]], m[order[9]]);
  mix(v[1], v[6], v[11], v[12], m[order[10]], m[order[11]]);
  mix(v[2], v[7], v[8], v[13], m[order[12]], m[order[13]]);
  mix(v[3], v[4], v[9], v[14], m[order[14]], m[order[15]]);
}

template <std::size_t... rounds>
inline void mix_all(Words16& v, const Words16& m, std::index_sequence<rounds...>) {
  (mix_round<rounds>(v, m), ...);
}

std::optional<unsigned> hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

}  // namespace

Blake2b::Blake2b(std::size_t output_bytes) : chain_(initial_chain), output_bytes_(output_bytes) {
  TUTTI_ASSERT(output_bytes >= 1 && output_bytes <= 64, output_bytes);
  chain_[0] ^= 0x01010000U ^ output_bytes;  // the parameter block: fan-out 1, depth 1, no key
}

Blake2b& Blake2b::update(BytesView bytes) {
  while (!bytes.empty()) {
    // The last block is compressed differently, so a full one waits until more is known to follow.
    if (filled_ == block_.size()) compress(false);
    const std::size_t count = std::min(bytes.size(), block_.size() - filled_);
    std::memcpy(block_.data() + filled_, bytes.data(), count);
    filled_ += count;
    bytes = bytes.subspan(count);
  }
  return *this;
}

void Blake2b::finish(std::span<std::byte> output) {
  TUTTI_ASSERT(output.size() == output_bytes_, output.size(), output_bytes_);
  std::fill(block_.begin() + static_cast<std::ptrdiff_t>(filled_), block_.end(), std::byte{0});
  compress(true);
  for (std::size_t i = 0; i < output.size(); ++i) {
    output[i] = static_cast<std::byte>((chain_[i / 8] >> (8 * (i % 8))) & 0xFF);
  }
}

void Blake2b::compress(bool is_last) {
  total_ += filled_;
  filled_ = 0;
  Words16 message;
  for (std::size_t i = 0; i < 16; ++i)
    message[i] = load_little_endian(block_.data() + 8 * i);
  Words16 v;
  for (std::size_t i = 0; i < 8; ++i) {
    v[i] = chain_[i];
    v[i + 8] = initial_chain[i];
  }
  v[12] ^= total_;
  if (is_last) v[14] = ~v[14];
  mix_all(v, message, std::make_index_sequence<12>());
  for (std::size_t i = 0; i < 8; ++i)
    chain_[i] ^= v[i] ^ v[i + 8];
}

Digest digest_of(BytesView bytes) {
  Digest digest;
  Blake2b(digest.bytes.size()).update(bytes).finish(digest.bytes);
  return digest;
}

std::string to_hex(BytesView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{0x0F})];
  }
  return text;
}

std::optional<Digest> digest_from_hex(std::string_view text) {
  Digest digest;
  if (text.size() != 2 * digest.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.bytes.size(); ++i) {
    const auto high = hex_value(text[2 * i]);
    const auto low = hex_value(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    digest.bytes[i] = static_cast<std::byte>(*high << 4 | *low);
  }
  return digest;
}

}  // namespace tutti
