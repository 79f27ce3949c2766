#include "link/noise.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "tutti/sim/assert.hpp"

namespace tutti::detail {

namespace {

std::string_view noise_name(NoisePattern pattern) {
  switch (pattern) {
    case NoisePattern::nx:
      return "Noise_NX_25519_ChaChaPoly_BLAKE2b";
    case NoisePattern::ik:
      return "Noise_IK_25519_ChaChaPoly_BLAKE2b";
  }
  return {};
}

struct TwoHashes {
  WideHash first{};
  WideHash second{};
  ~TwoHashes() { wipe(first), wipe(second); }
};

// The framework's HKDF with two outputs.
TwoHashes derive_two(const WideHash& chaining, BytesView material) {
  constexpr std::byte one{1};
  constexpr std::byte two{2};
  WideHash secret = hmac_of(chaining, {material});
  TwoHashes derived;
  derived.first = hmac_of(secret, {BytesView(&one, 1)});
  derived.second = hmac_of(secret, {derived.first, BytesView(&two, 1)});
  wipe(secret);
  return derived;
}

Key first_half(const WideHash& hash) {
  Key key{};
  std::copy_n(hash.begin(), key.size(), key.begin());
  return key;
}

std::optional<Key> read_key(BytesView bytes) {
  Key key{};
  if (bytes.size() != key.size()) return std::nullopt;
  std::ranges::copy(bytes, key.begin());
  return key;
}

void append(Bytes& bytes, BytesView more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

}  // namespace

Bytes NoiseCipher::seal(BytesView bound, BytesView plain) {
  if (!has_key_) return Bytes(plain.begin(), plain.end());
  Bytes sealed(plain.size() + tag_bytes);
  detail::seal(key_, counter_++, bound, plain, sealed);
  return sealed;
}

std::optional<Bytes> NoiseCipher::open(BytesView bound, BytesView sealed) {
  if (!has_key_) return Bytes(sealed.begin(), sealed.end());
  if (sealed.size() < tag_bytes) return std::nullopt;
  Bytes plain(sealed.size() - tag_bytes);
  if (!detail::open(key_, counter_++, bound, sealed, plain)) return std::nullopt;
  return plain;
}

std::span<const NoiseHandshake::Token> NoiseHandshake::tokens(NoisePattern pattern,
                                                              std::size_t message) {
  using enum Token;
  static constexpr std::array nx_first{e};
  static constexpr std::array nx_second{e, ee, s, es};
  static constexpr std::array ik_first{e, es, s, ss};
  static constexpr std::array ik_second{e, ee, se};
  TUTTI_ASSERT(message < 2, message);
  switch (pattern) {
    case NoisePattern::nx:
      return message == 0 ? std::span<const Token>(nx_first) : nx_second;
    case NoisePattern::ik:
      return message == 0 ? std::span<const Token>(ik_first) : ik_second;
  }
  return {};
}

NoiseHandshake::NoiseHandshake(const Options& options)
    : pattern_(options.pattern),
      is_initiator_(options.is_initiator),
      ephemeral_(options.ephemeral),
      own_static_(options.own_static),
      other_static_(options.other_static) {
  const BytesView name = as_bytes(noise_name(pattern_));  // shorter than a hash: padded with zeros
  std::ranges::copy(name, hash_.begin());
  chaining_ = hash_;
  mix_hash(options.prologue);
  if (pattern_ == NoisePattern::nx) return;
  // Both knew the responder's key before the first message.
  if (is_initiator_) {
    TUTTI_ASSERT(other_static_.has_value());
    mix_hash(*other_static_);
  } else {
    TUTTI_ASSERT(own_static_.has_value());
    mix_hash(exchange_public(*own_static_));
  }
}

NoiseHandshake::~NoiseHandshake() { wipe(chaining_); }

void NoiseHandshake::mix_key(BytesView material) {
  TwoHashes derived = derive_two(chaining_, material);
  chaining_ = derived.first;
  cipher_.set(first_half(derived.second));
}

bool NoiseHandshake::mix_agreement(Token token) {
  // The first letter is the initiator's key, the second the responder's.
  const bool is_own_static = token == Token::ss || token == (is_initiator_ ? Token::se : Token::es);
  const bool is_other_static =
      token == Token::ss || token == (is_initiator_ ? Token::es : Token::se);
  const std::optional<Key>& other = is_other_static ? other_static_ : other_ephemeral_;
  if ((is_own_static && !own_static_) || !other) return false;
  auto shared = agree(is_own_static ? *own_static_ : ephemeral_, *other);
  if (!shared) return false;
  mix_key(*shared);
  wipe(*shared);
  return true;
}

Bytes NoiseHandshake::seal_and_hash(BytesView plain) {
  Bytes sealed = cipher_.seal(hash_, plain);
  mix_hash(sealed);
  return sealed;
}

std::optional<Bytes> NoiseHandshake::open_and_hash(BytesView sealed) {
  auto plain = cipher_.open(hash_, sealed);
  mix_hash(sealed);
  return plain;
}

std::optional<Bytes> NoiseHandshake::write(BytesView payload) {
  Bytes message;
  for (const Token token : tokens(pattern_, messages_++)) {
    if (token == Token::e) {
      const Key shared = exchange_public(ephemeral_);
      append(message, shared);
      mix_hash(shared);
    } else if (token == Token::s) {
      TUTTI_ASSERT(own_static_.has_value());
      append(message, seal_and_hash(exchange_public(*own_static_)));
    } else if (!mix_agreement(token)) {
      return std::nullopt;
    }
  }
  append(message, seal_and_hash(payload));
  return message;
}

std::optional<Bytes> NoiseHandshake::read(BytesView message) {
  ByteReader reader(message);
  for (const Token token : tokens(pattern_, messages_++)) {
    if (token == Token::e) {
      other_ephemeral_ = read_key(reader.raw(sizeof(Key)));
      if (!other_ephemeral_) return std::nullopt;
      mix_hash(*other_ephemeral_);
    } else if (token == Token::s) {
      const BytesView sealed = reader.raw(sizeof(Key) + (cipher_.has_key() ? tag_bytes : 0));
      if (!reader.ok()) return std::nullopt;
      const auto opened = open_and_hash(sealed);
      if (!opened) return std::nullopt;
      other_static_ = read_key(*opened);
    } else if (!mix_agreement(token)) {
      return std::nullopt;
    }
  }
  if (!reader.ok()) return std::nullopt;
  return open_and_hash(reader.raw(reader.remaining()));
}

TransportKeys NoiseHandshake::split() const {
  TUTTI_ASSERT(messages_ == 2, messages_);
  const TwoHashes derived = derive_two(chaining_, {});
  return {first_half(derived.first), first_half(derived.second)};
}

}  // namespace tutti::detail
