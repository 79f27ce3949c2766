#pragma once
// Signs the heads of a match as its events come by.

#include <map>
#include <optional>

#include "tutti/replay/signature.hpp"

namespace tutti {

/// The client of a key, by its first player.
struct Joiner {
  Tick tick;
  Participant participant;
  const ClientKey* key;
};

/// The keys of a match's clients, in the order in which they joined.
class KeyChain {
 public:
  using Hash = std::array<std::byte, 32>;

  /// The keys must outlive it.
  explicit KeyChain(std::span<const ClientKey> keys);
  /// Takes the next event in canonical order. The client that joins by it, if that has a key.
  std::optional<Joiner> take(const EventView& event);
  /// Of the clients that have joined.
  const Hash& hash() const { return hash_; }

 private:
  std::map<std::array<std::byte, 16>, const ClientKey*> keys_;  // of those who did not join yet
  Hash hash_{};
};

/// See the top of this file.
class HeadSigner {
 public:
  /// All must outlive it. Of the record only the opening counts.
  HeadSigner(const MatchRecord& record, std::span<const ClientKey> clients, const SigningKey& key);
  /// Takes the next event in canonical order.
  void take(const EventView& event) { chain_.take(event); }
  /// The signature of the log through a tick, whose events were taken, and none behind it.
  HeadSignature sign(Tick tick, const Head& head) const;

 private:
  const SigningKey* key_;
  KeyChain chain_;
  KeyChain::Hash opening_;
};

}  // namespace tutti
