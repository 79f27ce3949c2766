// Scenes with a planted mistake each, of the kind that the matrix exists to catch: its self-test
// demands that they differ between configurations. Never part of what has to be equal.

#if defined(TUTTI_PLANTED)

#include <cmath>
#include <unordered_map>

#include "scenes.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::scenes {

namespace {

template <class T>
void add_number(Trace& trace, Tick tick, T value) {
  Bytes bytes;
  CanonicalWriter(bytes).number(value);
  trace.add(tick, bytes);
}

/// The walk over a hash table: libstdc++ and libc++ keep another order.
void play_hash_order(Trace& trace) {
  Random random(41);
  std::unordered_map<std::uint32_t, std::uint32_t> units;
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    units[random.next()] = random.below(100);
    std::uint32_t sum = 0;
    for (const auto& [id, health] : units)
      sum = sum * 31 + health;
    if (units.size() > 50) units.clear();
    add_number(trace, tick, sum);
  }
}

/// A local that was never set.
void play_uninitialised(Trace& trace) {
  Random random(42);
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    std::uint32_t health;
    // As if somebody might write it; else the compiler may do with it what it likes.
    asm volatile("" : : "r"(&health) : "memory");
    add_number(trace, tick, health + random.below(100));
  }
}

/// libm: another result in the last bit from processor to processor.
void play_libm(Trace& trace) {
  Random random(43);
  for (Tick tick{1}; trace.wants(tick); ++tick) {
    double sum = 0;
    for (int i = 0; i < 20; ++i) {
      const double angle = random.between(-100'000, 100'000) * 0.001;
      sum += std::sin(angle) * std::exp(angle * 0.01);
    }
    add_number(trace, tick, sum);
  }
}

}  // namespace

const std::vector<Scene>& planted_scenes() {
  static const std::vector<Scene> planted = {
      {"hash-order", 1, play_hash_order},
      {"uninitialised", 1, play_uninitialised},
      {"libm", 1, play_libm},
  };
  return planted;
}

}  // namespace tutti::scenes

#endif
