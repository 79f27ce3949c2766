#pragma once
// Lets nobody in whose address has not shown that it can be reached there. Before that a stranger
// costs a hash and nine bytes: no memory, and less than it sent. After, its address is remembered
// for a moment.

#include <array>
#include <map>
#include <utility>

#include "link/enet_host.hpp"

namespace tutti::detail {

class Doorkeeper {
 public:
  Doorkeeper();

  /// What this address is asked to say back; no secret of anybody else's, and soon worthless.
  std::uint64_t challenge(const Endpoint& from, Instant now) const;
  /// Whether the answer is right; if so, the address is let in for a while.
  bool answer(const Endpoint& from, std::uint64_t cookie, Instant now);
  bool is_let_in(const Endpoint& from, Instant now) const;

 private:
  using Key = std::pair<std::uint32_t, std::uint16_t>;
  std::uint64_t cookie(const Endpoint& from, std::int64_t period) const;

  std::array<std::byte, 32> secret_{};
  std::map<Key, Instant> let_in_;  // until when
};

}  // namespace tutti::detail
