// The name of a relay is looked up aside, on a thread that nobody waits for.

#include <atomic>
#include <thread>

#include "engine/sockets.hpp"
#include "tutti/net/lookup.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// A resolver that answers when it is told to, and what.
struct Directory {
  static inline std::atomic<bool> is_open{true};
  static inline std::atomic<const char*> address{"127.0.0.1"};
  static inline std::atomic<int> asked{0};
  static Result<std::string> ask(const std::string& host) {
    ++asked;
    while (!is_open)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (host == "nowhere.example") return fail(Fault::system, "nowhere.example is not known");
    return std::string(address.load());
  }
};

}  // namespace

TEST_CASE("joining does not wait for a slow look-up of the relay's name, nor does leaving") {
  Relay relay;
  Session<Tally> one = enter(relay, {.create = SoloOptions{}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  const std::string port = std::to_string(relay.hosted->port());
  Directory::is_open = false;
  const auto join = [&] {
    return tutti::join<Tally>({.relay = "relay.example:" + port,
                               .room = one.room(),
                               .state_folder = relay.folder.path() + "/state",
                               .session = {.tuning = {.resolver = &Directory::ask}}});
  };
  const auto begin = std::chrono::steady_clock::now();
  Result<Session<Tally>> two = join();
  {
    Result<Session<Tally>> gone = join();
    REQUIRE(gone);
    gone->advance(begin);
    gone->leave();
  }
  REQUIRE(two);
  CHECK_FALSE(
      run({&*two}, std::chrono::seconds(1), [&] { return two->status() != Status::connecting; }));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
  Directory::is_open = true;
  CHECK(run({&one, &*two}, std::chrono::seconds(5),
            [&] { return two->status() == Status::playing; }));
}

TEST_CASE("a name that leads nowhere fails with the resolver's sentence") {
  Result<Session<Tally>> session =
      tutti::join<Tally>({.relay = "nowhere.example",
                          .room = "ABCDE",
                          .session = {.tuning = {.resolver = &Directory::ask}}});
  REQUIRE(session);
  REQUIRE(run({&*session}, std::chrono::seconds(5), [&] { return is_over(*session); }));
  CHECK(session->status() == Status::failed);
  CHECK_THAT(session->failure().sentence, test::contains("nowhere.example is not known"));
}

TEST_CASE("localhost is this machine without asking anybody") {
  const int asked = Directory::asked;
  for (const char* name : {"localhost", "LocalHost.", "games.localhost", "127.0.0.1"}) {
    const auto found = look_up(name, &Directory::ask);
    REQUIRE(found);
    CHECK(*found == "127.0.0.1");
  }
  CHECK(Directory::asked == asked);
  CHECK(look_up("relay.example", &Directory::ask));
  CHECK(Directory::asked == asked + 1);
}
