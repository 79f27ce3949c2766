// What happens in the middle of a takeover changes nothing: whoever is slow has the room in the
// end, or has harmed nobody.

#include "fleet/members.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

TEST_CASE("a relay that sleeps in the middle of a takeover harms nobody who takes over meanwhile") {
  // Awake again, it may look things up at servers that were leaders, and know of nothing.
  const std::uint32_t old_rooms = GENERATE(0, 100), old_logs = GENERATE(0, 100);
  CAPTURE(old_rooms, old_logs);
  int slept = 0, lost = 0;
  for (int place = 1; place <= 16; ++place) {
    CAPTURE(place);
    Members members(1, 3);
    Random random(1);
    members[0].ask(members.now, true);
    members.pass(1s);
    play(members[0], random);
    members.pass(1s);
    const MatchRecord before = prefix_of(members[0]);
    members[0].is_paused = true;
    members.pass(3s);
    // Given a relay that takes the match over, and stands still at this place for some seconds,
    // while another one takes it over
    int waited = 0;
    members[1].store.meanwhile = [&] {
      if (++waited != place) return;
      ++slept;
      members.servers->depose_leader(members.now + 7s);
      for (std::size_t i = 0; i < members.count(); ++i) {
        members[i].store.old_rooms_percent = i == 1 ? old_rooms : 0;
        members[i].store.old_logs_percent = i == 1 ? old_logs : 0;
      }
      members[1].is_paused = true;
      members.pass(3s);
      members[2].ask(members.now, false);
      members.pass(1s);
      if (members[2].has_room) play(members[2], random);
      members.pass(1s);
      members[1].is_paused = false;
    };
    members[1].ask(members.now, false);
    members.pass(step);
    members[1].store.meanwhile = nullptr;
    members.pass(5s);
    // Then one of them has it, with everything, and its log goes on
    REQUIRE(members.playing() == 1);
    Member& owner = members[1].plays(members.now) ? members[1] : members[2];
    lost += &owner == &members[2] && waited >= place;
    CHECK(owner.match().record.log.horizon() >= before.log.horizon());
    CHECK(owner.match().record.log.head(before.log.horizon()) == before.log.head());
    play(owner, random);
    members.pass(1s);
    CHECK(owner.is_all_stored());
    CHECK(found_in(owner.store, before).log.head() == owner.match().record.log.head());
  }
  CHECK(slept > 6);
  CHECK(lost > 2);
}

