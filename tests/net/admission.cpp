// A client's key and an operator's token in a hello: what is believed, and what is not.

#include "tutti/net/admission.hpp"

#include <string>

#include "memory_network.hpp"
#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

const SigningKey& ada() {
  static const SigningKey key = *SigningKey::from_hex(std::string(64, 'a'));
  return key;
}
const SigningKey& operator_key() {
  static const SigningKey key = *SigningKey::from_hex(std::string(64, '0'));
  return key;
}

Token token_for_ada() {
  return make_token(
      {.room = "K7Q2M", .name = "Ada", .expires_utc = 1'800'000'000, .client = ada().public_key()},
      operator_key());
}

}  // namespace

TEST_CASE("admission: a connection has one name at both ends, and no other connection has it") {
  MemoryPair pair;
  CHECK_FALSE(pair.relay.link->connection_hash(PeerId{1}));
  pair.connect();
  const auto first = pair.player.link->connection_hash(pair.to_relay);
  REQUIRE(first);
  CHECK(pair.relay.link->connection_hash(pair.to_player) == first);
  const PeerId before = pair.to_relay;
  pair.to_relay = *pair.player.link->reconnect(pair.to_relay);
  pair.run(std::chrono::milliseconds(100));
  const auto second = pair.player.link->connection_hash(pair.to_relay);
  REQUIRE(second);
  CHECK(second != first);
  CHECK_FALSE(pair.player.link->connection_hash(before));
}

TEST_CASE("admission: a proof of a key is worth something over its own connection alone") {
  const ConnectionHash here{std::byte{1}};
  const ConnectionHash elsewhere{std::byte{2}};
  const Admission admission = admission_of({.key = ada()}, here);
  CHECK(admission.key == ada().public_key());
  CHECK(is_proven(admission, here));
  CHECK_FALSE(is_proven(admission, elsewhere));
  Admission other = admission;
  other.key = operator_key().public_key();
  CHECK_FALSE(is_proven(other, here));
  other = admission;
  other.proof[5] ^= std::byte{1};
  CHECK_FALSE(is_proven(other, here));
}

TEST_CASE("admission: a token is signed as a whole") {
  const Token token = token_for_ada();
  const PublicKey& key = operator_key().public_key();
  CHECK(is_authentic(token, key));
  CHECK_FALSE(is_authentic(token, ada().public_key()));
  CHECK(token_for_ada().id != token.id);
  const auto is_still = [&](auto change) {
    Token other = token;
    change(other);
    return is_authentic(other, key);
  };
  CHECK_FALSE(is_still([](Token& other) { other.room = "ABC23"; }));
  CHECK_FALSE(is_still([](Token& other) { other.name = "Eve"; }));
  CHECK_FALSE(is_still([](Token& other) { other.role = Role::spectator; }));
  CHECK_FALSE(is_still([](Token& other) { ++other.expires_utc; }));
  CHECK_FALSE(is_still([](Token& other) { other.client = operator_key().public_key(); }));
  CHECK_FALSE(is_still([](Token& other) { other.id[0] ^= std::byte{1}; }));
  // Room and name do not run into each other
  CHECK_FALSE(is_still([](Token& other) {
    other.room = "K7Q2MA";
    other.name = "da";
  }));
}

TEST_CASE("admission: a token is one word, and comes back from it") {
  const Token token = token_for_ada();
  const std::string text = to_text(token);
  CHECK(
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
      std::string::npos);
  const auto back = token_from_text(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int byte = 128; byte < 256; ++byte) {
      std::string other = text;
      other[i] = static_cast<char>(byte);
      CHECK_FALSE(token_from_text(other));
    }
  }
  REQUIRE(back);
  CHECK(*back == token);
  for (const std::string& wrong : {std::string(), std::string("x"), text.substr(1), text + "A",
                                   text + "=", " " + text, std::string(4000, 'A')}) {
    const auto none = token_from_text(wrong);
    REQUIRE_FALSE(none);
    CHECK_THAT(none.error().sentence, contains("this is no token"));
  }
}

TEST_CASE("admission: bytes are one admission, or none") {
  const ConnectionHash here{std::byte{1}};
  for (const Admission& admission :
       {admission_of({.key = ada()}, here),
        admission_of({.key = ada(), .token = token_for_ada()}, here)}) {
    const Bytes bytes = encode(admission);
    CHECK(bytes.size() <= limits::admission_bytes);
    CHECK(decode_admission(bytes) == admission);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK_FALSE(decode_admission(BytesView(bytes).first(size)));
    Bytes longer = bytes;
    longer.push_back(std::byte{0});
    CHECK_FALSE(decode_admission(longer));
    Bytes later = bytes;
    later[0] = std::byte{2};
    CHECK_FALSE(decode_admission(later));
  }
  Random random(2);
  const Bytes whole = encode(admission_of({.key = ada(), .token = token_for_ada()}, here));
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = whole;
    bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] ^= std::byte{0x40};
    if (const auto admission = decode_admission(bytes)) CHECK(encode(*admission) == bytes);
  }
}
