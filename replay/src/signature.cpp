#include "tutti/replay/signature.hpp"

#include <sodium.h>

#include <algorithm>
#include <map>
#include <utility>

#include "head_signer.hpp"
#include "payloads.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// Signed bytes begin with one of these, so that no signature is ever taken for another.
constexpr std::string_view head_purpose = "tutti head 1";
constexpr std::string_view whole_purpose = "tutti match 1";
constexpr std::string_view player_purpose = "tutti player 1";
constexpr std::size_t message_bytes_usual = 192;

unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

/// The beginning of a message that is to be signed.
Bytes begin_message(std::string_view purpose) {
  Bytes message;
  message.reserve(message_bytes_usual);
  ByteWriter(message).raw(as_bytes(purpose));
  return message;
}

Bytes head_message(Tick tick, const Head& head) {
  Bytes message = begin_message(head_purpose);
  ByteWriter out(message);
  out.u64(static_cast<std::uint64_t>(tick.value));
  out.raw(head.bytes);
  return message;
}

Bytes player_message(const PlayerSignature& signature, const Head& head, std::string_view room) {
  Bytes message = begin_message(player_purpose);
  ByteWriter out(message);
  out.u64(static_cast<std::uint64_t>(signature.tick.value));
  out.raw(head.bytes);
  out.u8(signature.player.value);
  out.u32(signature.first_counter);
  out.text(room);
  return message;
}

using Hash = KeyChain::Hash;

Hash hash_of_all(BytesView bytes) {
  Hash hash{};
  Blake2b(hash.size()).update(bytes).finish(hash);
  return hash;
}

/// The clients with a key in the order of joining.
std::vector<Joiner> joiners_of(const MatchRecord& record) {
  KeyChain chain(record.client_keys);
  std::vector<Joiner> joiners;
  for (const EventView& event : record.log.events()) {
    if (std::optional<Joiner> joiner = chain.take(event)) joiners.push_back(std::move(*joiner));
  }
  return joiners;
}

Hash hash_of_opening(const MatchRecord& record) {
  Bytes bytes;
  ByteWriter out(bytes);
  write_opening(out, {record.room, record.started_utc, record.build, record.log.setup()});
  return hash_of_all(bytes);
}

/// What a relay signs with the head of a tick: the opening, and the clients that joined through
/// there.
Bytes whole_message(Tick tick, const Head& head, const PublicKey& relay, const Hash& opening,
                    const Hash& keys) {
  Bytes message = begin_message(whole_purpose);
  ByteWriter out(message);
  out.u64(static_cast<std::uint64_t>(tick.value));
  out.raw(head.bytes);
  out.raw(relay.bytes);
  out.raw(opening);
  out.raw(keys);
  return message;
}

/// What a relay signs with each head of one match.
class Whole {
 public:
  explicit Whole(const MatchRecord& record) : opening_(hash_of_opening(record)) {
    KeyChain chain(record.client_keys);
    for (const EventView& event : record.log.events()) {
      if (chain.take(event)) keys_.emplace_back(event.tick, chain.hash());
    }
  }

  Bytes message(Tick tick, const Head& head, const PublicKey& relay) const {
    const auto after = std::upper_bound(keys_.begin(), keys_.end(), tick,
                                        [](Tick at, const auto& key) { return at < key.first; });
    return whole_message(tick, head, relay, opening_,
                         after == keys_.begin() ? Hash{} : std::prev(after)->second);
  }

 private:
  Hash opening_;
  std::vector<std::pair<Tick, Hash>> keys_;  // of the clients that joined through a tick
};

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

SigningKey::~SigningKey() {
  sodium_memzero(seed_.data(), seed_.size());
  sodium_memzero(secret_.data(), secret_.size());
}

void SigningKey::derive() {
  static_assert(crypto_sign_SEEDBYTES == 32);
  static_assert(crypto_sign_SECRETKEYBYTES == 64);
  static_assert(crypto_sign_PUBLICKEYBYTES == 32);
  static_assert(crypto_sign_BYTES == 64);
  crypto_sign_seed_keypair(raw(public_.bytes.data()), raw(secret_.data()), raw(seed_.data()));
}

std::string SigningKey::seed_hex() const { return to_hex(BytesView(seed_)); }

Signature SigningKey::sign(BytesView message) const {
  Signature signature{};
  crypto_sign_detached(raw(signature.data()), nullptr, raw(message.data()), message.size(),
                       raw(secret_.data()));
  return signature;
}

HeadSignature SigningKey::sign(Tick tick, const Head& head) const {
  return {tick, public_, sign(head_message(tick, head)), std::nullopt};
}

std::optional<PublicKey> public_key_from_hex(std::string_view text) {
  PublicKey key;
  if (!read_hex(text, key.bytes)) return std::nullopt;
  return key;
}

std::string to_hex(const PublicKey& key) { return to_hex(BytesView(key.bytes)); }

bool is_signed(BytesView message, const PublicKey& key, const Signature& signature) {
  return crypto_sign_verify_detached(raw(signature.data()), raw(message.data()), message.size(),
                                     raw(key.bytes.data())) == 0;
}

