#pragma once
// Tamper evidence. A relay signs the head of a match's log, and the head together with the match's
// opening and the keys of its clients: its public key then proves that a file holds exactly the
// events that this relay ordered, in that room and at that time, by those clients. A client signs
// the head that it was told: that proves that no relay has changed what its players did.
// Repacking a file, or dropping derived records, leaves signatures valid.
// Ed25519 (RFC 8032) by libsodium.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
  /// The signature of any bytes. They begin with words that no other use of the key begins with.
  Signature sign(BytesView message) const;
  HeadSignature sign(Tick tick, const Head& head) const;  ///< Signs the log through a tick.

  SigningKey(const SigningKey&) = default;             ///< The same key.
  SigningKey& operator=(const SigningKey&) = default;  ///< The same key.
  ~SigningKey();                                       ///< Overwrites the secret.

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

/// Whether this is the signature of these bytes by this key.
TUTTI_API bool is_signed(BytesView message, const PublicKey& key, const Signature& signature);
/// Whether this is the signature of this head at its tick by the key that it names.
TUTTI_API bool is_authentic(const HeadSignature& signature, const Head& head);

/// A client's word on the log through a tick, whose head is `head`, in this room; see
/// PlayerSignature for the rest. The key that is named in it is the signer's.
TUTTI_API PlayerSignature sign_as_player(const SigningKey& key, PlayerId player, Tick tick,
                                         std::uint32_t first_counter, const Head& head,
                                         std::string_view room);
/// Whether this is what it says, of this head at its tick.
TUTTI_API bool is_authentic(const PlayerSignature& signature, const Head& head,
                            std::string_view room);

/// Signs the heads of a log that is final through its last event, in the place of the signatures
/// that the record has.
TUTTI_API void sign(MatchRecord& record, const SigningKey& key);

/// The proof that the signatures of a match by one key give.
struct Authenticity {
  std::size_t signatures = 0;     ///< by this key
  std::size_t wrong = 0;          ///< of these, not of this match
  std::optional<Tick> through{};  ///< the last tick that a right one covers: rules, events, order
  /// The last tick that one covers which proves the opening (room, time, build) and the clients'
  /// keys, too. Nothing if all are of an older version.
  std::optional<Tick> whole_through{};
};
/// Checks all signatures of a match by one relay's key.
TUTTI_API Authenticity check_signatures(const MatchRecord& record, const PublicKey& key);

/// What is known of one client of a match that has a key.
struct PlayerProof {
  PlayerId player{};        ///< its first player
  std::string name{};       ///< as that one called itself
  PublicKey key;            ///< the client's, by the relay's word, if the relay has signed that
  bool has_signed = false;  ///< it has signed something
  /// The last tick through which it has signed this log; nothing if it has signed another, or none.
  std::optional<Tick> through{};
  /// Its players' events from this counter on are what they did.
  std::uint32_t first_counter = 0;
};
/// One for each client with a key that joined, in the order of joining.
TUTTI_API std::vector<PlayerProof> check_players(const MatchRecord& record);

}  // namespace tutti
