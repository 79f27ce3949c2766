// The handshakes against the published vectors of cacophony (vectors/cacophony.txt), and what they
// refuse.

#include "link/noise.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "link/sealed_datagram.hpp"
#include "support/catch.hpp"
#include "tutti/replay/signature.hpp"

using namespace tutti;
using detail::Key;
using detail::NoiseHandshake;
using detail::NoisePattern;

namespace {

Bytes from_hex(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}
Key key_from_hex(std::string_view hex) {
  Key key{};
  const Bytes bytes = from_hex(hex);
  std::copy_n(bytes.begin(), key.size(), key.begin());
  return key;
}

struct NoiseVector {
  NoisePattern pattern;
  std::string_view handshake_hash;
  std::array<std::string_view, 6> ciphertexts;
};

// The same in all of these vectors.
constexpr std::string_view prologue = "4a6f686e2047616c74";
constexpr std::string_view init_static =
    "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1";
constexpr std::string_view init_ephemeral =
    "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
constexpr std::string_view resp_static =
    "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893";
constexpr std::string_view resp_public =
    "31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62";
constexpr std::string_view resp_ephemeral =
    "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";
constexpr std::array<std::string_view, 6> payloads{"4c756477696720766f6e204d69736573",
                                                   "4d757272617920526f746862617264",
                                                   "462e20412e20486179656b",
                                                   "4361726c204d656e676572",
                                                   "4a65616e2d426170746973746520536179",
                                                   "457567656e2042f6686d20766f6e2042617765726b"};

const NoiseVector vectors[] = {
    {NoisePattern::nx,
     "3ff872f53b259bc2261e0dd9acf12e7d2b2c22a32ebafc0474e26c47826d533f"
     "d0b744fc10bc9f5892d450059aa234c23f65818d647bcad3f8681a652157da34",
     {"ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
      "4c756477696720766f6e204d69736573",
      "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
      "fdaf85de47075ed5e21615917ab0102033d6d1386f48638b4a85564f1241fc97"
      "24442a45c3a4593c2807c7535264cb7c9e9cb8f278497efc16ced9b2105e10b8"
      "9323f13d60f847508a32c040a993a5",
      "bbedcc446e8aea8a083113d1b32a290ba453cbdb7f18b3cbdc9e84",
      "a1a6f9f34b07e415516191df57e5dbc7c7e520e59077cf2b8bcd5f",
      "b570f24ec64f2f1edc98a361c1e67e8df01e0c2267a59481ad41bb4ad0cbac11de",
      "4492601a1fde255be23a84a895cf8581ede55d853e1e9e9a98930b8119b117dc6442d86252"}},
    {NoisePattern::ik,
     "1c8fa891cb414fedba6daa7c6f4ae0a6d98e5f9768cc9cecd27e805614943ee9"
     "c8a1b27fbfb76dc197255c8aa69f6b4285c423840b8bedf45e652ca64f797d81",
     {"ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
      "ba83a447b38c83e327ad936929812f624884847b7831e95e197b2f797088efdd"
      "2f88f1db7e1fb0e99c64419097af91cee64e470f4b6fcd9298ce0b56fe20f86e"
      "13bf70439c538e3602a7127af71a29cc",
      "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
      "9f069b267a06b3de3ecb1043bcb098e9af91d9c64748d998c7b47890871571",
      "cd54383060e7a28434cca27fb1cc524cfbabeb18181589df219d07",
      "a856d3bf0246bfc476c655009cd1ed677b8dcc5b349ae8ef2a05f2",
      "49063084b2c51f098337cb8a13739ac848f907e67cfb2cc8a8b60586467aa02fc7",
      "8b9709d23b47e4639df7678d7a21741eba4ef1e9c60383001c7435549c20f9d56f30e935d3"}},
};

NoiseHandshake initiator(NoisePattern pattern, BytesView bound) {
  const bool knows_responder = pattern != NoisePattern::nx;
  return NoiseHandshake(
      {.pattern = pattern,
       .is_initiator = true,
       .prologue = bound,
       .own_static =
           pattern == NoisePattern::ik ? std::optional(key_from_hex(init_static)) : std::nullopt,
       .other_static = knows_responder ? std::optional(key_from_hex(resp_public)) : std::nullopt,
       .ephemeral = key_from_hex(init_ephemeral)});
}
NoiseHandshake responder(NoisePattern pattern, BytesView bound) {
  return NoiseHandshake({.pattern = pattern,
                         .is_initiator = false,
                         .prologue = bound,
                         .own_static = key_from_hex(resp_static),
                         .other_static = std::nullopt,
                         .ephemeral = key_from_hex(resp_ephemeral)});
}

Bytes sealed_by(const Key& key, std::uint64_t nonce, BytesView plain) {
  Bytes sealed(plain.size() + detail::tag_bytes);
  detail::seal(key, nonce, {}, plain, sealed);
  return sealed;
}

}  // namespace

