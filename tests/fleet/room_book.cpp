// Relays agree on who has a room, whatever becomes of them and of what they say: never two of them
// play its match at a time, and who takes it over has all that was stored of it.

#include "fleet/room_book.hpp"

#include "fleet/members.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
using detail::Lease;

TEST_CASE("a lease lasts from when it was said that the relay is there, less a margin") {
  Lease lease;
  const Instant start{1h};
  CHECK_FALSE(lease.view(start).is_held);
  const std::uint32_t first = lease.send(start);
  // Given an answer that took a second
  lease.take_stored(first, start + 1s);
  CHECK(lease.view(start + 1499ms).is_held);
  CHECK_FALSE(lease.view(start + 1500ms).is_held);
  // When it is renewed in time, it is the same; when it is not, it is another
  const std::uint32_t second = lease.send(start + 1200ms);
  lease.take_stored(second, start + 1400ms);
  CHECK(lease.view(start + 2600ms).life == 1);
  CHECK(lease.view(start + 2600ms).since == start + 1s);
  const std::uint32_t third = lease.send(start + 3s);
  lease.take_stored(third, start + 3100ms);
  CHECK(lease.view(start + 3100ms).life == 2);
  // and an answer that came too late is none, nor is one that nobody waits for.
  const std::uint32_t fourth = lease.send(start + 5s);
  lease.take_stored(fourth, start + 7s);
  lease.take_stored(99, start + 7s);
  CHECK_FALSE(lease.view(start + 7s).is_held);
}

TEST_CASE("a room that one relay has opened is found by the others, until it is closed") {
  Members members(1);
  const auto opened = members[0].ask(members.now, true);
  members.pass(1s);
  REQUIRE(members[0].answer<room_answer::Opened>(opened));
  const auto found = members[1].ask(members.now, false), taken = members[1].ask(members.now, true);
  const auto missing = members[1].ask(members.now, false, false, "AAAAA");
  members.pass(1s);
  REQUIRE(members[1].answer<room_answer::Elsewhere>(found));
  CHECK(members[1].answer<room_answer::Elsewhere>(found)->relay == address_of(ada));
  CHECK(members[1].answer<room_answer::Elsewhere>(taken));
  CHECK(members[1].answer<room_answer::Nowhere>(missing));
  // The directory knows of the match too.
  CHECK(members.servers->rooms[room_name_of(room)].record.match ==
        match_id_of(members[0].match().record));
  members[0].book.close(room);
  members.pass(1s);
  CHECK(members.servers->rooms.empty());
  const auto gone = members[1].ask(members.now, false);
  members.pass(1s);
  CHECK(members[1].answer<room_answer::Nowhere>(gone));
}

TEST_CASE("a match whose relay is gone goes on at another one, with all that was stored") {
  Members members(1);
  Random random(1);
  members[0].ask(members.now, true);
  members.pass(1s);
  play(members[0], random);
  members.pass(1s);
  const MatchRecord before = prefix_of(members[0]);
  const std::uint32_t bound = members.servers->rooms[room_name_of(room)].record.epoch;
  members[0].is_paused = true;
  // While it may only be slow, nobody is sent there, and its match is not taken.
  members.pass(1s);
  const auto asked = members[1].ask(members.now, false);
  members.pass(500ms);
  CHECK(members[1].answers.empty());
  CHECK_FALSE(members[1].has_room);
  members.pass(1s);
  REQUIRE(members[1].has_room);
  CHECK(members[1].answers.front().number == asked);
  CHECK(members[1].match().record.log.horizon() == before.log.horizon());
  CHECK(members[1].match().record.log.head() == before.log.head());
  CHECK(members[1].epoch > bound);
  CHECK(members.servers->rooms[room_name_of(room)].record.epoch == members[1].epoch);
  CHECK(members.servers->rooms[room_name_of(room)].record.owner == bob);
  // It goes on in the fleet too, and can be taken over once more, even back.
  play(members[1], random);
  members.pass(1s);
  CHECK(members[1].is_all_stored());
  const MatchRecord further = prefix_of(members[1]);
  members[0].is_paused = false;
  members.pass(3s);
  CHECK_FALSE(members[0].has_room);
  members[1].is_paused = true;
  members.pass(3s);
  members[0].ask(members.now, false);
  members.pass(1s);
  REQUIRE(members[0].has_room);
  CHECK(members[0].match().record.log.head() == further.log.head());
  CHECK(members[0].epoch > members[1].epoch);
  play(members[0], random);
  members.pass(1s);
  CHECK(found_in(members[0].store, further).log.head() == members[0].match().record.log.head());
}

