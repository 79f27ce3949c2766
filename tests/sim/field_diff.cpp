// States as named fields, and what differs between two of them, as a person would say it.

#include "tutti/sim/field_diff.hpp"

#include <cereal/types/array.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>

#include "support/catch.hpp"
#include "tutti/sim/fields.hpp"
#include "tutti/sim/random.hpp"
#include "tutti/sim/vec2.hpp"

using namespace tutti;

namespace {

enum class Temper : std::uint8_t { calm = 3, angry = 200 };

struct Fighter {
  Vec2 velocity{Fixed(0), Fixed::ratio(-3, 2)};
  std::int16_t health = -7;
  bool is_on_ground = true;
  TUTTI_FIELDS(velocity, health, is_on_ground)
};
struct Stage {
  std::array<Fighter, 2> players;
  std::uint64_t ticks = UINT64_MAX;
  TUTTI_FIELDS(players, ticks)
};
struct Private {
  explicit Private(int value = 0) : score_(value), log__(value) {}
  TUTTI_FIELDS(score_, log__)

 private:
  int score_, log__;
};
struct Numbers {
  std::int8_t small = -128;
  std::uint8_t byte = 255;
  char letter = '\xC3';
  std::int64_t lowest = INT64_MIN;
  float single = 0.5F;
  double twice = 0.1;
  double zero = -0.0;
  Temper mood = Temper::angry;
  TUTTI_FIELDS(small, byte, letter, lowest, single, twice, zero, mood)
};
struct Heights {
  std::vector<Fixed> vector{Fixed(1), Fixed::ratio(1, 4)};
  std::array<Fixed, 2> array{Fixed(2), Fixed::ratio(-1, 2)};
  Fixed plain[2] = {Fixed(3), Fixed::ratio(1, 2)};
  std::optional<Fixed> maybe = Fixed::ratio(5, 2);
  std::map<std::uint8_t, Fixed> by_player{{7, Fixed::ratio(7, 2)}};
  std::vector<std::vector<Fixed>> nested{{Fixed(4)}, {Fixed(5), Fixed(6)}};
  TUTTI_FIELDS(vector, array, plain, maybe, by_player, nested)
};
struct Named {
  std::string name;
  std::vector<std::string> words;
  TUTTI_FIELDS(name, words)
};
struct Bag {
  std::vector<std::int32_t> items;
  std::int32_t after = 0;
  TUTTI_FIELDS(items, after)
};

/// "path=value path=value ...", as listed.
template <class T>
std::string listed(const T& value) {
  std::string text;
  for (const Field& field : list_fields(value))
    text += (text.empty() ? "" : " ") + field.path + "=" + field.value;
  return text;
}

/// "path:left|right ...", as found.
template <class T>
std::string differences(const T& left, const T& right) {
  std::string text;
  for (const FieldDifference& found : field_diff(list_fields(left), list_fields(right)))
    text += (text.empty() ? "" : " ") + found.path + ":" + found.left + "|" + found.right;
  return text;
}

struct Wave {
  TUTTI_FIELDS()
};
struct Walk {
  std::int8_t dx = 0;
  TUTTI_FIELDS(dx)
};
struct Vote {
  std::uint8_t choice = 0;
  TUTTI_FIELDS(choice)
};
using Order = std::variant<Wave, Walk, Vote>;
struct Orders {
  Order first{};
  std::vector<Order> rest{};
  TUTTI_FIELDS(first, rest)
};

}  // namespace

TEST_CASE("every field is listed in order, by its path") {
  CHECK(listed(Stage{}) ==
        "players[0].velocity.x=0 players[0].velocity.y=-1.5 players[0].health=-7 "
        "players[0].is_on_ground=true players[1].velocity.x=0 players[1].velocity.y=-1.5 "
        "players[1].health=-7 players[1].is_on_ground=true ticks=18446744073709551615");
}

TEST_CASE("the underscores at a name's end are left out") {
  CHECK(listed(Private(3)) == "score=3 log=3");
  CHECK(listed(std::array<Private, 1>{Private(0)}) == "[0].score=0 [0].log=0");
}

