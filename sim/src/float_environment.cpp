#include "tutti/sim/float_environment.hpp"

namespace tutti {

namespace {

#if defined(__SSE2__)
constexpr std::uint32_t sse_flushes = 0x8040;  // results (FTZ) and operands (DAZ)
constexpr int sse_rounding = 13;
#endif
#if defined(__x86_64__) || defined(__i386__)
constexpr int x87_rounding = 10;
#elif defined(__aarch64__)
constexpr std::uint64_t flushes_bit = 1U << 24;
constexpr int rounding_bits = 22;
/// Its numbers for upwards and downwards are the other way round.
constexpr std::uint64_t numbers[] = {0, 2, 1, 3};
#elif defined(FE_UPWARD)
constexpr int numbers[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
#endif

}  // namespace

namespace detail {

FloatRegisters FloatRegisters::read() {
  FloatRegisters now;
#if defined(__SSE2__)
  asm volatile("stmxcsr %0" : "=m"(now.sse));
#endif
#if defined(__x86_64__) || defined(__i386__)
  now.x87 = x87_control();
#elif defined(__aarch64__)
  asm volatile("mrs %0, fpcr" : "=r"(now.control));
#elif defined(FE_TONEAREST)
  now.rounding = std::fegetround();
#endif
  return now;
}

void FloatRegisters::write() const {
  // "memory" keeps what is computed on its own side of this.
#if defined(__SSE2__)
  asm volatile("ldmxcsr %0" : : "m"(sse) : "memory");
#endif
#if defined(__x86_64__) || defined(__i386__)
  asm volatile("fldcw %0" : : "m"(x87) : "memory");
#elif defined(__aarch64__)
  asm volatile("msr fpcr, %0" : : "r"(control) : "memory");
#elif defined(FE_TONEAREST)
  std::fesetround(rounding);
#endif
}

}  // namespace detail

FloatEnvironment FloatEnvironment::of_this_thread() {
  const detail::FloatRegisters now = detail::FloatRegisters::read();
  FloatEnvironment environment;
#if defined(__SSE2__)
  environment.rounding = static_cast<Rounding>(now.sse >> sse_rounding & 3U);
  environment.flushes = (now.sse & sse_flushes) != 0;
#elif defined(__i386__)
  environment.rounding = static_cast<Rounding>(now.x87 >> x87_rounding & 3U);
#elif defined(__aarch64__)
  environment.rounding = static_cast<Rounding>(numbers[now.control >> rounding_bits & 3U]);
  environment.flushes = (now.control & flushes_bit) != 0;
#elif defined(FE_UPWARD)
  for (std::uint8_t i = 0; i < 4; ++i) {
    if (numbers[i] == now.rounding) environment.rounding = static_cast<Rounding>(i);
  }
#else
  static_cast<void>(now);
#endif
  return environment;
}

void FloatEnvironment::apply() const {
  detail::FloatRegisters registers;
#if defined(__x86_64__) || defined(__i386__)
  const auto number = static_cast<std::uint32_t>(rounding);
#if defined(__SSE2__)
  registers.sse |= number << sse_rounding | (flushes ? sse_flushes : 0U);
#endif
  registers.x87 = static_cast<std::uint16_t>(registers.x87 | number << x87_rounding);
#elif defined(__aarch64__)
  registers.control =
      numbers[static_cast<std::size_t>(rounding)] << rounding_bits | (flushes ? flushes_bit : 0U);
#elif defined(FE_UPWARD)
  registers.rounding = numbers[static_cast<std::size_t>(rounding)];
#endif
  registers.write();
}

std::string to_text(const FloatEnvironment& environment) {
  constexpr const char* ways[] = {"to nearest", "downwards", "upwards", "towards zero"};
  std::string text = "rounds ";
  text += ways[static_cast<std::size_t>(environment.rounding)];
  if (environment.flushes) text += " and flushes small numbers to zero";
  return text;
}

}  // namespace tutti
