// The name of a relay is looked up aside, on a thread that nobody waits for.

#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/sockets.hpp"
#include "tutti/net/lookup.hpp"
#include "tutti/net/weather_proxy.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// A resolver that answers when it is told to, and what.
struct Directory {
  static inline std::atomic<bool> is_open{true};
  static inline std::atomic<const char*> address{"127.0.0.1"};
  static inline std::atomic<int> asked{0};
  static Result<HostAddresses> ask(const std::string& host) {
    ++asked;
    while (!is_open)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (host == "nowhere.example") return fail(Fault::system, "nowhere.example is not known");
    return HostAddresses{address.load()};
  }
};

std::atomic<int> system_asked{0};

}  // namespace

/// Takes the place of the system's, which it calls.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  ++system_asked;
  static void* const real = ::dlsym(RTLD_NEXT, "getaddrinfo");
  return reinterpret_cast<decltype(&::getaddrinfo)>(real)(host, service, hints, found);
}

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
    CHECK(found->front() == "127.0.0.1");
    CHECK((found->size() == 1 || found->back() == "::1"));
  }
  CHECK(Directory::asked == asked);
  CHECK(look_up("relay.example", &Directory::ask));
  CHECK(Directory::asked == asked + 1);
}

TEST_CASE("relay, weather and player find localhost where no hosts file names it") {
  const int asked = system_asked;
  REQUIRE_FALSE(look_up("nowhere.invalid"));
  REQUIRE(system_asked == asked + 1);  // the test sees who asks
  const Folder folder;
  auto service = RelayService::open({.listen = "localhost:0", .logs = folder.path()});
  REQUIRE(service);
  const HostedRelay hosted(std::move(*service));
  auto proxy = WeatherProxy::open({"localhost", 0}, {"localhost", hosted.port()});
  REQUIRE(proxy);
  auto session = tutti::join<Tally>({.relay = "localhost:" + std::to_string((*proxy)->local_port()),
                                     .create = SoloOptions{},
                                     .state_folder = folder.path() + "/state"});
  REQUIRE(session);
  CHECK(run({&*session}, std::chrono::seconds(10), [&] {
    (*proxy)->service(std::chrono::steady_clock::now());
    return session->status() == Status::playing;
  }));
  CHECK(system_asked == asked + 1);
}

TEST_CASE("an IPv6 address is itself") {
  const auto found = look_up("2001:db8::1", &Directory::ask);
  REQUIRE(found);
  CHECK(*found == HostAddresses{"2001:db8::1"});
}

TEST_CASE("a relay's key in the invitation keeps a player from another relay") {
  Relay relay;
  Session<Tally> one = enter(relay, {.create = SoloOptions{}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  const auto join = [&](const std::string& key) {
    return tutti::join<Tally>({.relay = relay.address() + "/" + one.room() + "#" + key,
                               .state_folder = relay.folder.path() + "/state"});
  };
  std::ifstream file(relay.folder.path() + "/relay.pub");
  std::string key;
  REQUIRE(file >> key);
  auto right = join(key);
  REQUIRE(right);
  CHECK(run({&one, &*right}, std::chrono::seconds(5),
            [&] { return right->status() == Status::playing; }));
  auto wrong = join(to_hex(SigningKey::create().public_key()));
  REQUIRE(wrong);
  CHECK(run({&one, &*wrong}, std::chrono::seconds(20), [&] { return is_over(*wrong); }));
  CHECK(wrong->status() == Status::failed);
  CHECK_FALSE(join("12"));
}

TEST_CASE("a relay that has another key than before is told of, once") {
  Relay relay;
  const std::string folder = relay.folder.path() + "/state";
  std::filesystem::create_directories(folder);
  Session<Tally> one = enter(relay, {.create = SoloOptions{}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  CHECK_FALSE(one.relay_trouble());
  Session<Tally> again = enter(relay, {.room = one.room()});
  REQUIRE(run({&one, &again}, std::chrono::seconds(5),
              [&] { return again.status() == Status::playing; }));
  CHECK_FALSE(again.relay_trouble());
  std::ofstream(folder + "/known_relays", std::ios::app)
      << relay.address() << " " << to_hex(SigningKey::create().public_key()) << "\n";
  Session<Tally> third = enter(relay, {.room = one.room(), .create = SoloOptions{.players = 3}});
  REQUIRE(run({&one, &third}, std::chrono::seconds(5),
              [&] { return third.status() != Status::connecting; }));
  const auto trouble = third.relay_trouble();
  REQUIRE(trouble);
  CHECK_THAT(trouble->sentence, contains("has another key than before"));
  CHECK_FALSE(third.relay_trouble());
}

TEST_CASE("a host whose address changes is found again, and its player gets the slot back") {
  Relay relay;
  Session<Tally> one = enter(relay, {.create = SoloOptions{.terms = {.patience_seconds = 30}}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  // Two addresses lead to the relay, one after the other, at one port.
  const auto open = [&](const char* address, std::uint16_t port) {
    return WeatherProxy::open({address, port}, {"127.0.0.1", relay.hosted->port()});
  };
  auto proxy = open("127.0.0.1", 0);
  REQUIRE(proxy);
  const std::uint16_t port = (*proxy)->local_port();
  Directory::address = "127.0.0.1";
  auto two = tutti::join<Tally>({.relay = "relay.example:" + std::to_string(port),
                                 .room = one.room(),
                                 .state_folder = relay.folder.path() + "/state",
                                 .session = {.tuning = {.resolver = &Directory::ask}}});
  REQUIRE(two);
  const auto pass = [&] { (*proxy)->service(std::chrono::steady_clock::now()); };
  const auto is_playing = [&] {
    pass();
    return two->status() == Status::playing;
  };
  REQUIRE(run({&one, &*two}, std::chrono::seconds(5), is_playing));
  const auto slot = two->player();
  const Tick before = two->statistics().confirmed;

  proxy = open("127.0.0.2", port);
  REQUIRE(proxy);
  Directory::address = "127.0.0.2";
  REQUIRE(run({&one, &*two}, std::chrono::seconds(10), [&] {
    pass();
    return two->status() == Status::reconnecting;
  }));
  REQUIRE(run({&one, &*two}, std::chrono::seconds(20), is_playing));
  Directory::address = "127.0.0.1";
  CHECK(two->player() == slot);
  CHECK(two->statistics().confirmed > before);
  CHECK(relay.hosted->port() != port);
}
