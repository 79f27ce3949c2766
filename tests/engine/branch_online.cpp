// A branch of a recorded match, played on by people who join it over real sockets.

#include <unistd.h>

#include <filesystem>
#include <thread>

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/verify.hpp"

using namespace tutti;
using tutti::test::Tally;

namespace {

/// Two players in a match that was left when it was at tick 400.
MatchRecord recorded_match() {
  const AnyGame game = any_game<Tally>();
  MatchRecord record({.room = "FIRST", .setup = game.setup(3, 2)});
  record.log.add({Tick{1}, relay_author, 1,
                  encode({.kind = EventKind::joined, .player = PlayerId{0}, .name = "Ada"})});
  record.log.add({Tick{1}, relay_author, 2,
                  encode({.kind = EventKind::joined, .player = PlayerId{1}, .name = "Bo"})});
  Random random(2);
  for (std::uint32_t i = 0; i < 60; ++i) {
    record.log.add({Tick{5 + 6 * i}, author_of(PlayerId{0}), i, test::hold(random.between(1, 9))});
    record.log.add({Tick{7 + 6 * i}, author_of(PlayerId{1}), i, test::hold(random.between(1, 9))});
  }
  record.log.close(Tick{400});
  return record;
}

}  // namespace

TEST_CASE(
    "a branch opens as a room: a player who joins it goes on where the recorded players stood") {
  const MatchRecord parent = recorded_match();
  const Tick at{300};
  const std::string folder =
      std::filesystem::temp_directory_path() / ("tutti-branch-" + std::to_string(getpid()));
  auto service = RelayService::open({.listen = "127.0.0.1:0", .logs = folder});
  REQUIRE(service);
  RelayService& relay = **service;
  const std::string room = relay.open_branch(branch(parent, at, 3));
  std::vector<Session<Tally>> sessions;
  const auto run = [&](auto is_done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_done() && std::chrono::steady_clock::now() < deadline) {
      relay.pass(std::chrono::milliseconds(1));
      for (Session<Tally>& session : sessions)
        session.advance(std::chrono::steady_clock::now());
    }
    return is_done();
  };
  const auto enter = [&](const std::string& name) {
    auto session = tutti::join<Tally>({.relay = "127.0.0.1:" + std::to_string(relay.port()),
                                       .room = room,
                                       .name = name,
                                       .state_folder = folder + "/" + name});
    REQUIRE(session);
    sessions.push_back(std::move(*session));
  };
  enter("cy");
  REQUIRE(run([&] { return sessions[0].statistics().present >= at; }));
  run([tries = 0]() mutable { return ++tries > 50; });
  CHECK(sessions[0].statistics().present <= at + limits::input_window_ticks);  // it waits for both
  CHECK(sessions[0].player() == PlayerId{0});
  enter("di");
  REQUIRE(run([&] { return sessions[1].statistics().present > at + 60; }));
  CHECK(sessions[1].player() == PlayerId{1});
  sessions[0].set_input({.hold = -9});
  REQUIRE(run([&] { return sessions[1].state().hold[0] == -9; }));
  CHECK(sessions[1].state().is_present[0] == 1);
  // A third finds no slot.
  enter("ed");
  REQUIRE(run([&] { return sessions[2].status() == Status::failed; }));
  sessions.pop_back();
  for (Session<Tally>& session : sessions)
    session.leave();
  REQUIRE(run([&] { return relay.files().size() == 1; }));
  const auto read = read_match_file(relay.files().front());
  REQUIRE(read);
  CHECK(read->record.log.head(at) == parent.log.head(at));
  CHECK(read->record.log.horizon() > at + 60);
  CHECK(verify(any_game<Tally>(), read->record)->verdict() == Verdict::agrees);
  sessions.clear();
  service->reset();
  std::filesystem::remove_all(folder);
}
