// TUTTI_FIELDS names what it is given: none, one, or as many as there may be.

#include "tutti/sim/fields.hpp"

#include "support/catch.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/field_diff.hpp"

using namespace tutti;

namespace {

#define TENS(p) p##0, p##1, p##2, p##3, p##4, p##5, p##6, p##7, p##8, p##9
#define NUMBERS(p) TENS(p##0), TENS(p##1), TENS(p##2), TENS(p##3), TENS(p##4)

// 250 fields, each with its own value, so that none can stand for another.
struct Most {
  std::uint8_t NUMBERS(a), NUMBERS(b), NUMBERS(c), NUMBERS(d), NUMBERS(e);
  TUTTI_FIELDS(NUMBERS(a), NUMBERS(b), NUMBERS(c), NUMBERS(d), NUMBERS(e))
};

/// A struct with the given fields, all bytes.
#define OF(count, ...)        \
  struct Of##count {          \
    std::uint8_t __VA_ARGS__; \
    TUTTI_FIELDS(__VA_ARGS__) \
  }
OF(1, f01);
OF(2, f01, f02);
OF(3, f01, f02, f03);
OF(4, f01, f02, f03, f04);
OF(5, f01, f02, f03, f04, f05);
OF(6, f01, f02, f03, f04, f05, f06);
OF(7, f01, f02, f03, f04, f05, f06, f07);
OF(8, f01, f02, f03, f04, f05, f06, f07, f08);
OF(9, f01, f02, f03, f04, f05, f06, f07, f08, f09);
OF(10, TENS(f));
OF(16, TENS(f), g0, g1, g2, g3, g4, g5);
OF(17, TENS(f), g0, g1, g2, g3, g4, g5, g6);
OF(20, TENS(f), TENS(g));
OF(21, TENS(f), TENS(g), h);
OF(32, TENS(f), TENS(g), TENS(h), i0, i1);
OF(33, TENS(f), TENS(g), TENS(h), i0, i1, i2);
OF(40, TENS(f), TENS(g), TENS(h), TENS(i));

struct None {
  TUTTI_FIELDS()
};

/// The fields of `Of3`, written by hand in the ways that Cereal offers.
struct ByHand {
  std::uint8_t f01, f02, f03;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(CEREAL_NVP(f01))(CEREAL_NVP(f02));
    archive& CEREAL_NVP(f03);
    // Asked by what keeps something beside its fields.
    static_assert(Archive::is_saving::value != Archive::is_loading::value);
  }
};

/// Whether every byte of T is a field of its own, in order.
template <class T>
bool names_every_byte() {
  Bytes bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes.push_back(static_cast<std::byte>(i + 1));
  T value{};
  if (!read_canonical(bytes, value)) return false;
  Bytes written;
  write_canonical(value, written);
  return written == bytes && std::memcmp(&value, bytes.data(), sizeof(T)) == 0;
}

template <class... T>
bool all_name_every_byte() {
  return (names_every_byte<T>() && ...);
}

}  // namespace

TEST_CASE("one field or many, each is named once and in order") {
  CHECK(all_name_every_byte<Of1, Of2, Of3, Of4, Of5, Of6, Of7, Of8, Of9, Of10>());
  CHECK(all_name_every_byte<Of16, Of17, Of20, Of21, Of32, Of33, Of40>());
}

TEST_CASE("a struct may have 250 fields") {
  STATIC_REQUIRE(sizeof(Most) == 250);
  CHECK(names_every_byte<Most>());
  const auto fields = list_fields(Most{});
  REQUIRE(fields.size() == 250);
  CHECK(fields.front().path == "a00");
  CHECK(fields.back().path == "e49");
}

TEST_CASE("fields named by hand are as good") {
  detail::FieldCheck<false>::check<ByHand>();
  CHECK(names_every_byte<ByHand>());
  const auto fields = list_fields(ByHand{});
  REQUIRE(fields.size() == 3);
  CHECK(fields[2].path == "f03");
}

TEST_CASE("a struct may have no fields") {
  Bytes bytes;
  write_canonical(None{}, bytes);
  CHECK(bytes.empty());
  None none;
  CHECK(read_canonical(bytes, none));
  CHECK(list_fields(None{}).empty());
}
