// A player or a host whose process died comes back over real sockets, by the ticket that it left.

#include <filesystem>
#include <fstream>

#include "engine/sockets.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("a ticket that a dead process left gives its player the slot back, hands empty") {
  namespace fs = std::filesystem;
  Relay relay;
  Session<Tally> one = enter(relay, {.name = "Ada", .create = SoloOptions{.players = 3}});
  const auto seconds = [](int count) { return std::chrono::seconds(count); };
  REQUIRE(run({&one}, seconds(5), [&] { return one.status() == Status::playing; }));
  one.set_input({.hold = 5});
  const std::size_t slot = one.player()->value;
  const auto is_held = [&] {
    return one.state().hold[slot] == 5 && one.status() == Status::playing;
  };
  const auto deadline = std::chrono::steady_clock::now() + seconds(5);
  while (!is_held() && std::chrono::steady_clock::now() < deadline)
    one.advance(std::chrono::steady_clock::now());
  const fs::path state = relay.folder.path() + "/state";
  const auto tickets_in = [](const fs::path& folder) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".ticket") found.push_back(entry.path());
    }
    return found;
  };
  REQUIRE(tickets_in(state).size() == 1);
  const fs::path ticket = tickets_in(state).front();
  CHECK(fs::status(ticket).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(fs::status(state).permissions() == fs::perms::owner_all);

  // A player who joins beside a living one is somebody else.
  Session<Tally> two = enter(relay, {.room = one.room(), .name = "Bo"});
  REQUIRE(run({&one, &two}, seconds(5), [&] { return two.status() == Status::playing; }));
  CHECK(two.player() != one.player());
  CHECK(tickets_in(state).size() == 2);

  // A process that dies leaves this: its ticket, which nobody holds.
  const std::string left = relay.folder.path() + "/left";
  fs::create_directories(left);
  fs::copy_file(ticket, fs::path(left) / ticket.filename());
  Result<Session<Tally>> again =
      tutti::join<Tally>({.relay = relay.address(), .room = one.room(), .state_folder = left});
  REQUIRE(again);
  const auto until = std::chrono::steady_clock::now() + seconds(5);
  while (again->status() != Status::playing && std::chrono::steady_clock::now() < until) {
    again->advance(std::chrono::steady_clock::now());
    two.advance(std::chrono::steady_clock::now());
  }
  CHECK(again->player() == one.player());
  CHECK(again->names()[slot] == "Ada");
  while (again->state().hold[slot] != 0 && std::chrono::steady_clock::now() < until)
    again->advance(std::chrono::steady_clock::now());
  CHECK(again->state().hold[slot] == 0);

  // It is there before the relay has answered: a player that dies as early as that comes back by
  // it, too.
  const std::string early = relay.folder.path() + "/early";
  const Result<Session<Tally>> third =
      tutti::join<Tally>({.relay = relay.address(), .room = one.room(), .state_folder = early});
  REQUIRE(third);
  REQUIRE(tickets_in(early).size() == 1);
  CHECK(fs::file_size(tickets_in(early).front()) == ResumeSecret().size());
  again->leave();
  CHECK(tickets_in(left).empty());
}

TEST_CASE("a ticket is not shown to a relay with another key than the one that gave it") {
  namespace fs = std::filesystem;
  Relay relay;
  Session<Tally> one = enter(relay, {.create = SoloOptions{.players = 3}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  const fs::path left = relay.folder.path() + "/left";
  fs::create_directories(left);
  for (const auto& entry : fs::directory_iterator(relay.folder.path() + "/state")) {
    if (entry.path().extension() == ".ticket") {
      fs::copy_file(entry.path(), left / entry.path().filename());
    }
  }
  std::ofstream(left / "known_relays")
      << relay.address() << " " << to_hex(SigningKey::create().public_key()) << "\n";
  const auto come_back = [&] {
    return tutti::join<Tally>(
        {.relay = relay.address(), .room = one.room(), .state_folder = left.string()});
  };
  {
    Result<Session<Tally>> stopped = come_back();
    REQUIRE(stopped);
    CHECK(run({&one, &*stopped}, std::chrono::seconds(10), [&] { return is_over(*stopped); }));
    CHECK_THAT(stopped->failure().sentence, contains("has another key than before"));
    CHECK(one.status() == Status::playing);
  }
  // A relay that has the key that it had is told.
  std::ofstream(left / "known_relays") << "";
  Result<Session<Tally>> again = come_back();
  REQUIRE(again);
  CHECK(
      run({&*again}, std::chrono::seconds(10), [&] { return again->status() == Status::playing; }));
  CHECK(again->player() == one.player());
}

TEST_CASE("a host whose process died gets its old room and its slot back") {
  namespace fs = std::filesystem;
  Folder first;
  Folder second;
  std::string listen;
  std::string room;
  PlayerId slot;
  {
    auto host = tutti::host<Tally>({.listen = "127.0.0.1:0",
                                    .logs = first.path(),
                                    .state_folder = first.path() + "/state",
                                    .match = {.players = 3}});
    REQUIRE(host);
    REQUIRE(
        run({&*host}, std::chrono::seconds(5), [&] { return host->status() == Status::playing; }));
    listen = "127.0.0.1:" + std::to_string(host->port());
    room = host->room();
    slot = *host->player();
    REQUIRE(run({&*host}, std::chrono::seconds(5),
                [&] { return host->statistics().confirmed > Tick{60}; }));
    // A process that dies leaves this: its journal and its ticket.
    fs::copy(first.path(), second.path(), fs::copy_options::recursive);
  }
  auto again = tutti::host<Tally>({.listen = listen,
                                   .logs = second.path(),
                                   .state_folder = second.path() + "/state",
                                   .match = {.players = 3}});
  REQUIRE(again);
  REQUIRE(
      run({&*again}, std::chrono::seconds(20), [&] { return again->status() == Status::playing; }));
  CHECK(again->room() == room);
  CHECK(again->player() == slot);
  CHECK(again->statistics().confirmed > Tick{30});
}
