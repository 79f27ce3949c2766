// Memory is a snapshot only where it is, byte for byte, what the fields say one by one.

#include <cereal/types/vector.hpp>

#include "support/catch.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/fixed.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;

namespace {

enum class Mood : std::uint8_t { calm, angry };

struct Packed {
  std::int64_t a = -1;
  std::array<std::uint16_t, 3> b{1, 2, 3};
  bool c = true;
  Mood d = Mood::angry;
  float e = 0.5F;
  std::uint32_t f = 9;
  Fixed g;
  Random h{3};
  double i = -0.0;
  TUTTI_FIELDS(a, b, c, d, e, f, g, h, i)
};
struct OneByte {
  std::uint8_t a = 0;
  TUTTI_FIELDS(a)
};
struct Arrays {
  struct Cell {
    std::int16_t x, y;
    TUTTI_FIELDS(x, y)
  };
  Cell cells[3][2] = {};
  TUTTI_FIELDS(cells)
};
struct Padded {
  std::uint8_t a = 0;
  std::uint32_t b = 0;
  TUTTI_FIELDS(a, b)
};
struct Reordered {
  std::uint16_t a = 0, b = 0;
  TUTTI_FIELDS(b, a)
};
struct Missing {
  std::uint16_t a = 0, b = 0;
  TUTTI_FIELDS(a)
};
struct NamedTwice {
  std::uint16_t a = 0, b = 0;
  TUTTI_FIELDS(a, a)
};
struct Pointing {
  const char* where = nullptr;
  TUTTI_FIELDS()
};
struct Listing {
  std::vector<std::uint8_t> a;
  TUTTI_FIELDS(a)
};

/// As large as its canonical bytes because a reserved byte stands where `kept` is not named.
template <std::uint8_t initial>
struct Reserved {
  std::uint8_t a = 0, b = 0, c = 0, kept = initial;
  template <class Archive>
  void serialize(Archive& archive) {
    std::uint8_t reserved = initial;
    archive(CEREAL_NVP(a), CEREAL_NVP(b), CEREAL_NVP(c), CEREAL_NVP(reserved));
  }
};
/// A float that is saved as the whole number which it is near to.
struct Rounded {
  float a = 0;
  template <class Archive>
  std::int32_t save_minimal(const Archive&) const {
    return static_cast<std::int32_t>(a);
  }
  template <class Archive>
  void load_minimal(const Archive&, const std::int32_t& value) {
    a = static_cast<float>(value);
  }
};
/// The bits of a float through a union, as written by hand: the same bytes.
struct Bits {
  union {
    float number;
    std::uint32_t bits;
  };
  Bits() : bits(0) {}
  template <class Archive>
  void serialize(Archive& archive) {
    archive(CEREAL_NVP(bits));
  }
};
/// The bits of a float through a union, high half first: other bytes.
struct Halves {
  union {
    float number;
    std::uint16_t half[2];
  };
  Halves() : half{} {}
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::make_nvp("high", half[1]), cereal::make_nvp("low", half[0]));
  }
};
/// Loads where it is, but saves in another order.
struct OneWay {
  std::uint16_t a = 0, b = 0;
  template <class Archive>
  void save(Archive& archive) const {
    archive(CEREAL_NVP(b), CEREAL_NVP(a));
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(CEREAL_NVP(a), CEREAL_NVP(b));
  }
};

}  // namespace

TEST_CASE("the memory of packed plain states is canonical on this machine") {
  const bool is_little = std::endian::native == std::endian::little;
  CHECK(memory_is_canonical<Packed>() == is_little);
  CHECK(memory_is_canonical<Arrays>() == is_little);
  CHECK(memory_is_canonical<Bits>() == is_little);
  CHECK(memory_is_canonical<OneByte>());
}

TEST_CASE("memory that differs from the fields in any way is not canonical") {
  CHECK_FALSE(memory_is_canonical<Padded>());
  CHECK_FALSE(memory_is_canonical<Reordered>());
  CHECK_FALSE(memory_is_canonical<Missing>());
  CHECK_FALSE(memory_is_canonical<NamedTwice>());
  CHECK_FALSE(memory_is_canonical<Pointing>());
  CHECK_FALSE(memory_is_canonical<Listing>());
  CHECK_FALSE(memory_is_canonical<Halves>());
  CHECK_FALSE(memory_is_canonical<Rounded>());
}

TEST_CASE("a field that does not take what it loads is noticed, whatever it holds") {
  CHECK_FALSE(memory_is_canonical<Reserved<0>>());
  CHECK_FALSE(memory_is_canonical<Reserved<1>>());
  CHECK_FALSE(memory_is_canonical<Reserved<7>>());
}

TEST_CASE("a state that saves in another order than it loads is not canonical") {
  CHECK_FALSE(memory_is_canonical<OneWay>());
}

TEST_CASE("canonical memory and the fields one by one are the same bytes") {
  Random random(1);
  int distinct = 0;
  Bytes before;
  for (int i = 0; i < 1000; ++i) {
    Packed state;
    state.a = static_cast<std::int64_t>(random.next()) << random.below(32);
    state.b = {static_cast<std::uint16_t>(random.next()), 0, 0xFFFF};
    state.c = random.chance(2);
    state.d = random.chance(2) ? Mood::calm : Mood::angry;
    state.e = std::bit_cast<float>(random.next());
    state.g = Fixed::from_raw(random.between(INT32_MIN, INT32_MAX));
    state.h = Random(random.next());
    state.i = std::bit_cast<double>(std::uint64_t{random.next()} << 32 | random.next());
    Bytes bytes;
    write_canonical(state, bytes);
    REQUIRE(bytes.size() == sizeof(state));
    REQUIRE(std::memcmp(bytes.data(), &state, sizeof(state)) == 0);
    distinct += bytes != before ? 1 : 0;
    before = bytes;
  }
  CHECK(distinct == 1000);
}
