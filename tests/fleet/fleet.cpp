// Two relays of a fleet, with their threads, at a real nats-server.

#include "tutti/engine/fleet.hpp"

#include "fleet/memory_store.hpp"
#include "fleet/played_relay.hpp"
#include "support/holds_within.hpp"
#include "support/nats_server.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

const std::string the_room = "K7Q2M";

std::unique_ptr<Fleet> fleet_at(const NatsServer& server, const std::string& host) {
  auto fleet = Fleet::open(
      {.store = {.servers = {server.url()}, .copies = 1}, .address = {.host = host, .port = 0}});
  REQUIRE(fleet);
  return std::move(*fleet);
}

/// Comes in with a journal that has these matches.
std::vector<std::optional<std::uint32_t>> enter(
    Fleet& fleet, const std::string& file,
    const std::vector<RecoveredJournal::Running>& running = {}) {
  const auto epochs = fleet.enter({.port = 4747, .identity_path = file, .running = running});
  REQUIRE(epochs);
  return *epochs;
}

/// The answer to a question about the room.
RoomAnswer answer_of(Fleet& fleet, bool opens) {
  REQUIRE(fleet.ask({.number = 7, .room = the_room, .opens = opens}));
  std::optional<RoomAnswer> answer;
  REQUIRE(holds_within(15s, [&] { return (answer = fleet.next_answer()).has_value(); }));
  CHECK(answer->number == 7);
  return std::move(*answer);
}

std::vector<RecoveredJournal::Running> running_of(const MatchRecord& record) {
  std::vector<RecoveredJournal::Running> running;
  running.push_back({MatchNumber{1}, prefix(record, record.log.horizon())});
  return running;
}

/// Writes what the relay has into its journal, and waits until the fleet has it.
void send_all(Fleet& fleet, PlayedRelay& relay) {
  fleet.reach(relay.flush());
  REQUIRE(fleet.finish(10s));
  CHECK(fleet.status().lag_bytes == 0);
  CHECK(fleet.status().fenced == 0);
}

bool gets_lease(Fleet& fleet) {
  return holds_within(5s, [&] { return fleet.has_lease(std::chrono::steady_clock::now()); });
}

}  // namespace

TEST_CASE("jetstream: a relay's room is opened, found, taken over with its log, and closed") {
  const NatsServer server("taken");
  const Folder folder;
  Random random(1);
  auto first = fleet_at(server, "10.0.0.1"), second = fleet_at(server, "10.0.0.2");
  CHECK_FALSE(first->ask({.number = 1, .room = the_room}));
  CHECK_FALSE(first->has_lease(std::chrono::steady_clock::now()));
  PlayedRelay relay(folder.file("first")), other(folder.file("second"));
  first->begin(relay.start());
  second->begin(other.start());
  enter(*first, folder.file("first.fleet"));
  enter(*second, folder.file("second.fleet"));
  CHECK(gets_lease(*first));
  CHECK(gets_lease(*second));
  CHECK_FALSE(first->has_lease(std::chrono::steady_clock::now() + 2s));
  CHECK(std::holds_alternative<room_answer::Nowhere>(answer_of(*second, false).is));
  CHECK(std::holds_alternative<room_answer::Opened>(answer_of(*first, true).is));
  relay.open_match(the_room);
  for (int i = 0; i < 50; ++i)
    relay.play(random);
  send_all(*first, relay);
  const auto elsewhere = answer_of(*second, false).is;
  REQUIRE(std::holds_alternative<room_answer::Elsewhere>(elsewhere));
  CHECK(std::get<room_answer::Elsewhere>(elsewhere).relay == Address{"10.0.0.1", 4747});
  CHECK(first->status().rooms == 1);
  // When the first one is gone, then the second has its match, and goes on with the log
  first.reset();
  auto over = answer_of(*second, false).is;
  REQUIRE(std::holds_alternative<room_answer::TakenOver>(over));
  auto& taken = std::get<room_answer::TakenOver>(over);
  const Head head = relay.matches()[0].record.log.head();
  CHECK(taken.record.log.head() == head);
  CHECK(taken.epoch > 0);
  other.take_up(std::move(taken.record));
  for (int i = 0; i < 50; ++i)
    other.play(random);
  send_all(*second, other);
  CHECK(second->status().taken_over == 1);
  // The first one's next process has it no more, not even when the room is closed.
  const auto running = running_of(relay.matches()[0].record);
  auto next = fleet_at(server, "10.0.0.1");
  CHECK_FALSE(enter(*next, folder.file("first.fleet"), running)[0]);
  next.reset();
  second->close(the_room);
  REQUIRE(second->finish(5s));
  CHECK(std::holds_alternative<room_answer::Nowhere>(answer_of(*second, false).is));
  next = fleet_at(server, "10.0.0.1");
  CHECK_FALSE(enter(*next, folder.file("first.fleet"), running)[0]);
}

TEST_CASE("jetstream: a relay that is started again goes on with its match in a later epoch") {
  const NatsServer server("again");
  const Folder folder;
  Random random(1);
  auto fleet = fleet_at(server, "10.0.0.1");
  PlayedRelay relay(folder.file("relay"));
  fleet->begin(relay.start());
  enter(*fleet, folder.file("relay.fleet"));
  CHECK(std::holds_alternative<room_answer::Opened>(answer_of(*fleet, true).is));
  relay.open_match(the_room);
  for (int i = 0; i < 50; ++i)
    relay.play(random);
  send_all(*fleet, relay);
  std::uint32_t before = 0;
  for (int i = 0; i < 2; ++i) {
    fleet.reset();
    fleet = fleet_at(server, "10.0.0.1");
    fleet->begin(relay.start());
    const auto epochs =
        enter(*fleet, folder.file("relay.fleet"), running_of(relay.matches()[0].record));
    REQUIRE(epochs[0]);
    CHECK(*epochs[0] > before);
    before = *epochs[0];
    CHECK(gets_lease(*fleet));
    for (int j = 0; j < 50; ++j)
      relay.play(random);
    send_all(*fleet, relay);
  }
  const auto store = open_jetstream({.servers = {server.url()}, .copies = 1});
  const MatchRecord& record = relay.matches()[0].record;
  CHECK(found_in(**store, record).log.head() == record.log.head());
  // A file that says something else stops it before anything is served.
  REQUIRE(posix_storage().replace(folder.file("relay.fleet"), as_bytes("something else\n")));
  auto other = fleet_at(server, "10.0.0.1");
  const auto refused = other->enter({.port = 1, .identity_path = folder.file("relay.fleet")});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fault == Fault::bad_data);
}
