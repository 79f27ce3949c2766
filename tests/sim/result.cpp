// A result is a value or a sentence.

#include "tutti/sim/result.hpp"

#include <memory>
#include <string>

#include "support/catch.hpp"

using tutti::fail;
using tutti::Fault;
using tutti::Result;

namespace {

Result<int> half_of(int value) {
  if (value % 2 != 0) return fail(Fault::usage, std::to_string(value) + " is odd");
  return value / 2;
}

Result<void> check_even(int value) {
  if (const auto half = half_of(value); !half) return tutti::Unexpected{half.error()};
  return {};
}

}  // namespace

TEST_CASE("a successful result holds its value") {
  Result<int> half = half_of(42);
  REQUIRE(half);
  CHECK(half.has_value());
  CHECK(*half == 21);
  *half = 5;
  CHECK(half.value() == 5);
  CHECK(Result<std::string>(std::string("score"))->size() == 5);
}

TEST_CASE("a failed result holds its fault and sentence") {
  const Result<int> half = half_of(7);
  REQUIRE_FALSE(half);
  CHECK(half.error().fault == Fault::usage);
  CHECK(half.error().sentence == "7 is odd");
}

TEST_CASE("a result without a value succeeds or fails, and passes on an error") {
  CHECK(check_even(2));
  const Result<void> odd = check_even(3);
  REQUIRE_FALSE(odd.has_value());
  CHECK(odd.error().sentence == "3 is odd");
}

TEST_CASE("a result carries what can only be moved") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  const std::unique_ptr<int> taken = std::move(*result);
  CHECK(*taken == 3);
}
