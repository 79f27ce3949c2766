#include "tutti/sim/fast_hash.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "tutti/sim/any_game.hpp"

namespace tutti {

namespace {

// Odd, so that multiplying is a bijection; otherwise arbitrary (the fractions of pi and e).
constexpr std::uint64_t lane_factor = 0x243F6A8885A308D3;
constexpr std::uint64_t join_factor = 0xB7E151628AED2A6B;
constexpr std::size_t lane_bytes = 8;
/// Side by side, so that the processor need not wait for one multiplication to begin the next.
constexpr std::size_t lanes = 4;

/// Twice, since the top bit of a product depends on nothing but the top bit of its factor: brought
/// down in between, it reaches the others too, and no single bit of the next word can undo it.
std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  return std::rotl((hash ^ word) * lane_factor, 32) * join_factor;
}

std::uint64_t read_word(const std::byte* bytes, std::size_t size) {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&word, bytes, size);
  } else {
    for (std::size_t i = 0; i < size; ++i)
      word |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  }
  return word;
}

}  // namespace

std::uint64_t fast_hash(BytesView bytes) {
  std::array<std::uint64_t, lanes> hash;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    hash[lane] = (lane + 1) * lane_factor;
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= lanes * lane_bytes; left -= lanes * lane_bytes, at += lanes * lane_bytes) {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      hash[lane] = mix(hash[lane], read_word(at + lane * lane_bytes, lane_bytes));
  }
  for (std::size_t lane = 0; left > 0; ++lane) {
    const std::size_t size = left < lane_bytes ? left : lane_bytes;
    hash[lane] = mix(hash[lane], read_word(at, size));
    at += size;
    left -= size;
  }
  std::uint64_t joined = bytes.size();
  for (const std::uint64_t lane : hash)
    joined = mix(joined, lane);
  return joined ^ (joined >> 32);
}

std::uint64_t fast_hash(const AnyGame& game, const void* state, Bytes& scratch) {
  if (game.is_canonical()) {
    return fast_hash(BytesView(static_cast<const std::byte*>(state), game.state_size()));
  }
  if (game.shares_pages()) return game.table().hash(state);
  save_state(game, state, scratch);
  return fast_hash(scratch);
}

}  // namespace tutti
