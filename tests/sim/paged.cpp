// A Paged is an array whose copies share pages: its values, bytes and digests are those of an
// array, whoever shares what with whom.

#include "tutti/sim/paged.hpp"

#include "sim/events.hpp"
#include "support/catch.hpp"
#include "support/tiles.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/rehearsal.hpp"
#include "tutti/sim/timeline.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr std::size_t count = 5000;  // two pages and a part
using Numbers = Paged<std::uint32_t, count>;
using Small = Tiles<20'000>;

Bytes bytes_of(const auto& value) {
  Bytes bytes;
  write_canonical(value, bytes);
  return bytes;
}

std::size_t shared_pages(const Numbers& left, const Numbers& right) {
  std::size_t shared = 0;
  for (std::size_t i = 0; i < Numbers::page_count; ++i)
    shared += left.shares_page(right, i) ? 1 : 0;
  return shared;
}

/// Of a state whose first bytes are in no page and all others in pages of 4 KiB.
Digest digest_by_hand(BytesView bytes, std::size_t outside) {
  Bytes parts(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(outside));
  bytes = bytes.subspan(outside);
  const std::size_t whole = bytes.size() / 4096;
  for (std::size_t i = 0; i < whole; ++i)
    ByteWriter(parts).raw(digest_of(bytes.subspan(i * 4096, 4096)).bytes);
  const BytesView rest = bytes.subspan(whole * 4096);
  ByteWriter(parts).raw(digest_of(rest).bytes);
  Bytes layout;
  ByteWriter out(layout);
  for (const std::size_t word :
       {std::size_t{0}, outside, std::size_t{4096}, whole, rest.size(), std::size_t{1}})
    out.u32(static_cast<std::uint32_t>(word));
  ByteWriter(parts).raw(digest_of(layout).bytes);
  return digest_of(parts);
}

struct Holder {
  Paged<Small::Tile, 3> tiles;
  TUTTI_FIELDS(tiles)
};

/// A plain twin, to be told apart by nothing.
struct Twin {
  std::array<Small::Tile, 3> tiles{};
  TUTTI_FIELDS(tiles)
};

}  // namespace

TEST_CASE("copies of a paged array share all pages but those that were written to") {
  Numbers first;
  REQUIRE(Numbers::page_count == 5);
  first.edit(7) = 1;
  Numbers second = first;
  CHECK(shared_pages(first, second) == 5);
  second.edit(1024) = 2;
  CHECK(shared_pages(first, second) == 4);
  CHECK(first[1024] == 0);
  CHECK(second[1024] == 2);
  CHECK(second[7] == 1);
  CHECK_FALSE(first == second);
  first = second;
  CHECK(shared_pages(first, second) == 5);
  CHECK(first == second);
  Numbers third = std::move(second);
  CHECK(third == first);
  CHECK(second.size() == count);  // NOLINT: a value that has moved away is still one
}

TEST_CASE("a paged array does what an array does, whatever is copied and written") {
  Random random(3);
  std::vector<Numbers> paged(4);
  std::vector<std::array<std::uint32_t, count>> plain(4);
  for (int i = 0; i < 20'000; ++i) {
    const std::size_t a = random.below(4);
    if (random.chance(20)) {
      const std::size_t b = random.below(4);
      paged[a] = paged[b];
      plain[a] = plain[b];
      continue;
    }
    const std::size_t place = random.below(count);
    paged[a].edit(place) += static_cast<std::uint32_t>(i);
    plain[a][place] += static_cast<std::uint32_t>(i);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    REQUIRE(bytes_of(paged[i]) == bytes_of(plain[i]));
    Numbers again;
    again.edit(3) = 9;
    REQUIRE(read_canonical(bytes_of(plain[i]), again));
    REQUIRE(again == paged[i]);
    for (std::size_t page = 0; page < Numbers::page_count; ++page)
      REQUIRE(again.page_hash(page) == paged[i].page_hash(page));
  }
}

TEST_CASE("the hash of a page follows what is written to it") {
  Numbers numbers;
  const std::uint64_t empty = numbers.page_hash(1);
  const Numbers before = numbers;
  numbers.edit(1500) = 1;
  CHECK(numbers.page_hash(1) != empty);
  CHECK(before.page_hash(1) == empty);
  const std::uint64_t one = numbers.page_hash(1);
  numbers.edit(1500) = 2;
  CHECK(numbers.page_hash(1) != one);
  numbers.edit(1500) = 1;
  CHECK(numbers.page_hash(1) == one);
}

