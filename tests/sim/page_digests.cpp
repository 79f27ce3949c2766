// Digests of several pieces at once are those of one after the other; the digest of a state in
// pages depends on its parts and its layout, and on nothing else.

#include "tutti/sim/page_digests.hpp"

#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;

namespace {

Bytes noise(std::size_t size, Random& random) {
  Bytes bytes(size);
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>(random.below(256));
  return bytes;
}

Digest numbered(std::uint8_t number) { return digest_of(Bytes(1, std::byte{number})); }

}  // namespace

TEST_CASE("the digests of several pieces are those of each, whatever their sizes") {
  Random random(1);
  for (const std::size_t size : {0U, 1U, 63U, 127U, 128U, 129U, 255U, 256U, 4095U, 4096U, 4100U}) {
    std::vector<Bytes> pieces;
    for (std::size_t i = 0; i < 11; ++i)
      pieces.push_back(noise(i == 6 ? size + 1 : size, random));
    const std::vector<BytesView> views(pieces.begin(), pieces.end());
    std::vector<Digest> digests(pieces.size());
    digest_each(views, digests);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      CAPTURE(size, i);
      REQUIRE(digests[i] == digest_of(pieces[i]));
    }
  }
}

TEST_CASE("a state without pages has the digest of its bytes, however they come") {
  StateHasher hasher;
  hasher.bytes(as_bytes("ab"));
  hasher.bytes(as_bytes("c"));
  CHECK(hasher.finish() == digest_of(as_bytes("abc")));
}

TEST_CASE("the digest of a state in pages covers its parts and its layout") {
  const std::array<Digest, 3> pages{numbered(1), numbered(2), numbered(3)};
  const auto digest = [&](std::size_t outside, std::uint32_t page_bytes, std::size_t cut) {
    StateHasher hasher;
    hasher.bytes(Bytes(outside));
    hasher.pages(page_bytes, std::span(pages).first(cut));
    hasher.pages(page_bytes, std::span(pages).subspan(cut));
    return hasher.finish();
  };
  const Digest expected = digest(5, 4096, 0);
  CHECK(to_hex(expected) == "bbda4210895b2b55f2e8b877566f36ea");
  CHECK(digest(5, 4096, 1) == expected);
  CHECK(digest(5, 4096, 3) == expected);
  CHECK(digest(5, 2048, 0) != expected);
  CHECK(digest(4, 4096, 0) != expected);
  // The same parts, of which none is a page.
  StateHasher hasher;
  hasher.bytes(Bytes(5));
  for (const Digest& page : pages)
    hasher.bytes(page.bytes);
  CHECK(hasher.finish() != expected);
}