bool is_authentic(const HeadSignature& signature, const Head& head) {
  return is_signed(head_message(signature.tick, head), signature.key, signature.bytes);
}

PlayerSignature sign_as_player(const SigningKey& key, PlayerId player, Tick tick,
                               std::uint32_t first_counter, const Head& head,
                               std::string_view room) {
  PlayerSignature signature{
      .player = player, .tick = tick, .first_counter = first_counter, .key = key.public_key()};
  signature.bytes = key.sign(player_message(signature, head, room));
  return signature;
}

bool is_authentic(const PlayerSignature& signature, const Head& head, std::string_view room) {
  return is_signed(player_message(signature, head, room), signature.key, signature.bytes);
}

KeyChain::KeyChain(std::span<const ClientKey> keys) {
  for (const ClientKey& key : keys)
    keys_.emplace(key.resume_hash, &key);
}

std::optional<Joiner> KeyChain::take(const EventView& event) {
  if (keys_.empty() || !event.author.is_relay()) return std::nullopt;
  const auto joined = relay_event_of(event);
  if (!joined || joined->kind != EventKind::joined) return std::nullopt;
  const auto found = keys_.find(joined->resume_hash);
  if (found == keys_.end()) return std::nullopt;
  const ClientKey* key = found->second;
  keys_.erase(found);
  Bytes bytes;
  ByteWriter out(bytes);
  out.raw(hash_);
  out.u64(static_cast<std::uint64_t>(event.tick.value));
  out.raw(key->resume_hash);
  out.raw(key->key.bytes);
  hash_ = hash_of_all(bytes);
  return Joiner{event.tick, {joined->player, event.tick, joined->name}, key};
}

HeadSigner::HeadSigner(const MatchRecord& record, std::span<const ClientKey> clients,
                       const SigningKey& key)
    : key_(&key), chain_(clients), opening_(hash_of_opening(record)) {}

HeadSignature HeadSigner::sign(Tick tick, const Head& head) const {
  HeadSignature signature = key_->sign(tick, head);
  signature.whole =
      key_->sign(whole_message(tick, head, key_->public_key(), opening_, chain_.hash()));
  return signature;
}

void sign(MatchRecord& record, const SigningKey& key) {
  record.signatures.clear();
  HeadSigner signer(record, record.client_keys, key);
  std::span<const EventView> events = record.log.events();
  const auto sign_at = [&](Tick tick, const Head& head) {
    for (; !events.empty() && events.front().tick <= tick; events = events.subspan(1))
      signer.take(events.front());
    record.signatures.push_back(signer.sign(tick, head));
  };
  const Tick last = record.log.horizon();
  for (Tick tick{signature_every_ticks}; tick < last; tick = tick + signature_every_ticks)
    sign_at(tick, *record.log.head(tick));
  sign_at(last, record.log.head());
}

Authenticity check_signatures(const MatchRecord& record, const PublicKey& key) {
  Authenticity found;
  const Whole whole(record);
  for (const HeadSignature& signature : record.signatures) {
    if (signature.key != key) continue;
    ++found.signatures;
    const Tick tick = signature.tick;
    const std::optional<Head> head = record.log.head(tick);
    const bool is_right = head && is_authentic(signature, *head);
    const bool is_whole = is_right && signature.whole &&
                          (TUTTI_MUTANT(signatures_leave_out_the_room) ||
                           is_signed(whole.message(tick, *head, key), key, *signature.whole));
    found.wrong += !is_right || (signature.whole && !is_whole);
    if (is_right) found.through = std::max(found.through.value_or(tick), tick);
    if (is_whole) found.whole_through = std::max(found.whole_through.value_or(tick), tick);
  }
  return found;
}

std::vector<PlayerProof> check_players(const MatchRecord& record) {
  std::vector<PlayerProof> proofs;
  for (const Joiner& joiner : joiners_of(record)) {
    proofs.push_back({.player = joiner.participant.player,
                      .name = joiner.participant.name,
                      .key = joiner.key->key});
  }
  // Of several who joined one after the other in one slot with one key, the last is meant.
  std::map<std::pair<std::uint8_t, Hash>, PlayerProof*> signers;
  for (PlayerProof& proof : proofs)
    signers[{proof.player.value, proof.key.bytes}] = &proof;
  for (const PlayerSignature& signature : record.player_signatures) {
    const auto signer = signers.find({signature.player.value, signature.key.bytes});
    if (signer == signers.end()) continue;  // nobody joined with this key
    PlayerProof& proof = *signer->second;
    proof.has_signed = true;
    const std::optional<Head> head = record.log.head(signature.tick);
    const bool is_right = head && is_authentic(signature, *head, record.room);
    if (!is_right && !TUTTI_MUTANT(players_have_signed_anything)) continue;
    if (proof.through && *proof.through >= signature.tick) continue;
    proof.through = signature.tick;
    proof.first_counter = signature.first_counter;
  }
  return proofs;
}

}  // namespace tutti
