// Roots, lengths and angles of fixed point lie within their stated bounds; the oracle is long
// double and integer arithmetic of 128 bits.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "support/catch.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/fixed.hpp"
#include "tutti/sim/random.hpp"
#include "tutti/sim/vec2.hpp"

using tutti::Fixed;
using tutti::Vec2;
using namespace tutti::literals;

namespace {

__extension__ using UInt128 = unsigned __int128;

constexpr long double turn = 2 * 3.14159265358979323846264338327950288L;

Fixed fixed_raw(std::int64_t steps) { return Fixed::from_raw(steps); }

// Positive and of any size.
std::int64_t any_raw(tutti::Random& random) {
  const std::uint64_t bits = (std::uint64_t{random.next()} << 32) | random.next();
  return static_cast<std::int64_t>(bits >> (1 + random.below(62)));
}

std::int64_t signed_raw(tutti::Random& random) {
  const std::int64_t value = any_raw(random);
  return random.below(2) == 0 ? value : -value;
}

// Whether `root` is the integer nearest to the square root of `square`: (root - 1/2)^2 < square <
// (root + 1/2)^2, without halves.
bool is_nearest_root(std::int64_t root, UInt128 square) {
  const UInt128 r = static_cast<std::uint64_t>(root);
  return (r == 0 || r * r - r < square) && square <= r * r + r;
}

}  // namespace

TEST_CASE("sqrt is the nearest number") {
  CHECK(sqrt(Fixed{}) == Fixed{});
  CHECK(sqrt(4_fx) == 2_fx);
  CHECK(sqrt(2.25_fx) == 1.5_fx);
  CHECK(sqrt(fixed_raw(1)).raw() == 256);
  CHECK(sqrt(-4_fx) == Fixed{});
  CHECK(sqrt(Fixed::lowest()) == Fixed{});
  tutti::Random random(1);
  for (int i = 0; i < 50000; ++i) {
    const std::int64_t value = i < 5000 ? i : any_raw(random);
    REQUIRE(is_nearest_root(sqrt(fixed_raw(value)).raw(), UInt128(value) << 16));
  }
  const std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  CHECK(is_nearest_root(sqrt(Fixed::highest()).raw(), UInt128(highest) << 16));
}

TEST_CASE("length is the nearest number and does not overflow on the way") {
  CHECK(length(3_fx, -4_fx) == 5_fx);
  CHECK(length(Fixed{}, Fixed{}) == Fixed{});
  CHECK(length(Fixed::lowest(), Fixed{}) == Fixed::highest());
  CHECK(length(Fixed::lowest(), Fixed::lowest()) == Fixed::highest());
  CHECK(length(Fixed::highest(), Fixed{}) == Fixed::highest());
  CHECK(length(fixed_raw(1), fixed_raw(1)).raw() == 1);
  CHECK(length(fixed_raw(1), fixed_raw(2)).raw() == 2);
  tutti::Random random(2);
  int saturated = 0;
  for (int i = 0; i < 50000; ++i) {
    const std::int64_t x = signed_raw(random), y = signed_raw(random);
    const UInt128 ux = static_cast<std::uint64_t>(x < 0 ? -x : x);
    const UInt128 uy = static_cast<std::uint64_t>(y < 0 ? -y : y);
    const UInt128 square = ux * ux + uy * uy;
    const Fixed result = length(fixed_raw(x), fixed_raw(y));
    if (result == Fixed::highest()) {
      ++saturated;
      const UInt128 highest = static_cast<std::uint64_t>(Fixed::highest().raw());
      REQUIRE(square > highest * highest - highest);
    } else {
      REQUIRE(is_nearest_root(result.raw(), square));
    }
  }
  CHECK(saturated > 0);
  CHECK(saturated < 5000);
}

TEST_CASE("roots are right where the remainder needs its 65th bit") {
  // Just below and above the largest squares that are allowed in.
  const std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t i = 0; i < 2000; ++i) {
    const std::int64_t x = highest - i;
    REQUIRE(length(fixed_raw(x), Fixed{}).raw() == x);
    const std::int64_t y = i * 1'000'003;
    const UInt128 square = UInt128(x) * UInt128(x) + UInt128(y) * UInt128(y);
    const Fixed result = length(fixed_raw(x), fixed_raw(y));
    if (result != Fixed::highest()) REQUIRE(is_nearest_root(result.raw(), square));
  }
}

