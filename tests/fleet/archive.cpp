// The match files of a relay go into its fleet's archive, each once and whole, whatever the servers
// do with what is sent and whenever the relay ends.

#include "tutti/engine/fleet_archive.hpp"

#include <algorithm>
#include <set>

#include "fleet/match_sender.hpp"
#include "fleet/memory_archive.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr const char* list_path = "relay.outbox";
constexpr std::size_t piece_size = limits::archive_piece_bytes;

std::shared_ptr<MatchOutbox> open_outbox(Storage& storage) {
  auto outbox = MatchOutbox::open(storage, list_path);
  REQUIRE(outbox);
  return *outbox;
}

Bytes file_bytes(Random& random, std::size_t size) {
  Bytes bytes(size);
  std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random.next()); });
  return bytes;
}

/// The sizes around which something changes.
std::size_t draw_size(Random& random) {
  constexpr std::array sizes{std::size_t{1}, std::size_t{900}, piece_size - 1,    piece_size,
                             piece_size + 1, 2 * piece_size,   3 * piece_size + 7};
  return sizes[random.below(sizes.size())];
}

}  // namespace

TEST_CASE("an archive gets every match file once and whole, whatever becomes of what is sent") {
  std::uint64_t lost = 0, unheard = 0, repeated = 0, restarts = 0, large = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    SimulatedStorage storage;
    MemoryArchive archive(seed);
    archive.trouble_percent = 25;
    std::map<std::string, Bytes> written;
    auto outbox = open_outbox(storage);
    std::optional<detail::MatchSender> sender(std::in_place, archive, storage, outbox);
    for (int step = 0; step < 120; ++step) {
      if (step < 60 && random.below(4) == 0) {
        const std::string name = "match-" + std::to_string(step) + ".tutti";
        written[name] = file_bytes(random, draw_size(random));
        large += written[name].size() > piece_size;
        REQUIRE(storage.replace(name, written[name]));
        REQUIRE(outbox->add(name));
      }
      if (random.below(20) == 0) archive.is_out_of_reach = !archive.is_out_of_reach;
      if (random.below(3) == 0) sender->pass();
      if (random.below(15) != 0) continue;
      ++restarts;
      sender.reset();
      outbox.reset();
      storage.lose_power(random);
      outbox = open_outbox(storage);
      sender.emplace(archive, storage, outbox);
    }
    archive.is_out_of_reach = false;
    for (int i = 0; i < 1000 && outbox->size() > 0; ++i)
      sender->pass();
    CHECK(sender->pass() == detail::MatchSender::Pass::idle);
    CHECK(sender->lost() == 0);
    CHECK(sender->trouble().empty());
    CHECK(archive.files.size() == written.size());
    CHECK(archive.too_soon == 0);
    for (const auto& [name, bytes] : written) {
      const auto found = archive.file({digest_of(bytes)});
      REQUIRE(*found);
      CHECK(*read_archived(archive, **found) == bytes);
    }
    lost += archive.lost, unheard += archive.unheard, repeated += archive.repeated;
  }
  CHECK(lost > 100);
  CHECK(unheard > 100);
  CHECK(repeated > 100);
  CHECK(restarts > 100);
  CHECK(large > 100);
}

TEST_CASE("a match file that cannot be sent stands in no other one's way, and is tried again") {
  SimulatedStorage disk;
  struct Broken final : PassingStorage {
    using PassingStorage::PassingStorage;
    std::string path{};
    Result<std::size_t> read_part(const std::string& file, std::uint64_t offset,
                                  std::span<std::byte> into) override {
      if (file == path) return fail(Fault::system, file + ": input/output error");
      return PassingStorage::read_part(file, offset, into);
    }
  } storage(disk);
  Random random(1);
  MemoryArchive archive(1);
  const auto outbox = open_outbox(storage);
  for (const char* name : {"a.tutti", "b.tutti", "c.tutti", "d.tutti"}) {
    REQUIRE(storage.replace(name, file_bytes(random, 100)));
    REQUIRE(outbox->add(name));
  }
  // Given one that the disk does not read, and one that somebody has deleted
  storage.path = "a.tutti";
  REQUIRE(storage.remove("b.tutti"));
  detail::MatchSender sender(archive, storage, outbox);
  CHECK(sender.pass() == detail::MatchSender::Pass::failed);
  CHECK_THAT(sender.trouble(), contains("a.tutti: input/output error"));
  for (int i = 0; i < 3; ++i)
    CHECK(sender.pass() == detail::MatchSender::Pass::sent);
  // then the others are there, and the one that was deleted is counted
  CHECK(archive.files.size() == 2);
  CHECK(sender.sent() == 2);
  CHECK(sender.lost() == 1);
  CHECK(outbox->size() == 1);
  storage.path.clear();
  CHECK(sender.pass() == detail::MatchSender::Pass::sent);
  CHECK(archive.files.size() == 3);
  CHECK(sender.pass() == detail::MatchSender::Pass::idle);
}

TEST_CASE("a file that changes while it is sent is not said to be there") {
  SimulatedStorage disk;
  struct Changing final : PassingStorage {
    using PassingStorage::PassingStorage;
    int reads = 0;
    Result<std::size_t> read_part(const std::string& file, std::uint64_t offset,
                                  std::span<std::byte> into) override {
      const auto got = PassingStorage::read_part(file, offset, into);
      if (got && *got > 0) into[0] ^= static_cast<std::byte>(reads++);
      return got;
    }
  } storage(disk);
  MemoryArchive archive(1);
  REQUIRE(storage.replace("a.tutti", Bytes(2 * piece_size)));
  const auto sent = archive_file(archive, storage, "a.tutti");
  REQUIRE_FALSE(sent);
  CHECK(sent.error().fault == Fault::bad_data);
  CHECK(archive.files.empty());
}

TEST_CASE("an archive's file whose pieces are not its own is refused") {
  SimulatedStorage storage;
  MemoryArchive archive(1);
  Random random(1);
  REQUIRE(storage.replace("a.tutti", file_bytes(random, 2 * piece_size + 5)));
  const auto id = archive_file(archive, storage, "a.tutti");
  REQUIRE(id);
  const ArchivedFile file = archive.files.at(*id);
  CHECK(file.pieces() == 3);
  REQUIRE(read_archived(archive, file));
  const auto why = [&] { return read_archived(archive, file).error().sentence; };
  Bytes& last = archive.pieces.at({*id, 2});
  last[0] ^= std::byte{1};
  CHECK_THAT(why(), contains("its digest is another one"));
  last.pop_back();
  CHECK_THAT(why(), contains("its size is another one"));
  last.resize(piece_size + 1);
  CHECK_THAT(why(), contains("a piece is too large"));
  archive.pieces.erase({*id, 1});
  CHECK_THAT(why(), contains("a piece is not there"));
}

TEST_CASE("bytes that are no archived file of this version are none") {
  const ArchivedFile small{.bytes = 3, .whole = Bytes(3, std::byte{7})};
  Bytes bytes = encode(small);
  CHECK(decode_archived_file({}, bytes) == small);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode_archived_file({}, BytesView(bytes).first(size)));
  bytes.push_back(std::byte{0});
  CHECK_FALSE(decode_archived_file({}, bytes));
  bytes.pop_back();
  bytes[0] = std::byte{2};
  CHECK_FALSE(decode_archived_file({}, bytes));
  const ArchivedFile large{.bytes = piece_size + 1};
  CHECK(decode_archived_file({}, encode(large)) == large);
  CHECK_FALSE(decode_archived_file({}, encode({.bytes = limits::file_bytes + 1})));
}