TEST_CASE("a relay that comes back too late finds its rooms taken, and writes nothing there") {
  Members members(1);
  Random random(1);
  members[0].ask(members.now, true);
  members.pass(1s);
  play(members[0], random);
  // Given a relay that is cut off, and orders on for as long as it has its lease
  members[0].store.is_out_of_reach = true;
  members.pass(2s);
  CHECK_FALSE(members[0].has_lease(members.now));
  play(members[0], random);
  members[1].ask(members.now, false);
  members.pass(2s);
  REQUIRE(members[1].plays(members.now));
  const MatchRecord taken = prefix_of(members[1]);
  // When it is back, then it has heard that the room has moved before it has a lease again
  members[0].store.is_out_of_reach = false;
  while (!members[0].has_lease(members.now))
    members.pass(step);
  CHECK_FALSE(members[0].has_room);
  members.pass(3s);
  CHECK(members[0].streaming.status().fenced == 1);
  CHECK(found_in(members[1].store, taken).log.head() == taken.log.head());
}

TEST_CASE("after the servers' silence nobody takes what belongs to relays that are there still") {
  Members members(1, 3);
  members[0].ask(members.now, true);
  members.pass(1s);
  for (std::size_t i = 0; i < members.count(); ++i)
    members[i].store.is_out_of_reach = true;
  members.pass(5s);
  // Given that some hear of it sooner than others
  members[1].store.is_out_of_reach = members[2].store.is_out_of_reach = false;
  members[1].ask(members.now, false);
  members[2].ask(members.now, true);
  members.pass(1500ms);
  CHECK(members[1].has_lease(members.now));
  members[0].store.is_out_of_reach = false;
  members.pass(4s);
  CHECK(members[0].plays(members.now));
  CHECK(members[1].answer<room_answer::Elsewhere>(1));
  CHECK(members[2].answer<room_answer::Elsewhere>(1));
}

TEST_CASE("after the servers' silence nobody waits for a relay that is seen to be gone") {
  Members members(1, 3);
  Random random(1);
  members[0].ask(members.now, true);
  members.pass(1s);
  play(members[0], random);
  members.pass(1s);
  for (std::size_t i = 0; i < members.count(); ++i)
    members[i].store.is_out_of_reach = true;
  members.pass(1s);
  members[0].is_paused = true;
  const bool is_seen = GENERATE(true, false);
  if (is_seen) members[0].die();
  members.pass(4s);
  members[1].store.is_out_of_reach = members[2].store.is_out_of_reach = false;
  members[1].ask(members.now, false);
  while (!members[1].has_lease(members.now))
    members.pass(step);
  members.pass(500ms);
  CHECK(members[1].plays(members.now) == is_seen);
  members.pass(2s);
  CHECK(members[1].plays(members.now));
}

