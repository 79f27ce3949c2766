#pragma once
// One digest that stands for the states of many ticks. Players, tools and tests compare it to say
// that all confirmed ticks were the same.

#include "tutti/sim/assert.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// A chain over the digests of consecutive ticks: value(t) = BLAKE2b-128 of value(t - 1), then t as
/// u64, then the state's digest at t; 16 zero bytes before the first. Two values are comparable if
/// their first ticks are equal and so are their last.
class FoldDigest {
 public:
  /// `first`: the first tick that will be added. Tick 0 is fixed by the setup, so all ticks of a
  /// match begin with 1.
  explicit FoldDigest(Tick first = Tick{1}) : first_(first), next_(first) {}

  /// Precondition: each tick follows the one before.
  void add(Tick tick, const Digest& state) {
    TUTTI_ASSERT(tick == next_, tick, next_);
    std::array<std::byte, 8> number;
    for (std::size_t i = 0; i < number.size(); ++i)
      number[i] = static_cast<std::byte>((tick.value >> (8 * i)) & 0xFF);
    Blake2b hash(value_.bytes.size());
    hash.update(value_.bytes).update(number).update(state.bytes).finish(value_.bytes);
    ++next_;
  }

  Tick first() const { return first_; }  ///< the first tick that it covers
  /// The last tick added; one before `first()` if there is none.
  Tick last() const { return next_ - 1; }
  const Digest& value() const { return value_; }

  bool operator==(const FoldDigest&) const = default;

 private:
  Tick first_;
  Tick next_;
  Digest value_;
};

}  // namespace tutti
