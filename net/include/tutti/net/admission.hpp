#pragma once
// A client's right to come: the key by which it is known, the proof that it has that key, and an
// operator's token for it. They travel in the hello. PROTOCOL.md, "Admission", has the bytes.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tutti/net/link.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// An operator's word that a client may come, once. `make_token` signs it.
struct Token {
  std::string room{};              ///< the only room that it is for; empty for any
  std::string name{};              ///< the only name that its client may have; empty for any
  Role role = Role::player;        ///< the only role in which it comes
  std::int64_t expires_utc = 0;    ///< seconds since 1970 in UTC, from which on it is worth nothing
  PublicKey client;                ///< the only client that it is for
  std::array<std::byte, 16> id{};  ///< by which a relay knows that it was used
  Signature signature{};           ///< the operator's
  bool operator==(const Token&) const = default;
};

/// The token with a new id and this operator's signature. Room and name are within their limits.
TUTTI_API Token make_token(Token wanted, const SigningKey& operator_key);
/// Whether this operator signed it.
TUTTI_API bool is_authentic(const Token& token, const PublicKey& operator_key);
/// One word of letters, digits, `-` and `_`, for people to hand on.
TUTTI_API std::string to_text(const Token& token);
/// Errors: Fault::usage for what is no token, with a sentence.
TUTTI_API Result<Token> token_from_text(std::string_view text);

/// The bytes of a token, and back; nothing for bytes that are none.
TUTTI_API Bytes encode(const Token& token);
TUTTI_API std::optional<Token> decode_token(BytesView bytes);

/// A client as relays know it.
struct ClientIdentity {
  SigningKey key;                ///< its own, the same at every relay
  std::optional<Token> token{};  ///< for relays that ask for one
};

/// What a hello says of its sender.
struct Admission {
  PublicKey key;                 ///< the sender's
  Signature proof{};             ///< by that key, of the connection
  std::optional<Token> token{};  ///< its token, if it has one
  bool operator==(const Admission&) const = default;
};

/// The admission of a client over the connection with this hash: it proves that whoever speaks
/// there has the key, and is worth nothing over any other connection.
TUTTI_API Admission admission_of(const ClientIdentity& client, const ConnectionHash& connection);
/// Whether its sender has the key, if it came over the connection with this hash.
TUTTI_API bool is_proven(const Admission& admission, const ConnectionHash& connection);
/// At most limits::admission_bytes.
TUTTI_API Bytes encode(const Admission& admission);
TUTTI_API std::optional<Admission> decode_admission(BytesView bytes);

}  // namespace tutti
