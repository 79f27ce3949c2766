// A relay hands its rooms to others, whatever becomes of what it says.

#include "fleet/members.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

void play_and_hand_over(Member& first, Members& members, Random& random) {
  first.ask(members.now, true);
  members.pass(1s);
  play(first, random);
  first.hand_over();
}

}  // namespace

TEST_CASE("a room that is handed over goes on at another relay, with all that was ordered") {
  Members members(1);
  Random random(1);
  play_and_hand_over(members[0], members, random);
  const MatchRecord before = prefix_of(members[0]);
  members.pass(500ms);
  CHECK_FALSE(members[0].has_room);
  CHECK(members.servers->rooms[room_name_of(room)].record.owner == bob);
  // Whoever asks the old relay is sent on, and the new one goes on with it.
  const auto asked = members[0].ask(members.now, false);
  members.pass(500ms);
  REQUIRE(members[0].answer<room_answer::Elsewhere>(asked));
  CHECK(members[0].answer<room_answer::Elsewhere>(asked)->relay == address_of(bob));
  members[1].ask(members.now, false);
  members.pass(500ms);
  REQUIRE(members[1].has_room);
  CHECK(members[1].match().record.log.horizon() == before.log.horizon());
  CHECK(members[1].match().record.log.head() == before.log.head());
  CHECK(members[0].streaming.status().fenced == 0);
  // And back, since it is there still.
  play(members[1], random);
  members[1].hand_over();
  members.pass(500ms);
  members[0].ask(members.now, false);
  members.pass(500ms);
  CHECK(members[0].has_room);
  CHECK(members[0].epoch > members[1].epoch);
}

TEST_CASE("a room that was handed over is on the way until it is gone on with, or for a second") {
  Members members(1);
  Random random(1);
  play_and_hand_over(members[0], members, random);
  members.pass(500ms);
  CHECK_FALSE(members[0].has_room);
  CHECK(members[0].book.on_the_way() == 1);
  members[1].ask(members.now, false);
  members.pass(200ms);
  REQUIRE(members[1].has_room);
  CHECK(members[0].book.on_the_way() == 0);
  // Where nobody comes, nobody waits for ever.
  play(members[1], random);
  members[1].hand_over();
  members.pass(500ms);
  CHECK(members[1].book.on_the_way() == 1);
  members.pass(1s);
  CHECK(members[1].book.on_the_way() == 0);
  CHECK_FALSE(members[0].has_room);
}

TEST_CASE("all who ask for a room that is taken over are answered as soon as one is") {
  Members members(1);
  Random random(1);
  play_and_hand_over(members[0], members, random);
  members.pass(500ms);
  const auto first = members[1].ask(members.now, false);
  const auto second = members[1].ask(members.now, false);
  members.pass(2 * step);
  CHECK(members[1].taken_over == 1);
  CHECK(members[1].answers.front().number == first);
  CHECK(members[1].answer<room_answer::Opened>(second));
}

TEST_CASE("a room that no other relay can take stays") {
  Members members(1, 1);
  members[0].ask(members.now, true);
  members.pass(1s);
  members[0].hand_over();
  members.pass(500ms);
  CHECK(members[0].kept == 1);
  CHECK(members[0].plays(members.now));
  CHECK(members.servers->rooms[room_name_of(room)].record.owner == ada);
}

TEST_CASE("a room is handed over or stays, whatever the store does with what is said of it") {
  std::uint64_t kept = 0, moved = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Members members(seed);
    Random random(seed);
    members[0].ask(members.now, true);
    members.pass(1s);
    REQUIRE(members[0].has_room);
    play(members[0], random);
    members[0].store.trouble_percent = 60;
    members[0].hand_over();
    const MatchRecord before = prefix_of(members[0]);
    members.pass(std::chrono::milliseconds(100 + random.below(500)));
    members[1].ask(members.now, false);
    members.pass(2s);
    members[0].store.trouble_percent = 0;
    members.pass(5s);
    // One of them plays it, and has all.
    if (!members[0].has_room && !members[1].has_room) {
      members[1].ask(members.now, false);
      members.pass(1s);
    }
    REQUIRE(members.playing() == 1);
    Member& owner = members[members[0].has_room ? 0 : 1];
    CHECK(owner.match().record.log.head(before.log.horizon()) == before.log.head());
    kept += members[0].has_room;
    moved += members[1].has_room;
  }
  CHECK(kept > 0);
  CHECK(moved > 10);
}

