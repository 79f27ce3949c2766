#pragma once
// What players of Arena hold and say, as bytes.

#include "arena/arena.hpp"

namespace tutti::test {

inline Bytes stick(std::int8_t x) {
  Bytes bytes;
  write_canonical(Arena::Input{x, 0}, bytes);
  return bytes;
}

inline Bytes vote(std::uint32_t choice) {
  Bytes bytes;
  write_canonical(Arena::Command(Arena::Vote{choice}), bytes);
  return bytes;
}

}  // namespace tutti::test
