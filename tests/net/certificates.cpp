// Relays of a fleet have keys of their own; clients know them by the fleet's.

#include "tutti/net/relay_certificate.hpp"

#include "net/memory_network.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;
using Kind = Arrival::Kind;

namespace {

constexpr std::int64_t today = 1'800'000'000;

SealedLinkOptions with(const std::optional<RelayCertificate>& certificate) {
  SealedLinkOptions options{.certificate = certificate};
  options.utc = [] { return today; };
  return options;
}

/// A client's attempt to reach such a relay of a fleet.
struct Attempt {
  MemoryNetwork network;
  MemoryEnd relay;
  MemoryEnd player{network, at(2), with({}), std::nullopt};
  PeerId path{};
  std::size_t largest_response = 0;

  Attempt(const SigningKey& own, const std::optional<RelayCertificate>& certificate,
          const std::optional<PublicKey>& known_by)
      : relay(network, at(1, 4747), with(certificate), own) {
    network.tap = [this](const Endpoint& from, const Endpoint&, BytesView bytes) {
      if (from == at(1, 4747) && bytes[0] == detail::response_mark)
        largest_response = std::max(largest_response, bytes.size());
    };
    path = player.link->connect({at(1, 4747)}, known_by).value();
    for (int i = 0; i < 6000 && player.arrivals.empty(); ++i, network.now += 1ms) {
      relay.step(network.now);
      player.step(network.now);
    }
  }
  ~Attempt() { network.tap = nullptr; }
  bool is_connected() const { return player.count(Kind::connected) == 1; }
};

}  // namespace

TEST_CASE("certificates: whoever knows a fleet believes the relays that it has certified, alone") {
  const SigningKey fleet = SigningKey::create(), other = SigningKey::create(),
                   relay = SigningKey::create();
  const PublicKey known_by = fleet.public_key(), own = relay.public_key();
  const auto certificate = certify(fleet, own, today + 1);
  {
    const Attempt attempt(relay, certificate, known_by);
    CHECK(attempt.is_connected());
    CHECK(attempt.player.link->relay_key(attempt.path) == known_by);
    CHECK(attempt.relay.link->known_by() == known_by);
    // A relay cannot be used to flood somebody.
    CHECK(attempt.largest_response > 200);
    CHECK(2 * attempt.largest_response < detail::initiation_bytes);
  }
  CHECK_FALSE(Attempt(relay, std::nullopt, known_by).is_connected());
  CHECK_FALSE(Attempt(relay, certify(other, own, today + 1), known_by).is_connected());
  CHECK_FALSE(Attempt(relay, certify(fleet, own, today), known_by).is_connected());
  CHECK_FALSE(
      Attempt(relay, certify(fleet, other.public_key(), today + 1), known_by).is_connected());
  auto forged = certify(other, own, today + 1);
  forged.fleet = known_by;
  CHECK_FALSE(Attempt(relay, forged, known_by).is_connected());
  auto prolonged = certificate;
  prolonged.expires_utc += 1;
  CHECK_FALSE(Attempt(relay, prolonged, known_by).is_connected());
  // Nor is it known by its own key any more: what is said to one is for any of them.
  CHECK_FALSE(Attempt(relay, certificate, own).is_connected());
}

TEST_CASE("certificates: whoever knows no key learns the fleet's, and goes to its other relays") {
  const SigningKey fleet = SigningKey::create(), first = SigningKey::create(),
                   second = SigningKey::create(), stranger = SigningKey::create();
  Attempt attempt(first, certify(fleet, first.public_key(), today + 1), std::nullopt);
  REQUIRE(attempt.is_connected());
  CHECK(attempt.player.link->relay_key(attempt.path) == fleet.public_key());
  MemoryEnd other(attempt.network, at(3, 4747),
                  with(certify(fleet, second.public_key(), today + 1)), second);
  MemoryEnd foreign(attempt.network, at(4, 4747), with({}), stranger);
  const auto goes_to = [&](MemoryEnd& relay, const std::string& host) {
    const auto path = attempt.player.link->reconnect_at(attempt.path, {host, 4747});
    REQUIRE(path);
    attempt.path = *path;
    attempt.player.arrivals.clear();
    for (int i = 0; i < 6000 && attempt.player.arrivals.empty(); ++i) {
      attempt.network.now += 1ms;
      relay.step(attempt.network.now);
      attempt.player.step(attempt.network.now);
    }
    return attempt.is_connected();
  };
  CHECK(goes_to(other, "10.0.0.3"));
  CHECK_FALSE(goes_to(foreign, "10.0.0.4"));
}

TEST_CASE("certificates: the text of one is read back, and no other text is") {
  const SigningKey fleet = SigningKey::create(), relay = SigningKey::create();
  const RelayCertificate made = certify(fleet, relay.public_key(), today);
  const std::string text = to_text(made);
  const auto read = certificate_from_text(text);
  REQUIRE(read);
  CHECK(*read == made);
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK_FALSE(certificate_from_text(std::string_view(text).substr(0, size)));
  CHECK_FALSE(certificate_from_text(text + "A"));
  CHECK_FALSE(certificate_from_text("relay.pub"));
}