TEST_CASE("new rooms are opened where there is least to do, and not where a relay drains") {
  Members members(1, 3);
  members[0].rooms_said = members[1].rooms_said = 1;
  for (int i = 0; i < 10; ++i)
    members[0].book.ask({.number = 1000U + static_cast<unsigned>(i),
                         .room = "AAAA" + std::to_string(i),
                         .opens = true},
                        members.now);
  members[1].is_draining = true;
  members.pass(1s);
  const auto sent = members[0].ask(members.now, true, true);
  const auto kept = members[0].ask(members.now, true, false, "BBBBB");
  members.pass(1s);
  REQUIRE(members[0].answer<room_answer::Elsewhere>(sent));
  CHECK(members[0].answer<room_answer::Elsewhere>(sent)->relay == address_of(eve));
  CHECK(members[0].answer<room_answer::Opened>(kept));
  CHECK_FALSE(members.servers->rooms.contains(room_name_of(room)));
  // Those that are sent there at once are counted, so that not all are.
  std::vector<std::uint64_t> many;
  for (int i = 0; i < 20; ++i)
    many.push_back(members[0].ask(members.now, true, true, "CCC" + std::to_string(10 + i)));
  members.pass(100ms);
  const auto there = std::ranges::count_if(many, [&](std::uint64_t number) {
    return members[0].answer<room_answer::Elsewhere>(number) != nullptr;
  });
  CHECK(there >= 2);
  CHECK(there < 10);
  // A relay that drains itself opens no room if it can be elsewhere.
  members[2].book.drain(true);
  const auto drained = members[2].ask(members.now, true, true, "DDDDD");
  members.pass(1s);
  CHECK(members[2].answer<room_answer::Elsewhere>(drained));
}

TEST_CASE("a match that is over, or of which there is nothing, is not gone on with") {
  Members members(1);
  members[0].ask(members.now, true);
  members.pass(1s);
  SECTION("its end is recorded") { members[0].relay.end(members[0].match()); }
  SECTION("its relay died before it was") { members[0].relay.say_end(members[0].match()); }
  members.pass(1s);
  members[0].is_paused = true;
  members.pass(3s);
  const auto over = members[1].ask(members.now, false);
  members.pass(1s);
  CHECK(members[1].answer<room_answer::Nowhere>(over));
  CHECK(members.servers->rooms.empty());
  // A code whose relay died before anything was written can be had again.
  REQUIRE(members[1]
              .store.write_room(room_name_of(room), {.owner = eve, .address = address_of(eve)}, 0)
              .kind == AppendOutcome::Kind::stored);
  const auto again = members[1].ask(members.now, true);
  members.pass(1s);
  CHECK(members[1].answer<room_answer::Opened>(again));
}

TEST_CASE("a relay that is started again has its matches still, if nobody has taken them") {
  Members members(1, 3);
  Random random(1);
  members[0].ask(members.now, true);
  members.pass(1s);
  play(members[0], random);
  members.pass(1s);
  const MatchRecord record = prefix_of(members[0]);
  const std::vector<detail::RoomClaim> claims{{room, match_id_of(record), 7}};
  members[0].is_paused = true;
  const std::optional<std::vector<RelayId>> lives{{ada}};
  const auto claim_by = [&](Member& member) {
    const auto outcome = member.book.claim(claims, lives, member.lease.view(members.now)).front();
    REQUIRE(outcome);
    return *outcome;
  };
  SECTION("nobody has") {
    const detail::ClaimOutcome outcome = claim_by(members[2]);
    CHECK(outcome.is_ours);
    CHECK(outcome.epoch > 7);
    CHECK(members.servers->rooms[room_name_of(room)].record.owner == eve);
    CHECK(members.servers->rooms[room_name_of(room)].record.epoch == outcome.epoch);
    // The log is its own to go on with too.
    CHECK(members.servers->logs[match_id_of(record)].back().entry.owner == eve);
  }
  SECTION("another relay has") {
    members.pass(3s);
    members[1].ask(members.now, false);
    members.pass(1s);
    REQUIRE(members[1].has_room);
    CHECK_FALSE(claim_by(members[2]).is_ours);
    // and not even when that one has come to the match's end.
    members[1].relay.end(members[1].match());
    members[1].book.close(room);
    members.pass(1s);
    CHECK(members.servers->rooms.empty());
    CHECK_FALSE(claim_by(members[2]).is_ours);
  }
  SECTION("another relay had, and handed it back to one that was gone") {
    members.pass(3s);
    members[1].ask(members.now, false);
    members.pass(1s);
    play(members[1], random);
    members[0].is_paused = false;
    members[2].is_draining = true;
    members.pass(3s);
    members[0].is_paused = true;
    members[1].hand_over();
    members.pass(500ms);
    REQUIRE(members.servers->rooms[room_name_of(room)].record.owner == ada);
    // What the journal has is older than what was handed over.
    CHECK_FALSE(claim_by(members[2]).is_ours);
    members.pass(3s);
    members[2].ask(members.now, false);
    members.pass(1s);
    REQUIRE(members[2].has_room);
    CHECK(members[2].match().record.log.horizon() > record.log.horizon());
  }
  SECTION("its code was given up, and the match is its own still") {
    members.servers->rooms.clear();
    CHECK(claim_by(members[2]).is_ours);
  }
  SECTION("it was begun without a fleet") {
    members.servers->rooms.clear();
    members.servers->logs.clear();
    CHECK(claim_by(members[2]).is_ours);
  }
}

