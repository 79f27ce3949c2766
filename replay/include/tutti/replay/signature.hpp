#pragma once
// Tamper evidence: the relay signs the head of a match's log. Its public key then proves that a
// file holds exactly the events that this relay ordered. Heads cover the setup and every event, and
// nothing else: repacking a file or dropping derived records leaves them valid.
// Ed25519 (RFC 8032) by libsodium.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "tutti/replay/match_record.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// Ticks between two heads that a relay signs; it also signs the last one.
inline constexpr std::int64_t signature_every_ticks = 3600;

/// A relay's own key. Keep its seed secret: it is enough to sign as this relay.
class TUTTI_API SigningKey {
 public:
  /// A new key from the system's random source.
  static SigningKey create();
  /// The key of a seed as `seed_hex` writes it: exactly 64 hexadecimal digits.
  static std::optional<SigningKey> from_hex(std::string_view seed);

  /// The secret seed as 64 hexadecimal digits, to be kept in a file.
  std::string seed_hex() const;
  const PublicKey& public_key() const { return public_; }  ///< The name of this signer.
  HeadSignature sign(Tick tick, const Head& head) const;   ///< Signs the log through a tick.

 private:
  SigningKey() = default;
  void derive();

  std::array<std::byte, 32> seed_{};
  std::array<std::byte, 64> secret_{};
  PublicKey public_;
};

/// Reads exactly 64 hexadecimal digits, of either case.
TUTTI_API std::optional<PublicKey> public_key_from_hex(std::string_view text);
TUTTI_API std::string to_hex(const PublicKey& key);

/// Whether this is the signature of this head at its tick by the key that it names.
TUTTI_API bool is_authentic(const HeadSignature& signature, const Head& head);

/// Signs the heads of a log that is final through its last event, in the place of the signatures
/// that the record has.
TUTTI_API void sign(MatchRecord& record, const SigningKey& key);

/// The proof that the signatures of a match by one key give.
struct Authenticity {
  std::size_t signatures = 0;     ///< by this key
  std::size_t wrong = 0;          ///< of these, not of this log
  std::optional<Tick> through{};  ///< the last tick that a right one covers
};
/// Checks all signatures of a match by one relay's key.
TUTTI_API Authenticity check_signatures(const MatchRecord& record, const PublicKey& key);

}  // namespace tutti
