// Strangers at a relay's door who want it to send more than they do, to begin more than it can, or
// to send to somebody else.

#include <algorithm>
#include <vector>

#include "link/handshake_datagrams.hpp"
#include "link/sealed_connection.hpp"
#include "memory_network.hpp"
#include "support/catch.hpp"
#include "tutti/net/messages.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
using Kind = Arrival::Kind;

namespace {

/// A way out on which every datagram is kept with its address.
class Outbox final : public detail::Datagrams {
 public:
  bool send(const Endpoint& to, BytesView bytes) override {
    sent.emplace_back(to, Bytes(bytes.begin(), bytes.end()));
    return true;
  }
  std::optional<detail::Datagram> receive() override { return std::nullopt; }
  std::size_t bytes_to(const Endpoint& to) const {
    std::size_t bytes = 0;
    for (const auto& [address, datagram] : sent)
      bytes += address == to ? datagram.size() : 0;
    return bytes;
  }

  std::vector<std::pair<Endpoint, Bytes>> sent;
};

/// The relay's end of a connection, and somebody who has the client's keys and any address.
struct Wanderer {
  void say(const Endpoint& from, detail::SealedKind kind, BytesView text = {}) {
    const BytesView datagram = client.seal(kind, text, sealed);
    said += datagram.size();
    relay.take({from, datagram}, opened, now, post);
  }
  /// The answer to the relay's latest question, which was asked at this address.
  Bytes answer_to_question(const Endpoint& asked) {
    const auto question = std::find_if(outbox.sent.rbegin(), outbox.sent.rend(),
                                       [&](const auto& sent) { return sent.first == asked; });
    REQUIRE(question != outbox.sent.rend());
    const auto found = opener.open(question->second, opened);
    REQUIRE(found);
    REQUIRE(found->kind == detail::SealedKind::path);
    Bytes answer(found->text.begin(), found->text.end());
    answer[0] = std::byte{1};
    return answer;
  }

  const detail::Key key{std::byte{7}};
  Outbox outbox;
  detail::Post post{.datagrams = outbox};
  detail::EarlyPieces early;
  Instant now{100s};
  detail::SealedConnection relay{
      {.out = key, .in = key, .address = at(2), .follows = true, .now = now}, early};
  detail::Sealer client{key, 1};
  detail::Opener opener{key};
  std::size_t said = 0;
  std::array<std::byte, detail::sealed_bytes_most> sealed{}, opened{};
};

/// A first word as a client says it, with a key of its own.
Bytes first_word(std::uint16_t version) {
  Bytes bytes = detail::encode_initiation(version, detail::NoisePattern::nx, 5);
  detail::put_noise(bytes, Bytes(32, std::byte{9}));
  return bytes;
}

}  // namespace

TEST_CASE("amplification: a first word that is cut anywhere is not answered") {
  MemoryNetwork network;
  MemoryEnd end(network, at(1), {}, SigningKey::create());
  auto stranger = network.open(at(2));
  for (const std::uint16_t version : {protocol_version, std::uint16_t{protocol_version + 1}}) {
    const Bytes whole = first_word(version);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      CAPTURE(version, size);
      stranger->send(at(1), BytesView(whole).first(size));
      network.now += 1ms;
      end.step(network.now);
      const auto answer = stranger->receive();
      CHECK(answer.has_value() == (size == whole.size()));
      if (answer) CHECK(2 * answer->bytes.size() < size);
    }
  }
}

TEST_CASE(
    "amplification: an address gets less than three times what came from it until it answers") {
  Wanderer wanderer;
  for (int i = 0; i < 1000; ++i, wanderer.now += 7ms) {
    wanderer.say(at(3), detail::SealedKind::life);
    wanderer.relay.push_control(Bytes(800));
    wanderer.relay.send_play(Bytes(1000), wanderer.post);
    wanderer.relay.flush(wanderer.now, wanderer.post);
    wanderer.relay.keep_alive(wanderer.now, wanderer.post);
  }
  CHECK(wanderer.outbox.bytes_to(at(3)) > 0);  // questions
  CHECK(wanderer.outbox.bytes_to(at(3)) < 3 * wanderer.said);
  CHECK(wanderer.relay.address() == at(2));
}

TEST_CASE("amplification: an address that answers something else than it was asked gets nothing") {
  Wanderer wanderer;
  Bytes guess(9, std::byte{0});
  guess[0] = std::byte{1};
  wanderer.say(at(3), detail::SealedKind::life);
  wanderer.say(at(3), detail::SealedKind::path, guess);
  CHECK(wanderer.relay.address() == at(2));
  // The right answer has to come from there.
  const Bytes answer = wanderer.answer_to_question(at(3));
  wanderer.say(at(4), detail::SealedKind::path, answer);
  CHECK(wanderer.relay.address() == at(2));
  wanderer.say(at(3), detail::SealedKind::path, answer);
  CHECK(wanderer.relay.address() == at(3));
}

TEST_CASE("amplification: handshakes are begun at a pace, from one neighbourhood and in all") {
  MemoryNetwork network;
  const SealedLinkOptions options{.handshakes_per_neighbourhood = 1, .handshakes_in_all = 1000};
  MemoryEnd relay(network, at(1, 4747), options, SigningKey::create());
  const auto connections_from = [&](const Endpoint& from, Duration time) {
    MemoryEnd end(network, from, {.peers_max = 40}, std::nullopt);
    for (int i = 0; i < 40; ++i)
      REQUIRE(end.link->connect({at(1, 4747)}, std::nullopt));
    for (const Instant until = network.now + time; network.now < until; network.now += 1ms) {
      relay.step(network.now);
      end.step(network.now);
    }
    return end.count(Kind::connected);
  };
  CHECK(connections_from(at(0x010002), 1s) <= 5);  // four that were saved, and one a second
  CHECK(connections_from(at(0x010003), 1s) <= 2);
  CHECK(connections_from(at(0x020002), 1s) >= 4);  // far away
}
