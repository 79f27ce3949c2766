// Canonical bytes are what this file says, on every machine, and are read back without trust.

#include "tutti/sim/canonical.hpp"

#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>
#include <limits>

#include "support/catch.hpp"
#include "tutti/sim/fixed.hpp"

using namespace tutti;

namespace {

struct Two {
  std::uint32_t first = 1, second = 1;
  TUTTI_FIELDS(first, second)
};

enum class Colour : std::uint16_t { red = 1, blue = 0x0203 };

struct Inner {
  std::int16_t x = 0;
  bool is_on = false;
  TUTTI_FIELDS(x, is_on)
  bool operator==(const Inner&) const = default;
};

struct Everything {
  std::uint8_t u8 = 0xA1;
  std::int8_t i8 = -2;
  std::uint16_t u16 = 0xB1B2;
  std::int16_t i16 = -3;
  std::uint32_t u32 = 0xC1C2C3C4;
  std::int32_t i32 = -4;
  std::uint64_t u64 = 0xD1D2D3D4D5D6D7D8;
  std::int64_t i64 = -5;
  bool yes = true;
  bool no = false;
  Colour colour = Colour::blue;
  float single = -1.5F;
  double twice = 0.1;
  Inner inner{0x0102, true};
  std::array<std::int16_t, 2> pair{0x0304, -1};
  std::vector<std::uint32_t> numbers{7, 0x01020304};
  std::vector<Inner> inners{{1, false}, {2, true}};
  std::string text = "hé";
  std::optional<std::uint8_t> some = std::uint8_t{9};
  std::optional<std::uint8_t> none;
  Fixed fixed = Fixed::ratio(-3, 2);
  TUTTI_FIELDS(u8, i8, u16, i16, u32, i32, u64, i64, yes, no, colour, single, twice, inner, pair,
               numbers, inners, text, some, none, fixed)
  bool operator==(const Everything&) const = default;
};

// clang-format off
constexpr std::uint8_t everything_bytes[] = {
    0xA1,
    0xFE,
    0xB2, 0xB1,
    0xFD, 0xFF,
    0xC4, 0xC3, 0xC2, 0xC1,
    0xFC, 0xFF, 0xFF, 0xFF,
    0xD8, 0xD7, 0xD6, 0xD5, 0xD4, 0xD3, 0xD2, 0xD1,
    0xFB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0x01,
    0x00,
    0x03, 0x02,                                        // colour, at its own width
    0x00, 0x00, 0xC0, 0xBF,                            // -1.5: sign, exponent 127, fraction .1
    0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F,    // 0.1
    0x02, 0x01, 0x01,                                  // inner: no padding
    0x04, 0x03, 0xFF, 0xFF,                            // pair: an array has no size
    0x02, 0x00, 0x00, 0x00,                            // numbers: how many, in 32 bits
    0x07, 0x00, 0x00, 0x00, 0x04, 0x03, 0x02, 0x01,
    0x02, 0x00, 0x00, 0x00,                            // inners
    0x01, 0x00, 0x00, 0x02, 0x00, 0x01,
    0x03, 0x00, 0x00, 0x00, 0x68, 0xC3, 0xA9,          // text, UTF-8
    0x00, 0x09,                                        // some: is not empty, then the value
    0x01,                                              // none: is empty
    0x00, 0x80, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,    // fixed: -98,304 steps
};
// clang-format on

BytesView golden() { return std::as_bytes(std::span(everything_bytes)); }

template <class T>
Bytes canonical(const T& value) {
  Bytes bytes;
  write_canonical(value, bytes);
  return bytes;
}

template <class T>
bool is_read(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values)
    bytes.push_back(static_cast<std::byte>(value));
  T read{};
  return read_canonical(bytes, read);
}

/// Remembers the largest room that was asked for, in elements.
std::size_t largest_request = 0;
template <class T>
struct Watched : std::allocator<T> {
  using value_type = T;
  Watched() = default;
  template <class Other>
  explicit Watched(const Watched<Other>&) {}
  template <class Other>
  struct rebind {
    using other = Watched<Other>;
  };
  T* allocate(std::size_t count) {
    largest_request = std::max(largest_request, count);
    return std::allocator<T>::allocate(count);
  }
};

}  // namespace

TEST_CASE("canonical bytes are those that are written here by hand") {
  const Bytes bytes = canonical(Everything{});
  CHECK(std::equal(bytes.begin(), bytes.end(), golden().begin(), golden().end()));
}

