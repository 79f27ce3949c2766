// The digests of many ticks become one.

#include "tutti/sim/fold_digest.hpp"

#include "support/catch.hpp"

using namespace tutti;

namespace {

Digest digest_number(std::uint8_t number) {
  return digest_of(Bytes(1, static_cast<std::byte>(number)));
}

FoldDigest fold_of(std::initializer_list<int> numbers) {
  FoldDigest fold;
  for (const int number : numbers)
    fold.add(fold.last() + 1, digest_number(static_cast<std::uint8_t>(number)));
  return fold;
}

}  // namespace

TEST_CASE("a fold of digests is the chain that its description says") {
  Digest expected;
  for (std::uint8_t tick = 1; tick <= 3; ++tick) {
    Bytes bytes;
    ByteWriter out(bytes);
    out.raw(expected.bytes);
    out.u64(tick);
    out.raw(digest_number(tick).bytes);
    expected = digest_of(bytes);
  }
  const FoldDigest fold = fold_of({1, 2, 3});
  CHECK(fold.first() == Tick{1});
  CHECK(fold.last() == Tick{3});
  CHECK(fold.value() == expected);
}

TEST_CASE("a fold of digests tells any two histories apart") {
  CHECK(fold_of({1, 2, 3}) == fold_of({1, 2, 3}));
  CHECK(fold_of({1, 2, 3}).value() != fold_of({1, 3, 2}).value());
  CHECK(fold_of({1, 2, 3}).value() != fold_of({1, 2}).value());
  CHECK(fold_of({1, 2, 3}).value() != fold_of({0, 2, 3}).value());
  CHECK(fold_of({}).value() == Digest{});

  FoldDigest later(Tick{5});
  later.add(Tick{5}, digest_number(1));
  CHECK(later.value() != fold_of({1}).value());
}
