#include "source/relay_trust.hpp"

#include <fstream>
#include <utility>

#include "source/private_folder.hpp"

namespace tutti {

namespace {

/// Lines of a relay and its key; of several about one relay the last holds. So processes at the
/// same time only ever append.
std::string known_relays(const std::string& folder) { return folder + "/known_relays"; }

}  // namespace

std::optional<PublicKey> RelayTrust::known() const {
  std::ifstream file(known_relays(folder_));
  std::optional<PublicKey> found;
  for (std::string relay, key; file >> relay >> key;) {
    if (relay == relay_) found = public_key_from_hex(key);
  }
  return found;
}

void RelayTrust::look(const std::optional<PublicKey>& key) {
  if (!key || key == seen_) return;
  const std::optional<PublicKey> before = seen_ ? seen_ : known();
  seen_ = key;
  if (before == key) return;
  make_private_folder(folder_);
  std::ofstream(known_relays(folder_), std::ios::app) << relay_ + " " + to_hex(*key) + "\n";
  if (!before) return;
  notice_ = Error{Fault::refused, "the relay at " + relay_ + " has another key than before (" +
                                      to_hex(*key) +
                                      "); if it was not set up anew, somebody may be in its place"};
}

std::optional<Error> RelayTrust::take_notice() { return std::exchange(notice_, std::nullopt); }

}  // namespace tutti
