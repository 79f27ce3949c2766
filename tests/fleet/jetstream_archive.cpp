// A fleet's archive in a real nats-server.

#include <set>

#include "fleet/played_relay.hpp"
#include "support/holds_within.hpp"
#include "support/nats_server.hpp"
#include "tutti/engine/fleet_archive.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<ArchiveStore> archive_at(const NatsServer& server) {
  auto archive = open_archive({.servers = {server.url()}, .copies = 1});
  REQUIRE(archive);
  return std::move(*archive);
}

/// So many files of few bytes.
std::set<ArchivedFileId> fill(ArchiveStore& archive, unsigned count) {
  std::set<ArchivedFileId> ids;
  for (unsigned i = 0; i < count; ++i) {
    const Bytes bytes(3 + i, std::byte{7});
    ids.insert({digest_of(bytes)});
    REQUIRE(archive.put({.id = {digest_of(bytes)}, .bytes = bytes.size(), .whole = bytes}));
  }
  return ids;
}

std::set<ArchivedFileId> ids_of(const std::vector<ArchiveTask>& tasks) {
  std::set<ArchivedFileId> ids;
  for (const ArchiveTask& task : tasks)
    ids.insert(task.file.id);
  return ids;
}

}  // namespace

TEST_CASE("jetstream: a match file of any size is in the archive once, and comes back whole") {
  const NatsServer server("archive");
  const auto archive = archive_at(server), other = archive_at(server);
  SimulatedStorage storage;
  Random random(1);
  std::uint64_t files = 0;
  for (const std::size_t size : {std::size_t{1}, limits::archive_piece_bytes,
                                 limits::archive_piece_bytes + 1, std::size_t{1'000'000}}) {
    Bytes bytes(size);
    std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random.next()); });
    REQUIRE(storage.replace("file", bytes));
    const auto id = archive_file(*archive, storage, "file");
    REQUIRE(id);
    // Whoever sends it again, even without a look before, changes nothing.
    REQUIRE(archive_file(*other, storage, "file"));
    const auto found = other->file(*id);
    REQUIRE(*found);
    REQUIRE(other->put(**found));
    if ((*found)->pieces() > 0) {
      REQUIRE(other->put_piece(*id, 0, BytesView(bytes).first(limits::archive_piece_bytes)));
      CHECK_FALSE(other->put_piece(*id, 0, BytesView(bytes).first(3)));
    }
    CHECK(*read_archived(*other, **found) == bytes);
    CHECK(other->contents()->files == ++files);
  }
  CHECK(archive->contents()->bytes > 1'500'000);
  CHECK_FALSE(*archive->file({}));
}

TEST_CASE("jetstream: a queue gives each file to one worker, and again if that has ended") {
  const NatsServer server("queue");
  const auto archive = archive_at(server), other = archive_at(server);
  const auto ids = fill(*archive, 6);
  auto first = archive->open_queue("one");
  REQUIRE(first);
  const auto second = other->open_queue("one");
  REQUIRE(second);
  CHECK((*second)->left()->waiting == 6);
  const auto kept = (*first)->take(2, 2s);
  CHECK(kept->size() == 2);
  const auto rest = (*second)->take(10, 2s);
  CHECK(rest->size() == 4);
  for (const ArchiveTask& task : *rest)
    REQUIRE((*second)->finish(task.ticket));
  CHECK(holds_within(5s, [&] { return (*second)->left()->taken == 2; }));
  CHECK((*second)->left()->waiting == 0);
  // While the first one says that it works on one of its two, that stays its own
  const auto begun = std::chrono::steady_clock::now();
  std::vector<ArchiveTask> again;
  while (again.empty() && std::chrono::steady_clock::now() - begun < 4 * limits::archive_work) {
    REQUIRE((*first)->keep(kept->at(0).ticket));
    again = *(*second)->take(10, 1s);
  }
  CHECK(ids_of(again) == std::set{kept->at(1).file.id});
  REQUIRE((*first)->finish(kept->at(0).ticket));
  REQUIRE((*second)->finish(again.at(0).ticket));
  CHECK(holds_within(5s, [&] { return (*second)->left()->taken == 0; }));
  // Another queue has all of them, those that come too, and goes alone.
  const auto more = archive->open_queue("two");
  CHECK(ids_of(*(*more)->take(10, 2s)) == ids);
  REQUIRE(archive->remove_queue("two"));
  REQUIRE(archive->remove_queue("two"));
  CHECK((*more)->left().error().fault == Fault::refused);
  const Bytes late(99, std::byte{1});
  REQUIRE(other->put({.id = {digest_of(late)}, .bytes = late.size(), .whole = late}));
  CHECK((*first)->take(10, 2s)->size() == 1);
}

