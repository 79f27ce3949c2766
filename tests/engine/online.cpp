// Sessions over real sockets on loopback: a relay, players who host and join, and what goes wrong.

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/net/lookup.hpp"
#include "tutti/replay/desync.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/replay/verify.hpp"

using namespace tutti;
using tutti::test::Tally;

namespace {

/// A folder of its own for the logs of one test.
class Folder {
 public:
  Folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("tutti-online-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }
  std::vector<std::string> matches() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (entry.path().extension() == ".tutti") files.push_back(entry.path().string());
    }
    return files;
  }

 private:
  std::filesystem::path path_;
};

/// A relay on a free port with a thread of its own.
struct Relay {
  Folder folder;
  std::unique_ptr<HostedRelay> hosted;

  Relay() {
    // With a journal that is begun anew again and again while they play
    Result<std::unique_ptr<RelayService>> service = RelayService::open(
        {.listen = "127.0.0.1:0", .logs = folder.path(), .journal_bytes_max = 500});
    REQUIRE(service);
    hosted = std::make_unique<HostedRelay>(std::move(*service));
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(hosted->port()); }
};

Session<Tally> enter(const Relay& relay, JoinOptions options) {
  options.relay = relay.address();
  options.session.fold_digest = true;
  options.state_folder = relay.folder.path() + "/state";
  Result<Session<Tally>> session = tutti::join<Tally>(std::move(options));
  REQUIRE(session);
  return std::move(*session);
}

using Sessions = std::vector<Session<Tally>*>;

/// Lets all sessions run until `is_done` or the time is over; answers whether it was done.
template <class Done>
bool run(const Sessions& sessions, std::chrono::seconds most, Done is_done) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  Random random(5);
  while (std::chrono::steady_clock::now() < deadline) {
    for (Session<Tally>* session : sessions) {
      session->advance(std::chrono::steady_clock::now());
      if (random.chance(20)) session->offer(Tally::sample(random));
    }
    if (is_done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  return false;
}

bool is_over(const Session<Tally>& session) { return session.status() >= Status::ended; }

}  // namespace

TEST_CASE("two players over real sockets fold the states that the relay's file replays") {
  Relay relay;
  Session<Tally> one =
      enter(relay, {.name = "Ada", .create = SoloOptions{.terms = {.ends_at = 180}}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return !one.room().empty(); }));
  Session<Tally> two = enter(relay, {.room = one.room(), .name = "Bo"});
  REQUIRE(
      run({&one, &two}, std::chrono::seconds(10), [&] { return two.status() == Status::playing; }));
  CHECK(one.names() == two.names());
  CHECK(one.player() != two.player());
  REQUIRE(
      run({&one, &two}, std::chrono::seconds(20), [&] { return is_over(one) && is_over(two); }));
  CHECK(one.status() == Status::ended);
  CHECK(two.status() == Status::ended);
  REQUIRE(one.statistics().fold);
  CHECK(one.statistics().fold == two.statistics().fold);
  CHECK(one.statistics().confirmed == Tick{180});
  CHECK(one.statistics().events > 10);

  relay.hosted.reset();
  const auto files = relay.folder.matches();
  REQUIRE(files.size() == 1);
  const Result<ReadMatch> match = read_match_file(files[0]);
  REQUIRE(match);
  const auto verified = verify(any_game<Tally>(), match->record, {.folds_all_ticks = true});
  REQUIRE(verified);
  CHECK(verified->verdict() == Verdict::agrees);
  CHECK(verified->digests_compared >= 1);
  CHECK(verified->all_ticks->value() == *one.statistics().fold);
  // And the relay's signature proves that it ordered all of it
  std::ifstream key_file(relay.folder.path() + "/relay.pub");
  std::string text;
  key_file >> text;
  const auto key = public_key_from_hex(text);
  REQUIRE(key);
  CHECK(check_signatures(match->record, *key).through == Tick{180});
}

