#include "proofs.hpp"

#include <algorithm>
#include <tuple>

namespace tutti {

void put_in_order(std::vector<ClientKey>& keys) {
  std::ranges::stable_sort(keys, {}, &ClientKey::resume_hash);
  const auto is_same = [](const ClientKey& left, const ClientKey& right) {
    return left.resume_hash == right.resume_hash;
  };
  keys.erase(std::unique(keys.begin(), keys.end(), is_same), keys.end());
}

void put_in_order(std::vector<PlayerSignature>& signatures) {
  std::ranges::stable_sort(signatures, {}, [](const PlayerSignature& signature) {
    return std::tuple(signature.tick, signature.player, signature.key.bytes);
  });
}

}  // namespace tutti
