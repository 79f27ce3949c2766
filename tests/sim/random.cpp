// The random generator gives the published numbers, on every machine, and without bias.

#include "tutti/sim/random.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>

#include "support/catch.hpp"
#include "tutti/sim/canonical.hpp"

using tutti::Random;

namespace {

constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();

constexpr std::uint32_t sixth_of_reference() {
  Random random(42, 54);
  for (int i = 0; i < 5; ++i)
    random.next();
  return random.next();
}

}  // namespace

TEST_CASE("PCG32 gives the numbers of its reference program") {
  // pcg32-demo of the PCG C library 0.94: seed 42, stream 54, round 1.
  Random random(42, 54);
  for (const std::uint32_t expected :
       {0xa15c02b7U, 0x7b47f409U, 0xba1d3330U, 0x83d2f293U, 0xbfa4784bU, 0xcbed606eU}) {
    CHECK(random.next() == expected);
  }
  STATIC_REQUIRE(sixth_of_reference() == 0xcbed606eU);
}

TEST_CASE("the reference's coins and dice come out of below()") {
  // The same program continues with 65 coins and 33 dice, drawn with pcg32_boundedrand_r.
  Random random(42, 54);
  for (int i = 0; i < 6; ++i)
    random.next();
  std::string coins;
  for (int i = 0; i < 65; ++i)
    coins += random.below(2) != 0 ? 'H' : 'T';
  CHECK(coins == "HHTTTHTHHHTHTTTHHHHHTTTHHHTHTHTHTTHTTTHHHHHHTTTTHHTTTTTHTTTTTTTHT");
  std::string dice;
  for (int i = 0; i < 33; ++i)
    dice += static_cast<char>('1' + random.below(6));
  CHECK(dice == "341122324324335231315141564662633");
}

TEST_CASE("equal seeds run together, other seeds and streams do not") {
  Random one(7), same(7), other_seed(8), other_stream(7, 2);
  CHECK(one == same);
  int equal_seed = 0, equal_stream = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t value = one.next();
    REQUIRE(value == same.next());
    equal_seed += value == other_seed.next();
    equal_stream += value == other_stream.next();
  }
  CHECK(equal_seed < 3);
  CHECK(equal_stream < 3);
}

TEST_CASE("below() stays below its bound and reaches every value") {
  Random random(1);
  for (const std::uint32_t bound : {1U, 2U, 3U, 7U, 64U, 100U}) {
    std::array<int, 100> seen{};
    for (int i = 0; i < 4000; ++i) {
      const std::uint32_t value = random.below(bound);
      REQUIRE(value < bound);
      ++seen[value];
    }
    for (std::uint32_t value = 0; value < bound; ++value)
      CHECK(seen[value] > 0);
  }
  CHECK(random.below(0) == 0);
  for (int i = 0; i < 1000; ++i)
    REQUIRE(random.below(0xFFFFFFFFU) < 0xFFFFFFFFU);
}

TEST_CASE("below() has no bias where a plain modulo would") {
  // With a bound of 3/4 of 2^32, `next() % bound` lands in the first third half of the time.
  constexpr std::uint32_t bound = 0xC0000000U;
  constexpr int draws = 30000;
  Random random(2);
  int first_third = 0;
  for (int i = 0; i < draws; ++i)
    first_third += random.below(bound) < bound / 3;
  CHECK(first_third > draws / 3 - 500);  // six standard deviations
  CHECK(first_third < draws / 3 + 500);
}

TEST_CASE("between() includes both ends, and the whole range") {
  Random random(3);
  bool low = false, high = false;
  for (int i = 0; i < 500; ++i) {
    const std::int32_t value = random.between(-2, 2);
    REQUIRE((value >= -2 && value <= 2));
    low = low || value == -2;
    high = high || value == 2;
  }
  CHECK((low && high));
  CHECK(random.between(5, 5) == 5);
  CHECK(random.between(lowest, lowest) == lowest);
  CHECK(random.between(highest, highest) == highest);

  int negative = 0;
  for (int i = 0; i < 1000; ++i)
    negative += random.between(lowest, highest) < 0;
  CHECK(negative > 400);
  CHECK(negative < 600);
}

TEST_CASE("chance() is true once in as many") {
  Random random(4);
  int hits = 0;
  for (int i = 0; i < 10000; ++i)
    hits += random.chance(10);
  CHECK(hits > 850);
  CHECK(hits < 1150);
  CHECK(random.chance(1));
}

TEST_CASE("a saved generator goes on where it was") {
  Random random(5);
  for (int i = 0; i < 10; ++i)
    random.next();
  tutti::Bytes bytes;
  tutti::write_canonical(random, bytes);
  CHECK(bytes.size() == 16);
  Random loaded;
  REQUIRE(tutti::read_canonical(bytes, loaded));
  CHECK(loaded == random);
  CHECK(loaded.next() == random.next());
}
