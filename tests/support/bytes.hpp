#pragma once
// Bytes written as numbers.

#include <initializer_list>

#include "tutti/sim/bytes.hpp"

namespace tutti::test {

inline Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values)
    bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

/// A payload that is told from others by its number.
inline Bytes numbered(std::uint32_t number) {
  Bytes bytes;
  ByteWriter(bytes).u32(number);
  return bytes;
}

}  // namespace tutti::test
