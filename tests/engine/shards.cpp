// Several relays of one machine: a room is in one of them, and each of them leads there.

#include "tutti/net/shard.hpp"

#include <map>
#include <set>

#include "engine/sockets.hpp"
#include "tutti/net/address.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// Relays at ports one after the other, with one folder.
struct Shards {
  explicit Shards(std::uint16_t count) {
    for (std::uint16_t port = 20'000; hosted.size() < count; port += 7)
      open(count, port);
  }
  void open(std::uint16_t count, std::uint16_t port) {
    std::vector<std::unique_ptr<RelayService>> services;
    for (std::uint16_t i = 0; i < count; ++i) {
      RelayService::Options options{.listen = Address{"127.0.0.1", std::uint16_t(port + i)}.text(),
                                    .logs = folder.path()};
      options.server.shard = {.count = count, .index = i, .first_port = port};
      auto service = RelayService::open(std::move(options));
      if (!service) return;  // somebody has one of these ports
      services.push_back(std::move(*service));
    }
    first_port = port;
    for (auto& service : services)
      hosted.push_back(std::make_unique<HostedRelay>(std::move(service)));
  }
  Session<Tally> enter(std::uint16_t index, const std::string& room, std::uint8_t players = 2) {
    JoinOptions options{.relay = "127.0.0.1:" + std::to_string(first_port + index), .room = room};
    options.state_folder = folder.path() + "/state";
    if (room.empty()) options.create = SoloOptions{.players = players};
    Result<Session<Tally>> session = tutti::join<Tally>(std::move(options));
    REQUIRE(session);
    return std::move(*session);
  }

  Folder folder;
  std::uint16_t first_port = 0;
  std::vector<std::unique_ptr<HostedRelay>> hosted;
};

}  // namespace

TEST_CASE("shards: rooms that are opened at one port are divided, and found from every port") {
  constexpr std::uint16_t count = 3;
  Shards shards(count);
  // Given rooms that are all opened at the first port
  std::deque<Session<Tally>> sessions;
  std::set<std::uint16_t> used;
  while (used.size() < count && sessions.size() < 60) {  // chance leaves one out in 10^10 runs
    Session<Tally>& host = sessions.emplace_back(shards.enter(0, ""));
    REQUIRE(run({&host}, 20s, [&] { return host.status() == Status::playing; }));
    used.insert(shard_of(host.room(), count));
  }
  CHECK(used.size() == count);
  const auto rooms = static_cast<std::uint16_t>(sessions.size());
  // When somebody comes for each of them at every port in turn
  for (std::uint16_t i = 0; i < rooms; ++i) {
    Session<Tally>& host = sessions[i];
    Session<Tally>& guest = sessions.emplace_back(shards.enter(i % count, host.room()));
    REQUIRE(run({&host, &guest}, 20s, [&] { return guest.status() == Status::playing; }));
    // Then they play in one room
    CHECK(guest.room() == host.room());
    CHECK(guest.player() == PlayerId{1});
  }
  // And a code of no room leads nowhere, from wherever one asks
  for (std::uint16_t i = 0; i < count; ++i) {
    Session<Tally> lost = shards.enter(i, "ZZZZZ");
    REQUIRE(run({&lost}, 20s, [&] { return lost.status() == Status::failed; }));
    CHECK_THAT(lost.failure().sentence, contains("there is no room ZZZZZ"));
  }
  for (Session<Tally>& session : sessions)
    session.end_match();
  Sessions all;
  for (Session<Tally>& session : sessions)
    all.push_back(&session);
  REQUIRE(run(all, 20s, [&] { return std::ranges::all_of(sessions, is_over); }));
}

TEST_CASE("shards: a player whose process died comes back by the port that everybody knows") {
  namespace fs = std::filesystem;
  Shards shards(2);
  // Given a room with two players that the other shard has
  std::deque<Session<Tally>> sessions;
  do {
    sessions.push_back(shards.enter(0, ""));
    Session<Tally>& host = sessions.back();
    REQUIRE(run({&host}, 20s, [&] { return host.status() == Status::playing; }));
  } while (shard_of(sessions.back().room(), 2) != 1);
  Session<Tally>& host = sessions.back();
  Session<Tally> guest = shards.enter(0, host.room());
  REQUIRE(run({&host, &guest}, 20s, [&] { return guest.status() == Status::playing; }));
  // When the host comes with the ticket that it had when it died
  const std::string left = shards.folder.path() + "/left";
  fs::copy(shards.folder.path() + "/state", left, fs::copy_options::recursive);
  JoinOptions options{.relay = "127.0.0.1:" + std::to_string(shards.first_port),
                      .room = host.room()};
  options.state_folder = left;
  Result<Session<Tally>> again = tutti::join<Tally>(std::move(options));
  REQUIRE(again);
  // Then it has its slot again, and no third one
  REQUIRE(run({&*again, &guest}, 20s, [&] { return again->status() == Status::playing; }));
  CHECK(again->player() == PlayerId{0});
}
