#pragma once
// Which sequence numbers a connection has taken in, so that no datagram counts twice: the latest
// 1,024; older ones are taken for known.

#include <algorithm>
#include <array>
#include <cstdint>

namespace tutti::detail {

class ReplayWindow {
 public:
  static constexpr std::uint64_t size = 1024;

  /// One above the highest number taken in.
  std::uint64_t next() const { return next_; }
  bool is_new(std::uint64_t number) const {
    if (number >= next_) return true;
    return next_ - number <= size && (word(number) & bit(number)) == 0;
  }
  void take(std::uint64_t number) {
    if (number >= next_) {
      // The places that are used again; all of them after a leap.
      const std::uint64_t skipped = std::min(number - next_, size);
      for (std::uint64_t each = number - skipped; each < number; ++each)
        word(each) &= ~bit(each);
      next_ = number + 1;
    }
    word(number) |= bit(number);
  }

 private:
  static std::uint64_t bit(std::uint64_t number) { return std::uint64_t{1} << (number % 64); }
  std::uint64_t& word(std::uint64_t number) { return words_[number % size / 64]; }
  const std::uint64_t& word(std::uint64_t number) const { return words_[number % size / 64]; }

  std::uint64_t next_ = 0;
  std::array<std::uint64_t, size / 64> words_{};
};

}  // namespace tutti::detail
