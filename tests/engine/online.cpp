// Sessions over real sockets on loopback: a relay, players who host and join, and their troubles.

#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/sockets.hpp"
#include "tutti/replay/desync.hpp"
#include "tutti/replay/machine_words.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/replay/verify.hpp"
#include "tutti/sim/float_environment.hpp"

using namespace tutti;
using namespace tutti::test;

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
  const Authenticity found = check_signatures(match->record, *key);
  CHECK(found.through == Tick{180});
  CHECK(found.whole_through == Tick{180});
  // and those of the players that it changed nothing of what they did
  const auto proofs = check_players(match->record);
  REQUIRE(proofs.size() == 2);
  CHECK(proofs[0].name == "Ada");
  for (const PlayerProof& proof : proofs) {
    CHECK(proof.through == Tick{180});
    CHECK(proof.first_counter == 0);
  }
}

TEST_CASE("a player who leaves signs the match as far as it is final") {
  Relay relay;
  Session<Tally> one = enter(relay, {.name = "Ada", .create = SoloOptions{}});
  REQUIRE(run({&one}, std::chrono::seconds(5), [&] { return one.status() == Status::playing; }));
  Session<Tally> two = enter(relay, {.room = one.room(), .name = "Bo"});
  REQUIRE(run({&one, &two}, std::chrono::seconds(10),
              [&] { return two.statistics().confirmed > Tick{120}; }));
  one.leave();
  two.leave();
  run({&one, &two}, std::chrono::seconds(1), [] { return false; });
  relay.hosted.reset();
  const auto files = relay.folder.matches();
  REQUIRE(files.size() == 1);
  const Result<ReadMatch> match = read_match_file(files[0]);
  REQUIRE(match);
  const auto proofs = check_players(match->record);
  REQUIRE(proofs.size() == 2);
  for (const PlayerProof& proof : proofs) {
    REQUIRE(proof.through);
    CHECK(*proof.through > Tick{60});
  }
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
  // A match in which nobody did anything would be no file.
  const Tick met = one.statistics().confirmed;
  REQUIRE(run({&one, &two}, std::chrono::seconds(10),
              [&] { return one.statistics().confirmed > met + 120; }));
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
  CHECK_FALSE(eve.set_input({.hold = 3}));
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

namespace {

/// A thread that rounds upwards and flushes, until the end of the scope.
struct OtherFloats {
  OtherFloats() { FloatEnvironment{Rounding::upwards, true}.apply(); }
  ~OtherFloats() { FloatEnvironment{}.apply(); }
};

}  // namespace

TEST_CASE("a state that was damaged is put right over a real relay, which keeps the evidence") {
  Folder folder;
  std::unique_ptr<HostedRelay> hosted;
  Result<std::unique_ptr<RelayService>> service =
      RelayService::open({.listen = "127.0.0.1:0", .logs = folder.path()});
  REQUIRE(service);
  hosted = std::make_unique<HostedRelay>(std::move(*service));
  const std::string address = "127.0.0.1:" + std::to_string(hosted->port());
  {
    const OtherFloats other_floats;
    auto ada = tutti::join<Tally>({.relay = address, .room = "KAZ22", .create = SoloOptions{}});
    auto bob = tutti::join<Tally>({.relay = address, .room = "KAZ22", .create = SoloOptions{}});
    REQUIRE(ada);
    REQUIRE(bob);
    const Sessions both{&*ada, &*bob};
    REQUIRE(run(both, std::chrono::seconds(5), [&] { return ada->status() == Status::playing; }));
    // Given a bit that flips in what Bob shows, until one is not rolled back by chance
    Tick flipped;
    bool has_said = false;
    REQUIRE(run(both, std::chrono::seconds(8), [&] {
      const Timeline* timeline = bob->any().timeline();
      has_said |= bob->status() == Status::resyncing;
      if (timeline == nullptr || !bob->any().desyncs().empty()) return timeline != nullptr;
      if (timeline->present() < flipped + 60) return false;
      flipped = timeline->present();
      const_cast<Tally::State&>(bob->state()).dice ^= 64;
      return false;
    }));
    // Then his session says so, names the field, and goes on
    CHECK(run(both, std::chrono::seconds(5), [&] {
      has_said |= bob->status() == Status::resyncing;
      return has_said && bob->status() == Status::playing;
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
    for (const DesyncSide& side : read->bundle.sides) {
      const MachineWords words = machine_words(side.machine);
      CHECK_FALSE(words.build.empty());
      CHECK(words.floats.starts_with("rounds upwards"));
      CHECK(words.libraries.contains("libm.so.6"));
      CHECK(words.libraries.contains("test_engine"));
    }
    ++evidence;
  }
  CHECK(evidence == 1);
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
