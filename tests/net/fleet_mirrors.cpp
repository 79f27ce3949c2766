// Relays that mirror the matches of others: a spectator asks any of them and watches there, and the
// relay that has the match does not know of it.

#include "fleet_world.hpp"
#include "private_rooms.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* code = "KAZ22";

/// A match of the first relay, which two play.
struct Mirrored {
  explicit Mirrored(std::size_t relays, RelayServer::Options server = {},
                    Hello hello = hello_for(code))
      : world(relays, {.has_mirrors = true, .server = std::move(server)}),
        ada(&world.join(0, hello)),
        bob(&world.join(0, hello)) {
    offer_now_and_then(*ada, 1);
    offer_now_and_then(*bob, 2);
    REQUIRE(world.run_until([&] { return ada->is_in() && bob->is_in(); }, 5s));
  }
  /// Somebody who asks this relay, and is let in.
  Player& watcher(std::size_t at, Hello hello = watching(code)) {
    Player& player = world.join(at, std::move(hello));
    REQUIRE(world.run_until([&] { return player.client().welcome().has_value(); }, 5s));
    return player;
  }
  RelayServer& server(std::size_t i) { return *world.relays[i].server; }
  BoardFollower& follower(std::size_t i) { return *world.relays[i].follower; }
  void stop_acting() {
    ada->act = bob->act = nullptr;
    world.run(2s);
  }
  /// Both have heard the same.
  void expect_same(const Player& watcher) const {
    CHECK(watcher.log().horizon() > ada->log().horizon() - 60);
    CHECK(watcher.log().events().size() == ada->log().events().size());
    const Tick both = std::min(watcher.log().horizon(), ada->log().horizon());
    CHECK(watcher.log().head(both) == ada->log().head(both));
  }

  FleetWorld world;
  Player *ada, *bob;
};

std::size_t watchers_of(const RelayServer& server) { return server.mirrored_spectators(); }

}  // namespace

TEST_CASE("mirror: who watches is served by the relay that was asked, and its owner has no part") {
  Mirrored match(3);
  Player& eve = match.watcher(1);
  match.world.run(5s);
  // A latecomer too, and one from behind.
  Player& late = match.watcher(1);
  Player& behind = match.watcher(2, watching(code, 3));
  match.world.run(4s);
  CHECK(behind.present() < late.present() - 150);
  CHECK(behind.log().horizon() <= behind.present());
  CHECK(behind.log().horizon() > behind.present() - 30);
  match.world.run(4s);
  CHECK(match.server(0).peer_count() == 2);
  CHECK(match.server(0).statistics().spectators == 0);
  CHECK(match.server(1).mirror_count() == 1);
  CHECK(watchers_of(match.server(1)) == 2);
  CHECK(match.follower(1).begun == 1);
  CHECK(match.server(1).room_count() == 0);
  CHECK(match.server(1).statistics().sent_on == 0);
  match.stop_acting();
  match.world.run(3s);
  CHECK(match.ada->events().size() > 100);
  for (Player* watcher : {&eve, &late})
    match.expect_same(*watcher);
  CHECK(behind.log().events().size() == match.ada->log().events().size());
  // What is told has surely been kept elsewhere.
  CHECK(eve.client().replicated() > eve.log().horizon() - 90);
  CHECK(eve.client().replicated() <= match.server(0).match(code)->horizon());
}

TEST_CASE("mirror: it shows what is final, soon after it is") {
  Mirrored match(2);
  Player& here = match.watcher(0);
  Player& there = match.watcher(1);
  match.world.run(2s);
  std::int64_t most = 0;
  for (int i = 0; i < 100; ++i) {
    match.world.run(60ms);
    most = std::max(most, here.log().horizon() - there.log().horizon());
    CHECK(there.present() >= there.log().horizon() - 1);
    CHECK(there.present() - there.log().horizon() < 24);
  }
  // Its relay looks each 32 ms, and tells each 100 ms.
  CHECK(most <= 10);
  CHECK(most > 0);
}

TEST_CASE("mirror: who watches sees the end, and a mirror without spectators goes") {
  Mirrored match(2);
  Player& eve = match.watcher(1);
  Player& behind = match.watcher(1, watching(code, 2));
  match.world.run(1s);
  match.ada->client().end_match();
  REQUIRE(match.world.run_until([&] { return eve.client().phase() == Client::Phase::ended; }, 2s));
  CHECK(behind.client().phase() == Client::Phase::playing);
  REQUIRE(
      match.world.run_until([&] { return behind.client().phase() == Client::Phase::ended; }, 4s));
  CHECK(eve.log().head() == match.ada->log().head());
  CHECK(behind.log().head() == match.ada->log().head());
  REQUIRE(match.world.run_until([&] { return match.server(1).mirror_count() == 0; }, 30s));
  // Of one that runs it goes as well, and comes again.
  Mirrored other(2);
  Player& bob = other.watcher(1);
  bob.client().leave();
  other.world.run(5s);
  CHECK(watchers_of(other.server(1)) == 0);
  CHECK(other.server(1).mirror_count() == 1);
  REQUIRE(other.world.run_until([&] { return other.server(1).mirror_count() == 0; }, 30s));
  Player& again = other.watcher(1);
  other.stop_acting();
  other.expect_same(again);
  CHECK(other.follower(1).begun == 2);
}

