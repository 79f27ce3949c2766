// Rooms with a password.

#include <algorithm>

#include "private_rooms.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

TEST_CASE("password: who knows it comes in, to play and to watch") {
  World world;
  playing(world, locked_by("swordfish"));
  CHECK(playing(world, locked_by("swordfish", entering())).slot() == PlayerId{1});
  Player& eve = world.join(locked_by("swordfish", watching(private_room)), calm, 5);
  world.run(300ms);
  CHECK(eve.client().phase() == Client::Phase::playing);
}

TEST_CASE("password: without it a room cannot be told from one that is not there") {
  World world;
  playing(world, locked_by("swordfish"));
  Hello other_rules = entering();
  other_rules.rules = "tally@2+00000000000000ff";
  const std::string nothing = words_to(world, {.room = "KAZ23", .rules = tally_rules});
  CHECK_THAT(nothing, contains("2 there is no room KAZ23 on this relay"));
  for (const Hello& hello :
       {entering(), locked_by("Swordfish", entering()), locked_by("", entering()),
        watching(private_room), locked_by("Swordfish", watching(private_room)), other_rules,
        hello_for(private_room, 4)}) {
    std::string words = words_to(world, hello);
    words.replace(words.find(private_room), 5, "KAZ23");
    CHECK(words == nothing);
  }
  CHECK(world.server->statistics().wrong_codes == 8);
  CHECK(world.server->match(private_room)->player_count() == 1);
}

TEST_CASE("password: nobody without it learns that a match with one is over") {
  World world;
  Hello hello = locked_by("swordfish");
  hello.create->terms.ends_at = 60;
  playing(world, hello);
  world.run(1500ms);
  CHECK_THAT(words_to(world, entering()), contains("2 there is no room"));
  CHECK_THAT(words_to(world, locked_by("swordfish", entering())), contains("6 the match in room"));
  world.run(10s);
  REQUIRE(world.server->room_count() == 0);
  CHECK_THAT(words_to(world, entering()), contains("2 there is no room"));
}

TEST_CASE("password: a relay that died asks for it again, and nothing on the disk says it") {
  World world;
  Player& ada = playing(world, locked_by("swordfish"));
  Player& bob = playing(world, locked_by("swordfish", entering()));
  const PasswordHash said = hash_password("swordfish");
  const auto holds = [&](BytesView text) {
    const Bytes disk = world.written();
    return std::search(disk.begin(), disk.end(), text.begin(), text.end()) != disk.end();
  };
  CHECK(holds(as_bytes(private_room)));
  CHECK_FALSE(holds(as_bytes("swordfish")));
  CHECK_FALSE(holds(said));
  world.restart_relay();
  REQUIRE(world.run_until(
      [&] { return ada.client().welcome()->epoch > 0 && bob.client().welcome()->epoch > 0; }, 12s));
  // Its players came back by their secrets.
  CHECK(world.server->match(private_room)->player_count() == 2);
  CHECK_THAT(words_to(world, entering()), contains("2 there is no room"));
  CHECK(playing(world, locked_by("swordfish", entering())).slot() == PlayerId{2});
  // It is in no file of a match that is over.
  ada.client().end_match();
  REQUIRE(world.run_until([&] { return !world.finished.empty(); }, 8s));
  CHECK(world.finished.front().door.empty());
}

TEST_CASE("password: a journal that is begun anew keeps the door shut") {
  World world;
  playing(world, locked_by("swordfish"));
  auto renewed = renew_journal(world.storage, journal_path, *world.server);
  REQUIRE(renewed);
  world.server->continue_in(renewed->journal, renewed->numbers);
  world.run(100ms);
  const ReadMatch match = read_room(world.written(), private_room);
  CHECK_FALSE(match.record.door.empty());
  world.server.reset();
}

TEST_CASE("password: a player who comes back by its secret need not say it") {
  World world;
  Player& ada = playing(world, locked_by("swordfish"));
  Hello again = entering();
  again.resume = ada.client().welcome()->resume;
  Stranger stranger(world);
  stranger.say(world, again);
  CHECK(stranger.last_answer() == "welcome");
}