TEST_CASE("sine and cosine are the nearest numbers, at every angle there is") {
  for (std::int64_t steps = 0; steps < 65536; ++steps) {
    const long double angle = static_cast<long double>(steps) / 65536 * turn;
    REQUIRE(sin_turns(fixed_raw(steps)).raw() == std::llroundl(std::sin(angle) * 65536));
    REQUIRE(cos_turns(fixed_raw(steps)).raw() == std::llroundl(std::cos(angle) * 65536));
  }
}

TEST_CASE("whole turns fall away exactly") {
  tutti::Random random(3);
  for (int i = 0; i < 2000; ++i) {
    const std::int64_t angle = signed_raw(random);
    const std::int64_t within = angle & 0xFFFF;
    REQUIRE(sin_turns(fixed_raw(angle)) == sin_turns(fixed_raw(within)));
    REQUIRE(cos_turns(fixed_raw(angle)) == cos_turns(fixed_raw(within)));
  }
  CHECK(sin_turns(0.25_fx) == 1_fx);
  CHECK(sin_turns(-0.25_fx) == -1_fx);
  CHECK(cos_turns(1000.5_fx) == -1_fx);
  CHECK(cos_turns(Fixed::lowest()) == 1_fx);
}

TEST_CASE("atan2 is exact on axes and diagonals") {
  for (const std::int64_t size : {std::int64_t{1}, std::int64_t{65536}, Fixed::highest().raw()}) {
    const Fixed a = fixed_raw(size), none;
    CHECK(atan2_turns(none, a) == 0_fx);
    CHECK(atan2_turns(a, a) == 0.125_fx);
    CHECK(atan2_turns(a, none) == 0.25_fx);
    CHECK(atan2_turns(a, -a) == 0.375_fx);
    CHECK(atan2_turns(none, -a) == 0.5_fx);
    CHECK(atan2_turns(-a, -a) == -0.375_fx);
    CHECK(atan2_turns(-a, none) == -0.25_fx);
    CHECK(atan2_turns(-a, a) == -0.125_fx);
  }
  CHECK(atan2_turns(Fixed{}, Fixed{}) == Fixed{});
  CHECK(atan2_turns(Fixed::lowest(), Fixed::lowest()) == -0.375_fx);
}

TEST_CASE("atan2 lies within 0.50001 steps") {
  tutti::Random random(4);
  long double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const std::int64_t x = signed_raw(random), y = signed_raw(random);
    if (x == 0 && y == 0) continue;
    const long double exact =
        std::atan2(static_cast<long double>(y), static_cast<long double>(x)) / turn * 65536;
    const auto found = static_cast<long double>(atan2_turns(fixed_raw(y), fixed_raw(x)).raw());
    worst = std::max(worst, std::fabs(found - exact));
  }
  INFO("worst error in steps: " << static_cast<double>(worst));
  CHECK(worst <= 0.50001L);
  CHECK(worst > 0.49L);  // the sample was hard enough to mean something
}

TEST_CASE("atan2 finds the angle that sine and cosine were made of") {
  const Fixed size = 1000_fx;
  for (std::int64_t steps = -32767; steps <= 32768; steps += 7) {
    const Fixed angle = fixed_raw(steps);
    REQUIRE(abs(atan2_turns(size * sin_turns(angle), size * cos_turns(angle)) - angle) <=
            fixed_raw(1));
  }
}

TEST_CASE("vectors add, scale and measure by component") {
  const Vec2 a{3_fx, 4_fx}, b{-1_fx, 0.5_fx};
  CHECK(a + b == Vec2{2_fx, 4.5_fx});
  CHECK(a - b == Vec2{4_fx, 3.5_fx});
  CHECK(-a == Vec2{-3_fx, -4_fx});
  CHECK(a * 2_fx == Vec2{6_fx, 8_fx});
  CHECK(2_fx * a == a * 2_fx);
  CHECK(a / 2_fx == Vec2{1.5_fx, 2_fx});
  CHECK(dot(a, b) == -1_fx);
  CHECK(length(a) == 5_fx);
  Vec2 c = a;
  c += b;
  c -= a;
  c *= 4_fx;
  c /= 2_fx;
  CHECK(c == Vec2{-2_fx, 1_fx});
}

TEST_CASE("a vector's memory is its canonical bytes") {
  tutti::Bytes bytes;
  tutti::write_canonical(Vec2{1_fx, -2_fx}, bytes);
  CHECK(bytes.size() == 16);
  Vec2 loaded;
  REQUIRE(tutti::read_canonical(bytes, loaded));
  CHECK(loaded == Vec2{1_fx, -2_fx});
  if constexpr (std::endian::native == std::endian::little) {
    CHECK(tutti::memory_is_canonical<Vec2>());
  }
}
