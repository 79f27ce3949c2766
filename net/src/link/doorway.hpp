#pragma once
// A listener's side of the handshake. Until a stranger's address has answered it costs three hashes
// and at most 29 bytes: no memory, no key, no line in a log (promise O7). All that is kept here has
// a fixed size.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "link/handshake_datagrams.hpp"
#include "link/place_rates.hpp"
#include "link/post.hpp"

namespace tutti::detail {

/// Handshakes that may begin: one costs the relay three agreements of keys, some 0.15 ms.
struct HandshakeRates {
  double per_neighbourhood = 64;  ///< a second, from one IPv4 /24 or IPv6 /56
  double in_all = 1500;           ///< a second
};

class Doorway {
 public:
  /// `certificate`: of that key.
  Doorway(const SigningKey& key, std::optional<RelayCertificate> certificate,
          const HandshakeRates& rates);

  /// A stranger whose address and first message are right.
  struct Newcomer {
    Endpoint from;
    std::uint32_t index = 0;  ///< of the connection, at the client
    std::uint64_t attempt = 0;
    NoiseHandshake handshake;
  };
  /// What an initiation was.
  struct Knock {
    bool is_refused = false;
    /// It was answered before; the answer may have been lost.
    std::optional<std::uint32_t> again{};
    std::optional<Newcomer> newcomer{};
  };
  /// Answers a stranger that has to prove its address, or speaks another version.
  Knock take(const Datagram& datagram, Instant now, Post& post);

  /// The response to a newcomer, and the keys of its connection. `index`: of the connection, at
  /// this side.
  struct Response {
    Bytes datagram;
    TransportKeys keys;
    ConnectionHash hash{};
  };
  std::optional<Response> respond(Newcomer& newcomer, Verdict verdict, std::uint32_t index);

  const PublicKey& key() const { return public_; }

 private:
  // An attempt that was answered lately, so that a copy of its initiation begins nothing.
  struct Answered {
    std::uint64_t attempt = 0;
    std::uint32_t index = 0;
  };
  static constexpr std::size_t remembered = 4096;

  bool may_begin(const Endpoint& from, Instant now);

  PublicKey public_;
  std::optional<RelayCertificate> certificate_;
  SecretKey secret_;
  Cookies cookies_;
  double rate_in_all_;
  Budget all_;
  PlaceRates by_place_;
  std::vector<Answered> answered_;
};

}  // namespace tutti::detail
