// A block is an allocator whose content goes back as a whole: pieces, bytes, free lists, and what
// its next calls return.

#include "tutti/sim/block.hpp"

#include <cstring>
#include <vector>

#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;
using tutti::test::contains;

namespace {

Block made(Block::Options options = {}) {
  Result<Block> block = Block::make(options);
  REQUIRE(block.has_value());
  return std::move(*block);
}

/// Somebody who allocates, grows, writes and releases at random; all that it knows is in the block
/// and in here.
struct User {
  struct Piece {
    unsigned char* memory;
    std::size_t size;
    unsigned char mark;
  };
  std::vector<Piece> pieces;
  Random random{1};

  void act(Block& block) {
    const std::uint32_t what = random.below(10);
    const auto mark = static_cast<unsigned char>(random.below(256));
    const std::size_t size = random.below(random.chance(10) ? 20'000 : 300);
    if (what < 5 || pieces.empty()) {
      auto* memory = static_cast<unsigned char*>(block.allocate(size));
      REQUIRE(memory != nullptr);
      REQUIRE(reinterpret_cast<std::uintptr_t>(memory) % 16 == 0);
      pieces.push_back({memory, size, mark});
    } else {
      const std::size_t at = random.below(static_cast<std::uint32_t>(pieces.size()));
      Piece& piece = pieces[at];
      check(piece);
      if (what < 7) {
        const std::size_t kept = std::min(size, piece.size);
        piece.memory = static_cast<unsigned char*>(block.resize(piece.memory, size));
        check({piece.memory, kept, piece.mark});
        piece = {piece.memory, size, mark};
      } else {
        block.release(piece.memory);
        piece = pieces.back();
        pieces.pop_back();
        return;
      }
      std::memset(piece.memory, mark, size);
      return;
    }
    std::memset(pieces.back().memory, mark, size);
  }
  static void check(const Piece& piece) {
    for (std::size_t i = 0; i < piece.size; ++i)
      if (piece.memory[i] != piece.mark) FAIL("another piece wrote into this one");
  }
  void check_all() const {
    for (const Piece& piece : pieces)
      check(piece);
  }
};

bool is_zero(const void* memory, std::size_t size) {
  const std::vector<unsigned char> zeros(size);
  return std::memcmp(memory, zeros.data(), size) == 0;
}

}  // namespace

TEST_CASE("a block gives pieces that are aligned, apart from each other, and used again") {
  Block block = made();
  User user;
  for (int i = 0; i < 20'000; ++i)
    user.act(block);
  user.check_all();
  const std::size_t used = block.used();
  for (const User::Piece& piece : user.pieces)
    block.release(piece.memory);
  std::vector<void*> again;
  for (const User::Piece& piece : user.pieces)
    again.push_back(block.allocate(piece.size));
  CHECK(block.used() == used);
  CHECK(block.owns(again.front()));
  CHECK_FALSE(block.owns(&block));
  CHECK(used < block.size());
}

TEST_CASE("a restored block goes on as it went on before, to the last byte and address") {
  Block block = made();
  User user;
  for (int i = 0; i < 500; ++i)
    user.act(block);
  for (int round = 0; round < 200; ++round) {
    const BlockImage image = block.save();
    const User then = user;
    for (int i = 0; i < 40; ++i)
      user.act(block);
    const BlockImage first = block.save();
    // A wrong guess in between, which leaves its traces everywhere.
    block.restore(image);
    user = then;
    user.random = Random(static_cast<std::uint64_t>(round));
    for (int i = 0; i < 60; ++i)
      user.act(block);
    block.restore(image);
    user = then;
    user.check_all();
    for (int i = 0; i < 40; ++i)
      user.act(block);
    user.check_all();
    const BlockImage second = block.save();
    REQUIRE(first.bytes().size() == second.bytes().size());
    REQUIRE(std::memcmp(first.bytes().data(), second.bytes().data(), first.bytes().size()) == 0);
    REQUIRE_FALSE(first.is_same(second));
  }
}

TEST_CASE("memory of a block that nobody has written to reads zero, whatever was undone there") {
  Block block = made();
  const BlockImage empty = block.save();
  void* const piece = block.allocate(5000);
  CHECK(is_zero(piece, 5000));
  std::memset(piece, 7, 5000);
  block.set_root(piece);
  SECTION("by restoring") { block.restore(empty); }
  SECTION("by forgetting everything") { block.clear(); }
  CHECK(block.root() == nullptr);
  void* const again = block.allocate(5000);
  CHECK(again == piece);
  CHECK(is_zero(again, 5000));
}

TEST_CASE("a block without room returns null, says that it is full, and keeps what it has") {
  Block block = made({.size = 64 * 1024});
  auto* const piece = static_cast<unsigned char*>(block.allocate(1000));
  REQUIRE(piece != nullptr);
  std::memset(piece, 9, 1000);
  const BlockImage image = block.save();
  CHECK(block.allocate(SIZE_MAX) == nullptr);
  CHECK(block.resize(piece, 64 * 1024) == nullptr);
  CHECK(block.is_full());
  User::check({piece, 1000, 9});
  block.restore(image);
  CHECK_FALSE(block.is_full());
  int pieces = 0;
  while (block.allocate(1000) != nullptr)
    ++pieces;
  CHECK(pieces > 50);
  CHECK(block.is_full());
  CHECK(block.used() <= block.size());
  User::check({piece, 1000, 9});
}

TEST_CASE("a block lies at the address that was chosen, or says that it is taken") {
  constexpr std::uintptr_t address = 0x5A00'0000'0000;
  void* piece = nullptr;
  {
    Block block = made({.size = 1 << 20, .address = address});
    piece = block.allocate(10);
    CHECK(reinterpret_cast<std::uintptr_t>(piece) - address < 4096);
    const Result<Block> second = Block::make({.size = 1 << 20, .address = address + 64 * 1024});
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().fault == Fault::system);
    CHECK_THAT(second.error().sentence, contains("choose another address"));
    std::memset(piece, 3, 10);  // nobody has taken it away
    Block moved = std::move(block);
    CHECK(moved.owns(piece));
    User::check({static_cast<unsigned char*>(piece), 10, 3});
  }
  Block block = made({.size = 1 << 20, .address = address});
  CHECK(block.allocate(10) == piece);
}

TEST_CASE("a null piece can be grown and released, and no bytes are a piece too") {
  Block block = made();
  block.release(nullptr);
  void* const one = block.resize(nullptr, 0);
  void* const two = block.allocate(0);
  CHECK(one != nullptr);
  CHECK(one != two);
  block.release(one);
  CHECK(block.allocate(3) == one);
}
