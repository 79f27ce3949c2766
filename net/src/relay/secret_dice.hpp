#pragma once
// The dice of a relay's codes and secrets: a keyed hash of a count. However many of its throws
// somebody has seen, they tell nothing of the others without the key.

#include <array>
#include <cstdint>

#include "link/crypto.hpp"

namespace tutti::detail {

class SecretDice {
 public:
  /// Throws that the seed decides, for tests; of zeros, throws that nobody knows.
  explicit SecretDice(const std::array<std::uint64_t, 4>& seed);
  ~SecretDice() { wipe(key_); }
  SecretDice(const SecretDice&) = delete;
  SecretDice& operator=(const SecretDice&) = delete;

  std::array<std::byte, 16> next();
  /// Uniform in 0 to 65,535.
  std::uint16_t next_u16();
  /// Uniform in all of its values.
  std::uint64_t next_u64();

 private:
  Key key_;
  std::uint64_t thrown_ = 0;
};

}  // namespace tutti::detail