TEST_CASE("written values are read back, to the last bit") {
  Everything read;
  read.u8 = 0, read.numbers.clear(), read.text = "other", read.some.reset(), read.twice = 3;
  REQUIRE(read_canonical(golden(), read));
  CHECK(read == Everything{});
}

TEST_CASE("canonical bytes are appended to what is there") {
  Bytes bytes(2, std::byte{7});
  write_canonical(std::uint8_t{1}, bytes);
  CHECK(bytes == Bytes{std::byte{7}, std::byte{7}, std::byte{1}});
}

TEST_CASE("every float keeps its bits") {
  using limits = std::numeric_limits<double>;
  for (const double value : {0.0, -0.0, limits::denorm_min(), limits::max(), -limits::infinity(),
                             limits::quiet_NaN(), -limits::quiet_NaN()}) {
    double read = 1;
    REQUIRE(read_canonical(canonical(value), read));
    CHECK(std::bit_cast<std::uint64_t>(read) == std::bit_cast<std::uint64_t>(value));
  }
}

TEST_CASE("bytes that are cut off anywhere are not read") {
  for (std::size_t size = 0; size < golden().size(); ++size) {
    CAPTURE(size);
    Everything read;
    REQUIRE_FALSE(read_canonical(golden().first(size), read));
  }
}

TEST_CASE("bytes that go on are not read") {
  Bytes longer(golden().begin(), golden().end());
  longer.push_back(std::byte{0});
  Everything read;
  CHECK_FALSE(read_canonical(longer, read));
}

TEST_CASE("after a failure everything is read as zero") {
  Two two;
  CHECK_FALSE(read_canonical(as_bytes("abc"), two));
  CHECK(two.first == 0);
  CHECK(two.second == 0);
}

TEST_CASE("a bool is 0 or 1") {
  CHECK(is_read<bool>({0}));
  CHECK(is_read<bool>({1}));
  for (const int value : {2, 3, 0x80, 0xFF})
    CHECK_FALSE(is_read<bool>({value}));
  CHECK_FALSE(is_read<std::array<bool, 2>>({1, 2}));
  CHECK_FALSE(is_read<std::vector<bool>>({1, 0, 0, 0, 2}));
  CHECK_FALSE(is_read<std::optional<std::uint8_t>>({2, 0}));
}

TEST_CASE("a container that claims more than there are bytes is not made") {
  CHECK(is_read<std::string>({2, 0, 0, 0, 'a', 'b'}));
  CHECK_FALSE(is_read<std::string>({3, 0, 0, 0, 'a', 'b'}));
  CHECK_FALSE(is_read<std::string>({1, 0, 0, 0, 'a', 'b'}));
  CHECK_FALSE(is_read<std::string>({0xFF, 0xFF, 0xFF, 0xFF, 'a', 'b'}));
  CHECK_FALSE(is_read<std::vector<std::uint16_t>>({2, 0, 0, 0, 1, 0}));
  CHECK_FALSE(is_read<std::vector<std::string>>({1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F}));
  CHECK_FALSE(is_read<std::map<std::uint8_t, std::uint8_t>>({0, 0, 0, 0x80, 1, 1}));
}

TEST_CASE("no lie about a size makes more room than there are bytes") {
  using Numbers = std::vector<std::uint8_t, Watched<std::uint8_t>>;
  using Inners = std::vector<Inner, Watched<Inner>>;
  for (std::uint64_t claimed = 0; claimed <= 0xFFFFFFFF; claimed = claimed * 2 + 1) {
    Bytes bytes;
    ByteWriter out(bytes);
    out.u32(static_cast<std::uint32_t>(claimed));
    out.raw(golden());
    largest_request = 0;
    Numbers numbers;
    Inners inners;
    CHECK_FALSE(read_canonical(bytes, numbers));
    CHECK_FALSE(read_canonical(bytes, inners));
    CHECK(largest_request <= bytes.size());
  }
}

TEST_CASE("a variant of no known kind is not read, and nothing is thrown") {
  using Order = std::variant<std::uint8_t, bool>;
  CHECK(is_read<Order>({1, 0, 0, 0, 1}));
  CHECK_FALSE(is_read<Order>({2, 0, 0, 0, 1}));
  CHECK_FALSE(is_read<Order>({0xFF, 0xFF, 0xFF, 0xFF, 1}));
}
