#pragma once
// TUTTI_ASSERT stops the process at a bug, ours or the caller's, in every build. Failures of the
// world are a Result instead, and hostile bytes an empty optional.

#include <concepts>
#include <cstdint>
#include <string>

#include "tutti/sim/export.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti::detail {

inline std::string show(Tick tick) { return "tick " + std::to_string(tick.value); }
inline std::string show(PlayerId player) { return "player " + std::to_string(player.value); }
inline std::string show(bool value) { return value ? "true" : "false"; }
template <class T>
requires std::integral<T> std::string show(T value) { return std::to_string(value); }
inline std::string show(const std::string& text) { return text; }
inline std::string show(const char* text) { return text; }

/// Prints one line to stderr and aborts.
[[noreturn]] TUTTI_API void assertion_failed(const char* condition, const char* file, int line,
                                             const std::string& values);

template <class... Values>
[[noreturn]] void fail_assertion(const char* condition, const char* file, int line,
                                 const Values&... values) {
  std::string text;
  ((text += text.empty() ? show(values) : ", " + show(values)), ...);
  assertion_failed(condition, file, line, text);
}

}  // namespace tutti::detail

/// TUTTI_ASSERT(condition, values...): aborts with the values (ticks, counts, words) when false.
#define TUTTI_ASSERT(condition, ...)                                   \
  ((condition) ? static_cast<void>(0)                                  \
               : ::tutti::detail::fail_assertion(#condition, __FILE__, \
                                                 __LINE__ __VA_OPT__(, ) __VA_ARGS__))
