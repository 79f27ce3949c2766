#pragma once
// Trust on first use: the key by which a relay was known the first time is kept, so that another
// one in its place is noticed. Only for players who were not given the key.

#include <optional>
#include <string>

#include "tutti/replay/signature.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

class RelayTrust {
 public:
  /// Keeps keys in the file `known_relays` of this folder. `relay`: as the player names it.
  RelayTrust(std::string folder, std::string relay)
      : folder_(std::move(folder)), relay_(std::move(relay)) {}

  /// The relay answered with this key, if it has.
  void look(const std::optional<PublicKey>& key);
  /// The key that it had the last time, if it was ever seen.
  std::optional<PublicKey> known() const;
  /// Takes the sentence about another key than the one before, if there is one to be said.
  std::optional<Error> take_notice();

 private:
  std::string folder_;
  std::string relay_;
  std::optional<PublicKey> seen_;
  std::optional<Error> notice_;
};

}  // namespace tutti