TEST_CASE("jetstream: an archive that cannot be used is one sentence") {
  const NatsServer server("archive-wrong");
  const auto nothing = open_archive({.servers = {server.url()}, .is_for_reading = true});
  REQUIRE_FALSE(nothing);
  CHECK_THAT(nothing.error().sentence, contains("no relay has kept anything"));
  const auto three = open_archive({.servers = {server.url()}, .copies = 3});
  REQUIRE_FALSE(three);
  CHECK_THAT(three.error().sentence, contains("cannot keep 3 copies"));
  const auto archive = archive_at(server);
  const auto copies = open_archive({.servers = {server.url()}, .copies = 2});
  REQUIRE_FALSE(copies);
  CHECK_THAT(copies.error().sentence, contains("keeps 1 copies, and not 2"));
  const NatsServer foreign("archive-foreign");
  foreign.ask("$JS.API.STREAM.CREATE.TUTTI_ARCHIVE",
              R"({"name":"TUTTI_ARCHIVE","subjects":["tutti.archive.*"]})");
  const auto other = open_archive({.servers = {foreign.url()}, .copies = 1});
  REQUIRE_FALSE(other);
  CHECK(other.error().fault == Fault::bad_data);
  CHECK_THAT(other.error().sentence,
             contains("TUTTI_ARCHIVE") && contains("was made by something else"));
  // What something else has written among the files is no file.
  server.ask("tutti.archive.something", "else}");
  const auto queue = archive->open_queue("all");
  REQUIRE(queue);
  const auto taken = (*queue)->take(1, 2s);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().fault == Fault::bad_data);
}

TEST_CASE("jetstream: a relay's match files go into the archive, those of the process before too") {
  NatsServer server("archivist");
  const Folder folder;
  const auto outbox = MatchOutbox::open(posix_storage(), folder.file("relay.outbox"));
  REQUIRE(outbox);
  const auto write = [&](const std::string& name) {
    REQUIRE(posix_storage().replace(folder.file(name), as_bytes("match " + name)));
    REQUIRE((*outbox)->add(folder.file(name)));
  };
  write("one.tutti");  // Given one of the process before
  auto fleet = Fleet::open(
      {.store = {.servers = {server.url()}, .copies = 1}, .address = {.host = "10.0.0.1"}});
  REQUIRE(fleet);
  REQUIRE((*fleet)->enter(
      {.port = 4747, .identity_path = folder.file("relay.fleet"), .outbox = *outbox}));
  write("two.tutti");
  CHECK((*fleet)->finish(10s));
  CHECK((*fleet)->status().archived == 2);
  CHECK((*fleet)->status().archive_waiting == 0);
  // While there is no server it waits, and arrives when there is one again
  server.kill();
  write("three.tutti");
  CHECK((*fleet)->status().archive_waiting == 1);
  CHECK(holds_within(15s, [&] { return !(*fleet)->status().trouble.empty(); }));
  std::this_thread::sleep_for(3s);  // longer than it waits for an answer
  server.start();
  CHECK(holds_within(15s, [&] { return (*fleet)->status().archive_waiting == 0; }));
  const auto archive = archive_at(server);
  CHECK(archive->contents()->files == 3);
  for (const char* name : {"match one.tutti", "match two.tutti", "match three.tutti"})
    CHECK(*archive->file({digest_of(as_bytes(std::string(name)))}));
}
