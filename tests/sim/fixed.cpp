// Fixed point agrees with exact arithmetic within its stated bounds, and never leaves its range.

#include "tutti/sim/fixed.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/random.hpp"

using tutti::Fixed;
using namespace tutti::literals;

namespace {

__extension__ using Int128 = __int128;  // the oracle; the code under test must do without

constexpr std::int64_t lowest_raw = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest_raw = std::numeric_limits<std::int64_t>::max();

Fixed raw(std::int64_t steps) { return Fixed::from_raw(steps); }

std::int64_t saturated(Int128 value) {
  if (value > highest_raw) return highest_raw;
  if (value < lowest_raw) return lowest_raw;
  return static_cast<std::int64_t>(value);
}

// numerator / denominator to the nearest integer, halves away from zero.
Int128 nearest_quotient(Int128 numerator, Int128 denominator) {
  if (denominator < 0) return nearest_quotient(-numerator, -denominator);
  if (numerator < 0) return -nearest_quotient(-numerator, denominator);
  const Int128 quotient = numerator / denominator;
  const Int128 rest = numerator % denominator;
  return rest >= denominator - rest ? quotient + 1 : quotient;
}

// Edges, and numbers of every size and sign.
std::vector<std::int64_t> interesting_raws() {
  std::vector<std::int64_t> raws = {0, 1, 32767, 32768, 32769, 65535, 65536, 65537, 98304};
  for (int bit = 20; bit < 63; ++bit) {
    for (const int offset : {-1, 0, 1})
      raws.push_back((std::int64_t{1} << bit) + offset);
  }
  raws.push_back(highest_raw);
  raws.push_back(highest_raw - 1);
  raws.push_back(highest_raw - 65535);
  tutti::Random random(11);
  for (int i = 0; i < 150; ++i) {
    const std::uint64_t bits = (std::uint64_t{random.next()} << 32) | random.next();
    raws.push_back(static_cast<std::int64_t>(bits >> (1 + random.below(62))));
  }
  const std::size_t positive = raws.size();
  for (std::size_t i = 0; i < positive; ++i)
    raws.push_back(-raws[i]);
  raws.push_back(lowest_raw);
  raws.push_back(lowest_raw + 1);
  return raws;
}

constexpr bool is_literal_with_sign() { return -1.5_fx == Fixed::ratio(-3, 2); }

}  // namespace

TEST_CASE("sums, products and quotients equal exact ones, rounded once and saturated") {
  const std::vector<std::int64_t> raws = interesting_raws();
  for (const std::int64_t a : raws) {
    for (const std::int64_t b : raws) {
      REQUIRE((raw(a) + raw(b)).raw() == saturated(Int128{a} + b));
      REQUIRE((raw(a) - raw(b)).raw() == saturated(Int128{a} - b));
      REQUIRE((raw(a) * raw(b)).raw() == saturated(nearest_quotient(Int128{a} * b, 65536)));
      if (b == 0) continue;
      const std::int64_t quotient = saturated(nearest_quotient(Int128{a} * 65536, b));
      REQUIRE((raw(a) / raw(b)).raw() == quotient);
      REQUIRE(Fixed::ratio(a, b).raw() == quotient);
    }
    REQUIRE((-raw(a)).raw() == saturated(-Int128{a}));
    REQUIRE(abs(raw(a)).raw() == saturated(a < 0 ? -Int128{a} : Int128{a}));
  }
}

TEST_CASE("halves are rounded away from zero") {
  CHECK((raw(1) * 0.5_fx).raw() == 1);
  CHECK((raw(-1) * 0.5_fx).raw() == -1);
  CHECK((raw(1) / 2_fx).raw() == 1);
  CHECK((raw(-1) / 2_fx).raw() == -1);
  CHECK((raw(1) * raw(32767)).raw() == 0);
  CHECK(Fixed::ratio(-1, 3).raw() == -21845);
  CHECK(Fixed::ratio(2, 3).raw() == 43691);
}

TEST_CASE("division by zero saturates by the sign of the dividend") {
  CHECK(1_fx / Fixed{} == Fixed::highest());
  CHECK(-1_fx / Fixed{} == Fixed::lowest());
  CHECK(Fixed{} / Fixed{} == Fixed{});
  CHECK(Fixed::ratio(5, 0) == Fixed::highest());
}

TEST_CASE("compound operators are their plain ones") {
  Fixed value = 10_fx;
  value += 2.5_fx;
  value -= 0.5_fx;
  value *= 3_fx;
  value /= 8_fx;
  CHECK(value == 4.5_fx);
  CHECK(-1_fx < Fixed{});
  CHECK(2_fx > 1.99_fx);
}

TEST_CASE("whole numbers become fixed exactly, or saturate") {
  CHECK(Fixed(3).raw() == 3 * 65536);
  CHECK(Fixed(-3).raw() == -3 * 65536);
  CHECK(Fixed(std::uint8_t{255}).to_int() == 255);
  const std::int64_t limit = std::int64_t{1} << 47;
  CHECK(Fixed(limit - 1).to_int() == limit - 1);
  CHECK(Fixed(limit) == Fixed::highest());
  CHECK(Fixed(-limit) == Fixed::lowest());
  CHECK(Fixed(-limit - 1) == Fixed::lowest());
  CHECK(Fixed(lowest_raw) == Fixed::lowest());
  CHECK(Fixed(~std::uint64_t{0}) == Fixed::highest());
}

