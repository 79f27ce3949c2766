// A client and a relay that lies to it: no text of the relay steers a terminal, and no word of it
// makes the client's log grow without end.

#include "rooms.hpp"
#include "support/catch.hpp"
#include "tutti/sim/text.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

const std::string steering = "a\x1b[2J\n\u009b31mb\u202Ec\xff";

/// A client that has said hello, and whatever answers it.
struct Lied {
  explicit Lied(Client::Options options = {.hello = {.room = "KAZ22", .rules = tally_rules}})
      : relay(network.listen()),
        link(network.endpoint()),
        peer(network.connect(*link, *relay).value()),
        client(*link, peer, std::move(options)) {
    run(100ms);
  }
  void run(Duration length) {
    for (const Instant end = now + length; now < end; now += 4ms) {
      relay->service(now);
      while (const auto arrival = relay->receive())
        peer = arrival->peer;
      client.receive(now);
      while (client.next_event())
        ++events;
      client.send(now);
    }
  }
  void say(const ControlMessage& message) {
    relay->send_control(peer, encode(message));
    run(50ms);
  }
  void welcome() { say(Welcome{.room = "KAZ22", .player = PlayerId{0}, .setup = room_setup()}); }
  void tell(PlayDown message) {
    message.number = number++;
    Bytes bytes;
    encode(message, bytes);
    relay->send_play(peer, bytes);
    run(8ms);
  }

  StormNetwork network{1};
  std::unique_ptr<Link> relay;
  std::unique_ptr<Link> link;
  PeerId peer;
  Client client;
  Instant now{1000s};
  std::size_t events = 0;
  std::uint8_t number = 0;
};

}  // namespace

TEST_CASE("lying relay: its sentences can be shown on a terminal") {
  Lied lied;
  lied.say(Refused{Refusal::unknown_room, steering});
  REQUIRE(lied.client.phase() == Client::Phase::failed);
  CHECK(lied.client.failure().sentence == presentable(steering));
  CHECK(is_presentable(lied.client.failure().sentence));
}

TEST_CASE("lying relay: so can its answer to a wish for another role") {
  Lied lied;
  lied.welcome();
  lied.client.change_role(Role::spectator, 0, "ada");
  lied.say(Refused{Refusal::room_full, steering});
  CHECK(lied.client.phase() == Client::Phase::playing);
  CHECK(lied.client.role_refusal() == presentable(steering));
}

TEST_CASE("lying relay: events of ticks that are far from coming end the match") {
  const auto phase_after = [](std::int64_t ahead) {
    Lied lied;
    lied.welcome();
    PlayDown down{.clock = Tick{1000}, .is_all = true};
    down.events.push_back({Tick{1000 + ahead}, author_of(PlayerId{1}), 0, false, Bytes(1)});
    lied.tell(down);
    if (lied.client.phase() == Client::Phase::failed) {
      CHECK_THAT(lied.client.failure().sentence, contains("ticks that are far from coming"));
    }
    return lied.client.phase();
  };
  CHECK(phase_after(60) == Client::Phase::playing);  // the furthest that an honest relay goes
  CHECK(phase_after(200) == Client::Phase::failed);
}

TEST_CASE("lying relay: a log that grows and grows is taken in up to a limit") {
  Lied lied({.hello = {.room = "KAZ22", .rules = tally_rules}, .log_bytes_max = 1'000'000});
  lied.welcome();
  std::uint32_t sequence = 0;
  for (int i = 0; i < 2000 && lied.client.phase() == Client::Phase::playing; ++i) {
    PlayDown down{.clock = Tick{i}, .first_sequence = sequence, .is_all = true};
    for (int event = 0; event < 50; ++event) {
      down.events.push_back({Tick{i}, author_of(PlayerId{1}), sequence++, false, Bytes(4)});
    }
    lied.tell(down);
  }
  REQUIRE(lied.client.phase() == Client::Phase::failed);
  CHECK_THAT(lied.client.failure().sentence, contains("a longer log than the 1 MB"));
  CHECK(lied.events < 10'100);
}
