#include "link/handshake_datagrams.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"
#include "wire/certificate.hpp"

namespace tutti::detail {

namespace {

constexpr std::size_t noise_offset = prologue_bytes + sizeof(Cookie);

// Of the first message, without a payload.
std::size_t first_message_bytes(NoisePattern pattern) {
  switch (pattern) {
    case NoisePattern::nx:
      return sizeof(Key);
    case NoisePattern::ik:
      return sizeof(Key) + sizeof(Key) + tag_bytes + tag_bytes;
  }
  return 0;
}

template <std::size_t Count>
std::array<std::byte, Count> read_array(ByteReader& reader) {
  std::array<std::byte, Count> array{};
  const BytesView bytes = reader.raw(Count);
  std::ranges::copy(bytes, array.begin());
  return array;
}

// Without allocating: a stranger's datagram may be the reason. The place of what follows.
std::byte* write_head(std::span<std::byte> bytes, std::byte mark, std::uint32_t index,
                      const Echo& echo) {
  bytes[0] = mark;
  for (std::size_t i = 0; i < 4; ++i)
    bytes[1 + i] = static_cast<std::byte>(index >> (8 * i) & 0xFF);
  std::ranges::copy(echo, bytes.begin() + 5);
  return bytes.data() + answer_head_bytes;
}

}  // namespace

Bytes encode_initiation(std::uint16_t version, NoisePattern pattern, std::uint32_t index) {
  Bytes bytes;
  bytes.reserve(initiation_bytes);
  ByteWriter writer(bytes);
  writer.u8(std::to_integer<std::uint8_t>(initiation_mark));
  writer.u16(version);
  writer.u8(static_cast<std::uint8_t>(pattern));
  writer.u32(index);
  bytes.resize(initiation_bytes);
  return bytes;
}

void put_cookie(Bytes& initiation, const Cookie& cookie) {
  std::ranges::copy(cookie, initiation.begin() + prologue_bytes);
}

void put_noise(Bytes& initiation, BytesView noise) {
  std::ranges::copy(noise, initiation.begin() + noise_offset);
}

std::optional<std::uint16_t> initiation_version(BytesView datagram) {
  const std::size_t least =
      TUTTI_MUTANT(initiations_may_be_short) ? noise_offset + sizeof(Key) : initiation_bytes;
  if (datagram.size() < least || datagram[0] != initiation_mark) return std::nullopt;
  ByteReader reader(datagram.subspan(1));
  return reader.u16();
}

std::optional<Initiation> decode_initiation(BytesView datagram) {
  const auto version = initiation_version(datagram);
  if (!version || datagram.size() != initiation_bytes) return std::nullopt;
  ByteReader reader(datagram.subspan(3));
  Initiation initiation{.version = *version};
  const std::uint8_t pattern = reader.u8();
  initiation.pattern = static_cast<NoisePattern>(pattern);
  if (first_message_bytes(initiation.pattern) == 0) return std::nullopt;
  initiation.index = reader.u32();
  initiation.cookie = read_array<sizeof(Cookie)>(reader);
  initiation.prologue = datagram.first(prologue_bytes);
  initiation.noise = datagram.subspan(noise_offset, first_message_bytes(initiation.pattern));
  initiation.attempt = initiation.noise.first(sizeof(Key));
  return initiation;
}

Echo echo_of(BytesView attempt) {
  Echo echo{};
  std::copy_n(attempt.begin(), std::min(attempt.size(), echo.size()), echo.begin());
  return echo;
}

std::array<std::byte, answer_head_bytes + sizeof(Cookie)> encode_cookie(std::uint32_t index,
                                                                        const Echo& echo,
                                                                        const Cookie& cookie) {
  std::array<std::byte, answer_head_bytes + sizeof(Cookie)> bytes{};
  std::ranges::copy(cookie, write_head(bytes, cookie_mark, index, echo));
  return bytes;
}

std::array<std::byte, answer_head_bytes + 2> encode_version(std::uint32_t index, const Echo& echo,
                                                            std::uint16_t version) {
  std::array<std::byte, answer_head_bytes + 2> bytes{};
  const auto rest = write_head(bytes, version_mark, index, echo);
  rest[0] = static_cast<std::byte>(version & 0xFF);
  rest[1] = static_cast<std::byte>(version >> 8);
  return bytes;
}

Bytes encode_response(std::uint32_t index, BytesView noise) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.u8(std::to_integer<std::uint8_t>(response_mark));
  writer.u32(index);
  writer.raw(noise);
  return bytes;
}

std::optional<HandshakeAnswer> decode_answer(BytesView datagram) {
  if (datagram.empty()) return std::nullopt;
  ByteReader reader(datagram.subspan(1));
  HandshakeAnswer answer{.index = reader.u32()};
  if (datagram[0] == response_mark) {
    answer.noise = reader.raw(reader.remaining());
  } else {
    answer.echo = read_array<sizeof(Echo)>(reader);
    if (datagram[0] == cookie_mark) {
      answer.cookie = read_array<sizeof(Cookie)>(reader);
    } else if (datagram[0] == version_mark) {
      answer.version = reader.u16();
    } else {
      return std::nullopt;
    }
  }
  if (!reader.is_done()) return std::nullopt;
  return answer;
}

Bytes encode(const ResponsePayload& payload) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.u8(static_cast<std::uint8_t>(payload.verdict));
  writer.u32(payload.index);
  writer.raw(payload.key.bytes);
  if (payload.certificate) write(*payload.certificate, bytes);
  return bytes;
}

std::optional<ResponsePayload> decode_response_payload(BytesView bytes) {
  ByteReader reader(bytes);
  ResponsePayload payload;
  const std::uint8_t verdict = reader.u8();
  if (verdict > static_cast<std::uint8_t>(Verdict::crowded)) return std::nullopt;
  payload.verdict = static_cast<Verdict>(verdict);
  payload.index = reader.u32();
  payload.key = PublicKey{read_array<sizeof(Key)>(reader)};
  if (reader.remaining() > 0) payload.certificate = read_certificate(reader, payload.key);
  if (!reader.is_done()) return std::nullopt;
  return payload;
}

}  // namespace tutti::detail
