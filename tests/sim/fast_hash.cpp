// The quick hash of states: the same everywhere, and no flipped bit escapes it.

#include "tutti/sim/fast_hash.hpp"

#include <set>

#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/games.hpp"
#include "tutti/sim/random.hpp"
#include "tutti/sim/timeline.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

Bytes counted(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::byte>(i * 7 + 1);
  return bytes;
}

}  // namespace

TEST_CASE("the fast hash has these values on every machine") {
  CHECK(fast_hash({}) == 0x9a7773ee1a5f9bde);
  CHECK(fast_hash(counted(1)) == 0xcbd8037ce4bb02e9);
  CHECK(fast_hash(counted(31)) == 0x703b768af201d548);
  CHECK(fast_hash(counted(1000)) == 0x78c76ed99693e869);
}

TEST_CASE("a flipped bit always changes the fast hash") {
  for (const std::size_t size : {1U, 7U, 8U, 9U, 31U, 32U, 33U, 100U, 1000U}) {
    Bytes bytes = counted(size);
    std::set<std::uint64_t> seen{fast_hash(bytes)};
    for (std::size_t bit = 0; bit < size * 8; ++bit) {
      bytes[bit / 8] ^= std::byte{1} << (bit % 8);
      seen.insert(fast_hash(bytes));
      bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    }
    CAPTURE(size);
    CHECK(seen.size() == size * 8 + 1);
  }
}

TEST_CASE("runs of zeros of different lengths have different fast hashes") {
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size < 200; ++size)
    seen.insert(fast_hash(Bytes(size)));
  CHECK(seen.size() == 200);
}

TEST_CASE("a state's fast hash is that of its canonical bytes, plain memory or not") {
  const AnyGame game = GENERATE(any_game<Tally>(), any_game<Diary>());
  StateBox state = start(game, game.setup(4, 2));
  Bytes bytes;
  Bytes scratch;
  save_state(game, state.get(), bytes);
  CHECK(fast_hash(game, state.get(), scratch) == fast_hash(bytes));
}

TEST_CASE("a mended timeline goes on from the state that it was given") {
  // Given a timeline with a guess under way, whose confirmed state is found to be wrong
  const AnyGame game = any_game<Tally>();
  Timeline timeline(game, game.setup(1, 2));
  timeline.accept({Tick{2}, author_of(PlayerId{0}), 0, hold(3)});
  timeline.close(Tick{10});
  timeline.advance(Tick{10});
  timeline.guess({Tick{13}, author_of(PlayerId{1}), 0, hold(5)});
  timeline.advance(Tick{15});
  StateBox right(game);
  copy_state(game, right.get(), timeline.confirmed_state());
  static_cast<Tally::State*>(right.get())->score[0] = 1000;
  // When it is given the right one
  timeline.mend(right.get());
  timeline.advance(Tick{16});
  // Then what is confirmed and what is predicted follow from that
  CHECK(static_cast<const Tally::State*>(timeline.confirmed_state())->score[0] == 1000);
  const auto& shown = *static_cast<const Tally::State*>(timeline.state());
  CHECK(shown.score[0] == 1000 + 6 * 3);
  CHECK(shown.score[1] == 4 * 5);
}
