#pragma once
// The one place that knows whether Catch2 is 2.13 or 3: tests include this and nothing of Catch2.

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>
#include <type_traits>

#include "tutti/sim/tick.hpp"

namespace tutti::test {

/// For `CHECK_THAT(text, contains("..."))`: Catch2 3 renamed the matcher.
inline auto contains(const std::string& part) {
#if __has_include(<catch2/catch_test_macros.hpp>)
  return Catch::Matchers::ContainsSubstring(part);
#else
  return Catch::Matchers::Contains(part);
#endif
}

}  // namespace tutti::test

/// Failed checks print a value that knows its own text (Fixed) by it.
template <class T>
struct Catch::StringMaker<T, std::void_t<decltype(std::declval<const T&>().field_text())>> {
  static std::string convert(const T& value) { return value.field_text(); }
};

template <>
struct Catch::StringMaker<tutti::Tick> {
  static std::string convert(tutti::Tick tick) { return "tick " + std::to_string(tick.value); }
};
