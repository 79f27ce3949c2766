#pragma once
// The doorkeeper lets a stranger in once its address has answered (promise O7). Before that a
// stranger costs a hash and nine bytes: no memory, and fewer bytes than it sent. After that its
// address is remembered for a moment.

#include <array>
#include <map>
#include <utility>

#include "link/enet_host.hpp"

namespace tutti::detail {

class Doorkeeper {
 public:
  Doorkeeper();

  /// The cookie that this address has to send back. It tells nothing of any other's, and is
  /// worthless soon.
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
