// The cost of fixed point to a step: build/bin/bench_fixed

#include "tutti/sim/fixed.hpp"

#include <benchmark/benchmark.h>

#include <array>

#include "tutti/sim/random.hpp"

namespace {

using tutti::Fixed;

// Numbers of a usual size, -500 to 500, and never 0.
std::array<Fixed, 256> usual_numbers() {
  tutti::Random random(1);
  std::array<Fixed, 256> numbers;
  for (Fixed& number : numbers)
    number = Fixed::from_raw(random.between(-16384000, 16384000) * 2 + 1);
  return numbers;
}

template <class Operation>
void run(benchmark::State& state, Operation operation) {
  const auto numbers = usual_numbers();
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(operation(numbers[i % 256], numbers[(i + 1) % 256]));
    ++i;
  }
}

BENCHMARK_CAPTURE(run, multiply, [](Fixed a, Fixed b) { return a * b; });
BENCHMARK_CAPTURE(run, divide, [](Fixed a, Fixed b) { return a / b; });
BENCHMARK_CAPTURE(run, sqrt, [](Fixed a, Fixed) { return sqrt(abs(a)); });
BENCHMARK_CAPTURE(run, length, [](Fixed a, Fixed b) { return length(a, b); });
BENCHMARK_CAPTURE(run, sin_turns, [](Fixed a, Fixed) { return sin_turns(a); });
BENCHMARK_CAPTURE(run, atan2_turns, [](Fixed a, Fixed b) { return atan2_turns(a, b); });

}  // namespace
