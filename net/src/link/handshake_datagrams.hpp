#pragma once
// The datagrams of a handshake, which are all that is read without a key. PROTOCOL.md,
// "Handshake", specifies them.

#include <array>
#include <cstdint>
#include <optional>

#include "link/cookies.hpp"
#include "link/noise.hpp"
#include "tutti/net/link.hpp"
#include "tutti/net/relay_certificate.hpp"

namespace tutti::detail {

inline constexpr std::byte initiation_mark{0x48};
inline constexpr std::byte cookie_mark{0x43};
inline constexpr std::byte response_mark{0x52};
inline constexpr std::byte version_mark{0x56};

/// Of an initiation, whatever is in it: it is padded, so that no answer is half as long, and small
/// enough for every path.
inline constexpr std::size_t initiation_bytes = limits::small_datagram_bytes;
/// What the handshake is bound to: mark, version, pattern and the initiator's index.
inline constexpr std::size_t prologue_bytes = 1 + 2 + 1 + 4;

/// A client's first word, said again with the cookie that it draws.
struct Initiation {
  std::uint16_t version = 0;
  NoisePattern pattern = NoisePattern::nx;
  std::uint32_t index = 0;  ///< of the connection, at the client
  Cookie cookie{};
  BytesView noise{};
  BytesView prologue{};
  /// The client's ephemeral key, which no other attempt has.
  BytesView attempt{};
};
Bytes encode_initiation(std::uint16_t version, NoisePattern pattern, std::uint32_t index);
/// Puts the rest into an initiation.
void put_cookie(Bytes& initiation, const Cookie& cookie);
void put_noise(Bytes& initiation, BytesView noise);
/// The version alone is read of an initiation of another.
std::optional<std::uint16_t> initiation_version(BytesView datagram);
std::optional<Initiation> decode_initiation(BytesView datagram);

/// The answers, each with the client's index. A response has a message of Noise, the others the
/// first 8 bytes of the client's ephemeral key, which only those know who saw the initiation.
using Echo = std::array<std::byte, 8>;
Echo echo_of(BytesView attempt);
struct HandshakeAnswer {
  std::uint32_t index = 0;
  Echo echo{};
  Cookie cookie{};            ///< of a cookie
  std::uint16_t version = 0;  ///< of a version
  BytesView noise{};          ///< of a response
};
inline constexpr std::size_t answer_head_bytes = 1 + 4 + sizeof(Echo);
std::array<std::byte, answer_head_bytes + sizeof(Cookie)> encode_cookie(std::uint32_t index,
                                                                        const Echo& echo,
                                                                        const Cookie& cookie);
std::array<std::byte, answer_head_bytes + 2> encode_version(std::uint32_t index, const Echo& echo,
                                                            std::uint16_t version);
Bytes encode_response(std::uint32_t index, BytesView noise);
std::optional<HandshakeAnswer> decode_answer(BytesView datagram);

/// What a response says, sealed: whether the client is let in, the connection's number at the
/// relay, the relay's key, and the word of its fleet for that, if it has one.
enum class Verdict : std::uint8_t {
  welcome = 0,
  full = 1,     ///< the relay has no place left
  crowded = 2,  ///< too many connections from this address already
};
struct ResponsePayload {
  Verdict verdict = Verdict::welcome;
  std::uint32_t index = 0;
  PublicKey key{};
  std::optional<RelayCertificate> certificate{};
};
Bytes encode(const ResponsePayload& payload);
std::optional<ResponsePayload> decode_response_payload(BytesView bytes);

}  // namespace tutti::detail
