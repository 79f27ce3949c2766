#pragma once
// The numbers and runs of a page as FORMAT.md has them, read one behind the other.

#include <cstdint>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace tutti::test {

using Octets = std::vector<std::uint8_t>;

// Reads what the page calls u8, u32, varint, signed varint, run and text.
class Page {
 public:
  explicit Page(Octets octets) : octets_(std::move(octets)) {}

  std::uint64_t fixed(int size) {
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i)
      value += std::uint64_t{take(1)[0]} << (8 * i);
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    int shift = 0;
    std::uint64_t octet = 0;
    do {
      octet = fixed(1);
      value += (octet % 128) << shift;
      shift += 7;
    } while (octet >= 128);
    REQUIRE((octet > 0 || shift == 7));
    return value;
  }
  static std::int64_t unzigzag(std::uint64_t value) {
    return value % 2 == 0 ? static_cast<std::int64_t>(value / 2)
                          : -static_cast<std::int64_t>(value / 2) - 1;
  }
  std::int64_t signed_varint() { return unzigzag(varint()); }
  Octets take(std::uint64_t size) {
    REQUIRE(size <= octets_.size() - at_);
    const auto from = octets_.begin() + static_cast<std::ptrdiff_t>(at_);
    at_ += size;
    return {from, from + static_cast<std::ptrdiff_t>(size)};
  }
  Octets run() { return take(varint()); }
  std::string text() {
    const Octets octets = run();
    return {octets.begin(), octets.end()};
  }
  bool is_read() const { return at_ == octets_.size(); }
  std::uint64_t at() const { return at_; }
  Octets between(std::uint64_t from, std::uint64_t to) const {
    return {octets_.begin() + static_cast<std::ptrdiff_t>(from),
            octets_.begin() + static_cast<std::ptrdiff_t>(to)};
  }

 private:
  Octets octets_;
  std::uint64_t at_ = 0;
};

}  // namespace tutti::test
