#pragma once
// A client's attempt to reach a relay: it knocks at each of its addresses, a little after one
// another (RFC 8305, "Happy Eyeballs"), until one answers.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "link/handshake_datagrams.hpp"
#include "link/post.hpp"

namespace tutti::detail {

class Call {
 public:
  /// To a relay that is known by this key, its own or its fleet's, or to learn it. `index`: of the
  /// connection, at this side.
  Call(std::vector<Endpoint> addresses, const std::optional<PublicKey>& key, std::uint32_t index);

  /// Knocks where it is time to.
  void knock(Instant now, Post& post);
  /// When this began; nothing before the first `knock`.
  const std::optional<Instant>& began() const { return began_; }

  /// The relay's answer, which proved that it has a key of its own, and that this is the one by
  /// which it is known, or certified by that one. From another address than those that were called
  /// it is a copy, by somebody who wants to be on the path.
  struct Answered {
    ResponsePayload payload{};
    TransportKeys keys{};
    PublicKey key{};  ///< by which it is known
    ConnectionHash hash{};
  };
  std::optional<Answered> take_response(const HandshakeAnswer& answer, const Endpoint& from,
                                        std::int64_t now_utc) const;
  /// Knocks again at once with the cookie. False if the answer is a stranger's.
  bool take_cookie(const HandshakeAnswer& answer, const Endpoint& from, Instant now, Post& post);
  /// Whether this is the answer of something that saw the knock.
  bool is_real(const HandshakeAnswer& answer) const { return answer.echo == echo_; }

  const std::vector<Endpoint>& addresses() const { return addresses_; }
  const std::optional<PublicKey>& key() const { return key_; }

 private:
  // The attempt at one address.
  struct Door {
    Cookie cookie{};
    Instant next{};
    Duration interval{};
  };
  void knock_at(std::size_t which, Instant now, Post& post);

  std::vector<Endpoint> addresses_;
  std::vector<Door> doors_;
  std::optional<PublicKey> key_;
  Bytes initiation_;
  std::optional<NoiseHandshake> handshake_;
  Echo echo_{};
  std::optional<Instant> began_;
};

}  // namespace tutti::detail
