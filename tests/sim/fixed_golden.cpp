// One hash over a long calculation with every operation of fixed point: these results must come
// out on every compiler, optimisation and architecture, also where the oracles of the other tests
// do not exist.

#include <cstdint>
#include <string>

#include "support/catch.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/fixed.hpp"
#include "tutti/sim/random.hpp"

using tutti::Fixed;

namespace {

Fixed any_fixed(tutti::Random& random) {
  const std::uint64_t high = random.next();
  const std::uint64_t bits = (high << 32) | random.next();
  const auto size = static_cast<std::int64_t>(bits >> (1 + random.below(62)));
  return Fixed::from_raw(random.below(2) == 0 ? size : -size);
}

}  // namespace

TEST_CASE("fixed point gives the same numbers on every machine") {
  tutti::Random random(2024);
  tutti::Bytes bytes;
  tutti::ByteWriter writer(bytes);
  for (int i = 0; i < 10000; ++i) {
    const Fixed a = any_fixed(random);
    const Fixed b = any_fixed(random);
    for (const Fixed result :
         {a + b, a - b, a * b, a / b, floor(a), ceil(a), round(a), lerp(a, b, Fixed::ratio(1, 3)),
          sqrt(abs(a)), length(a, b), sin_turns(a), cos_turns(a), atan2_turns(a, b)}) {
      writer.u64(static_cast<std::uint64_t>(result.raw()));
    }
    if (i % 100 == 0) writer.text(a.field_text());
  }
  CHECK(tutti::to_hex(tutti::digest_of(bytes)) == "ca1d82702969adef9a0efef5a145b2c7");
}
