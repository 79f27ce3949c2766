#include "relay/secret_dice.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

SecretDice::SecretDice(const std::array<std::uint64_t, 4>& seed) : key_(random_key()) {
  if (seed == std::array<std::uint64_t, 4>{}) return;
  Bytes bytes;
  ByteWriter out(bytes);
  for (const std::uint64_t word : seed)
    out.u64(word);
  std::copy(bytes.begin(), bytes.end(), key_.begin());
}

std::array<std::byte, 16> SecretDice::next() {
  Bytes bytes;
  ByteWriter(bytes).u64(thrown_++);
  return keyed_hash(TUTTI_MUTANT(dice_have_no_key) ? Key{} : key_, {bytes});
}

std::uint16_t SecretDice::next_u16() {
  const auto thrown = next();
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(thrown[0]) << 8 |
                                    std::to_integer<unsigned>(thrown[1]));
}

std::uint64_t SecretDice::next_u64() {
  const auto thrown = next();
  return ByteReader(thrown).u64();
}

}  // namespace tutti::detail
