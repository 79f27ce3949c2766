#pragma once
// The rounds of BLAKE2b (RFC 7693), over words of 64 bits or over lanes of such words, each of
// which belongs to a hash of its own.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace tutti::blake2b {

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

// RFC 7693, section 2.6: the same constants as SHA-512.
inline constexpr std::array<std::uint64_t, 8> initial_chain = {
    0x6a09e667f3bcc908U, 0xbb67ae8584caa73bU, 0x3c6ef372fe94f82bU, 0xa54ff53a5f1d36f1U,
    0x510e527fade682d1U, 0x9b05688c2b3e6c1fU, 0x1f83d9abfb41bd6bU, 0x5be0cd19137e2179U};

// RFC 7693, section 2.7: the order of the message words in rounds 0 to 9; 10 and 11 repeat 0 and 1.
inline constexpr std::array<std::array<std::uint8_t, 16>, 10> word_order = {{
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

// RFC 7693, section 3.1: the mixing function G. Left alone, g++ calls it 96 times a block, with its
// six references in memory, which takes twice as long.
template <unsigned bits, class Word>
[[gnu::always_inline]] inline void rotate(Word& word) {
  word = word >> bits | word << (64 - bits);
}
#if defined(__x86_64__) && defined(__GNUC__)
/// Words of four hashes.
using LaneWords = std::uint64_t __attribute__((vector_size(32)));

#if __has_builtin(__builtin_shufflevector)
/// Where whole bytes move, one instruction does what takes three to shift.
template <unsigned bytes, std::size_t... at>
[[gnu::always_inline]] inline void rotate_bytes(LaneWords& lanes, std::index_sequence<at...>) {
  using LaneBytes = std::uint8_t __attribute__((vector_size(32)));
  const auto from = LaneBytes(lanes);
  lanes = LaneWords(__builtin_shufflevector(from, from, (at / 8 * 8 + (at + bytes) % 8)...));
}
template <unsigned bits>
[[gnu::always_inline]] inline void rotate(LaneWords& lanes) {
  if constexpr (bits % 8 == 0) {
    rotate_bytes<bits / 8>(lanes, std::make_index_sequence<sizeof(LaneWords)>());
  } else {
    lanes = lanes >> bits | lanes << (64 - bits);
  }
}
#endif
#endif

template <class Word>
[[gnu::always_inline]] inline void mix(Word& a, Word& b, Word& c, Word& d, const Word& x,
                                       const Word& y) {
  a += b + x;
  d ^= a;
  rotate<32>(d);
  c += d;
  b ^= c;
  rotate<24>(b);
  a += b + y;
  d ^= a;
  rotate<16>(d);
  c += d;
  b ^= c;
  rotate<63>(b);
}

// The round is a template argument, so that every message word has a fixed place and none is looked
// up at run time.
template <std::size_t round, class Word>
[[gnu::always_inline]] inline void mix_round(std::array<Word, 16>& v,
                                             const std::array<Word, 16>& m) {
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

template <class Word, std::size_t... rounds>
[[gnu::always_inline]] inline void mix_all(std::array<Word, 16>& v, const std::array<Word, 16>& m,
                                           std::index_sequence<rounds...>) {
  (mix_round<rounds>(v, m), ...);
}

/// All that one block does to a chain; `total` bytes are hashed with it.
template <class Word>
[[gnu::always_inline]] inline void compress(std::array<Word, 8>& chain,
                                            const std::array<Word, 16>& message,
                                            std::uint64_t total, bool is_last) {
  std::array<Word, 16> v{};
  for (std::size_t i = 0; i < 8; ++i) {
    v[i] = chain[i];
    v[i + 8] = Word{} + initial_chain[i];
  }
  v[12] ^= Word{} + total;
  if (is_last) v[14] = ~v[14];
  mix_all(v, message, std::make_index_sequence<12>());
  for (std::size_t i = 0; i < 8; ++i)
    chain[i] ^= v[i] ^ v[i + 8];
}

}  // namespace tutti::blake2b
