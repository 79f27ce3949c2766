// Digests of several pieces at once: each is a lane of the processor's wide registers.

#include <algorithm>

#include "blake2b_rounds.hpp"
#include "tutti/sim/assert.hpp"
#include "tutti/sim/digest.hpp"

namespace tutti {

namespace {

constexpr std::size_t lane_count = 4;

#if defined(__x86_64__) && defined(__GNUC__)

using blake2b::LaneWords;
static_assert(sizeof(LaneWords) == 8 * lane_count);
constexpr std::size_t block_bytes = 128;

bool has_lanes() {
  static const bool has_them = __builtin_cpu_supports("avx2") != 0;
  return has_them;
}

/// Precondition: `lane_count` pieces of the same size.
[[gnu::target("avx2")]] void digest_lanes(std::span<const BytesView> pieces,
                                          std::span<Digest> digests) {
  const std::size_t size = pieces.front().size();
  std::array<LaneWords, 8> chain;
  for (std::size_t i = 0; i < chain.size(); ++i)
    chain[i] = LaneWords{} + blake2b::initial_chain[i];
  chain[0] ^= LaneWords{} + (0x01010000U ^ sizeof(Digest));  // as in Blake2b
  std::array<const std::byte*, lane_count> at;
  for (std::size_t lane = 0; lane < lane_count; ++lane)
    at[lane] = pieces[lane].data();
  std::array<std::array<std::byte, block_bytes>, lane_count> tails{};
  for (std::size_t done = 0; done == 0 || done < size;) {
    const std::size_t count = std::min(block_bytes, size - done);
    if (count < block_bytes) {
      for (std::size_t lane = 0; lane < lane_count; ++lane) {
        if (count > 0) std::memcpy(tails[lane].data(), at[lane], count);
        at[lane] = tails[lane].data();
      }
    }
    std::array<LaneWords, 16> message;
    for (std::size_t i = 0; i < message.size(); ++i) {
      message[i] = LaneWords{
          blake2b::load_little_endian(at[0] + 8 * i), blake2b::load_little_endian(at[1] + 8 * i),
          blake2b::load_little_endian(at[2] + 8 * i), blake2b::load_little_endian(at[3] + 8 * i)};
    }
    for (const std::byte*& each : at)
      each += block_bytes;
    done += count;
    blake2b::compress(chain, message, done, done == size);
    if (count == 0) break;
  }
  for (std::size_t lane = 0; lane < lane_count; ++lane) {
    const std::array<std::uint64_t, 2> words{chain[0][lane], chain[1][lane]};
    std::memcpy(digests[lane].bytes.data(), words.data(), sizeof(Digest));  // it is little-endian
  }
}

#else

bool has_lanes() { return false; }
void digest_lanes(std::span<const BytesView>, std::span<Digest>) {}

#endif

}  // namespace

void digest_each(std::span<const BytesView> bytes, std::span<Digest> digests) {
  TUTTI_ASSERT(bytes.size() == digests.size(), bytes.size(), digests.size());
  while (!bytes.empty()) {
    const std::size_t size = bytes.front().size();
    const auto has_size = [&](BytesView each) { return each.size() == size; };
    std::size_t count = 1;
    if (has_lanes() && bytes.size() >= lane_count &&
        std::all_of(bytes.begin(), bytes.begin() + lane_count, has_size)) {
      count = lane_count;
      digest_lanes(bytes.first(count), digests.first(count));
    } else {
      digests.front() = digest_of(bytes.front());
    }
    bytes = bytes.subspan(count);
    digests = digests.subspan(count);
  }
}

}  // namespace tutti
