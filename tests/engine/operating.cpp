// A relay in the hands of its operator: what it says of itself, how it is stopped so that the next
// one goes on, and how it stands clocks that jump and ten thousand rooms.

#include <filesystem>

#include "engine/sockets.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<RelayService> open_relay(const test::Folder& folder, std::uint16_t port = 0,
                                         RelayServer::Options server = {}) {
  Result<std::unique_ptr<RelayService>> service =
      RelayService::open({.listen = "127.0.0.1:" + std::to_string(port),
                          .logs = folder.path(),
                          .server = std::move(server)});
  REQUIRE(service);
  return std::move(*service);
}

/// Relay and session on one thread, until it holds.
template <class Holds>
bool run_both(RelayService& relay, Session<test::Tally>& session, std::chrono::seconds most,
              Holds holds) {
  return test::run({&session}, most, [&] {
    relay.pass(0ms);
    return holds();
  });
}

Result<Session<test::Tally>> open_room(const RelayService& relay, const test::Folder& folder) {
  return tutti::join<test::Tally>({.relay = "127.0.0.1:" + std::to_string(relay.port()),
                                   .create = SoloOptions{.players = 1},
                                   .state_folder = folder.path() + "/state"});
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd"))
    count += entry.path().empty() ? 0 : 1;
  return count;
}

MatchRecord branch_of_nobody() {
  MatchRecord record({.room = "",
                      .started_utc = 1'700'000'000,
                      .build = {},
                      .setup = {.rules = "tally@1+0123456789abcdef", .players = 2}});
  record.log.add({Tick{1}, relay_author, 1,
                  encode({.kind = EventKind::joined, .player = PlayerId{0}, .name = "Ada"})});
  record.log.add(
      {Tick{60}, relay_author, 2, encode({.kind = EventKind::branched, .number = 60, .slots = 1})});
  record.log.close(Tick{60});
  return record;
}

}  // namespace

TEST_CASE("a relay that hands over ends no match, and the next one takes it up") {
  const test::Folder folder;
  auto first = open_relay(folder);
  auto session = open_room(*first, folder);
  REQUIRE(session);
  REQUIRE(run_both(*first, *session, 20s, [&] { return session->status() == Status::playing; }));
  first->drain(7s);
  std::optional<Error> told;
  REQUIRE(run_both(*first, *session, 5s, [&] {
    if (!told) told = session->relay_trouble();
    return told.has_value();
  }));
  CHECK_THAT(told->sentence, test::contains("about to be stopped, in 7 s"));
  const std::string tag = first->room_tag(session->room());
  const std::uint16_t port = first->port();
  CHECK_FALSE(first->hand_over());
  CHECK(first->journal_status() == nullptr);
  first.reset();
  CHECK(folder.matches().empty());
  auto second = open_relay(folder, port);
  CHECK(second->server().statistics().taken_up == 1);
  const auto begun = std::chrono::steady_clock::now();
  REQUIRE(run_both(*second, *session, 20s, [&] {
    return second->server().statistics().resumed == 1 && session->status() == Status::playing;
  }));
  // Its players have heard the goodbye, and need not notice the silence first.
  CHECK(std::chrono::steady_clock::now() - begun < 4s);
  CHECK(second->room_tag(session->room()) == tag);
  // A match in which nobody did anything would be no file.
  const Tick back = session->statistics().confirmed;
  REQUIRE(run_both(*second, *session, 10s,
                   [&] { return session->statistics().confirmed > back + 120; }));
  session->leave();
  REQUIRE(run_both(*second, *session, 10s, [&] { return folder.matches().size() == 1; }));
  CHECK_FALSE(second->close());
}

