#pragma once
// Fixed point for simulations: numbers that are the same on every machine, compiler and setting.
// No float or double occurs here; code that draws converts from `raw()`.

#include <compare>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "tutti/sim/export.hpp"
#include "tutti/sim/wide.hpp"

namespace tutti {

namespace detail {

constexpr std::uint64_t magnitude(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

/// The magnitude with the sign of `sign`, saturating.
constexpr std::int64_t with_sign_of(std::int64_t sign, std::uint64_t magnitude) {
  constexpr std::uint64_t limit = std::uint64_t{1} << 63;
  if (sign < 0) {
    return magnitude >= limit ? std::numeric_limits<std::int64_t>::min()
                              : -static_cast<std::int64_t>(magnitude);
  }
  return magnitude >= limit ? std::numeric_limits<std::int64_t>::max()
                            : static_cast<std::int64_t>(magnitude);
}

}  // namespace detail

/// A number in Q48.16: 64 bits, 65,536 steps to the unit, from -2^47 to 2^47 - 2^-16
/// (about ±1.4e14).
///
/// Sums and differences are exact. Products and quotients are rounded to the nearest step, halves
/// away from zero, so that (-a) * b == -(a * b). A result that does not fit saturates at `lowest()`
/// or `highest()`; nothing wraps and nothing is undefined. Division by zero saturates by the sign
/// of the dividend; 0 / 0 is 0.
class TUTTI_API Fixed {
 public:
  static constexpr int fraction_bits = 16;  ///< the bits behind the point
  /// Steps to the unit.
  static constexpr std::int64_t one_raw = std::int64_t{1} << fraction_bits;

  constexpr Fixed() = default;
  /// A whole number, saturating.
  template <std::integral T>
  requires(!std::same_as<T, bool>) constexpr explicit Fixed(T value) : raw_(raw_of(value)) {}

  /// A number of steps of 1/65,536.
  static constexpr Fixed from_raw(std::int64_t raw) {
    Fixed value;
    value.raw_ = raw;
    return value;
  }
  /// numerator / denominator to the nearest step; saturating, zero as in division.
  static constexpr Fixed ratio(std::int64_t numerator, std::int64_t denominator);
  static constexpr Fixed lowest() { return from_raw(std::numeric_limits<std::int64_t>::min()); }
  static constexpr Fixed highest() { return from_raw(std::numeric_limits<std::int64_t>::max()); }

  constexpr std::int64_t raw() const { return raw_; }  ///< the number times 65,536
  /// The whole number at or below it: (-0.5).to_int() is -1.
  constexpr std::int64_t to_int() const { return raw_ >> fraction_bits; }
  /// Decimal text with at most 5 digits after the point, rounded: "1.5", "-0.25", "0.00002".
  /// Different numbers have different texts, and reading one to the nearest step gives its number.
  std::string field_text() const;

  constexpr auto operator<=>(const Fixed&) const = default;

  /// The negative number.
  constexpr Fixed operator-() const {
    return from_raw(detail::with_sign_of(~raw_, detail::magnitude(raw_)));
  }
  friend constexpr Fixed operator+(Fixed left, Fixed right);
  friend constexpr Fixed operator-(Fixed left, Fixed right);
  friend constexpr Fixed operator*(Fixed left, Fixed right);
  friend constexpr Fixed operator/(Fixed left, Fixed right) { return ratio(left.raw_, right.raw_); }
  constexpr Fixed& operator+=(Fixed other) { return *this = *this + other; }  ///< Adds.
  constexpr Fixed& operator-=(Fixed other) { return *this = *this - other; }  ///< Subtracts.
  /// Multiplies, rounded as `*` does.
  constexpr Fixed& operator*=(Fixed other) { return *this = *this * other; }
  /// Divides, rounded as `/` does.
  constexpr Fixed& operator/=(Fixed other) { return *this = *this / other; }

  // Cereal: one number, the raw steps.
  /// For archives: the raw number.
  template <class Archive>
  std::int64_t save_minimal(const Archive&) const {
    return raw_;
  }
  /// For archives.
  template <class Archive>
  void load_minimal(const Archive&, const std::int64_t& raw) {
    raw_ = raw;
  }

 private:
  template <class T>
  static constexpr std::int64_t raw_of(T value) {
    constexpr std::uint64_t limit = std::uint64_t{1} << (63 - fraction_bits);
    const std::int64_t sign = std::cmp_less(value, 0) ? -1 : 1;
    const auto bits = static_cast<std::uint64_t>(value);
    const std::uint64_t magnitude = sign < 0 ? 0 - bits : bits;
    return detail::with_sign_of(sign, (magnitude > limit ? limit : magnitude) << fraction_bits);
  }

