// Datagrams that are lost, and restored by spares.

#include "flow/spares.hpp"

#include <map>
#include <set>

#include "net/random_messages.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
using detail::SpareMaker;
using detail::SpareReader;

namespace {

constexpr Instant begin{1s};

PlayDown numbered_message(AnyMessage& any, std::uint8_t number) {
  PlayDown message = any.play_down();
  message.number = number;
  while (encoded(message).size() > limits::play_bytes - spare_header_bytes_most)
    message.events.pop_back();
  return message;
}

struct Group {
  std::map<std::uint8_t, PlayDown> messages{};
  std::vector<PlaySpare> spares{};
};

Group group_of(AnyMessage& any, std::uint8_t first, int count) {
  Group group;
  SpareMaker maker;
  for (int i = 0; i < count; ++i) {
    const auto number = static_cast<std::uint8_t>(first + i);
    group.messages[number] = numbered_message(any, number);
    CHECK_FALSE(maker.next(begin));
    maker.add(number, encoded(group.messages[number]), begin);
  }
  while (const auto spare = maker.next(begin + 40ms)) {
    const Bytes bytes = encoded(*spare);
    REQUIRE(bytes.size() <= limits::play_bytes);
    const auto decoded = decode_play(bytes);
    REQUIRE(decoded);
    group.spares.push_back(std::get<PlaySpare>(*decoded));
  }
  return group;
}

/// How many that did not arrive are restored, each to what it was.
std::size_t restored_of(const Group& group, SpareReader& reader, const std::set<std::uint8_t>& lost,
                        bool sum_arrives = true) {
  for (const auto& [number, message] : group.messages) {
    if (!lost.contains(number)) reader.note(number, encoded(message));
  }
  CHECK_FALSE(reader.next());
  for (const PlaySpare& spare : group.spares) {
    if (sum_arrives || spare.is_weighted) reader.note(spare);
  }
  std::size_t restored = 0;
  for (; const auto message = reader.next(); ++restored) {
    const auto& down = std::get<PlayDown>(*message);
    REQUIRE(lost.contains(down.number));
    REQUIRE(down == group.messages.at(down.number));
  }
  return restored;
}

}  // namespace

TEST_CASE("spares: any two datagrams of four are restored, or one by either spare") {
  AnyMessage any(1);
  for (std::uint8_t first : {std::uint8_t{0}, std::uint8_t{7}, std::uint8_t{254}}) {
    for (std::uint8_t a = 0; a < 4; ++a) {
      for (std::uint8_t b = 0; b < 4; ++b) {
        const Group group = group_of(any, first, 4);
        REQUIRE(group.spares.size() == 2);
        const std::set<std::uint8_t> lost{static_cast<std::uint8_t>(first + a),
                                          static_cast<std::uint8_t>(first + b)};
        CAPTURE(int(first), int(a), int(b));
        SpareReader reader;
        CHECK(restored_of(group, reader, lost) == lost.size());
        SpareReader one;
        CHECK(restored_of(group, one, {*lost.begin()}, false) == 1);
      }
    }
  }
}

TEST_CASE("spares: of two datagrams both may be lost, of one there is one spare") {
  AnyMessage any(2);
  SpareReader reader;
  CHECK(restored_of(group_of(any, 9, 2), reader, {9, 10}) == 2);
  const Group single = group_of(any, 11, 1);
  CHECK(single.spares.size() == 1);
  CHECK(restored_of(single, reader, {11}) == 1);
}

TEST_CASE("spares: three that are lost stay lost, and the next group is restored all the same") {
  AnyMessage any(5);
  SpareReader reader;
  CHECK(restored_of(group_of(any, 11, 4), reader, {11, 12, 14}) == 0);
  CHECK(restored_of(group_of(any, 15, 4), reader, {15, 18}) == 2);
}

TEST_CASE("spares: a gap in the numbers begins a new group, and a full one goes out at once") {
  AnyMessage any(3);
  SpareMaker maker;
  maker.add(1, encoded(numbered_message(any, 1)), begin);
  for (std::uint8_t number = 3; number < 7; ++number) {
    CHECK_FALSE(maker.next(begin));
    maker.add(number, encoded(numbered_message(any, number)), begin);
  }
  const auto spare = maker.next(begin);
  REQUIRE(spare);
  CHECK(spare->first == 3);
  CHECK(spare->count == 4);
  CHECK(maker.next(begin));
  CHECK_FALSE(maker.next(begin + 1s));
}

TEST_CASE("spares: wrong ones restore nothing that was not sent, over many datagrams") {
  AnyMessage any(4);
  SpareReader reader;
  std::uint8_t first = 0;
  for (int round = 0; round < 300; ++round) {
    Group group = group_of(any, first, 4);
    for (PlaySpare& spare : group.spares) {
      PlaySpare wrong = spare;
      wrong.bytes = any.bytes(60);
      wrong.bytes.resize(std::max(wrong.bytes.size(), spare_length_bytes + 1));
      wrong.first = static_cast<std::uint8_t>(first + round);
      reader.note(wrong);
    }
    while (const auto message = reader.next())
      CHECK(std::get_if<PlayDown>(&*message) != nullptr);
    first = static_cast<std::uint8_t>(first + 4);
  }
  CHECK(restored_of(group_of(any, first, 4), reader, {first}) <= 1);
}
