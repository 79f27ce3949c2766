// Bytes are written compactly and read without trust.

#include "tutti/sim/bytes.hpp"

#include <array>
#include <cstdint>
#include <limits>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using tutti::ByteReader;
using tutti::Bytes;
using tutti::BytesView;
using tutti::ByteWriter;

using tutti::test::bytes_of;

namespace {

Bytes varint_of(std::uint64_t value) {
  Bytes bytes;
  ByteWriter(bytes).varint(value);
  return bytes;
}

// One of everything that a writer can write.
Bytes one_of_everything() {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.u8(0xA1);
  writer.u16(0xB1B2);
  writer.u32(0xC1C2C3C4);
  writer.u64(0xD1D2D3D4D5D6D7D8);
  writer.varint(300);
  writer.signed_varint(-70000);
  writer.text("score");
  writer.raw(bytes_of({7, 8, 9}));
  return bytes;
}

// Whether all of it was read; the caller that has all bytes checks the values.
bool read_everything(ByteReader& reader) {
  reader.u8();
  reader.u16();
  reader.u32();
  reader.u64();
  reader.varint();
  reader.signed_varint();
  reader.text(16);
  reader.raw(3);
  return reader.is_done();
}

constexpr std::uint64_t edges[] = {0,
                                   1,
                                   127,
                                   128,
                                   16383,
                                   16384,
                                   0xFFFFFFFF,
                                   0x7FFFFFFFFFFFFFFF,
                                   0x8000000000000000,
                                   0xFFFFFFFFFFFFFFFF};

}  // namespace

TEST_CASE("written values are read back") {
  const Bytes bytes = one_of_everything();
  ByteReader reader(bytes);
  CHECK(reader.u8() == 0xA1);
  CHECK(reader.u16() == 0xB1B2);
  CHECK(reader.u32() == 0xC1C2C3C4);
  CHECK(reader.u64() == 0xD1D2D3D4D5D6D7D8);
  CHECK(reader.varint() == 300);
  CHECK(reader.signed_varint() == -70000);
  CHECK(reader.text(5) == "score");
  CHECK(reader.remaining() == 3);
  CHECK_FALSE(reader.is_done());
  const BytesView last = reader.raw(3);
  CHECK(Bytes(last.begin(), last.end()) == bytes_of({7, 8, 9}));
  CHECK(reader.is_done());
}

TEST_CASE("integers are little-endian on every machine") {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.u16(0x0102);
  writer.u32(0x03040506);
  CHECK(writer.size() == 6);
  CHECK(bytes == bytes_of({2, 1, 6, 5, 4, 3}));
}

TEST_CASE("a varint takes seven bits a byte") {
  CHECK(varint_of(0) == bytes_of({0}));
  CHECK(varint_of(127) == bytes_of({0x7F}));
  CHECK(varint_of(128) == bytes_of({0x80, 0x01}));
  CHECK(varint_of(300) == bytes_of({0xAC, 0x02}));
  CHECK(varint_of(0xFFFFFFFFFFFFFFFF).size() == 10);
  tutti::Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t wide = (std::uint64_t{random.next()} << 32) | random.next();
    const std::uint64_t value = i < 10 ? edges[i] : wide >> random.below(64);
    const Bytes bytes = varint_of(value);
    ByteReader reader(bytes);
    REQUIRE(reader.varint() == value);
    REQUIRE(reader.is_done());
  }
}

TEST_CASE("a varint longer than needed is refused") {
  for (const std::uint64_t value : edges) {
    Bytes bytes = varint_of(value);
    if (bytes.size() == 10) continue;
    bytes.back() |= std::byte{0x80};
    bytes.push_back(std::byte{0});
    ByteReader reader(bytes);
    CHECK(reader.varint() == 0);
    CHECK_FALSE(reader.ok());
  }
}

TEST_CASE("a varint beyond 64 bits is refused") {
  Bytes bytes = varint_of(0xFFFFFFFFFFFFFFFF);
  bytes.back() = std::byte{2};
  CHECK_FALSE([&] {
    ByteReader reader(bytes);
    reader.varint();
    return reader.ok();
  }());
  bytes.back() = std::byte{0x81};
  bytes.push_back(std::byte{0});
  CHECK_FALSE([&] {
    ByteReader reader(bytes);
    reader.varint();
    return reader.ok();
  }());
  const Bytes endless(20, std::byte{0x80});
  CHECK_FALSE([&] {
    ByteReader reader(endless);
    reader.varint();
    return reader.ok();
  }());
}

TEST_CASE("zigzag keeps small magnitudes small") {
  STATIC_REQUIRE(tutti::zigzag(0) == 0);
  STATIC_REQUIRE(tutti::zigzag(-1) == 1);
  STATIC_REQUIRE(tutti::zigzag(1) == 2);
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t value :
       {lowest, lowest + 1, std::int64_t{-1}, std::int64_t{0}, highest}) {
    CHECK(tutti::unzigzag(tutti::zigzag(value)) == value);
    Bytes bytes;
    ByteWriter(bytes).signed_varint(value);
    ByteReader reader(bytes);
    CHECK(reader.signed_varint() == value);
    CHECK(reader.is_done());
  }
}

TEST_CASE("bytes cut off anywhere are noticed") {
  const Bytes bytes = one_of_everything();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader reader(BytesView(bytes).first(size));
    REQUIRE_FALSE(read_everything(reader));
    REQUIRE_FALSE(reader.ok());
    REQUIRE(reader.remaining() == 0);
  }
  ByteReader whole(bytes);
  CHECK(read_everything(whole));
}

TEST_CASE("after a failure a reader answers nothing more") {
  const Bytes bytes = bytes_of({1, 2, 3});
  ByteReader reader(bytes);
  CHECK(reader.u32() == 0);
  CHECK_FALSE(reader.ok());
  CHECK(reader.u8() == 0);
  CHECK(reader.varint() == 0);
  CHECK(reader.raw(1).empty());
  CHECK(reader.run(10).empty());
  CHECK_FALSE(reader.is_done());
}

TEST_CASE("bytes left over are not done") {
  const Bytes bytes = bytes_of({1, 2});
  ByteReader reader(bytes);
  reader.u8();
  CHECK(reader.ok());
  CHECK_FALSE(reader.is_done());
}

TEST_CASE("a claimed length is believed only as far as there are bytes") {
  for (const std::uint64_t claimed : edges) {
    if (claimed <= 3) continue;
    Bytes bytes;
    ByteWriter writer(bytes);
    writer.varint(claimed);
    writer.raw(bytes_of({1, 2, 3}));
    ByteReader reader(bytes);
    CHECK(reader.run(std::numeric_limits<std::size_t>::max()).empty());
    CHECK_FALSE(reader.ok());
  }
}

TEST_CASE("a run is a view into the reader's bytes, so reading it allocates nothing") {
  Bytes bytes;
  ByteWriter(bytes).run(bytes_of({1, 2, 3}));
  ByteReader reader(bytes);
  const BytesView run = reader.run(3);
  CHECK(run.data() == bytes.data() + 1);
  CHECK(run.size() == 3);
}

TEST_CASE("a run longer than its reader allows is refused, though its bytes are there") {
  Bytes bytes;
  ByteWriter(bytes).run(bytes_of({1, 2, 3}));
  ByteReader reader(bytes);
  CHECK(reader.run(2).empty());
  CHECK_FALSE(reader.ok());
}
