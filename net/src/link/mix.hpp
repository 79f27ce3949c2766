#pragma once
// From one seed to many.

#include <cstdint>

namespace tutti::detail {

// SplitMix64's finaliser (G. Steele et al., 2014): neighbouring numbers become unrelated seeds.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

}  // namespace tutti::detail
