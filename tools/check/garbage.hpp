#pragma once
// The contents of memory, of the stack and of registers that nobody has written, as a check wants
// them.

#include <cstddef>

#include "tutti/sim/any_game.hpp"

namespace tutti::tool {

/// One byte everywhere, or bytes at random.
struct Garbage {
  unsigned char pattern = 0;
  bool is_random = false;

  void fill(void* bytes, std::size_t size) const;
};

/// The same game, whose `start` and `step` find this on the stack that they use and, on x86-64, in
/// every register that holds none of their arguments. One at a time in a process; `game` has to
/// outlive it.
AnyGame on_garbage(const AnyGame& game, const Garbage& garbage);

}  // namespace tutti::tool
