// PROTOCOL.md's examples of the link's datagrams, held against the bytes.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <utility>

#include "link/handshake_datagrams.hpp"
#include "link/sealed_datagram.hpp"
#include "link/stream_pieces.hpp"
#include "support/catch.hpp"
#include "tutti/net/messages.hpp"

using namespace tutti;
using tutti::test::contains;

namespace {

std::string spaced_hex(BytesView bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const std::byte byte : bytes) {
    if (!text.empty()) text += ' ';
    text += digits[std::to_integer<std::size_t>(byte >> 4)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{0xF})];
  }
  return "`" + text + "`";
}

std::string link_document() {
  std::ifstream file(TUTTI_PROTOCOL_DOCUMENT);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return std::regex_replace(text, std::regex("\n *"), " ");
}

}  // namespace

TEST_CASE("the link's datagrams have the bytes that PROTOCOL.md shows") {
  const std::string text = link_document();
  detail::Key key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<std::byte>(i);
  const Bytes payload{std::byte{0xAA}, std::byte{0xBB}};
  Bytes room(64);
  detail::Sealer sealer(key, 0x12345678);
  CHECK_THAT(text,
             contains("play: " + spaced_hex(sealer.seal(detail::SealedKind::play, payload, room))));
  CHECK_THAT(text,
             contains("life: " + spaced_hex(sealer.seal(detail::SealedKind::life, {}, room))));

  Bytes stream;
  const Bytes mask{std::byte{0x05}};
  detail::encode({{.received = 7, .mask = mask},
                  detail::StreamPiece{.number = 9, .is_last = true, .bytes = payload}},
                 stream);
  CHECK_THAT(text, contains(spaced_hex(stream)));

  const detail::Echo echo{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4},
                          std::byte{5}, std::byte{6}, std::byte{7}, std::byte{8}};
  CHECK_THAT(text, contains("version: " + spaced_hex(detail::encode_version(0x12345678, echo,
                                                                            protocol_version))));
  const Bytes initiation =
      detail::encode_initiation(protocol_version, detail::NoisePattern::nx, 0x12345678);
  CHECK(initiation.size() == 508);
  CHECK_THAT(text, contains("prologue: " +
                            spaced_hex(BytesView(initiation).first(detail::prologue_bytes))));
}

TEST_CASE("the first byte of each of the link's datagrams is the one that is written") {
  const std::string text = link_document();
  const auto row = [](std::byte first, const std::string& name) {
    const BytesView bytes(&first, 1);
    return "| " + spaced_hex(bytes) + " " + std::string(as_text(bytes)) + " | " + name + " |";
  };
  CHECK_THAT(text, contains(row(detail::initiation_mark, "initiation")));
  CHECK_THAT(text, contains(row(detail::cookie_mark, "cookie")));
  CHECK_THAT(text, contains(row(detail::response_mark, "response")));
  CHECK_THAT(text, contains(row(detail::version_mark, "other version")));
  using detail::SealedKind;
  const std::pair<SealedKind, std::string> sealed[] = {{SealedKind::play, "play"},
                                                       {SealedKind::stream, "stream"},
                                                       {SealedKind::path, "path"},
                                                       {SealedKind::life, "life"},
                                                       {SealedKind::bye, "bye"}};
  for (const auto& [kind, name] : sealed)
    CHECK_THAT(text, contains(row(static_cast<std::byte>(kind), name + ", sealed")));
}

TEST_CASE("answers and payloads of a handshake decode exactly, or not at all") {
  const detail::Echo echo{std::byte{1}};
  const auto cookie = detail::encode_cookie(5, echo, {});
  const auto version = detail::encode_version(5, echo, 12);
  const Bytes response = detail::encode_response(5, Bytes(60));
  for (const BytesView bytes : {BytesView(cookie), BytesView(version), BytesView(response)}) {
    const auto answer = detail::decode_answer(bytes);
    REQUIRE(answer);
    CHECK(answer->index == 5);
    Bytes longer(bytes.begin(), bytes.end());
    longer.push_back({});
    if (bytes[0] != detail::response_mark) CHECK_FALSE(detail::decode_answer(longer));
    CHECK_FALSE(detail::decode_answer(bytes.first(4)));
  }
  const SigningKey key = SigningKey::create();
  const SigningKey fleet = SigningKey::create();
  for (const bool is_certified : {false, true}) {
    detail::ResponsePayload payload{
        .verdict = detail::Verdict::crowded, .index = 7, .key = key.public_key()};
    if (is_certified) payload.certificate = certify(fleet, key.public_key(), 1'800'000'000);
    const Bytes bytes = encode(payload);
    const auto decoded = detail::decode_response_payload(bytes);
    REQUIRE(decoded);
    CHECK(decoded->index == 7);
    CHECK(decoded->key == payload.key);
    CHECK(decoded->certificate == payload.certificate);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto part = detail::decode_response_payload(BytesView(bytes).first(size));
      const bool is_without = part && is_certified && !part->certificate;
      CHECK((!part || is_without));
    }
  }
}