TEST_CASE("a name that is too long is cut between two characters") {
  Relay relay;
  std::string longest = "a";
  for (int i = 0; i < 15; ++i)
    longest += "ä";
  Session<Tally> one = enter(relay, {.name = longest + "äää", .create = SoloOptions{}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  CHECK(one.names()[one.player()->value] == longest);
}

TEST_CASE("a host plays, and a player who joins by the code plays along") {
  Folder folder;
  Result<Session<Tally>> host =
      tutti::host<Tally>({.listen = "127.0.0.1:0", .logs = folder.path(), .name = "Ada"});
  REQUIRE(host);
  CHECK(run({&*host}, std::chrono::seconds(5), [&] { return host->status() == Status::playing; }));
  CHECK(host->room().size() == 5);
}

TEST_CASE("a room that is unknown, full or plays other rules says so in a sentence") {
  Relay relay;
  Session<Tally> one = enter(relay, {.create = SoloOptions{.players = 1}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return !one.room().empty(); }));

  Session<Tally> lost = enter(relay, {.room = one.room() == "22222" ? "33333" : "22222"});
  REQUIRE(run({&one, &lost}, std::chrono::seconds(5), [&] { return is_over(lost); }));
  CHECK_THAT(lost.failure().sentence, test::contains("no room"));

  Session<Tally> late = enter(relay, {.room = one.room()});
  REQUIRE(run({&one, &late}, std::chrono::seconds(5), [&] { return is_over(late); }));
  CHECK_THAT(late.failure().sentence, test::contains("full"));

  CHECK_FALSE(is_over(one));
}

TEST_CASE("a relay that cannot be reached and a port that is taken are sentences") {
  Relay relay;
  const auto taken = RelayService::open({.listen = relay.address(), .logs = relay.folder.path()});
  REQUIRE_FALSE(taken);
  CHECK_THAT(taken.error().sentence, test::contains(std::to_string(relay.hosted->port())));

  const std::string address = relay.address();
  relay.hosted.reset();
  Result<Session<Tally>> session = tutti::join<Tally>({.relay = address, .room = "ABCDE"});
  REQUIRE(session);
  REQUIRE(run({&*session}, std::chrono::seconds(12), [&] { return is_over(*session); }));
  CHECK_THAT(session->failure().sentence, test::contains("relay"));
}

TEST_CASE("when the relay goes, the players are told that the match is over, and the log is kept") {
  Relay relay;
  Session<Tally> one = enter(relay, {.create = SoloOptions{}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  Session<Tally> two = enter(relay, {.room = one.room()});
  REQUIRE(
      run({&one, &two}, std::chrono::seconds(5), [&] { return two.status() == Status::playing; }));
  std::thread stop([&] { relay.hosted.reset(); });
  CHECK(run({&one, &two}, std::chrono::seconds(10), [&] { return is_over(one) && is_over(two); }));
  stop.join();
  CHECK(one.status() == Status::ended);
  CHECK(relay.folder.matches().size() == 1);
}

TEST_CASE("a spectator folds what the players fold, goes back in the match and to its end again") {
  Relay relay;
  Session<Tally> one =
      enter(relay, {.name = "Ada", .create = SoloOptions{.players = 1, .terms = {.ends_at = 600}}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  const SpectateOptions options{.relay = relay.address(), .room = one.room()};
  Session<Tally> eve = std::move(*tutti::spectate<Tally>(options));
  SpectateOptions whole = options;
  whole.session.fold_digest = true;
  Session<Tally> bob = std::move(*tutti::spectate<Tally>(whole));
  const auto seconds = [](int count) { return std::chrono::seconds(count); };
  REQUIRE(run({&one, &eve, &bob}, seconds(5),
              [&] { return eve.playback() != nullptr && eve.playback()->position() > Tick{90}; }));
  CHECK(eve.any().is_watching());
  CHECK_FALSE(eve.offer({.hold = 3}));
  CHECK(eve.names()[0] == "Ada");
  CHECK(eve.statistics().predicted_ticks == 0);
  CHECK(one.statistics().present - eve.statistics().present < 120);

  eve.playback()->set_paused(true);
  eve.playback()->seek(Tick{30});
  REQUIRE(
      run({&one, &eve, &bob}, seconds(5), [&] { return eve.statistics().present == Tick{30}; }));
  CHECK(eve.status() == Status::paused);
  CHECK_FALSE(
      run({&one, &eve, &bob}, seconds(1), [&] { return eve.statistics().present != Tick{30}; }));
  CHECK(eve.playback()->length() > Tick{120});
  eve.playback()->set_paused(false);
  eve.playback()->seek(eve.playback()->length());
  REQUIRE(run({&one, &eve, &bob}, seconds(5), [&] {
    return eve.status() == Status::playing && eve.statistics().present > Tick{120};
  }));
  CHECK(one.statistics().present - eve.statistics().present < 120);

  REQUIRE(run({&one, &eve, &bob}, seconds(20),
              [&] { return is_over(one) && is_over(eve) && is_over(bob); }));
  CHECK(eve.status() == Status::ended);
  CHECK(eve.state().score == one.state().score);
  CHECK(bob.statistics().fold == one.statistics().fold);
}

TEST_CASE("a ticket that a dead process left gives its player the slot back, hands empty") {
  namespace fs = std::filesystem;
  Relay relay;
  Session<Tally> one = enter(relay, {.name = "Ada", .create = SoloOptions{.players = 3}});
  const auto seconds = [](int count) { return std::chrono::seconds(count); };
  REQUIRE(run({&one}, seconds(5), [&] { return one.status() == Status::playing; }));
  one.offer({.hold = 5});
  const std::size_t slot = one.player()->value;
  const auto is_held = [&] {
    return one.state().hold[slot] == 5 && one.status() == Status::playing;
  };
  const auto deadline = std::chrono::steady_clock::now() + seconds(5);
  while (!is_held() && std::chrono::steady_clock::now() < deadline)
    one.advance(std::chrono::steady_clock::now());
  const fs::path state = relay.folder.path() + "/state";
  const auto tickets = [&] {
    return std::distance(fs::directory_iterator(state), fs::directory_iterator());
  };
  REQUIRE(tickets() == 1);
  const fs::path ticket = fs::directory_iterator(state)->path();
  CHECK(fs::status(ticket).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(fs::status(state).permissions() == fs::perms::owner_all);

  // A player who joins beside a living one is somebody else.
  Session<Tally> two = enter(relay, {.room = one.room(), .name = "Bo"});
  REQUIRE(run({&one, &two}, seconds(5), [&] { return two.status() == Status::playing; }));
  CHECK(two.player() != one.player());
  CHECK(tickets() == 2);

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
  CHECK(fs::file_size(fs::directory_iterator(early)->path()) == ResumeSecret().size());
  again->leave();
  CHECK(fs::is_empty(left));
}

TEST_CASE("a late player over real sockets begins at a state packed beside play", "[long]") {
  Relay relay;
  const auto seconds = [](int count) { return std::chrono::seconds(count); };
  const auto join = [&](const std::string& room, std::int64_t catch_up_ticks) {
    JoinOptions options{.relay = relay.address(), .room = room};
    if (room.empty()) options.create = SoloOptions{.players = 3, .terms = {.ends_at = 2700}};
    options.state_folder = relay.folder.path() + "/state";
    options.session.tuning.catch_up_ticks = catch_up_ticks;
    return std::move(*tutti::join<Tally>(std::move(options)));
  };
  Session<Tally> one = join("", 20'000);
  REQUIRE(run({&one}, seconds(5), [&] { return !one.room().empty(); }));
  Session<Tally> two = join(one.room(), 20'000);
  run({&one, &two}, seconds(35), [&] { return one.statistics().present > Tick{2000}; });
  Session<Tally> late = join(one.room(), 1);
  REQUIRE(run({&one, &two, &late}, seconds(8), [&] { return late.status() == Status::playing; }));
  CHECK(late.statistics().snapshots == 1);
  CHECK_FALSE(late.statistics().is_unverified);
  REQUIRE(run({&one, &two, &late}, seconds(30),
              [&] { return is_over(one) && is_over(two) && is_over(late); }));
  CHECK(late.status() == Status::ended);
  CHECK(late.state().score == one.state().score);
}

TEST_CASE("a player who leaves is gone for the other, who plays on") {
  Relay relay;
  Session<Tally> one = enter(relay, {.name = "Ada", .create = SoloOptions{}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  {
    Session<Tally> two = enter(relay, {.room = one.room(), .name = "Bo"});
    REQUIRE(run({&one, &two}, std::chrono::seconds(5),
                [&] { return two.status() == Status::playing && one.names()[1] == "Bo"; }));
  }
  CHECK(run({&one}, std::chrono::seconds(5), [&] { return one.names()[1].empty(); }));
  CHECK(one.status() == Status::playing);
}

TEST_CASE("a state that was damaged is put right over a real relay, which keeps the evidence") {
  Folder folder;
  std::unique_ptr<HostedRelay> hosted;
  Result<std::unique_ptr<RelayService>> service =
      RelayService::open({.listen = "127.0.0.1:0", .logs = folder.path()});
  REQUIRE(service);
  hosted = std::make_unique<HostedRelay>(std::move(*service));
  const std::string address = "127.0.0.1:" + std::to_string(hosted->port());
  {
    auto ada = tutti::join<Tally>({.relay = address, .room = "KAZ22", .create = SoloOptions{}});
    auto bob = tutti::join<Tally>({.relay = address, .room = "KAZ22", .create = SoloOptions{}});
    REQUIRE(ada);
    REQUIRE(bob);
    const Sessions both{&*ada, &*bob};
    REQUIRE(run(both, std::chrono::seconds(5), [&] { return ada->status() == Status::playing; }));
    // Given a bit that flips in what Bob shows, until one is not rolled back by chance
    Tick flipped;
    REQUIRE(run(both, std::chrono::seconds(8), [&] {
      const Timeline* timeline = bob->any().timeline();
      if (timeline == nullptr || !bob->any().desyncs().empty()) return timeline != nullptr;
      if (timeline->present() < flipped + 60) return false;
      flipped = timeline->present();
      const_cast<Tally::State&>(bob->state()).dice ^= 64;
      return false;
    }));
    const Desync& found = bob->any().desyncs().front();
    CHECK(found.is_ours);
    CHECK(found.finding.verdict == DesyncVerdict::mended);
    REQUIRE(found.fields.size() == 1);
    CHECK(found.fields.front().path == "dice");
    CHECK_FALSE(bob->any().diverged());
    CHECK(run(both, std::chrono::seconds(5), [&] { return !ada->any().desyncs().empty(); }));
    CHECK_FALSE(ada->any().desyncs().front().is_ours);
  }
  hosted.reset();
  std::size_t evidence = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (entry.path().extension() != ".desync") continue;
    const auto bytes = posix_storage().read(entry.path().string());
    REQUIRE(bytes);
    const auto read = read_desync(*bytes);
    REQUIRE(read);
    CHECK(read->bundle.sides.size() == 2);
    ++evidence;
  }
  CHECK(evidence == 1);
}

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

TEST_CASE("a spectator's slot is nobody's, and so is one that the relay has not given yet") {
  Relay relay;
  Session<Tally> one = enter(relay, {.create = SoloOptions{}});
  CHECK_FALSE(one.player());
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  CHECK(one.player() == PlayerId{0});
  Session<Tally> eve =
      std::move(*tutti::spectate<Tally>({.relay = relay.address(), .room = one.room()}));
  REQUIRE(run({&one, &eve}, std::chrono::seconds(5), [&] { return eve.playback() != nullptr; }));
  CHECK_FALSE(eve.player());
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
