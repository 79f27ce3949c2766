#pragma once
// The Noise Protocol Framework, revision 34 (T. Perrin, 2018): the two handshakes of two messages
// that the link can begin with, in the suite 25519_ChaChaPoly_BLAKE2b. It knows nothing of
// datagrams.

#include <cstdint>
#include <optional>

#include "link/crypto.hpp"

namespace tutti::detail {

enum class NoisePattern : std::uint8_t {
  nx = 0,  ///< the initiator learns the responder's key by it
  ik = 2,  ///< it knew that key before, and has one of its own, by which the responder knows it
};

/// The cipher of a handshake: a key, once there is one, and a counter.
class NoiseCipher {
 public:
  void set(const Key& key) {
    key_ = key;
    counter_ = 0;
    has_key_ = true;
  }
  bool has_key() const { return has_key_; }
  /// The text itself as long as there is no key.
  Bytes seal(BytesView bound, BytesView plain);
  std::optional<Bytes> open(BytesView bound, BytesView sealed);

 private:
  SecretKey key_{};
  std::uint64_t counter_ = 0;
  bool has_key_ = false;
};

/// The keys of what follows a handshake.
struct TransportKeys {
  SecretKey to_responder{};
  SecretKey to_initiator{};
};

/// One side of a handshake. After a `read` that gave nothing it is of no use any more; read with a
/// copy where anybody may have sent the message.
class NoiseHandshake {
 public:
  struct Options {
    NoisePattern pattern = NoisePattern::nx;
    bool is_initiator = false;
    BytesView prologue{};
    /// The secret of the own lasting key: a responder's always, an initiator's in IK.
    std::optional<SecretKey> own_static{};
    /// The public key of the responder, for an initiator in IK.
    std::optional<Key> other_static{};
    /// The secret of the key for this handshake alone: random, and never used again.
    SecretKey ephemeral{};
  };
  explicit NoiseHandshake(const Options& options);
  NoiseHandshake(const NoiseHandshake&) = default;
  NoiseHandshake& operator=(const NoiseHandshake&) = default;
  ~NoiseHandshake();

  /// The next message. Nothing if the other side's key is none.
  std::optional<Bytes> write(BytesView payload);
  /// The payload of the other side's next message, which stranger's bytes do not have.
  std::optional<Bytes> read(BytesView message);

  /// The other side's lasting key, once it is known.
  const std::optional<Key>& other_static() const { return other_static_; }
  /// The hash of all that was said, the same on both sides.
  const WideHash& hash() const { return hash_; }
  /// The keys, once both messages are through.
  TransportKeys split() const;

 private:
  enum class Token : std::uint8_t { e, s, ee, es, se, ss };
  static std::span<const Token> tokens(NoisePattern pattern, std::size_t message);

  void mix_hash(BytesView bytes) { hash_ = hash_of({hash_, bytes}); }
  void mix_key(BytesView material);
  bool mix_agreement(Token token);
  Bytes seal_and_hash(BytesView plain);
  std::optional<Bytes> open_and_hash(BytesView sealed);

  NoisePattern pattern_;
  bool is_initiator_;
  std::size_t messages_ = 0;
  SecretKey ephemeral_;
  std::optional<SecretKey> own_static_;
  std::optional<Key> other_ephemeral_;
  std::optional<Key> other_static_;
  WideHash chaining_{};
  WideHash hash_{};
  NoiseCipher cipher_;
};

}  // namespace tutti::detail
