// Scenes of numbers: fixed point over its whole range against an oracle of another making, its
// functions, the random generator, and floats as far as IEEE 754 fixes them.

#include <cmath>
#include <limits>

#include "scenes.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/fixed.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::scenes {

namespace {

/// 128 bits, one bit at a time: slow, obvious, and nothing like wide.hpp.
struct Slow {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

Slow twice(Slow number) { return {(number.high << 1) | (number.low >> 63), number.low << 1}; }

Slow product_of(std::uint64_t left, std::uint64_t right) {
  Slow product;
  for (int bit = 63; bit >= 0; --bit) {
    product = twice(product);
    if ((right >> bit & 1) == 0) continue;
    const std::uint64_t before = product.low;
    product.low += left;
    if (product.low < before) ++product.high;
  }
  return product;
}

struct SlowDivision {
  Slow quotient{};
  std::uint64_t remainder = 0;
};

SlowDivision divide_slowly(Slow number, std::uint64_t divisor) {
  SlowDivision result;
  for (int bit = 127; bit >= 0; --bit) {
    const bool overflows = (result.remainder >> 63) != 0;
    const std::uint64_t digit = bit >= 64 ? number.high >> (bit - 64) & 1 : number.low >> bit & 1;
    result.remainder = (result.remainder << 1) | digit;
    result.quotient = twice(result.quotient);
    if (!overflows && result.remainder < divisor) continue;
    result.remainder -= divisor;
    result.quotient.low |= 1;
  }
  return result;
}

std::uint64_t size_of(std::int64_t value) {
  return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

/// The number with a sign, saturating; `is_huge` if it has more than 64 bits.
std::int64_t signed_of(bool is_negative, Slow number) {
  constexpr std::uint64_t limit = std::uint64_t{1} << 63;
  const bool is_huge = number.high != 0 || number.low >= limit;
  if (is_negative) {
    return is_huge ? std::numeric_limits<std::int64_t>::min()
                   : -static_cast<std::int64_t>(number.low);
  }
  return is_huge ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(number.low);
}

Slow rounded(const SlowDivision& division, std::uint64_t divisor) {
  Slow number = division.quotient;
  const bool is_up = division.remainder >= divisor - division.remainder;
  if (is_up && ++number.low == 0) ++number.high;
  return number;
}

std::int64_t slow_product(std::int64_t left, std::int64_t right) {
  constexpr std::uint64_t one = 65536;
  const Slow product = product_of(size_of(left), size_of(right));
  return signed_of((left < 0) != (right < 0), rounded(divide_slowly(product, one), one));
}

std::int64_t slow_quotient(std::int64_t left, std::int64_t right) {
  if (right == 0) return left == 0 ? 0 : signed_of(left < 0, {1, 0});
  const Slow scaled = product_of(size_of(left), 65536);
  const std::uint64_t divisor = size_of(right);
  return signed_of((left < 0) != (right < 0), rounded(divide_slowly(scaled, divisor), divisor));
}

/// Any number, of any size: each count of bits is as likely as another; and the edges.
std::int64_t any_raw(Random& random) {
  const std::uint64_t high = random.next();
  const std::uint64_t bits = (high << 32) | random.next();
  const std::int64_t signed_bits = static_cast<std::int64_t>(bits);
  switch (random.below(16)) {
    case 0:
      return std::numeric_limits<std::int64_t>::min() + random.between(0, 2);
    case 1:
      return std::numeric_limits<std::int64_t>::max() - random.between(0, 2);
    case 2:
      return random.between(-2, 2);
    default:
      return signed_bits >> random.below(63);
  }
}

Bytes bytes_of(const std::vector<std::int64_t>& numbers) {
  Bytes bytes;
  CanonicalWriter writer(bytes);
  for (const std::int64_t number : numbers)
    writer.number(number);
  return bytes;
}

}  // namespace

void play_fixed(Trace& trace) {
  Random random(21);
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    const std::int64_t a = any_raw(random);
    const std::int64_t b = any_raw(random);
    const Fixed left = Fixed::from_raw(a);
    const Fixed right = Fixed::from_raw(b);
    const std::int64_t product = (left * right).raw();
    const std::int64_t quotient = (left / right).raw();
    if (product != slow_product(a, b) || quotient != slow_quotient(a, b)) {
      return trace.fail(tick, std::to_string(a) + " and " + std::to_string(b) +
                                  ": product or quotient is not the exact one, rounded");
    }
    trace.add(tick, bytes_of({a, b, product, quotient, (left + right).raw(), (left - right).raw(),
                              (-left).raw(), abs(left).raw(), floor(left).raw(), ceil(left).raw(),
                              round(left).raw(), left.to_int(), left < right ? 1 : 0}));
  }
}

void play_fixed_functions(Trace& trace) {
  Random random(22);
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    const Fixed x = Fixed::from_raw(any_raw(random));
    const Fixed y = Fixed::from_raw(any_raw(random));
    const std::int64_t root = sqrt(x).raw();
    // root is nearest: (root - 1/2)^2 <= x < (root + 1/2)^2, in whole numbers.
    if (x > Fixed{}) {
      const Slow scaled = product_of(size_of(x.raw()), 65536);
      const Slow square =
          product_of(static_cast<std::uint64_t>(root), static_cast<std::uint64_t>(root));
      const bool is_above =
          square.high != scaled.high ? square.high > scaled.high : square.low > scaled.low;
      const std::uint64_t apart = is_above ? square.low - scaled.low : scaled.low - square.low;
      if (apart > static_cast<std::uint64_t>(root))
        return trace.fail(tick, "a root is not nearest");
    }
    Bytes bytes = bytes_of({root, length(x, y).raw(), sin_turns(x).raw(), cos_turns(x).raw(),
                            atan2_turns(x, y).raw(), lerp(x, y, Fixed::ratio(1, 3)).raw()});
    for (const char letter : x.field_text())
      bytes.push_back(static_cast<std::byte>(letter));
    trace.add(tick, bytes);
  }
}

