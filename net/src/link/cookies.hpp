#pragma once
// Cookies: a stranger proves its address by saying back what was sent there. A listener keeps
// nothing for that but one secret of its own.

#include <array>
#include <cstdint>

#include "link/crypto.hpp"
#include "link/endpoint.hpp"
#include "tutti/net/time.hpp"

namespace tutti::detail {

using Cookie = std::array<std::byte, 16>;

class Cookies {
 public:
  /// A cookie is good until the end of the period after the one it was made in.
  static constexpr Duration period = std::chrono::seconds(8);

  Cookies() : secret_(random_key()) {}

  /// The cookie of this address for this attempt, at this time. It tells nothing of any other.
  Cookie make(const Endpoint& from, BytesView attempt, Instant now) const {
    return at(from, attempt, number_of(now));
  }
  bool is_right(const Cookie& cookie, const Endpoint& from, BytesView attempt, Instant now) const {
    const std::int64_t present = number_of(now);
    return is_same_hash(cookie, at(from, attempt, present)) ||
           is_same_hash(cookie, at(from, attempt, present - 1));
  }

 private:
  static std::int64_t number_of(Instant now) { return now.time_since_epoch() / period; }
  Cookie at(const Endpoint& from, BytesView attempt, std::int64_t number) const {
    return keyed_hash(
        secret_,
        {std::as_bytes(std::span(from.host)), std::as_bytes(std::span(&from.scope, 1)),
         std::as_bytes(std::span(&from.port, 1)), std::as_bytes(std::span(&number, 1)), attempt});
  }

  SecretKey secret_;
};

}  // namespace tutti::detail