TEST_CASE("mirror: a relay dies, another goes on, and who watches elsewhere goes on with it") {
  Mirrored match(3);
  Player& eve = match.watcher(2);
  match.world.run(4s);
  const std::uint32_t epoch = eve.client().welcome()->epoch;
  const Tick reached = eve.log().horizon();
  const std::size_t heard = eve.events().size();
  match.world.kill(0);
  // Meanwhile it shows that the match stands still.
  const Tick stood = eve.present();
  match.world.run(200ms);
  CHECK(eve.present() <= stood + 1);
  REQUIRE(match.world.run_until([&] { return match.ada->log().horizon() > reached + 300; }, 30s));
  REQUIRE(match.world.run_until([&] { return eve.log().horizon() > reached + 280; }, 5s));
  CHECK(match.ada->client().welcome()->epoch > epoch);
  match.stop_acting();
  match.expect_same(eve);
  // It was told no event twice, and came in once.
  CHECK(eve.events().size() == match.ada->log().events().size() - 1);
  CHECK(eve.events().size() > heard);
  CHECK(eve.client().welcome()->epoch == epoch);
  CHECK(match.server(2).statistics().spectators == 1);
  // Who comes now is told of the epoch that there is.
  Player& late = match.watcher(2);
  CHECK(late.client().welcome()->epoch == match.ada->client().welcome()->epoch);
}

TEST_CASE("mirror: who knows more than is kept, from a relay that died, is told anew") {
  Mirrored match(3);
  // Given a spectator of the owner, of whose match nothing more is kept elsewhere
  Player& eve = match.watcher(0);
  match.watcher(2);
  match.world.run(2s);
  match.follower(2).is_silent = true;
  match.world.run(1s);
  const std::uint32_t epoch = eve.client().welcome()->epoch;
  // When the owner dies, and the spectator comes to the mirror
  match.world.relays[0].server.reset();
  match.world.relays[0].link.reset();
  REQUIRE(match.world.run_until(
      [&] { return watchers_of(match.server(2)) == 2 || match.server(1).mirror_count() == 1; },
      10s));
  match.world.board.forget_lease(0);
  match.follower(2).is_silent = false;
  // Then it is told by the numbers of the next epoch.
  REQUIRE(match.world.run_until([&] { return eve.client().welcome()->epoch > epoch; }, 30s));
  match.world.run(2s);
  match.stop_acting();
  CHECK(eve.client().phase() == Client::Phase::playing);
  const Tick both = std::min(eve.client().horizon(), match.ada->client().horizon());
  CHECK(both > match.ada->client().horizon() - 60);
}

TEST_CASE("mirror: a match that nobody orders any more is gone on with for those who watch") {
  Mirrored match(2);
  Player& eve = match.watcher(1);
  match.world.run(2s);
  match.ada->crash();
  match.bob->crash();
  const Tick reached = eve.log().horizon();
  match.world.kill(0);
  // Its players are gone too. Their slots are given up in time, and the match ends.
  REQUIRE(match.world.run_until([&] { return match.server(1).room_count() == 1; }, 20s));
  REQUIRE(
      match.world.run_until([&] { return eve.client().phase() == Client::Phase::ended; }, 120s));
  CHECK(eve.log().horizon() > reached);
}

TEST_CASE("mirror: a log that goes on otherwise than it was shown is shown anew") {
  Mirrored match(2);
  Player& eve = match.watcher(1);
  match.world.run(3s);
  // A relay that lost power, and does not have the end of what it had sent.
  MatchRecord shorter =
      prefix(read_room(*match.world.relays[0].storage->read(journal_path), code).record, Tick{60});
  match.follower(1).is_silent = true;
  match.follower(1).tell(code, followed::Whole{std::move(shorter)});
  match.world.run(2s);
  // It does not stay with what it was shown, but asks anew, here or at the owner.
  CHECK(watchers_of(match.server(1)) == 0);
  CHECK(match.server(0).statistics().spectators == 1);
  match.stop_acting();
  match.expect_same(eve);
}

