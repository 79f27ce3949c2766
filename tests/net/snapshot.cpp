// Snapshots on the wire: packed, cut into pieces, put together, and never believed too soon.

#include "tutti/net/snapshot.hpp"

#include <array>

#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;
using namespace std::chrono_literals;

namespace {

bool is_sound(const PackedSnapshot& snapshot) { return *SnapshotCheck(snapshot).advance(SIZE_MAX); }

Bytes noise(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  Bytes bytes(size);
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>(random.below(256));
  return bytes;
}

std::vector<SnapshotPiece> pieces_of(const PackedSnapshot& snapshot) {
  SnapshotSender sender(std::make_shared<const PackedSnapshot>(snapshot));
  std::vector<SnapshotPiece> pieces;
  for (Instant now{}; !sender.is_done(); now += 1s)
    pieces.push_back(*sender.next(now));
  return pieces;
}

}  // namespace

TEST_CASE("snapshot: a state that is packed and sent in pieces arrives whole") {
  for (const std::size_t size : {0U, 1U, 100U, 4096U, 100'000U}) {
    const Bytes state = noise(size, size);
    const PackedSnapshot packed = pack_snapshot(Tick{600}, state);
    CHECK(is_sound(packed));
    SnapshotReceiver receiver;
    auto taken = SnapshotReceiver::Taken::more;
    for (const SnapshotPiece& piece : pieces_of(packed)) {
      REQUIRE(piece.bytes.size() <= limits::snapshot_piece_bytes);
      REQUIRE(taken == SnapshotReceiver::Taken::more);
      taken = receiver.take(piece);
    }
    REQUIRE(taken == SnapshotReceiver::Taken::whole);
    CHECK(receiver.snapshot() == packed);
    CHECK(unpack(receiver.snapshot()) == state);
  }
}

TEST_CASE("snapshot: a state in pages arrives as its bytes, with the digest of its pages") {
  const Bytes state = noise(100 + 5 * 4096 + 200, 3);
  const std::array<PageRun, 3> runs{PageRun{0, 100}, PageRun{4096, 5}, PageRun{200, 1}};
  const PackedSnapshot packed = pack_snapshot(Tick{600}, state, runs);
  StateHasher hasher;
  hasher.bytes(BytesView(state).first(100));
  for (std::size_t i = 0; i < 5; ++i) {
    const Digest digest = digest_of(BytesView(state).subspan(100 + i * 4096, 4096));
    hasher.pages(4096, std::span(&digest, 1));
  }
  const Digest last = digest_of(BytesView(state).last(200));
  hasher.pages(200, std::span(&last, 1));
  CHECK(packed.digest == hasher.finish());
  SnapshotReceiver receiver;
  for (const SnapshotPiece& piece : pieces_of(packed))
    receiver.take(piece);
  CHECK(receiver.snapshot() == packed);
  CHECK(is_sound(receiver.snapshot()));
  CHECK(unpack(receiver.snapshot()) == state);
  // Its layout is a part of its digest.
  PackedSnapshot other = packed;
  other.is_in_pages = false;
  CHECK_FALSE(is_sound(other));
  CHECK_FALSE(unpack(other));
  const std::array<PageRun, 3> different{PageRun{0, 100}, PageRun{2048, 10}, PageRun{200, 1}};
  CHECK(pack_snapshot(Tick{600}, state, different).digest != packed.digest);
  CHECK(unpack(pack_snapshot(Tick{600}, state, different)) == state);
}

TEST_CASE("snapshot: a layout in pages that makes no sense is refused") {
  // A run of 100 bytes, of which some are missing; one of no pages; a head that is cut off.
  const auto unpacks = [](std::initializer_list<std::uint32_t> words, std::size_t bytes) {
    Bytes raw;
    ByteWriter out(raw);
    for (const std::uint32_t word : words)
      out.u32(word);
    raw.resize(raw.size() + bytes);
    PackedSnapshot snapshot = pack_snapshot(Tick{1}, raw);
    snapshot.is_in_pages = true;
    StateHasher hasher;
    hasher.bytes(Bytes(bytes));
    snapshot.digest = hasher.finish();
    CHECK(is_sound(snapshot) == unpack(snapshot).has_value());
    return is_sound(snapshot);
  };
  CHECK(unpacks({0, 100}, 100));
  CHECK_FALSE(unpacks({0, 100}, 99));
  CHECK_FALSE(unpacks({0, 0, 0, 100}, 100));
  CHECK_FALSE(unpacks({0, 100, 4096, 0}, 0));
  CHECK_FALSE(unpacks({0}, 0));
  CHECK_FALSE(unpacks({4096, 0xFFFFFFFF}, 5000));
}

TEST_CASE("snapshot: a megabyte takes eight seconds, so that play beside it has room") {
  SnapshotSender sender(
      std::make_shared<const PackedSnapshot>(pack_snapshot(Tick{600}, noise(1 << 20, 1))));
  Instant now{1000s};
  std::size_t most_in_a_second = 0;
  std::size_t in_this_second = 0;
  int passes = 0;
  for (; !sender.is_done(); now += 4ms) {
    if (const auto piece = sender.next(now)) in_this_second += piece->bytes.size();
    if (++passes % 250 != 0) continue;
    most_in_a_second = std::max(most_in_a_second, std::exchange(in_this_second, 0));
  }
  CHECK(most_in_a_second <= 132'000);
  CHECK(now - Instant{1000s} < 9s);
}

TEST_CASE("snapshot: pieces that are missing, doubled, mixed or too many are refused") {
  const auto pieces = pieces_of(pack_snapshot(Tick{600}, noise(20'000, 1)));
  const auto others = pieces_of(pack_snapshot(Tick{600}, noise(20'000, 2)));
  REQUIRE(pieces.size() == 5);
  using Taken = SnapshotReceiver::Taken;
  const auto after_two = [&](const SnapshotPiece& next) {
    SnapshotReceiver receiver;
    CHECK(receiver.take(pieces[0]) == Taken::more);
    CHECK(receiver.take(pieces[1]) == Taken::more);
    return receiver.take(next);
  };
  CHECK(after_two(pieces[2]) == Taken::more);
  CHECK(after_two(pieces[3]) == Taken::refused);
  CHECK(after_two(pieces[1]) == Taken::refused);
  CHECK(after_two(others[2]) == Taken::refused);
  CHECK(after_two(others[0]) == Taken::more);  // begins anew
  SnapshotPiece empty = pieces[2];
  empty.bytes.clear();
  CHECK(after_two(empty) == Taken::refused);
  SnapshotPiece long_one = pieces[4];
  long_one.offset = pieces[2].offset;
  long_one.packed_bytes = long_one.offset + 1;
  CHECK(after_two(long_one) == Taken::refused);
  SnapshotPiece vast = pieces[0];
  vast.packed_bytes = limits::packed_snapshot_bytes + 1;
  CHECK(SnapshotReceiver().take(vast) == Taken::refused);
}

TEST_CASE("snapshot: one that is damaged, cut off or larger than it says is not unpacked") {
  const PackedSnapshot packed = pack_snapshot(Tick{600}, Bytes(100'000));
  REQUIRE(packed.packed.size() < 200);
  for (std::size_t at = 0; at < packed.packed.size(); ++at) {
    PackedSnapshot damaged = packed;
    damaged.packed[at] ^= std::byte{0x10};
    const auto unpacked = unpack(damaged);
    // Bytes that zstd does not use may differ; the digest says that the state does not.
    CHECK((!unpacked || unpacked == Bytes(100'000)));
    CHECK(is_sound(damaged) == unpacked.has_value());
    PackedSnapshot cut = packed;
    cut.packed.resize(at);
    CHECK_FALSE(unpack(cut));
    CHECK_FALSE(is_sound(cut));
  }
  PackedSnapshot more = packed;
  more.packed.push_back(std::byte{0});
  CHECK_FALSE(unpack(more));
  for (const std::uint32_t size : {0U, 99'999U, 100'001U}) {
    PackedSnapshot other = packed;
    other.raw_bytes = size;
    CHECK_FALSE(unpack(other));
    CHECK_FALSE(is_sound(other));
  }
  PackedSnapshot lie = packed;
  lie.digest = digest_of(Bytes(3));
  CHECK_FALSE(unpack(lie));
  CHECK_FALSE(is_sound(lie));
}

TEST_CASE("snapshot: a large one is checked in many steps of little work, whatever it holds") {
  const PackedSnapshot noisy = pack_snapshot(Tick{600}, noise(4 << 20, 1));
  const PackedSnapshot empty = pack_snapshot(Tick{600}, Bytes(4 << 20));
  for (const PackedSnapshot& snapshot : {noisy, empty}) {
    SnapshotCheck check(snapshot);
    std::size_t passes = 1;
    std::optional<bool> is_sound = check.advance(16);
    for (; !is_sound; is_sound = check.advance(16))
      ++passes;
    CHECK(*is_sound);
    CHECK(passes >= (4 << 20) / (16 * SnapshotCheck::step_bytes));
  }
}