TEST_CASE("numbers have one text on every machine") {
  CHECK(listed(Numbers{}) ==
        "small=-128 byte=255 letter=195 lowest=-9223372036854775808 "
        "single=0.5 twice=0.1 zero=-0 mood=200");
}

TEST_CASE("fixed point is readable wherever it stands") {
  CHECK(listed(Heights{}) ==
        "vector[0]=1 vector[1]=0.25 array[0]=2 array[1]=-0.5 plain[0]=3 plain[1]=0.5 "
        "maybe.nullopt=false maybe.data=2.5 by_player[0].key=7 by_player[0].value=3.5 "
        "nested[0][0]=4 nested[1][0]=5 nested[1][1]=6");
}

TEST_CASE("text is listed as text, and what cannot be seen as its bytes") {
  CHECK(listed(Named{"Zoë", {"", "a b"}}) == "name=\"Zoë\" words[0]=\"\" words[1]=\"a b\"");
  const std::string odd("a\n\0\"\\", 5);
  CHECK(listed(Named{odd, {}}) == R"(name="a\x0a\x00\x22\x5c")");
}

TEST_CASE("a variant is listed by its alternative's name and fields") {
  CHECK(listed(Order(Vote{3})) == "Vote.choice=3");
  CHECK(listed(Order(Wave{})) == "Wave={}");
  CHECK(listed(std::variant<std::uint8_t, Walk>(std::uint8_t{7})) == "unsigned char=7");
  Orders orders;
  CHECK(listed(orders) == "first.Wave={}");
  const Orders before = orders;
  orders.first = Walk{-1};
  orders.rest = {Vote{3}, Wave{}};
  CHECK(listed(orders) == "first.Walk.dx=-1 rest[0].Vote.choice=3 rest[1].Wave={}");
  CHECK(differences(before, Orders{.first = Walk{-1}}) == "first.Wave:{}|- first.Walk.dx:-|-1");
}

TEST_CASE("equal states do not differ") {
  CHECK(differences(Stage{}, Stage{}).empty());
  CHECK(differences(Heights{}, Heights{}).empty());
  CHECK(field_diff({}, {}).empty());
}

TEST_CASE("all differences are found, the first field first") {
  Stage other;
  other.ticks = 5;
  other.players[1].velocity.x = Fixed::ratio(1, 4);
  other.players[0].is_on_ground = false;
  CHECK(differences(Stage{}, other) ==
        "players[0].is_on_ground:true|false players[1].velocity.x:0|0.25 "
        "ticks:18446744073709551615|5");
}

TEST_CASE("a field that only one side has differs, and later ones are still compared") {
  CHECK(differences(Bag{{1, 2}, 9}, Bag{{1, 2, 3}, 9}) == "items[2]:-|3");
  CHECK(differences(Bag{{1, 2}, 9}, Bag{{}, 8}) == "items[0]:1|- items[1]:2|- after:9|8");
  CHECK(differences(Bag{{}, 9}, Bag{{5}, 9}) == "items[0]:-|5");
}

TEST_CASE("maps are compared by their entries' places") {
  using Scores = std::map<std::uint8_t, std::int16_t>;
  CHECK(differences(Scores{{1, 5}, {2, 6}}, Scores{{1, 5}, {2, 7}}) == "[1].value:6|7");
  CHECK(differences(Scores{{1, 5}}, Scores{{1, 5}, {4, 7}}) == "[1].key:-|4 [1].value:-|7");
}

TEST_CASE("the smallest differences of fixed point and floats are seen") {
  CHECK(differences(Vec2{}, Vec2{Fixed::from_raw(1), Fixed()}) == "x:0|0.00002");
  Numbers other;
  other.twice = 0.10000000000000002;
  other.zero = 0.0;
  CHECK(differences(Numbers{}, other) == "twice:0.1|0.10000000000000002 zero:-0|0");
}

TEST_CASE("a generator in a state is listed like any other field") {
  const Random random = Random::from_raw(5, 7);
  CHECK(listed(random) == "state=5 increment=7");
}