  std::int64_t raw_ = 0;
};

/// The sum, or the nearest number that there is.
constexpr Fixed operator+(Fixed left, Fixed right) {
  const auto sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(left.raw_) +
                                             static_cast<std::uint64_t>(right.raw_));
  // Only equal signs overflow, and then the sum has the other sign.
  if (((left.raw_ ^ sum) & (right.raw_ ^ sum)) < 0) {
    return left.raw_ < 0 ? Fixed::lowest() : Fixed::highest();
  }
  return Fixed::from_raw(sum);
}

/// The difference, or the nearest number that there is.
constexpr Fixed operator-(Fixed left, Fixed right) {
  const auto difference = static_cast<std::int64_t>(static_cast<std::uint64_t>(left.raw_) -
                                                    static_cast<std::uint64_t>(right.raw_));
  if (((left.raw_ ^ right.raw_) & (left.raw_ ^ difference)) < 0) {
    return left.raw_ < 0 ? Fixed::lowest() : Fixed::highest();
  }
  return Fixed::from_raw(difference);
}

/// The product, rounded, or the nearest number that there is.
constexpr Fixed operator*(Fixed left, Fixed right) {
  constexpr int bits = Fixed::fraction_bits;
  detail::Wide product =
      detail::multiply(detail::magnitude(left.raw_), detail::magnitude(right.raw_));
  product = detail::add(product, {0, std::uint64_t{1} << (bits - 1)});
  const std::int64_t sign = left.raw_ ^ right.raw_;
  if ((product.high >> bits) != 0) {
    return Fixed::from_raw(detail::with_sign_of(sign, ~std::uint64_t{0}));
  }
  return Fixed::from_raw(
      detail::with_sign_of(sign, (product.high << (64 - bits)) | (product.low >> bits)));
}

constexpr Fixed Fixed::ratio(std::int64_t numerator, std::int64_t denominator) {
  if (denominator == 0) {
    if (numerator == 0) return Fixed{};
    return numerator < 0 ? lowest() : highest();
  }
  const std::int64_t sign = numerator ^ denominator;
  const std::uint64_t dividend = detail::magnitude(numerator);
  const std::uint64_t divisor = detail::magnitude(denominator);
  const detail::Wide scaled{dividend >> (64 - fraction_bits), dividend << fraction_bits};
  if (scaled.high >= divisor) return from_raw(detail::with_sign_of(sign, ~std::uint64_t{0}));
  const detail::Division result = detail::divide(scaled, divisor);
  const bool is_up = result.remainder >= divisor - result.remainder;
  // A quotient of 2^64 - 1 saturates anyway and must not wrap to 0.
  const bool is_last = result.quotient == ~std::uint64_t{0};
  return from_raw(detail::with_sign_of(sign, result.quotient + (is_up && !is_last ? 1U : 0U)));
}

/// The whole number at or below.
constexpr Fixed floor(Fixed value) { return Fixed::from_raw(value.raw() & ~(Fixed::one_raw - 1)); }
/// The whole number at or above; 2^47 - 1, the highest there is, when it does not exist.
constexpr Fixed ceil(Fixed value) {
  const Fixed below = floor(value);
  return below == value || below == floor(Fixed::highest()) ? below : below + Fixed(1);
}
/// The nearest whole number, halves away from zero; at most 2^47 - 1, the highest there is.
constexpr Fixed round(Fixed value) {
  const std::int64_t half = Fixed::one_raw / 2;
  const std::int64_t fraction = value.raw() & (Fixed::one_raw - 1);
  const bool is_up = fraction > half || (fraction == half && value.raw() > 0);
  return is_up ? ceil(value) : floor(value);
}

/// Saturating: abs(lowest()) is highest().
constexpr Fixed abs(Fixed value) { return value < Fixed{} ? -value : value; }
constexpr Fixed min(Fixed left, Fixed right) { return right < left ? right : left; }
constexpr Fixed max(Fixed left, Fixed right) { return left < right ? right : left; }
/// Precondition: low <= high.
constexpr Fixed clamp(Fixed value, Fixed low, Fixed high) { return min(max(value, low), high); }
/// from + (to - from) * part: exact at 0 and 1, within half a step between, unless to - from
/// saturates. `part` may lie outside 0..1.
constexpr Fixed lerp(Fixed from, Fixed to, Fixed part) { return from + (to - from) * part; }

/// The nearest number to the square root; 0 for negative numbers.
TUTTI_API Fixed sqrt(Fixed value);
/// The nearest number to the length of (x, y); nothing overflows on the way, the result saturates.
TUTTI_API Fixed length(Fixed x, Fixed y);

// Angles are in turns, counter-clockwise from the x axis: 1/4 is a right angle, and whole turns
// fall away exactly, so that an angle never loses precision by growing.

/// The nearest number to the sine, for every angle.
TUTTI_API Fixed sin_turns(Fixed turns);
/// The nearest number to the cosine, for every angle.
TUTTI_API Fixed cos_turns(Fixed turns);
/// The angle of (x, y) in turns, -1/2 to 1/2, within 0.50001 steps (of 1/65,536 turn); exact on the
/// axes and diagonals, 0 for (0, 0), 1/2 on the negative x axis.
TUTTI_API Fixed atan2_turns(Fixed y, Fixed x);

namespace detail {
void not_a_decimal_number();  // never defined: a call in a literal does not compile

consteval Fixed parse_decimal(const char* text) {
  constexpr std::uint64_t unit = Fixed::one_raw;
  std::uint64_t whole = 0, fraction = 0, scale = 1;
  bool is_fraction = false;
  for (; *text != '\0'; ++text) {
    if (*text == '\'') continue;
    if (*text == '.' && !is_fraction) {
      is_fraction = true;
      continue;
    }
    if (*text < '0' || *text > '9') not_a_decimal_number();
    const auto digit = static_cast<std::uint64_t>(*text - '0');
    if (is_fraction) {
      fraction = fraction * 10 + digit;
      scale *= 10;
      if (scale > 100'000'000'000'000) not_a_decimal_number();  // more than 14 digits
    } else {
      whole = whole * 10 + digit;
      if (whole >> (63 - Fixed::fraction_bits) != 0) not_a_decimal_number();  // out of range
    }
  }
  const std::uint64_t raw = whole * unit + (2 * fraction * unit + scale) / (2 * scale);
  if (raw >> 63 != 0) not_a_decimal_number();
  return Fixed::from_raw(static_cast<std::int64_t>(raw));
}
}  // namespace detail

namespace literals {

/// `1.5_fx`: the nearest number to the decimal as written, at compile time and without floats.
/// Digits, one point and ' only, at most 14 digits after the point; anything else does not compile.
consteval Fixed operator""_fx(const char* text) { return detail::parse_decimal(text); }

}  // namespace literals

}  // namespace tutti
