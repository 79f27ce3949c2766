#pragma once
// A budget of bytes a second, spent in whole datagrams.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tutti/net/time.hpp"

namespace tutti::detail {

/// The rest is kept for 40 ms, so that a sender that looks seldom can spend it too.
class Pace {
 public:
  explicit Pace(std::uint32_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  /// Whether a datagram may go out now.
  bool may_send(Instant now) {
    if (now > filled_at_) {
      const double seconds = std::chrono::duration<double>(now - filled_at_).count();
      left_ = std::min(left_ + seconds * bytes_per_second_, most());
      filled_at_ = now;
    }
    return left_ > 0;
  }
  /// Whether more than half of what can be kept is there, so that a datagram may go out which
  /// nobody waits for.
  bool is_plentiful() const { return left_ > most() / 2; }
  void spend(std::size_t bytes) { left_ -= static_cast<double>(bytes); }
  std::uint32_t bytes_per_second() const { return bytes_per_second_; }
  /// The bytes that the path carries in that time.
  std::size_t bytes_in(Duration time) const {
    return static_cast<std::size_t>(std::chrono::duration<double>(time).count() *
                                    bytes_per_second_);
  }

 private:
  double most() const { return bytes_per_second_ / 25.0; }

  std::uint32_t bytes_per_second_;
  double left_ = 0;
  Instant filled_at_{};
};

}  // namespace tutti::detail
