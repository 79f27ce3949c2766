#pragma once
// The floating-point environment of a thread: how results are rounded, and whether numbers too
// small to be normal count as zero. A library linked with -ffast-math switches such flushing on for
// the thread that loads it; audio and graphics libraries do the same on purpose. A game's results
// must not depend on it, so every call into a game's code goes through `UnderDefaultFloats`.

#include <cstdint>
#include <string>

#ifdef __SSE2__
#include <emmintrin.h>
#elif !defined(__i386__) && !defined(__aarch64__)
#include <cfenv>
#endif

#include "tutti/sim/export.hpp"

namespace tutti {

/// How the results of floating-point operations are rounded.
enum class Rounding : std::uint8_t { nearest, downwards, upwards, towards_zero };

/// The settings by which a thread can change the results of + - * / and square roots.
struct TUTTI_API FloatEnvironment {
  Rounding rounding = Rounding::nearest;  ///< how results are rounded
  /// Whether results and operands below the smallest normal number count as zero.
  bool flushes = false;

  bool operator==(const FloatEnvironment&) const = default;

  static FloatEnvironment of_this_thread();  ///< What is set in the calling thread.
  /// Sets it for the calling thread. A processor that cannot flush ignores `flushes`.
  void apply() const;
};

/// "rounds to nearest", or "rounds upwards and flushes small numbers to zero".
TUTTI_API std::string to_text(const FloatEnvironment& environment);

namespace detail {

/// The control registers of the calling thread. Initialised to what every program starts with:
/// rounding to nearest, nothing flushed, no exception traps, x87 at full precision.
struct TUTTI_API FloatRegisters {
#if defined(__SSE2__)
  std::uint32_t sse = 0x1F80;
#endif
#if defined(__x86_64__) || defined(__i386__)
  std::uint16_t x87 = 0x037F;
#elif defined(__aarch64__)
  std::uint64_t control = 0;
#elif defined(FE_TONEAREST)
  int rounding = FE_TONEAREST;
#endif

  static FloatRegisters read();
  void write() const;
};

#if defined(__x86_64__) || defined(__i386__)
inline std::uint16_t x87_control() {
  std::uint16_t control = 0;
  asm volatile("fnstcw %0" : "=m"(control));
  return control;
}
#endif

#ifdef __SSE2__
/// Whether four sums come out as the default environment has them. Reading the register that says
/// so (STMXCSR) takes 13 ns on an AMD EPYC, this takes 1 ns.
inline bool sums_are_default() {
  // 1 + 2^-26 shows upwards; 1 + 1.5 * 2^-24 shows downwards and towards zero; the smallest number
  // + 0 shows flushed operands; 1.5 * the smallest normal number - that number flushed results.
  alignas(16) static constexpr std::uint32_t left[] = {0x3F800000, 0x3F800000, 1, 0x00C00000};
  alignas(16) static constexpr std::uint32_t right[] = {0x32800000, 0x33C00000, 0, 0x80800000};
  alignas(16) static constexpr std::uint32_t sums[] = {0x3F800000, 0x3F800001, 1, 0x00400000};
  const auto load = [](const std::uint32_t* words) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(words));
  };
  __m128 sum = _mm_castsi128_ps(load(left));
  // In assembly, since a compiler would do the sums itself.
  asm volatile("addps %1, %0" : "+x"(sum) : "x"(_mm_castsi128_ps(load(right))));
  constexpr int all_equal = 0xFFFF;
  return _mm_movemask_epi8(_mm_cmpeq_epi32(_mm_castps_si128(sum), load(sums))) == all_equal;
}
#endif

/// Whether the calling thread computes under the default environment. Traps for exceptions are seen
/// where feenableexcept set them.
inline bool is_default_environment() {
  constexpr FloatRegisters defaults{};
#ifdef __SSE2__
  return x87_control() == defaults.x87 && sums_are_default();
#elif defined(__i386__)
  return x87_control() == defaults.x87;
#elif defined(__aarch64__)
  std::uint64_t control = 0;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  return control == defaults.control;
#elif defined(FE_TONEAREST)
  return std::fegetround() == defaults.rounding;
#else
  return static_cast<void>(defaults), true;
#endif
}

}  // namespace detail

/// While it lives, its thread computes under the default environment; afterwards under the one that
/// it had before. Registers are touched only where they have to change: `bench_any_game` measures
/// the cost of one.
class UnderDefaultFloats {
 public:
  UnderDefaultFloats() : is_altered_(!detail::is_default_environment()) {
    if (!is_altered_) return;
    hosts_ = detail::FloatRegisters::read();
    detail::FloatRegisters{}.write();
  }
  UnderDefaultFloats(const UnderDefaultFloats&) = delete;
  UnderDefaultFloats& operator=(const UnderDefaultFloats&) = delete;
  ~UnderDefaultFloats() {
    if (is_altered_ || !detail::is_default_environment()) hosts_.write();
  }

 private:
  bool is_altered_;
  detail::FloatRegisters hosts_;
};

}  // namespace tutti
