#include "tutti/replay/signature.hpp"

#include <sodium.h>

#include <algorithm>

namespace tutti {

namespace {

/// Signed bytes begin with this, so that the key's other uses, if any, can never be confused.
constexpr std::string_view purpose = "tutti head 1";

unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

using Message = std::array<std::byte, purpose.size() + 8 + sizeof(Head)>;

Message message_of(Tick tick, const Head& head) {
  Message message;
  const BytesView begin = as_bytes(purpose);
  auto at = std::copy(begin.begin(), begin.end(), message.begin());
  for (int byte = 0; byte < 8; ++byte)
    *at++ = static_cast<std::byte>(static_cast<std::uint64_t>(tick.value) >> (8 * byte) & 0xFF);
  std::copy(head.bytes.begin(), head.bytes.end(), at);
  return message;
}

bool read_hex(std::string_view text, std::array<std::byte, 32>& bytes) {
  std::size_t size = 0;
  const char* end = nullptr;
  return text.size() == 2 * bytes.size() &&
         sodium_hex2bin(raw(bytes.data()), bytes.size(), text.data(), text.size(), nullptr, &size,
                        &end) == 0 &&
         size == bytes.size() && end == text.data() + text.size();
}

}  // namespace

SigningKey SigningKey::create() {
  TUTTI_ASSERT(sodium_init() >= 0);
  SigningKey key;
  randombytes_buf(key.seed_.data(), key.seed_.size());
  key.derive();
  return key;
}

std::optional<SigningKey> SigningKey::from_hex(std::string_view seed) {
  SigningKey key;
  if (!read_hex(seed, key.seed_)) return std::nullopt;
  key.derive();
  return key;
}

void SigningKey::derive() {
  static_assert(crypto_sign_SEEDBYTES == 32);
  static_assert(crypto_sign_SECRETKEYBYTES == 64);
  static_assert(crypto_sign_PUBLICKEYBYTES == 32);
  static_assert(crypto_sign_BYTES == 64);
  crypto_sign_seed_keypair(raw(public_.bytes.data()), raw(secret_.data()), raw(seed_.data()));
}

std::string SigningKey::seed_hex() const { return to_hex(BytesView(seed_)); }

HeadSignature SigningKey::sign(Tick tick, const Head& head) const {
  HeadSignature signature{tick, public_, {}};
  const Message message = message_of(tick, head);
  crypto_sign_detached(raw(signature.bytes.data()), nullptr, raw(message.data()), message.size(),
                       raw(secret_.data()));
  return signature;
}

std::optional<PublicKey> public_key_from_hex(std::string_view text) {
  PublicKey key;
  if (!read_hex(text, key.bytes)) return std::nullopt;
  return key;
}

std::string to_hex(const PublicKey& key) { return to_hex(BytesView(key.bytes)); }

bool is_authentic(const HeadSignature& signature, const Head& head) {
  const Message message = message_of(signature.tick, head);
  return crypto_sign_verify_detached(raw(signature.bytes.data()), raw(message.data()),
                                     message.size(), raw(signature.key.bytes.data())) == 0;
}

void sign(MatchRecord& record, const SigningKey& key) {
  record.signatures.clear();
  const Tick last = record.log.horizon();
  for (Tick tick{signature_every_ticks}; tick < last; tick = tick + signature_every_ticks)
    record.signatures.push_back(key.sign(tick, *record.log.head(tick)));
  record.signatures.push_back(key.sign(last, record.log.head()));
}

Authenticity check_signatures(const MatchRecord& record, const PublicKey& key) {
  Authenticity found;
  for (const HeadSignature& signature : record.signatures) {
    if (signature.key != key) continue;
    ++found.signatures;
    const std::optional<Head> head = record.log.head(signature.tick);
    if (!head || !is_authentic(signature, *head)) {
      ++found.wrong;
    } else {
      found.through = std::max(found.through.value_or(signature.tick), signature.tick);
    }
  }
  return found;
}

}  // namespace tutti
