#include "proofs.hpp"

#include <algorithm>
#include <tuple>

namespace tutti {

void put_in_order(std::vector<ClientKey>& keys) {
  std::ranges::stable_sort(keys, {}, &ClientKey::resume_hash);
  const auto others = std::ranges::unique(keys, {}, &ClientKey::resume_hash);
  keys.erase(others.begin(), others.end());
}

void put_in_order(std::vector<PlayerSignature>& signatures) {
  std::ranges::stable_sort(signatures, {}, [](const PlayerSignature& signature) {
    return std::tuple(signature.tick, signature.player, signature.key.bytes);
  });
}

}  // namespace tutti
