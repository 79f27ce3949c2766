#include "tutti/net/admission.hpp"

#include <sodium.h>

#include <algorithm>

#include "tutti/sim/assert.hpp"
#include "tutti/sim/limits.hpp"
#include "tutti/sim/mutant.hpp"
#include "wire/one_word.hpp"

namespace tutti {

namespace {

/// Signed bytes begin with one of these, so that no signature is ever taken for another.
constexpr std::string_view token_purpose = "tutti token 1";
constexpr std::string_view hello_purpose = "tutti hello 1";
/// The version of what a hello says of its sender.
constexpr std::uint8_t admission_version = 1;
constexpr std::size_t token_room_bytes = 32;
constexpr std::size_t token_bytes_most =
    1 + token_room_bytes + 1 + limits::name_bytes + 1 + 8 + 32 + 16 + 64;
static_assert(1 + 32 + 64 + 2 + token_bytes_most <= limits::admission_bytes);

template <std::size_t size>
void take_array(ByteReader& in, std::array<std::byte, size>& array) {
  std::ranges::copy(in.raw(size), array.begin());
}

/// All of a token but the signature.
void write_terms(ByteWriter& out, const Token& token) {
  out.text(token.room);
  out.text(token.name);
  out.u8(static_cast<std::uint8_t>(token.role));
  out.u64(static_cast<std::uint64_t>(token.expires_utc));
  out.raw(token.client.bytes);
  out.raw(token.id);
}

Bytes token_message(const Token& token) {
  Bytes message;
  message.reserve(token_purpose.size() + token_bytes_most);
  ByteWriter out(message);
  out.raw(as_bytes(token_purpose));
  write_terms(out, token);
  return message;
}

Bytes hello_message(const ConnectionHash& connection) {
  Bytes message;
  message.reserve(hello_purpose.size() + connection.size());
  ByteWriter out(message);
  out.raw(as_bytes(hello_purpose));
  out.raw(connection);
  return message;
}

}  // namespace

Token make_token(Token wanted, const SigningKey& operator_key) {
  TUTTI_ASSERT(wanted.room.size() <= token_room_bytes && wanted.name.size() <= limits::name_bytes,
               wanted.room.size(), wanted.name.size());
  randombytes_buf(wanted.id.data(), wanted.id.size());
  wanted.signature = operator_key.sign(token_message(wanted));
  return wanted;
}

bool is_authentic(const Token& token, const PublicKey& operator_key) {
  return is_signed(token_message(token), operator_key, token.signature);
}

Bytes encode(const Token& token) {
  Bytes bytes;
  bytes.reserve(token_bytes_most);
  ByteWriter out(bytes);
  write_terms(out, token);
  out.raw(token.signature);
  return bytes;
}

std::optional<Token> decode_token(BytesView bytes) {
  ByteReader in(bytes);
  Token token;
  token.room = in.text(token_room_bytes);
  token.name = in.text(limits::name_bytes);
  const std::uint8_t role = in.u8();
  const std::uint64_t expires = in.u64();
  take_array(in, token.client.bytes);
  take_array(in, token.id);
  take_array(in, token.signature);
  if (!in.is_done() || role > static_cast<std::uint8_t>(Role::spectator) || expires > INT64_MAX) {
    return std::nullopt;
  }
  token.role = static_cast<Role>(role);
  token.expires_utc = static_cast<std::int64_t>(expires);
  return token;
}

std::string to_text(const Token& token) { return detail::to_word(encode(token)); }

Result<Token> token_from_text(std::string_view text) {
  const auto bytes = detail::from_word(text, token_bytes_most);
  const auto token = bytes ? decode_token(*bytes) : std::nullopt;
  if (token) return *token;
  return fail(Fault::usage,
              "this is no token: it should be one word of some 200 letters, digits, - and _, as "
              "`tutti token make` prints it");
}

Admission admission_of(const ClientIdentity& client, const ConnectionHash& connection) {
  return {.key = client.key.public_key(),
          .proof = client.key.sign(hello_message(connection)),
          .token = client.token};
}

bool is_proven(const Admission& admission, const ConnectionHash& connection) {
  return TUTTI_MUTANT(keys_are_not_proven) ||
         is_signed(hello_message(connection), admission.key, admission.proof);
}

Bytes encode(const Admission& admission) {
  Bytes bytes;
  bytes.reserve(limits::admission_bytes);
  ByteWriter out(bytes);
  out.u8(admission_version);
  out.raw(admission.key.bytes);
  out.raw(admission.proof);
  out.u8(admission.token ? 1 : 0);
  if (admission.token) out.run(encode(*admission.token));
  return bytes;
}

std::optional<Admission> decode_admission(BytesView bytes) {
  ByteReader in(bytes);
  Admission admission;
  if (in.u8() != admission_version) return std::nullopt;
  take_array(in, admission.key.bytes);
  take_array(in, admission.proof);
  const std::uint8_t has_token = in.u8();
  if (has_token > 1) return std::nullopt;
  if (has_token == 1) {
    admission.token = decode_token(in.run(token_bytes_most));
    if (!admission.token) return std::nullopt;
  }
  if (!in.is_done()) return std::nullopt;
  return admission;
}

}  // namespace tutti
