// BLAKE2b gives the bytes that RFC 7693 and independent implementations give.

#include "tutti/sim/digest.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using tutti::Blake2b;
using tutti::Bytes;
using tutti::BytesView;

namespace {

Bytes hash(BytesView message, std::size_t output_bytes) {
  Bytes output(output_bytes);
  Blake2b(output_bytes).update(message).finish(output);
  return output;
}

std::string hash_hex(BytesView message, std::size_t output_bytes) {
  return tutti::to_hex(BytesView(hash(message, output_bytes)));
}

// The deterministic message of RFC 7693, appendix E (selftest_seq).
Bytes sequence(std::size_t size) {
  Bytes bytes;
  std::uint32_t a = 0xDEAD4BADU * static_cast<std::uint32_t>(size), b = 1;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint32_t sum = a + b;
    a = b;
    b = sum;
    bytes.push_back(static_cast<std::byte>(sum >> 24));
  }
  return bytes;
}

}  // namespace

TEST_CASE("BLAKE2b-512 of \"abc\" is the one in RFC 7693, appendix A") {
  CHECK(hash_hex(tutti::as_bytes("abc"), 64) ==
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

TEST_CASE("the self-test of RFC 7693, appendix E, holds") {
  // Its unkeyed half; the expected hash of hashes is Python's hashlib.blake2b on the same messages,
  // which also gives the RFC's own result when the keyed half is included.
  Blake2b hashes(32);
  for (const std::size_t output_bytes : {20U, 32U, 48U, 64U}) {
    for (const std::size_t size : {0U, 3U, 128U, 129U, 255U, 1024U}) {
      hashes.update(hash(sequence(size), output_bytes));
    }
  }
  Bytes result(32);
  hashes.finish(result);
  CHECK(tutti::to_hex(BytesView(result)) ==
        "681f345ad53c6360214ea500fd259edddbca775f605fad81b9b189d6d88e15c6");
}

TEST_CASE("every message length through several blocks agrees with Python's hashlib") {
  Blake2b hashes(32);
  for (std::size_t size = 0; size < 1100; ++size) {
    const Bytes message = sequence(size);
    for (const std::size_t output_bytes : {1U, 16U, 32U, 64U}) {
      hashes.update(hash(message, output_bytes));
    }
  }
  Bytes result(32);
  hashes.finish(result);
  CHECK(tutti::to_hex(BytesView(result)) ==
        "b8ac4dfd74248a21b6f10f18072a7a403f9c6ab0c00993d1d0678bac5b5ab697");
}

TEST_CASE("a digest is the 16-byte hash") {
  CHECK(tutti::to_hex(tutti::digest_of({})) == "cae66941d9efbd404e4d88758ea67670");
  CHECK(tutti::to_hex(tutti::digest_of(tutti::as_bytes("abc"))) ==
        "cf4ab791c62b8d2b2109c90275287816");
  CHECK(tutti::to_hex(tutti::digest_of(sequence(128))) == "f9fb4de710388ce31f45361da96ccfef");
}

TEST_CASE("how a message is cut into updates changes nothing") {
  tutti::Random random(1);
  for (int trial = 0; trial < 300; ++trial) {
    const Bytes message = sequence(random.below(1000));
    Blake2b pieces(32);
    BytesView rest(message);
    while (!rest.empty()) {
      const std::size_t most = std::min<std::size_t>(rest.size(), 300);
      const std::size_t count = random.below(static_cast<std::uint32_t>(most) + 1);
      pieces.update(rest.first(count));  // now and then an empty piece
      rest = rest.subspan(count);
    }
    Bytes result(32);
    pieces.finish(result);
    REQUIRE(result == hash(message, 32));
  }
}

TEST_CASE("a flipped bit anywhere changes the digest") {
  Bytes message = sequence(260);
  const tutti::Digest before = tutti::digest_of(message);
  for (std::byte& byte : message) {
    byte ^= std::byte{0x10};
    REQUIRE(tutti::digest_of(message) != before);
    byte ^= std::byte{0x10};
  }
  CHECK(tutti::digest_of(message) == before);
}

TEST_CASE("a digest's text is read back exactly, and nothing else is") {
  const tutti::Digest digest = tutti::digest_of(tutti::as_bytes("abc"));
  const std::string text = tutti::to_hex(digest);
  CHECK(tutti::digest_from_hex(text) == digest);
  CHECK(tutti::digest_from_hex("CF4AB791C62B8D2B2109C90275287816") == digest);

  CHECK_FALSE(tutti::digest_from_hex(""));
  CHECK_FALSE(tutti::digest_from_hex(text.substr(1)));
  CHECK_FALSE(tutti::digest_from_hex(text + "0"));
  for (const char wrong : {'g', 'G', ' ', '/', ':', '@', '`', '\0', '\xff'}) {
    std::string spoiled = text;
    spoiled[17] = wrong;
    CHECK_FALSE(tutti::digest_from_hex(spoiled));
  }
}
