#include "link/crypto.hpp"

#include <sodium.h>

#include <algorithm>

#include "tutti/sim/assert.hpp"

namespace tutti::detail {

namespace {

constexpr std::size_t hmac_block_bytes = 128;

unsigned char* octets_in(std::span<std::byte> bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
const unsigned char* octets(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// libsodium chooses the machine's fastest code when it is started.
void start_sodium() {
  static const bool is_started = sodium_init() >= 0;
  TUTTI_ASSERT(is_started);
}

// As the Noise framework has it: 32 zero bits, then the counter, little-endian.
std::array<unsigned char, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> nonce_bytes(
    std::uint64_t nonce) {
  std::array<unsigned char, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> bytes{};
  for (std::size_t i = 4; i < bytes.size(); ++i, nonce >>= 8)
    bytes[i] = static_cast<unsigned char>(nonce & 0xFF);
  return bytes;
}

void update(crypto_generichash_blake2b_state& state, BytesView bytes) {
  crypto_generichash_blake2b_update(&state, octets(bytes), bytes.size());
}

}  // namespace

void fill_random(std::span<std::byte> bytes) {
  start_sodium();
  randombytes_buf(bytes.data(), bytes.size());
}

std::uint32_t random_u32() {
  start_sodium();
  return randombytes_random();
}

SecretKey random_key() {
  Key key{};
  fill_random(key);
  const SecretKey secret(key);
  wipe(key);
  return secret;
}

void wipe(std::span<std::byte> secret) { sodium_memzero(secret.data(), secret.size()); }

Key exchange_public(const Key& secret) {
  Key key{};
  crypto_scalarmult_curve25519_base(octets_in(key), octets(BytesView(secret)));
  return key;
}

std::optional<Key> agree(const Key& own_secret, const Key& other_public) {
  Key shared{};
  const int result = crypto_scalarmult_curve25519(octets_in(shared), octets(BytesView(own_secret)),
                                                  octets(BytesView(other_public)));
  if (result != 0) return std::nullopt;
  return shared;
}

SecretKey exchange_secret(const SigningKey& key) {
  std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> signing{};
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> shared{};
  std::string hex = key.seed_hex();
  const int read =
      sodium_hex2bin(seed.data(), seed.size(), hex.data(), hex.size(), nullptr, nullptr, nullptr);
  TUTTI_ASSERT(read == 0);
  crypto_sign_seed_keypair(shared.data(), signing.data(), seed.data());
  Key half{};
  crypto_sign_ed25519_sk_to_curve25519(octets_in(half), signing.data());
  const SecretKey secret(half);
  wipe(half);
  sodium_memzero(seed.data(), seed.size());
  sodium_memzero(signing.data(), signing.size());
  sodium_memzero(hex.data(), hex.size());
  return secret;
}

std::optional<Key> exchange_public(const PublicKey& key) {
  Key found{};
  const int result =
      crypto_sign_ed25519_pk_to_curve25519(octets_in(found), octets(BytesView(key.bytes)));
  if (result != 0) return std::nullopt;
  return found;
}

WideHash hash_of(std::initializer_list<BytesView> parts) {
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, nullptr, 0, sizeof(WideHash));
  for (const BytesView part : parts)
    update(state, part);
  WideHash hash{};
  crypto_generichash_blake2b_final(&state, octets_in(hash), hash.size());
  return hash;
}

WideHash hmac_of(BytesView key, std::initializer_list<BytesView> parts) {
  TUTTI_ASSERT(key.size() <= hmac_block_bytes, key.size());
  std::array<std::byte, hmac_block_bytes> inner{};
  std::array<std::byte, hmac_block_bytes> outer{};
  std::ranges::copy(key, inner.begin());
  std::ranges::copy(key, outer.begin());
  for (std::byte& byte : inner)
    byte ^= std::byte{0x36};
  for (std::byte& byte : outer)
    byte ^= std::byte{0x5C};
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, nullptr, 0, sizeof(WideHash));
  update(state, inner);
  for (const BytesView part : parts)
    update(state, part);
  WideHash hash{};
  crypto_generichash_blake2b_final(&state, octets_in(hash), hash.size());
  const WideHash result = hash_of({outer, hash});
  wipe(inner);
  wipe(outer);
  wipe(hash);
  sodium_memzero(&state, sizeof(state));
  return result;
}

std::array<std::byte, 16> keyed_hash(const Key& key, std::initializer_list<BytesView> parts) {
  crypto_generichash_blake2b_state state;
  crypto_generichash_blake2b_init(&state, octets(BytesView(key)), key.size(), 16);
  for (const BytesView part : parts)
    update(state, part);
  std::array<std::byte, 16> hash{};
  crypto_generichash_blake2b_final(&state, octets_in(hash), hash.size());
  return hash;
}

bool is_same_hash(BytesView a, BytesView b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void seal(const Key& key, std::uint64_t nonce, BytesView bound, BytesView plain,
          std::span<std::byte> sealed) {
  TUTTI_ASSERT(sealed.size() == plain.size() + tag_bytes, sealed.size(), plain.size());
  const auto number = nonce_bytes(nonce);
  crypto_aead_chacha20poly1305_ietf_encrypt(octets_in(sealed), nullptr, octets(plain), plain.size(),
                                            octets(bound), bound.size(), nullptr, number.data(),
                                            octets(BytesView(key)));
}

bool open(const Key& key, std::uint64_t nonce, BytesView bound, BytesView sealed,
          std::span<std::byte> plain) {
  if (sealed.size() < tag_bytes || plain.size() != sealed.size() - tag_bytes) return false;
  const auto number = nonce_bytes(nonce);
  return crypto_aead_chacha20poly1305_ietf_decrypt(
             octets_in(plain), nullptr, nullptr, octets(sealed), sealed.size(), octets(bound),
             bound.size(), number.data(), octets(BytesView(key))) == 0;
}

}  // namespace tutti::detail
