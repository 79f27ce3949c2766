#pragma once
// PCG32, the engine's small random generator. State and results are the same on every machine;
// keep one in the game's state, seeded from the setup.

#include <cstdint>

#include "tutti/sim/fields.hpp"

namespace tutti {

/// PCG-XSH-RR 64/32 (M. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
/// Algorithms for Random Number Generation", 2014; the reference
/// `pcg32_srandom_r`/`pcg32_random_r`).
class Random {
 public:
  constexpr Random() : Random(0) {}
  /// A generator of its own for each seed and stream.
  constexpr explicit Random(std::uint64_t seed, std::uint64_t stream = 1) {
    increment_ = (stream << 1) | 1;
    next();
    state_ += seed;
    next();
  }

  /// 32 uniform bits.
  constexpr std::uint32_t next() {
    const std::uint64_t old = state_;
    state_ = old * 6364136223846793005U + increment_;
    const auto shifted = static_cast<std::uint32_t>(((old >> 18) ^ old) >> 27);
    const auto rotation = static_cast<std::uint32_t>(old >> 59);
    return (shifted >> rotation) | (shifted << ((32 - rotation) & 31));
  }
  /// Uniform in 0..bound-1, without bias (the reference's threshold rejection). 0 for bound 0.
  constexpr std::uint32_t below(std::uint32_t bound) {
    if (bound == 0) return 0;
    const std::uint32_t threshold = (0U - bound) % bound;
    for (;;) {
      const std::uint32_t value = next();
      if (value >= threshold) return value % bound;
    }
  }
  /// Uniform in low..high, both included. Precondition: low <= high.
  constexpr std::int32_t between(std::int32_t low, std::int32_t high) {
    const auto span = static_cast<std::uint32_t>(static_cast<std::int64_t>(high) - low);
    const std::uint32_t offset = span == 0xFFFFFFFFU ? next() : below(span + 1);
    return static_cast<std::int32_t>(static_cast<std::int64_t>(low) + offset);
  }
  /// True once in `one_in` on average. Precondition: one_in > 0.
  constexpr bool chance(std::uint32_t one_in) { return below(one_in) == 0; }

  constexpr bool operator==(const Random&) const = default;

  /// The generator's two words, for the game module interface.
  static constexpr Random from_raw(std::uint64_t state, std::uint64_t increment) {
    Random random;
    random.state_ = state;
    random.increment_ = increment | 1;
    return random;
  }
  /// For archives and for C: half of its state.
  constexpr std::uint64_t raw_state() const { return state_; }
  constexpr std::uint64_t raw_increment() const { return increment_; }  ///< The other half.

  TUTTI_FIELDS(state_, increment_)

 private:
  std::uint64_t state_ = 0;
  std::uint64_t increment_ = 1;
};

}  // namespace tutti