TEST_CASE("bytes that are not a paged array load to nothing") {
  Bytes bytes = bytes_of(Numbers());
  Numbers numbers;
  CHECK(read_canonical(bytes, numbers));
  bytes.push_back(std::byte{});
  CHECK_FALSE(read_canonical(bytes, numbers));
  bytes.resize(bytes.size() - 2);
  CHECK_FALSE(read_canonical(bytes, numbers));
  CHECK_FALSE(read_canonical({}, numbers));
  Paged<bool, 10> flags;
  CHECK_FALSE(read_canonical(Bytes(10, std::byte{2}), flags));
}

TEST_CASE("the fields of a paged array are listed as those of an array") {
  Holder holder;
  Twin twin;
  holder.tiles.edit(1).heat = twin.tiles[1].heat = 7;
  const std::vector<Field> paged = list_fields(holder), plain = list_fields(twin);
  REQUIRE(paged.size() == 9);
  CHECK(paged[5].path == "tiles[1].heat");
  CHECK(field_diff(paged, plain).empty());
  CHECK(bytes_of(holder) == bytes_of(twin));
}

TEST_CASE("equal states in pages have one hash and one digest, whatever was read of them before") {
  const AnyGame game = any_game<Small>();
  Bytes bytes, scratch;
  StateBox first(game), second(game);
  // Of the first, the hash is asked for while no page was written to.
  const auto hash = fast_hash(game, first.get(), scratch);
  const Digest digest = digest_state(game, first.get());
  auto& tiles = static_cast<Small::State*>(second.get())->tiles;
  for (std::size_t page = 0; page + 1 < tiles.page_count; ++page)
    tiles.edit(page * tiles.page_size) = {};
  CHECK(fast_hash(game, second.get(), scratch) == hash);
  CHECK(digest_state(game, second.get()) == digest);
  save_state(game, first.get(), bytes);
  CHECK(digest == digest_by_hand(bytes, bytes.size() - 80'000));
}

TEST_CASE(
    "the digest of a state in pages is computed a few pages at a time, and only of new ones") {
  const AnyGame game = any_game<Small>();
  StateBox state = start(game, Setup{});
  auto& tiles = static_cast<Small::State*>(state.get())->tiles;
  REQUIRE(tiles.page_count == 20);
  for (std::size_t page = 0; page < tiles.page_count; ++page)
    tiles.edit(page * tiles.page_size).heat = 7;
  CHECK(hash_pages(game, state.get(), 0, 6) == 6);
  CHECK(hash_pages(game, state.get(), 6, 13) == 19);
  const StateBox copy = state;
  CHECK(hash_pages(game, copy.get(), 19, 1) == 0);
  CHECK(hash_pages(game, state.get(), 0, 1) == 0);  // a copy's work is everybody's
  const Digest before = digest_state(game, state.get());
  tiles.edit(5 * tiles.page_size).heat = 8;
  tiles.edit(9 * tiles.page_size).heat = 8;
  CHECK(hash_pages(game, state.get(), 0, 1) == 9);
  CHECK(hash_pages(game, state.get(), 9, 1) == 0);
  CHECK(digest_state(game, state.get()) != before);
  CHECK(digest_state(game, copy.get()) == before);
  tiles.edit(5 * tiles.page_size).heat = tiles.edit(9 * tiles.page_size).heat = 7;
  CHECK(digest_state(game, state.get()) == before);
}

TEST_CASE("a game with pages says so, and its states are told apart by what they hold") {
  const AnyGame game = any_game<Small>();
  CHECK(game.shares_pages());
  CHECK_FALSE(game.is_plain());
  StateBox state = start(game, Setup{});
  Bytes bytes, scratch;
  for (int tick = 0; tick < 20; ++tick)
    step_state(game, state.get(), {}, nullptr);
  save_state(game, state.get(), bytes);
  CHECK(digest_state(game, state.get()) == digest_by_hand(bytes, bytes.size() - 80'000));
  StateBox again(game);
  REQUIRE(load_state(game, again.get(), bytes));
  CHECK(fast_hash(game, again.get(), scratch) == fast_hash(game, state.get(), scratch));
  step_state(game, again.get(), {}, nullptr);
  CHECK(fast_hash(game, again.get(), scratch) != fast_hash(game, state.get(), scratch));
  Rehearsal rehearsal(game, Setup{}, 8);
  for (int tick = 0; tick < 50; ++tick)
    REQUIRE_FALSE(rehearsal.step({}));
}
