// Programs of other versions: each side says to the other which one it speaks, in one sentence, and
// a program from before that hears nothing.

#include "gatehouse.hpp"
#include "link/handshake_datagrams.hpp"
#include "tutti/sim/text.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// A relay of another version, of which all is the same that never changes.
struct OtherRelay {
  void step(std::uint16_t version) {
    while (const auto datagram = port->receive()) {
      const auto initiation = detail::decode_initiation(datagram->bytes);
      if (!initiation) continue;
      port->send(
          datagram->from,
          detail::encode_version(initiation->index, detail::echo_of(initiation->attempt), version));
    }
  }
  MemoryNetwork& network;
  std::unique_ptr<MemoryNetwork::Port> port = network.open(at(7, 4747));
};

std::string sentence_with(std::uint16_t version) {
  MemoryNetwork network;
  OtherRelay relay{network};
  Gatehouse::Guest guest(network, at(2), relay.port->own(), {.hello = hello_for("KAZ22")});
  for (int i = 0; i < 100; ++i, network.now += 4ms) {
    relay.step(version);
    guest.frame(network.now);
  }
  return guest.is_refused() ? guest.refusal() : "";
}

/// What a relay answers to a datagram of a stranger.
Bytes answer_to(BytesView datagram) {
  MemoryNetwork network;
  MemoryEnd relay(network, at(1), {}, key_of('9'));
  const auto stranger = network.open(at(2));
  stranger->send(at(1), datagram);
  relay.step(network.now);
  CHECK(relay.link->peer_count() == 0);
  CHECK(relay.arrivals.empty());
  const auto answer = stranger->receive();
  return answer ? Bytes(answer->bytes.begin(), answer->bytes.end()) : Bytes{};
}

}  // namespace

TEST_CASE("versions: a player whose relay speaks another one is told both, and who is older") {
  const std::string own = std::to_string(protocol_version);
  const std::uint16_t next = protocol_version + 1;
  const std::uint16_t before = protocol_version - 1;
  CHECK(sentence_with(next) == "the relay speaks version " + std::to_string(next) +
                                   " of the protocol, this program " + own +
                                   "; get a newer version of the game");
  CHECK(sentence_with(before) == "the relay speaks version " + std::to_string(before) +
                                     " of the protocol, this program " + own +
                                     "; the relay needs a newer version");
}

TEST_CASE("versions: a relay tells a client of any other one its own in 15 bytes") {
  for (const int version : {0, 1, protocol_version - 1, protocol_version + 1, 0x1234, 0xFFFF}) {
    for (const std::size_t more : {0, 1, 700}) {  // a later first word may be longer
      CAPTURE(version, more);
      Bytes word = detail::encode_initiation(static_cast<std::uint16_t>(version),
                                             detail::NoisePattern::nx, 0x01020304);
      word[3] = std::byte{0xEE};  // a pattern that is not known here
      detail::put_noise(word, Bytes(32, std::byte{9}));
      word.resize(word.size() + more);
      const auto answer = detail::decode_answer(answer_to(word));
      REQUIRE(answer);
      CHECK(answer->version == protocol_version);
      CHECK(answer->index == 0x01020304);
      CHECK(answer->echo == detail::echo_of(Bytes(8, std::byte{9})));
    }
  }
}

TEST_CASE("versions: a program that speaks ENet gets no answer, and no place") {
  // As ENet 1.3.17 knocks: two channels, the protocol's version 10 as its datum.
  const std::string knock =
      "8fff5dd282ff00010000ffff0000057800010000000000020000000000000000000013880000000200000002"
      "381bad5e0000000a";
  Bytes bytes;
  for (std::size_t i = 0; i < knock.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(knock.substr(i, 2), nullptr, 16)));
  REQUIRE(bytes.size() == 52);
  CHECK(answer_to(bytes).empty());
}
