#pragma once
// Tamper evidence: the relay signs the head of a match's log, so that whoever has its public key
// can prove that a file holds exactly the events that this relay ordered. Heads cover the setup and
// every event and nothing else: repacking a file or dropping derived records leaves them valid.
// Ed25519 (RFC 8032) by libsodium.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "tutti/replay/match_record.hpp"

namespace tutti {

/// Ticks between two heads that a relay signs; it also signs the last one.
inline constexpr std::int64_t signature_every_ticks = 3600;

/// A relay's own key. Who has its seed can sign as this relay.
class SigningKey {
 public:
  static SigningKey create();
  /// From what `seed_hex` gave: exactly 64 hexadecimal digits.
  static std::optional<SigningKey> from_hex(std::string_view seed);

  std::string seed_hex() const;
  const PublicKey& public_key() const { return public_; }
  HeadSignature sign(Tick tick, const Head& head) const;

 private:
  SigningKey() = default;
  void derive();

  std::array<std::byte, 32> seed_{};
  std::array<std::byte, 64> secret_{};
  PublicKey public_;
};

/// Exactly 64 hexadecimal digits, either case.
std::optional<PublicKey> public_key_from_hex(std::string_view text);
std::string to_hex(const PublicKey& key);

/// Whether this is the signature of this head at its tick by the key that it names.
bool is_authentic(const HeadSignature& signature, const Head& head);

/// Signs the heads of a log that is final through its last event, replacing what was there.
void sign(MatchRecord& record, const SigningKey& key);

/// What the signatures of a match by one key prove.
struct Authenticity {
  std::size_t signatures = 0;     ///< by this key
  std::size_t wrong = 0;          ///< of these, not of this log
  std::optional<Tick> through{};  ///< the last tick that a right one covers
};
Authenticity check_signatures(const MatchRecord& record, const PublicKey& key);

}  // namespace tutti