TEST_CASE("noise: both sides write and read what the published vectors say") {
  const Bytes bound = from_hex(prologue);
  for (const NoiseVector& vector : vectors) {
    CAPTURE(static_cast<int>(vector.pattern));
    NoiseHandshake ada = initiator(vector.pattern, bound);
    NoiseHandshake relay = responder(vector.pattern, bound);
    const auto first = ada.write(from_hex(payloads[0]));
    REQUIRE(first);
    CHECK(*first == from_hex(vector.ciphertexts[0]));
    CHECK(relay.read(*first) == from_hex(payloads[0]));
    const auto second = relay.write(from_hex(payloads[1]));
    REQUIRE(second);
    CHECK(*second == from_hex(vector.ciphertexts[1]));
    CHECK(ada.read(*second) == from_hex(payloads[1]));
    for (const NoiseHandshake* side : {&ada, &relay}) {
      CHECK(Bytes(side->hash().begin(), side->hash().end()) == from_hex(vector.handshake_hash));
      const detail::TransportKeys keys = side->split();
      CHECK(sealed_by(keys.to_responder, 0, from_hex(payloads[2])) ==
            from_hex(vector.ciphertexts[2]));
      CHECK(sealed_by(keys.to_initiator, 0, from_hex(payloads[3])) ==
            from_hex(vector.ciphertexts[3]));
      CHECK(sealed_by(keys.to_responder, 1, from_hex(payloads[4])) ==
            from_hex(vector.ciphertexts[4]));
      CHECK(sealed_by(keys.to_initiator, 1, from_hex(payloads[5])) ==
            from_hex(vector.ciphertexts[5]));
    }
    CHECK(ada.other_static() == key_from_hex(resp_public));
  }
}

TEST_CASE("noise: no byte of a sealed handshake can be changed, cut or bound to anything else") {
  const Bytes bound = from_hex(prologue);
  for (const NoisePattern pattern : {NoisePattern::nx, NoisePattern::ik}) {
    NoiseHandshake ada = initiator(pattern, bound);
    const Bytes first = ada.write({}).value();
    NoiseHandshake relay = responder(pattern, bound);
    REQUIRE(relay.read(first));
    const Bytes second = relay.write({}).value();
    for (std::size_t i = 0; i < second.size(); ++i) {
      Bytes changed = second;
      changed[i] ^= std::byte{1};
      NoiseHandshake reader = ada;
      CHECK_FALSE(reader.read(changed));
    }
    for (std::size_t size = 0; size < second.size(); ++size) {
      NoiseHandshake reader = ada;
      CHECK_FALSE(reader.read(BytesView(second).first(size)));
    }
    NoiseHandshake elsewhere = responder(pattern, {});
    const auto read = elsewhere.read(first);
    if (pattern == NoisePattern::nx) {  // nothing is sealed yet: it shows in the answer
      REQUIRE(read);
      NoiseHandshake reader = ada;
      CHECK_FALSE(reader.read(elsewhere.write({}).value()));
    } else {
      CHECK_FALSE(read);
    }
  }
}

TEST_CASE("noise: keys that give the same secret to everybody are refused") {
  NoiseHandshake relay = responder(NoisePattern::ik, {});
  Bytes message(sizeof(Key) * 2 + 2 * detail::tag_bytes);
  CHECK_FALSE(relay.read(message));
  NoiseHandshake ada = initiator(NoisePattern::nx, {});
  REQUIRE(ada.write({}));
  CHECK_FALSE(ada.read(Bytes(sizeof(Key) * 2 + 2 * detail::tag_bytes)));
}

namespace {

// Whether bytes of a secret are still there where an object was that held it.
template <class Holder, class Make>
bool leaves_behind(const Key& secret, const Make& make) {
  alignas(Holder) std::array<std::byte, sizeof(Holder)> place{};
  auto* holder = new (place.data()) Holder(make());
  const auto has_it = [&] {
    return !std::ranges::search(place, std::span(secret).first(8)).empty();
  };
  REQUIRE(has_it());
  holder->~Holder();
  return has_it();
}

}  // namespace

TEST_CASE("noise: nothing that held a key leaves it in memory") {
  Key secret{};
  for (std::size_t i = 0; i < secret.size(); ++i)
    secret[i] = static_cast<std::byte>(0xA0 + i);
  CHECK_FALSE(leaves_behind<detail::TransportKeys>(secret, [&] {
    return detail::TransportKeys{secret, {}};
  }));
  CHECK_FALSE(leaves_behind<NoiseHandshake::Options>(
      secret, [&] { return NoiseHandshake::Options{.ephemeral = secret}; }));
  CHECK_FALSE(leaves_behind<detail::Sealer>(secret, [&] { return detail::Sealer(secret, 1); }));
  CHECK_FALSE(leaves_behind<detail::Opener>(secret, [&] { return detail::Opener(secret); }));
  const SigningKey signing = SigningKey::create();
  const auto seed = from_hex(signing.seed_hex());
  Key seed_key{};
  std::ranges::copy(seed, seed_key.begin());
  CHECK_FALSE(leaves_behind<SigningKey>(seed_key, [&] { return signing; }));
}

TEST_CASE("noise: a relay's signing key gives its half of the exchange") {
  const SigningKey key = SigningKey::create();
  CHECK(detail::exchange_public(detail::exchange_secret(key)) ==
        detail::exchange_public(key.public_key()));
  PublicKey none;
  none.bytes.fill(std::byte{0xFF});
  CHECK_FALSE(detail::exchange_public(none));
}
