#pragma once
// An enumeration that says its name wherever a state is described, so that a report of two
// differing states reads like a sentence ("fighters[1].action: blocking, walking").

#include <string>
#include <type_traits>

namespace counterpoint {

/// One value of an enumeration with a function `name_of(Enum)`; a byte in a state.
template <class Enum>
struct Named {
  Enum value{};

  constexpr Named() = default;
  constexpr Named(Enum initial) : value(initial) {}
  constexpr operator Enum() const { return value; }
  constexpr bool operator==(const Named&) const = default;
  constexpr bool operator==(Enum other) const { return value == other; }

  std::string field_text() const { return name_of(value); }

  // Cereal: the number.
  using Number = std::underlying_type_t<Enum>;
  template <class Archive>
  Number save_minimal(const Archive&) const {
    return static_cast<Number>(value);
  }
  template <class Archive>
  void load_minimal(const Archive&, const Number& number) {
    value = static_cast<Enum>(number);
  }
};

}  // namespace counterpoint