TEST_CASE("mirror: while its log is silent it stands still, and goes on with all that came") {
  Mirrored match(2);
  Player& eve = match.watcher(1);
  match.world.run(2s);
  match.follower(1).is_silent = true;
  match.world.run(1s);
  const Tick stood = eve.present();
  match.world.run(3s);
  CHECK(eve.present() == stood);
  CHECK(eve.client().phase() == Client::Phase::playing);
  CHECK_FALSE(eve.client().is_reconnecting());
  match.follower(1).is_silent = false;
  match.world.run(1s);
  CHECK(eve.present() > stood + 200);
  match.stop_acting();
  match.expect_same(eve);
  // Where its log is lost, those who watch ask anew, here or at the owner.
  match.follower(1).lose(code);
  match.world.run(3s);
  CHECK(match.server(1).mirror_count() == 0);
  CHECK(match.server(0).statistics().spectators == 1);
  match.expect_same(eve);
}

TEST_CASE("mirror: it asks for the room's password, and a wrong one counts as a guess") {
  Mirrored match(2, {}, locked_by("open sesame"));
  Player& wrong = match.world.join(1, watching(code));
  REQUIRE(
      match.world.run_until([&] { return wrong.client().phase() == Client::Phase::failed; }, 5s));
  CHECK_THAT(wrong.client().failure().sentence, contains("there is no room KAZ22"));
  CHECK(match.server(1).statistics().wrong_codes == 1);
  CHECK(watchers_of(match.server(1)) == 0);
  Player& eve = match.watcher(1, locked_by("open sesame", watching(code)));
  match.world.run(2s);
  CHECK(watchers_of(match.server(1)) == 1);
  match.stop_acting();
  match.expect_same(eve);
  // Other rules are refused as well.
  Hello other = locked_by("open sesame", watching(code));
  other.rules = "other@1+0123456789abcdef";
  Player& stranger = match.world.join(1, other);
  REQUIRE(match.world.run_until([&] { return stranger.client().phase() == Client::Phase::failed; },
                                5s));
  CHECK_THAT(stranger.client().failure().sentence, contains("room KAZ22 plays"));
}

TEST_CASE("mirror: where the host decides on spectators, or counts them, the owner is asked") {
  for (const bool asks : {true, false}) {
    Hello hello = hello_for(code);
    hello.terms.asks_for_spectators = asks;
    if (!asks) hello.terms.spectators_max = 1;
    Mirrored match(2, {}, hello);
    Player& eve = match.world.join(1, watching(code));
    match.world.run(3s);
    CHECK(match.server(0).peer_count() == 3);
    CHECK(watchers_of(match.server(1)) == 0);
    CHECK(eve.client().welcome().has_value() != asks);
    CHECK(eve.client().room().is_host_asked == asks);
  }
}

TEST_CASE("mirror: there are so many at a time, and further spectators go to the owner") {
  Mirrored match(2, {.mirrors_max = 1});
  Player& ann = match.world.join(0, hello_for("KAZ23"));
  REQUIRE(match.world.run_until([&] { return ann.is_in(); }, 5s));
  match.watcher(1);
  match.watcher(1, watching("KAZ23"));
  CHECK(match.server(1).mirror_count() == 1);
  CHECK(match.server(0).peer_count() == 4);
  // A mirror has as many spectators as a room.
  Mirrored few(2, {.spectators_max = 1});
  few.watcher(1);
  Player& eve = few.world.join(1, watching(code));
  REQUIRE(few.world.run_until([&] { return eve.client().phase() == Client::Phase::failed; }, 5s));
  CHECK_THAT(eve.client().failure().sentence, contains("has 1 spectators already"));
}

TEST_CASE("mirror: an owner with many spectators sends the next to another relay") {
  Mirrored match(3, {.spectators_before_mirrors = 2});
  match.follower(0).another = FleetWorld::address(2);
  for (int i = 0; i < 2; ++i)
    match.watcher(0);
  CHECK(match.server(0).peer_count() == 4);
  Player& eve = match.watcher(0);
  match.world.run(2s);
  CHECK(match.server(0).peer_count() == 4);
  CHECK(watchers_of(match.server(2)) == 1);
  match.stop_acting();
  match.expect_same(eve);
  // Who cannot be sent on is served here.
  match.follower(0).another.reset();
  match.watcher(0);
  CHECK(match.server(0).peer_count() == 5);
}

TEST_CASE("mirror: who plays is sent on, also from watching, and a player may watch there") {
  Mirrored match(2, {}, hello_for(code, 3));
  Player& cleo = match.world.join(1, hello_for(code, 3));
  REQUIRE(match.world.run_until([&] { return cleo.is_in(); }, 5s));
  CHECK(match.server(0).peer_count() == 3);
  cleo.client().leave();
  Player& eve = match.watcher(1);
  match.world.run(1s);
  eve.client().change_role(Role::player, 0, "eve");
  REQUIRE(match.world.run_until([&] { return eve.is_in(); }, 10s));
  CHECK(match.server(0).peer_count() == 3);
  CHECK(watchers_of(match.server(1)) == 0);
  match.stop_acting();
  CHECK(eve.log().head() == match.ada->log().head());
}
