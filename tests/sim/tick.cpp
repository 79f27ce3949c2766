// Ticks and players are not numbers: only what means something compiles.

#include "tutti/sim/tick.hpp"

#include <cstdint>
#include <type_traits>

#include "support/catch.hpp"

using tutti::PlayerId;
using tutti::Tick;

namespace {

template <class Left, class Right>
concept Addable = requires(Left left, Right right) {
  left + right;
};
template <class Left, class Right>
concept Comparable = requires(Left left, Right right) {
  left < right;
};
template <class Left, class Right>
concept Equatable = requires(Left left, Right right) {
  left == right;
};

}  // namespace

TEST_CASE("ticks are points in time") {
  constexpr Tick start{10};
  STATIC_REQUIRE(start + 5 == Tick{15});
  STATIC_REQUIRE(start - 15 == Tick{-5});
  STATIC_REQUIRE(Tick{3} - Tick{10} == -7);
  STATIC_REQUIRE(std::is_same_v<decltype(Tick{} - Tick{}), std::int64_t>);
  STATIC_REQUIRE(Tick{3} < Tick{10});
  STATIC_REQUIRE(Tick{}.value == 0);
  Tick tick{7};
  CHECK((++tick).value == 8);
}

TEST_CASE("meaningless operations do not compile") {
  STATIC_REQUIRE(Addable<Tick, int>);
  STATIC_REQUIRE_FALSE(Addable<Tick, Tick>);
  STATIC_REQUIRE_FALSE(Addable<int, Tick>);
  STATIC_REQUIRE_FALSE(Addable<PlayerId, PlayerId>);
  STATIC_REQUIRE_FALSE(Addable<PlayerId, int>);
  STATIC_REQUIRE(Comparable<Tick, Tick>);
  STATIC_REQUIRE_FALSE(Comparable<Tick, std::int64_t>);
  STATIC_REQUIRE_FALSE(Comparable<Tick, PlayerId>);
  STATIC_REQUIRE(Equatable<PlayerId, PlayerId>);
  STATIC_REQUIRE_FALSE(Equatable<PlayerId, int>);
  STATIC_REQUIRE_FALSE(Equatable<PlayerId, Tick>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<std::int64_t, Tick>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<Tick, std::int64_t>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<std::uint8_t, PlayerId>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<Tick, PlayerId>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<PlayerId, Tick>);
}

TEST_CASE("ticks and players are plain values") {
  STATIC_REQUIRE(std::is_trivially_copyable_v<Tick>);
  STATIC_REQUIRE(sizeof(Tick) == 8);
  STATIC_REQUIRE(std::is_trivially_copyable_v<PlayerId>);
  STATIC_REQUIRE(sizeof(PlayerId) == 1);
}