TEST_CASE("a room's tag follows from its code and the relay's key, and shows neither") {
  const test::Folder one_folder, other_folder;
  auto one = open_relay(one_folder);
  auto other = open_relay(other_folder);
  CHECK(one->room_tag("KAZ22").size() == 8);
  CHECK(one->room_tag("KAZ22") == one->room_tag("KAZ22"));
  CHECK(one->room_tag("KAZ22") != one->room_tag("KAZ23"));
  CHECK(one->room_tag("KAZ22") != other->room_tag("KAZ22"));
  CHECK(room_tag(one_folder.path(), "KAZ22").value() == one->room_tag("KAZ22"));
  const test::Folder empty;
  CHECK(room_tag(empty.path(), "KAZ22").error().fault == Fault::system);
  CHECK_FALSE(fs::exists(empty.path() + "/relay.key"));
}

TEST_CASE("the clock of a relay's machine may jump: matches go on, and have the dates it said") {
  const test::Folder folder;
  std::int64_t utc = 1'700'000'000;
  auto relay = open_relay(folder, 0, {.utc = [&utc] { return utc; }});
  for (const std::int64_t jumped : {std::int64_t{-5}, std::int64_t{4'102'444'800}}) {
    auto session = open_room(*relay, folder);
    REQUIRE(session);
    REQUIRE(run_both(*relay, *session, 20s, [&] { return session->status() == Status::playing; }));
    utc = jumped;
    const Tick before = session->statistics().confirmed;
    REQUIRE(run_both(*relay, *session, 5s,
                     [&] { return session->statistics().confirmed > before + 60; }));
    const std::size_t files = folder.matches().size();
    session->leave();
    REQUIRE(run_both(*relay, *session, 10s, [&] { return folder.matches().size() > files; }));
  }
  std::vector<std::string> names;
  for (const std::string& path : folder.matches())
    names.push_back(fs::path(path).filename().string().substr(0, 16));
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"19700101T000000Z", "20231114T221320Z"});
  CHECK_FALSE(relay->close());
}

TEST_CASE("ten thousand rooms take no descriptors, and what is said of them stays small") {
  const test::Folder folder;
  auto relay = open_relay(folder, 0, {.rooms_max = 10'000});
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 10'000; ++i)
    relay->open_branch(branch_of_nobody());
  relay->pass(0ms);
  CHECK(relay->server().room_count() == 10'000);
  CHECK(open_descriptors() == before);
  CHECK(relay->server().summaries(100, std::chrono::steady_clock::now()).size() == 100);
  std::size_t told = 0;
  while (relay->next_news())
    ++told;
  CHECK(told == limits::relay_news);
  CHECK_FALSE(relay->hand_over());
}

TEST_CASE("a relay that runs for a year remembers the latest files alone") {
  const test::Folder folder;
  {
    auto journal = Journal::open(posix_storage(), folder.path() + "/relay-4747.journal");
    REQUIRE(journal);
    for (int i = 0; i < 1100; ++i) {
      MatchRecord record({.room = "KAZ22",
                          .started_utc = 1'700'000'000 + i,
                          .build = {},
                          .setup = {.rules = "tally@1+0123456789abcdef", .players = 2}});
      record.log.add({Tick{30}, author_of(PlayerId{0}), 0, as_bytes("pull")});
      record.log.add({Tick{60}, relay_author, 1, encode({.kind = EventKind::match_ended})});
      record.log.close(Tick{60});
      record.end = EndReason::everyone_left;
      journal->copy(record);
    }
    REQUIRE_FALSE(journal->flush_and_sync().error);
  }
  auto keeper = MatchKeeper::open(
      posix_storage(),
      {.folder = folder.path(), .journal_path = folder.path() + "/relay-4747.journal"});
  REQUIRE(keeper);
  CHECK(folder.matches().size() == 1100);
  CHECK(keeper->files().size() == limits::written_files);
  std::size_t taken = 0;
  while (const auto file = keeper->next_written()) {
    CHECK(file->room == "KAZ22");
    CHECK_FALSE(file->is_evidence);
    ++taken;
  }
  CHECK(taken == limits::written_files);
}