TEST_CASE("codes of relays that are gone are free again after a while, and others are not") {
  Members members(1);
  members[0].ask(members.now, true);
  members.pass(1s);
  REQUIRE(
      members[0]
          .store.write_room(room_name_of("LLLLL"), {.owner = eve, .address = address_of(eve)}, 0)
          .kind == AppendOutcome::Kind::stored);
  members.pass(200s);
  CHECK(members.servers->rooms.contains(room_name_of("LLLLL")));
  members.pass(200s);
  CHECK_FALSE(members.servers->rooms.contains(room_name_of("LLLLL")));
  CHECK(members.servers->rooms.contains(room_name_of(room)));
  // Should it have been taken for left behind, its relay says again that it has it.
  members.servers->rooms.clear();
  members[0].is_paused = true;
  members.pass(3s);
  members[0].is_paused = false;
  members.pass(3s);
  CHECK(members[0].plays(members.now));
  CHECK(members.servers->rooms.contains(room_name_of(room)));
}

TEST_CASE("a fleet that does not answer is said to be so, and is asked no more") {
  Members members(1);
  members[0].store.is_out_of_reach = true;
  const auto asked = members[0].ask(members.now, false), opened = members[0].ask(members.now, true);
  members.pass(11s);
  CHECK(members[0].answers.empty());
  members.pass(2s);
  CHECK(members[0].answer<room_answer::Unknown>(asked));
  CHECK(members[0].answer<room_answer::Unknown>(opened));
}

TEST_CASE("of many relays at most one plays a room's match, and it has all that was stored") {
  std::uint64_t taken_over = 0, came_back = 0, fenced = 0, opened = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Members members(seed, seed % 2 == 0 ? 2 : 3);
    Tick stored{};
    Head head{};
    MatchId match{};
    std::vector<Instant> until(members.count(), members.now);
    for (std::size_t i = 0; i < members.count(); ++i)
      members[i].store.trouble_percent = 10;
    for (int turn = 0; turn < 1200; ++turn) {
      for (std::size_t i = 0; i < members.count(); ++i) {
        Member& member = members[i];
        if (members.now >= until[i]) {  // some trouble, or none, for a while
          const std::uint32_t trouble = random.below(6);
          came_back += member.is_paused || member.store.is_out_of_reach;
          member.is_paused = trouble == 0;
          member.store.is_out_of_reach = trouble == 1;
          until[i] = members.now + step * (20 + random.below(100));
        }
        if (!member.has_room && !member.is_paused && random.below(20) == 0) {
          member.ask(members.now, random.below(4) == 0);
        }
        if (member.plays(members.now) && !member.is_paused) play(member, random, 1);
      }
      members.pass(step);
      for (std::size_t i = 0; i < members.count(); ++i) {
        Member& member = members[i];
        if (!member.plays(members.now)) continue;
        const MatchRecord& record = member.match().record;
        const bool is_same = match_id_of(record) == match;
        if (is_same) {
          REQUIRE(record.log.horizon() >= stored);
          REQUIRE(record.log.head(stored) == head);
        }
        if (!member.is_all_stored()) continue;
        opened += !is_same;
        match = match_id_of(record);
        stored = record.log.horizon();
        head = record.log.head();
      }
    }
    for (std::size_t i = 0; i < members.count(); ++i) {
      taken_over += members[i].taken_over;
      fenced += members[i].streaming.status().fenced;
    }
  }
  CHECK(taken_over > 100);
  CHECK(came_back > 500);
  CHECK(fenced > 50);
  CHECK(opened > 50);
}
