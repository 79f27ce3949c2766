// The link's frames are what PROTOCOL.md says, and nothing else decodes.

#include "tutti/net/link_frames.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "tutti/sim/random.hpp"

using namespace tutti;
using tutti::test::contains;
using FrameKind = ControlFrame::Kind;

namespace {

constexpr std::uint32_t connection = 0x12345678;
const Bytes payload{std::byte{0xAA}, std::byte{0xBB}};

Bytes example_play() {
  const auto header = play_header(connection);
  Bytes bytes(header.size() + payload.size());
  std::ranges::copy(payload, std::ranges::copy(header, bytes.begin()).out);
  return bytes;
}
ControlFrame example(FrameKind kind) {
  ControlFrame frame{.kind = kind};
  if (kind == FrameKind::open) frame.connection = connection;
  if (kind == FrameKind::message) {
    frame.payload = payload;
  } else if (kind != FrameKind::bye) {
    frame.received = 7;
  }
  return frame;
}

std::string hex(BytesView bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const std::byte byte : bytes) {
    if (!text.empty()) text += ' ';
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{0xF})];
  }
  return text;
}

std::string protocol() {
  std::ifstream file(TUTTI_PROTOCOL_DOCUMENT);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::ranges::replace(text, '\n', ' ');
  return text;
}

bool is_equal(const ControlFrame& a, const ControlFrame& b) {
  return a.kind == b.kind && a.connection == b.connection && a.received == b.received &&
         std::ranges::equal(a.payload, b.payload);
}

}  // namespace

TEST_CASE("frames have the bytes that PROTOCOL.md shows") {
  const std::string document = protocol();
  CHECK_THAT(document, contains("payload `AA BB`: `" + hex(example_play()) + "`"));
  const auto row = [](const char* name, FrameKind kind) {
    std::string text(name);
    text += " `";
    text += hex(encode(example(kind)));
    text += "`";
    return text;
  };
  CHECK_THAT(document, contains(row("open", FrameKind::open)));
  CHECK_THAT(document, contains(row("resume", FrameKind::resume)));
  CHECK_THAT(document, contains(row("message", FrameKind::message)));
  CHECK_THAT(document, contains(row("acknowledge", FrameKind::acknowledge)));
  CHECK_THAT(document, contains(row("bye", FrameKind::bye)));
}

TEST_CASE("every frame decodes to what was encoded") {
  for (const FrameKind kind : {FrameKind::open, FrameKind::resume, FrameKind::message,
                               FrameKind::acknowledge, FrameKind::bye}) {
    const Bytes bytes = encode(example(kind));
    const auto frame = decode_control_frame(bytes);
    REQUIRE(frame);
    CHECK(is_equal(*frame, example(kind)));
  }
  const Bytes bytes = example_play();
  const auto play = decode_play_frame(bytes);
  REQUIRE(play);
  CHECK(play->connection == connection);
  CHECK(std::ranges::equal(play->payload, payload));
}

TEST_CASE("a frame cut short, or with a byte too many, does not decode") {
  for (const FrameKind kind :
       {FrameKind::open, FrameKind::resume, FrameKind::acknowledge, FrameKind::bye}) {
    Bytes bytes = encode(example(kind));
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK_FALSE(decode_control_frame(BytesView(bytes).first(size)));
    bytes.push_back(std::byte{0});
    CHECK_FALSE(decode_control_frame(bytes));
  }
  const Bytes play = example_play();
  for (std::size_t size = 0; size < play_header_bytes; ++size)
    CHECK_FALSE(decode_play_frame(BytesView(play).first(size)));
}

TEST_CASE("messages and payloads over their limit, and connection 0, do not decode") {
  Bytes message = encode({.kind = FrameKind::message, .payload = Bytes(limits::control_bytes)});
  CHECK(decode_control_frame(message));
  message.push_back(std::byte{0});
  CHECK_FALSE(decode_control_frame(message));

  Bytes play = example_play();
  play.resize(play_header_bytes + limits::play_bytes);
  CHECK(decode_play_frame(play));
  play.push_back(std::byte{0});
  CHECK_FALSE(decode_play_frame(play));

  CHECK_FALSE(decode_control_frame(encode({.kind = FrameKind::open, .connection = 0})));
  const auto nobody = play_header(0);
  CHECK_FALSE(decode_play_frame(nobody));
}

TEST_CASE("random bytes decode to nothing or to what encodes to them") {
  Random random(1);
  int decoded = 0;
  for (int i = 0; i < 100'000; ++i) {
    Bytes bytes(random.below(12));
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random.below(i % 2 == 0 ? 8 : 256));
    const auto frame = decode_control_frame(bytes);
    if (!frame) continue;
    ++decoded;
    REQUIRE(encode(*frame) == bytes);
  }
  CHECK(decoded > 1000);
}