TEST_CASE("of two relays that are told at the same moment that a room is theirs the last has it") {
  const auto servers = std::make_shared<MemoryServers>();
  const RoomName name = room_name_of(room);
  MemoryStore first(1, servers), second(2, servers);
  const RoomRecord left{.owner = eve, .match = MatchId{}, .epoch = 3, .address = address_of(eve)};
  // Among other rooms, of which much was said.
  for (int i = 0; i < 9; ++i)
    first.write_room({{{static_cast<std::byte>(i)}}}, left, 0);
  REQUIRE(first.write_room(name, left, 0).kind == AppendOutcome::Kind::stored);
  detail::LogsAhead ahead;
  const detail::RoomSearch of_first(first, ahead, ada, address_of(ada));
  const detail::RoomSearch of_second(second, ahead, bob, address_of(bob));
  const auto write = [&](MemoryStore& store, StoredRoom& ours, const RelayId& owner) {
    const std::uint64_t before = ours.sequence;
    ours.record.owner = owner;
    const AppendOutcome outcome = store.write_room(name, ours.record, before);
    REQUIRE(outcome.kind == AppendOutcome::Kind::stored);
    ours.sequence = outcome.sequence;
  };
  // Given two that have seen the same, and are both told that they are stored
  StoredRoom of_ada = servers->rooms[name], of_bob = of_ada;
  write(first, of_ada, ada);
  second.is_behind_by_one = true;
  write(second, of_bob, bob);
  second.is_behind_by_one = false;
  SECTION("who came first is refused once it says so again") {
    CHECK_FALSE(of_first.settle(name, of_ada, 40'000));
    REQUIRE(of_second.settle(name, of_bob, 0));
  }
  SECTION("or, if it is told again that it is stored, has the lower epoch") {
    first.is_behind_by_one = true;
    REQUIRE(of_first.settle(name, of_ada, 40'000));
    second.is_behind_by_one = true;
    REQUIRE(of_second.settle(name, of_bob, 0));
    CHECK(of_ada.record.epoch > left.epoch);
    CHECK(of_bob.record.epoch > of_ada.record.epoch);
  }
  // Then the last one has it, and it is stored in which epoch
  CHECK(servers->rooms[name].record == of_bob.record);
  CHECK(of_bob.record.epoch > left.epoch);
}

TEST_CASE(
    "an entry that is confirmed behind the fence of a takeover is in the match that goes on") {
  const auto servers = std::make_shared<MemoryServers>();
  MemoryStore of_owner(1, servers), of_next(2, servers);
  Folder folder;
  PlayedRelay relay(folder.file("relay.journal"));
  Streaming streaming(of_owner, ada);
  streaming.follow(relay.start());
  relay.open_match(room);
  Random random(1);
  for (int i = 0; i < 20; ++i)
    relay.play(random);
  streaming.reach(relay.flush());
  REQUIRE(streaming.comes_to_its_end());
  const MatchId match = match_id_of(relay.matches()[0].record);
  of_owner.write_room(room_name_of(room),
                      {.owner = ada, .match = match, .address = address_of(ada)}, 0);
  // Given an owner that is gone for the fleet, and one more entry of which comes with the fence
  relay.play(random);
  streaming.reach(relay.flush());
  const Tick told = relay.matches()[0].record.log.horizon();
  bool is_there = false;
  of_next.meanwhile = [&] {
    const auto& log = servers->logs[match];
    if (is_there || log.back().entry.owner != bob) return;
    is_there = true;
    of_owner.is_behind_by_one = true;
    REQUIRE(streaming.comes_to_its_end());
    of_owner.is_behind_by_one = false;
  };
  detail::LogsAhead ahead;
  const detail::RoomSearch search(of_next, ahead, bob, address_of(bob));
  const detail::SearchTerms terms{.has_lease = true, .knows_who_is_there = true};
  // When it is taken over, then not without that entry
  std::optional<detail::SearchResult::Answer> answer;
  for (int i = 0; i < 3 && !answer; ++i)
    answer = search.look({.room = room}, terms).answer;
  REQUIRE(is_there);
  REQUIRE(answer);
  const auto* taken = std::get_if<room_answer::TakenOver>(&*answer);
  REQUIRE(taken);
  CHECK(taken->record.log.horizon() == told);
  // And the owner finds itself fenced.
  relay.play(random);
  streaming.reach(relay.flush());
  streaming.pass(100);
  CHECK(streaming.status().fenced == 1);
}

TEST_CASE("an epoch that does not come from a place grows all the same") {
  const auto servers = std::make_shared<MemoryServers>();
  MemoryStore store(1, servers);
  detail::LogsAhead ahead;
  const detail::RoomSearch search(store, ahead, ada, address_of(ada));
  // Of a match that was begun without a fleet.
  StoredRoom ours{.record = {.owner = ada, .match = MatchId{}, .epoch = 70'000}};
  ours.sequence = store.write_room(room_name_of(room), ours.record, 0).sequence;
  REQUIRE(search.settle(room_name_of(room), ours, 6));
  CHECK(ours.record.epoch == 70'007);
}

TEST_CASE("a relay without a lease opens no room, and takes none") {
  const auto servers = std::make_shared<MemoryServers>();
  MemoryStore store(1, servers);
  detail::LogsAhead ahead;
  const detail::RoomSearch search(store, ahead, ada, address_of(ada));
  CHECK_FALSE(search.look({.room = room, .opens = true}, {}).answer);
  CHECK(servers->rooms.empty());
  const RoomRecord record{.owner = bob, .match = MatchId{}, .address = address_of(bob)};
  REQUIRE(store.write_room(room_name_of(room), record, 0).kind == AppendOutcome::Kind::stored);
  CHECK_FALSE(search.look({.room = room}, {}).answer);
  REQUIRE(store.be_found(bob));
  const auto found = search.look({.room = room}, {.has_lease = true});
  CHECK_FALSE(found.answer);
  CHECK(found.owner == bob);
  CHECK(servers->rooms[room_name_of(room)].record == record);
}

TEST_CASE("a match that is taken over counts as whole in the fleet only once all of it is there") {
  const Folder folder;
  Random random(1);
  MemoryStore store(1);
  // Given a relay that has much to send, and then goes on with a long match of another one
  PlayedRelay before(folder.file("before")), relay(folder.file("relay"));
  before.open_match("BBBBB");
  before.fill(before.matches()[0], 1'000'000);
  Streaming streaming(store, bob);
  streaming.follow(relay.start());
  relay.open_match("AAAAA");
  relay.fill(relay.matches()[0], 16'500'000);
  const MatchRecord& long_one = before.matches()[0].record;
  relay.take_up(prefix(long_one, long_one.log.horizon()));
  streaming.streamer().expect(match_id_of(long_one), 0);
  streaming.reach(relay.flush());
  // Then no part of it is taken for the whole.
  bool is_whole = false;
  while (!streaming.is_done()) {
    streaming.pass();
    const auto entries = store.read(match_id_of(long_one));
    const bool was_whole = std::exchange(
        is_whole,
        std::ranges::any_of(*entries, [](const auto& each) { return each.entry.is_whole; }));
    if (was_whole != is_whole) {
      CHECK(found_in(store, long_one).log.head() == long_one.log.head());
    }
  }
  CHECK(is_whole);
}
