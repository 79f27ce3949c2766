#pragma once
// The primitives that sealing stands on: X25519 (RFC 7748), ChaCha20-Poly1305 (RFC 8439), BLAKE2b
// (RFC 7693) with HMAC (RFC 2104), and the system's random source. crypto.cpp alone knows
// libsodium.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>

#include "tutti/replay/signature.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti::detail {

/// A secret or public key of X25519, or a key of ChaCha20-Poly1305.
using Key = std::array<std::byte, 32>;
/// BLAKE2b-512.
using WideHash = std::array<std::byte, 64>;
/// What sealing adds to a text.
inline constexpr std::size_t tag_bytes = 16;

/// Bytes that nobody can guess.
void fill_random(std::span<std::byte> bytes);
std::uint32_t random_u32();
/// Overwrites a secret that is no longer needed.
void wipe(std::span<std::byte> secret);

/// A key that nobody else may know: overwritten when it goes.
class SecretKey {
 public:
  SecretKey() = default;
  SecretKey(const Key& key) : bytes_(key) {}
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey() { wipe(bytes_); }

  operator const Key&() const { return bytes_; }

 private:
  Key bytes_{};
};
SecretKey random_key();

Key exchange_public(const Key& secret);
/// The secret that two key pairs share; nothing if the public key is one of the few that give the
/// same to everybody.
std::optional<Key> agree(const Key& own_secret, const Key& other_public);

/// The X25519 half of a relay's Ed25519 key, so that a relay has one key for people to know.
SecretKey exchange_secret(const SigningKey& key);
/// Nothing if these bytes are no key.
std::optional<Key> exchange_public(const PublicKey& key);

WideHash hash_of(std::initializer_list<BytesView> parts);
WideHash hmac_of(BytesView key, std::initializer_list<BytesView> parts);
/// A keyed hash of 16 bytes, which tells nothing of the key.
std::array<std::byte, 16> keyed_hash(const Key& key, std::initializer_list<BytesView> parts);
/// Whether two hashes are the same, in a time that does not tell where they differ.
bool is_same_hash(BytesView a, BytesView b);

/// Seals `plain` into `sealed`, which has tag_bytes more. Never call it twice with the same key
/// and nonce.
void seal(const Key& key, std::uint64_t nonce, BytesView bound, BytesView plain,
          std::span<std::byte> sealed);
/// Opens `sealed` into `plain`, which has tag_bytes less. False if key, nonce, `bound` or a byte is
/// not the one it was sealed with.
bool open(const Key& key, std::uint64_t nonce, BytesView bound, BytesView sealed,
          std::span<std::byte> plain);

}  // namespace tutti::detail
