#pragma once
// The 128-bit integers that fixed point needs in the middle of a calculation: product, quotient and
// root. Portable on purpose: __int128 does not exist on 32-bit machines, which must agree.

#include <bit>
#include <compare>
#include <cstdint>

namespace tutti::detail {

/// high * 2^64 + low, unsigned.
struct Wide {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  constexpr auto operator<=>(const Wide&) const = default;
};

/// Modulo 2^128.
constexpr Wide add(Wide left, Wide right) {
  const std::uint64_t low = left.low + right.low;
  return {left.high + right.high + (low < left.low ? 1U : 0U), low};
}

/// The whole product.
constexpr Wide multiply(std::uint64_t left, std::uint64_t right) {
  constexpr std::uint64_t mask = 0xFFFFFFFFU;
  const std::uint64_t low_low = (left & mask) * (right & mask);
  const std::uint64_t low_high = (left & mask) * (right >> 32);
  const std::uint64_t high_low = (left >> 32) * (right & mask);
  const std::uint64_t high_high = (left >> 32) * (right >> 32);
  const std::uint64_t middle = (low_low >> 32) + (low_high & mask) + (high_low & mask);
  return {high_high + (low_high >> 32) + (high_low >> 32) + (middle >> 32),
          (middle << 32) | (low_low & mask)};
}

struct Division {
  std::uint64_t quotient = 0;
  std::uint64_t remainder = 0;
};

/// One 32-bit digit of a long division: (high * 2^32 + digit) / divisor. Preconditions: the
/// divisor's top bit is set, high < divisor.
constexpr Division divide_digit(std::uint64_t high, std::uint32_t digit, std::uint64_t divisor) {
  constexpr std::uint64_t base = std::uint64_t{1} << 32;
  const std::uint64_t divisor_high = divisor >> 32;
  const std::uint64_t divisor_low = divisor & 0xFFFFFFFFU;
  std::uint64_t quotient = high / divisor_high;
  std::uint64_t rest = high % divisor_high;
  // The estimate is at most 2 too large.
  while (quotient >= base || quotient * divisor_low > (rest << 32) + digit) {
    --quotient;
    rest += divisor_high;
    if (rest >= base) break;
  }
  return {quotient, (high << 32) + digit - quotient * divisor};
}

/// Preconditions: divisor > number.high (so that the quotient fits). D. Knuth, The Art of Computer
/// Programming, volume 2, algorithm 4.3.1 D, with two digits of 32 bits.
constexpr Division divide(Wide number, std::uint64_t divisor) {
  if (number.high == 0) return {number.low / divisor, number.low % divisor};
  const int shift = std::countl_zero(divisor);
  if (shift > 0) {
    number.high = (number.high << shift) | (number.low >> (64 - shift));
    number.low <<= shift;
    divisor <<= shift;
  }
  const Division first =
      divide_digit(number.high, static_cast<std::uint32_t>(number.low >> 32), divisor);
  const Division second =
      divide_digit(first.remainder, static_cast<std::uint32_t>(number.low), divisor);
  return {(first.quotient << 32) | second.quotient, second.remainder >> shift};
}

/// The integer nearest to the square root. Precondition: number < 2^126. Digit by digit, as by
/// hand, two bits at a time.
constexpr std::uint64_t nearest_root(Wide number) {
  const int top_bit = number.high != 0 ? 127 - std::countl_zero(number.high)
                                       : 63 - std::countl_zero(number.low | 1);
  std::uint64_t root = 0;
  std::uint64_t rest = 0;
  for (int pair = top_bit / 2; pair >= 0; --pair) {
    const std::uint64_t bits =
        pair >= 32 ? number.high >> (2 * pair - 64) : number.low >> (2 * pair);
    // In the last step `rest` may need a 65th bit, which the subtraction takes away again.
    const bool has_carry = (rest >> 62) != 0;
    rest = (rest << 2) | (bits & 3);
    const std::uint64_t trial = (root << 2) | 1;
    root <<= 1;
    if (has_carry || rest >= trial) {
      rest -= trial;
      root |= 1;
    }
  }
  return rest > root ? root + 1 : root;
}

}  // namespace tutti::detail
