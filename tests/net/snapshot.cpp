// Snapshots on the wire: packed, cut into pieces, put together, and never believed too soon.

#include "tutti/net/snapshot.hpp"

#include <array>
#include <deque>

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
  std::uint32_t sent = 0;
  for (Instant now{}; !sender.is_done(); now += 1s) {
    pieces.push_back(*sender.next(now));
    sender.take({sent += static_cast<std::uint32_t>(pieces.back().bytes.size())}, now);
  }
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

namespace {

/// A path that carries so many bytes a second, behind a queue. The receiver answers at each pass.
struct NarrowPath {
  std::size_t bytes_per_second;
  Duration there_and_back = 60ms;
  Instant free{};
  std::deque<std::pair<Instant, std::uint32_t>> answers{};
  Duration waited_most{};

  void carry(const SnapshotPiece& piece, Instant now) {
    free = std::max(free, now);
    waited_most = std::max(waited_most, free - now);
    free += std::chrono::nanoseconds(piece.bytes.size() * 1'000'000'000 / bytes_per_second);
    answers.emplace_back(free + there_and_back,
                         piece.offset + static_cast<std::uint32_t>(piece.bytes.size()));
  }
  void answer(SnapshotSender& sender, Instant now) {
    std::optional<std::uint32_t> taken;
    for (; !answers.empty() && answers.front().first <= now; answers.pop_front())
      taken = answers.front().second;
    if (taken) sender.take({*taken}, now);
  }
};

}  // namespace

TEST_CASE("snapshot: a path is used for what it carries, and its queue stays short") {
  const std::size_t rate = GENERATE(100'000U, 1'250'000U, 4'000'000U);
  const Duration frame = GENERATE(4ms, 16ms);
  const std::size_t size = std::min<std::size_t>(10 * rate, 16 << 20);
  SnapshotSender sender(
      std::make_shared<const PackedSnapshot>(pack_snapshot(Tick{600}, noise(size, 1))));
  NarrowPath path{.bytes_per_second = rate};
  const Instant begin{1000s};
  Instant now = begin;
  for (; !sender.is_done(); now += frame) {
    path.answer(sender, now);
    while (const auto piece = sender.next(now))
      path.carry(*piece, now);
  }
  CAPTURE(rate, frame.count(), path.waited_most.count(), (now - begin).count());
  CHECK(now - begin < 12s);
  // A narrow path holds the least that is under way for longer.
  CHECK(path.waited_most < (rate > 1'000'000 ? 100ms : 700ms));
}

TEST_CASE("snapshot: of a receiver that says nothing, or lies, little is believed") {
  const auto snapshot =
      std::make_shared<const PackedSnapshot>(pack_snapshot(Tick{600}, noise(4 << 20, 1)));
  SnapshotSender silent(snapshot), lied_to(snapshot);
  Instant now{1000s};
  std::size_t unanswered = 0, most_at_once = 0;
  for (; now < Instant{1010s}; now += 4ms) {
    while (const auto piece = silent.next(now))
      unanswered += piece->bytes.size();
    std::size_t at_once = 0;
    while (const auto piece = lied_to.next(now)) {
      at_once += piece->bytes.size();
      const auto end = piece->offset + static_cast<std::uint32_t>(piece->bytes.size());
      lied_to.take({end + 1}, now);  // not even sent: it means nothing
      lied_to.take({end}, now);
    }
    most_at_once = std::max(most_at_once, at_once);
  }
  CHECK(unanswered <= 64 * 1024);
  CHECK_FALSE(silent.is_stalled(now));
  CHECK(silent.is_stalled(now + 30s));
  CHECK(most_at_once <= 64 * 1024);
}

TEST_CASE("snapshot: one is handed on while it arrives, but for the piece that vouches for it") {
  // The last piece is cut off, or as long as the others.
  PackedSnapshot packed = pack_snapshot(Tick{600}, noise(30'000, 1));
  packed.packed.resize(GENERATE(20'000U, 5 * limits::snapshot_piece_bytes));
  const auto pieces = pieces_of(packed);
  SnapshotReceiver relay, client;
  relay.take(pieces[0]);
  SnapshotSender on(std::shared_ptr<const PassingSnapshot>(relay.passing()));
  Instant now{1000s};
  std::size_t handed_on = 0;
  const auto pass = [&] {
    while (const auto piece = on.next(now)) {
      client.take(*piece);
      ++handed_on;
    }
    now += 1s;
  };
  pass();
  CHECK(handed_on == 1);
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    relay.take(pieces[i]);
    pass();
  }
  CHECK(handed_on == pieces.size() - 1);
  CHECK(on.is_passing());
  CHECK_FALSE(on.is_done());
  const bool is_sound_one = GENERATE(false, true);
  relay.passing()->snapshot.is_agreed = is_sound_one;
  relay.passing()->state =
      is_sound_one ? PassingSnapshot::State::sound : PassingSnapshot::State::refused;
  pass();
  CHECK(on.is_refused() != is_sound_one);
  CHECK(on.is_done() == is_sound_one);
  if (!is_sound_one) return;
  CHECK(client.snapshot().is_agreed);
  CHECK(client.snapshot().packed == packed.packed);
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