void play_random(Trace& trace) {
  // The reference's first numbers for seed 42, stream 54 (pcg-random.org, pcg32-demo).
  constexpr std::uint32_t reference[] = {0xa15c02b7, 0x7b47f409, 0xba1d3330,
                                         0x83d2f293, 0xbfa4784b, 0xcbed606e};
  Random known(42, 54);
  for (const std::uint32_t expected : reference) {
    if (known.next() != expected) return trace.fail(Tick{1}, "not PCG32");
  }
  Random seeds(23);
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    // One after the other: the order of arguments is the compiler's, and differs.
    const std::uint64_t seed = seeds.next();
    Random random(seed, seeds.next());
    trace.add(tick, bytes_of({random.next(), random.below(seeds.next() | 1), random.between(-7, 7),
                              random.between(std::numeric_limits<std::int32_t>::min(),
                                             std::numeric_limits<std::int32_t>::max()),
                              random.chance(3) ? 1 : 0}));
  }
}

namespace {

template <class Real>
struct Body {
  Real x{}, y{}, speed_x{}, speed_y{};
};

/// Bodies that attract each other and bounce in a box: + - * / and sqrt alone. The expressions are
/// of the kind that a compiler likes to contract into fused operations.
template <class Real>
class Orbits {
 public:
  explicit Orbits(std::uint64_t seed) {
    Random random(seed);
    for (Body<Real>& body : bodies_) {
      body = {Real(random.between(-1000, 1000)) / Real(8),
              Real(random.between(-1000, 1000)) / Real(8), Real(random.between(-50, 50)) / Real(64),
              Real(random.between(-50, 50)) / Real(64)};
    }
  }
  void step() {
    for (Body<Real>& body : bodies_) {
      Real pull_x = 0, pull_y = 0;
      for (const Body<Real>& other : bodies_) {
        const Real apart_x = other.x - body.x;
        const Real apart_y = other.y - body.y;
        const Real square = apart_x * apart_x + apart_y * apart_y + Real(16);
        const Real scale = Real(3) / (square * std::sqrt(square));
        pull_x += apart_x * scale;
        pull_y += apart_y * scale;
      }
      body.speed_x = body.speed_x * Real(0.9990234375) + pull_x;
      body.speed_y = body.speed_y * Real(0.9990234375) + pull_y;
    }
    for (Body<Real>& body : bodies_) {
      body.x += body.speed_x * Real(0.3);
      body.y += body.speed_y * Real(0.3);
      if (body.x < Real(-200) || body.x > Real(200)) body.speed_x = -body.speed_x;
      if (body.y < Real(-200) || body.y > Real(200)) body.speed_y = -body.speed_y;
    }
  }
  void write(CanonicalWriter& writer) const {
    for (const Body<Real>& body : bodies_) {
      for (const Real value : {body.x, body.y, body.speed_x, body.speed_y})
        writer.number(value);
    }
  }

 private:
  std::array<Body<Real>, 12> bodies_{};
};

}  // namespace

void play_float(Trace& trace) {
  Orbits<float> single(24);
  Orbits<double> twofold(24);
  Bytes bytes;
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    single.step();
    twofold.step();
    bytes.clear();
    CanonicalWriter writer(bytes);
    single.write(writer);
    twofold.write(writer);
    trace.add(tick, bytes);
  }
}

}  // namespace tutti::scenes