TEST_CASE("a relay has read a match before that is handed over to it, and then reads the rest") {
  Members members(1);
  Random random(1);
  members[0].ask(members.now, true);
  members.pass(1s);
  for (int i = 0; i < 60; ++i) {
    play(members[0], random, 3);
    members.pass(step);
  }
  members[0].book.prepare(room, members.now);
  members.pass(200ms);
  REQUIRE(members[0].prepared == std::vector{room});
  CHECK(members[0].plays(members.now));
  const std::uint64_t read_ahead = members[1].store.entries_read;
  CHECK(read_ahead > 20);
  play(members[0], random, 5);
  members[0].hand_over();
  const MatchRecord before = prefix_of(members[0]);
  members.pass(500ms);
  members[1].ask(members.now, false);
  members.pass(500ms);
  REQUIRE(members[1].has_room);
  CHECK(members[1].match().record.log.head() == before.log.head());
  CHECK(members[1].store.entries_read - read_ahead < 10);
}

TEST_CASE("a relay that does not read ahead is waited for during a second, no longer") {
  Members members(1);
  Random random(1);
  members[0].ask(members.now, true);
  members.pass(1s);
  play(members[0], random);
  members[1].store.is_out_of_reach = true;
  members[0].book.prepare(room, members.now);
  members.pass(500ms);
  CHECK(members[0].prepared.empty());
  members.pass(600ms);
  CHECK(members[0].prepared == std::vector{room});
  CHECK(members[0].plays(members.now));
}

TEST_CASE("a room goes to the relay that has read its match, unless that is gone") {
  for (const bool is_gone : {false, true}) {
    CAPTURE(is_gone);
    Members members(1, 3);
    Random random(1);
    members[0].ask(members.now, true);
    members.pass(1s);
    play(members[0], random);
    members[0].book.prepare(room, members.now);
    members.pass(200ms);
    REQUIRE(members[0].prepared == std::vector{room});
    const std::size_t heir = members[1].store.entries_read > 0 ? 1 : 2;
    // It has more to do than the other one since.
    members[heir].rooms_said = 9;
    if (is_gone) members[heir].die();
    members.pass(3s);
    members[0].hand_over();
    members.pass(500ms);
    const RelayId owner = members.servers->rooms[room_name_of(room)].record.owner;
    CHECK((owner == members[heir].id) != is_gone);
    CHECK(owner != ada);
  }
}

TEST_CASE("a room that nobody can take is not waited for, nor one that is closed meanwhile") {
  Members alone(1, 1);
  alone[0].ask(alone.now, true);
  alone.pass(1s);
  alone[0].book.prepare(room, alone.now);
  alone.pass(step);
  CHECK(alone[0].prepared == std::vector{room});
  Members members(1);
  Random random(1);
  members[0].ask(members.now, true);
  members.pass(1s);
  play(members[0], random);
  members.pass(step);
  members[0].book.prepare(room, members.now);
  members[0].book.close(room);
  members.pass(2s);
  CHECK(members[0].prepared.empty());
}

TEST_CASE("logs that were read ahead are kept for some seconds, and only so many") {
  MemoryStore store(1);
  detail::LogsAhead ahead;
  const Instant begin{1h};
  for (std::uint64_t i = 0; i < 100; ++i) {
    MatchId match;
    match.digest.bytes[0] = static_cast<std::byte>(i);
    store.store({.match = match, .owner = ada}, 0);
    REQUIRE(ahead.read(store, match, begin));
  }
  CHECK(ahead.count() == 64);
  CHECK(ahead.take({}).size() == 1);
  CHECK(ahead.take({}).empty());
  ahead.forget_old(begin + 9s);
  CHECK(ahead.count() == 63);
  ahead.forget_old(begin + 10s);
  CHECK(ahead.count() == 0);
}