TEST_CASE("only whole numbers become fixed, and only when asked") {
  STATIC_REQUIRE(std::is_constructible_v<Fixed, int>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<int, Fixed>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<Fixed, double>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<Fixed, bool>);
  STATIC_REQUIRE(std::is_trivially_copyable_v<Fixed>);
  STATIC_REQUIRE(sizeof(Fixed) == 8);
}

TEST_CASE("floor, ceil, round and to_int give whole numbers") {
  for (const std::int64_t a : interesting_raws()) {
    const Int128 below = (Int128{a} - (((a % 65536) + 65536) % 65536)) / 65536;
    const Int128 above = below * 65536 == a ? below : below + 1;
    const Int128 most = (Int128{1} << 47) - 1;
    REQUIRE(raw(a).to_int() == static_cast<std::int64_t>(below));
    REQUIRE(floor(raw(a)) == Fixed(static_cast<std::int64_t>(below)));
    REQUIRE(ceil(raw(a)) == Fixed(static_cast<std::int64_t>(above > most ? most : above)));
    const Int128 near = nearest_quotient(a, 65536);
    REQUIRE(round(raw(a)) == Fixed(static_cast<std::int64_t>(near > most ? most : near)));
  }
  CHECK((-0.5_fx).to_int() == -1);
  CHECK(round(2.5_fx) == 3_fx);
  CHECK(round(-2.5_fx) == -3_fx);
  CHECK(ceil(-0.5_fx) == 0_fx);
}

TEST_CASE("min, max, clamp and lerp") {
  CHECK(min(1_fx, 2_fx) == 1_fx);
  CHECK(max(1_fx, 2_fx) == 2_fx);
  CHECK(clamp(5_fx, -1_fx, 2_fx) == 2_fx);
  CHECK(clamp(-5_fx, -1_fx, 2_fx) == -1_fx);
  CHECK(clamp(1.5_fx, -1_fx, 2_fx) == 1.5_fx);
  CHECK(lerp(10_fx, 20_fx, 0_fx) == 10_fx);
  CHECK(lerp(10_fx, 20_fx, 1_fx) == 20_fx);
  CHECK(lerp(10_fx, 20_fx, 0.25_fx) == 12.5_fx);
  CHECK(lerp(10_fx, 20_fx, -1_fx) == 0_fx);
}

TEST_CASE("literals are read exactly, at compile time") {
  STATIC_REQUIRE((1.5_fx).raw() == 98304);
  STATIC_REQUIRE((0.25_fx).raw() == 16384);
  STATIC_REQUIRE((.5_fx).raw() == 32768);
  STATIC_REQUIRE((7_fx).raw() == 7 * 65536);
  STATIC_REQUIRE((010_fx).raw() == 10 * 65536);
  STATIC_REQUIRE((1'000.5_fx).raw() == 1000 * 65536 + 32768);
  STATIC_REQUIRE((0.1_fx).raw() == 6554);            // 6553.6
  STATIC_REQUIRE((0.00000762939453_fx).raw() == 0);  // just below half a step
  STATIC_REQUIRE((0.00000762939454_fx).raw() == 1);  // just above
  STATIC_REQUIRE((0.99999999999999_fx).raw() == 65536);
  STATIC_REQUIRE((140737488355327.9999_fx).raw() == highest_raw - 6);
  STATIC_REQUIRE(is_literal_with_sign());
}

TEST_CASE("text is short, differs for every number and is read back to the same one") {
  CHECK((1.5_fx).field_text() == "1.5");
  CHECK((-0.25_fx).field_text() == "-0.25");
  CHECK(Fixed{}.field_text() == "0");
  CHECK((-3_fx).field_text() == "-3");
  CHECK((0.1_fx).field_text() == "0.10001");
  CHECK(raw(1).field_text() == "0.00002");
  CHECK(raw(-1).field_text() == "-0.00002");
  CHECK(Fixed::lowest().field_text() == "-140737488355328");
  CHECK(Fixed::highest().field_text() == "140737488355327.99998");

  for (std::int64_t steps = 0; steps < 65536; ++steps) {
    const std::string text = raw(steps + 65536).field_text();
    REQUIRE(text.size() <= 7);
    std::string digits = text.size() > 2 ? text.substr(2) : "";
    digits.resize(5, '0');
    REQUIRE(nearest_quotient(Int128{std::stoi(digits)} * 65536, 100000) == steps);
  }
}

TEST_CASE("a fixed number is saved as one 64-bit integer") {
  tutti::Bytes bytes;
  tutti::write_canonical(-1.5_fx, bytes);
  CHECK(bytes.size() == 8);
  Fixed loaded;
  REQUIRE(tutti::read_canonical(bytes, loaded));
  CHECK(loaded == -1.5_fx);
}
