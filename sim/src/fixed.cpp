#include "tutti/sim/fixed.hpp"

#include <array>
#include <bit>

namespace tutti {

namespace {

// Inside the trigonometric functions numbers have 62 bits after the point.
constexpr int inner_bits = 62;
constexpr std::uint64_t inner_one = std::uint64_t{1} << inner_bits;
constexpr int drop_bits = inner_bits - Fixed::fraction_bits;
constexpr std::int64_t half_drop = std::int64_t{1} << (drop_bits - 1);

constexpr std::uint64_t inner_product(std::uint64_t left, std::uint64_t right) {
  const detail::Wide product = detail::multiply(left, right);
  return (product.high << (64 - inner_bits)) | (product.low >> inner_bits);
}

constexpr std::uint64_t quarter_turn_steps = Fixed::one_raw / 4;

// 1 / (2n + 1)!, the sine's power series. The first term left out is below 2^-44 at a right angle.
constexpr auto sine_terms = [] {
  std::array<std::uint64_t, 9> terms{};
  std::uint64_t factorial = 1;
  for (std::uint64_t n = 0; n < terms.size(); ++n) {
    if (n > 0) factorial *= (2 * n) * (2 * n + 1);
    terms[n] = inner_one / factorial;
  }
  return terms;
}();

// The sine of 0 to 16,384 steps, a quarter turn.
std::int64_t sine_of_quarter(std::uint64_t steps) {
  constexpr std::uint64_t radians_per_step = 442139859501778U;  // 2 pi / 65,536
  const std::uint64_t angle = steps * radians_per_step;
  const std::uint64_t square = inner_product(angle, angle);
  std::uint64_t sum = sine_terms.back();
  for (std::size_t n = sine_terms.size() - 1; n-- > 0;) {
    sum = sine_terms[n] - inner_product(square, sum);
  }
  return (static_cast<std::int64_t>(inner_product(angle, sum)) + half_drop) >> drop_bits;
}

Fixed sine_of_steps(std::uint64_t steps) {
  const std::uint64_t quadrant = (steps / quarter_turn_steps) % 4;
  const std::uint64_t rest = steps % quarter_turn_steps;
  const std::int64_t sine = sine_of_quarter(quadrant % 2 == 0 ? rest : quarter_turn_steps - rest);
  return Fixed::from_raw(quadrant < 2 ? sine : -sine);
}

// atan(2^-n) in turns, from the arc tangent's power series.
constexpr auto turn_angles = [] {
  constexpr std::uint64_t turns_per_radian = 733972625820500307U;  // 1 / (2 pi)
  std::array<std::int64_t, 32> angles{};
  angles[0] = inner_one / 8;
  for (std::uint64_t n = 1; n < angles.size(); ++n) {
    std::uint64_t radians = 0;
    for (std::uint64_t k = 0; n * (2 * k + 1) <= inner_bits; ++k) {
      const std::uint64_t term = (inner_one >> (n * (2 * k + 1))) / (2 * k + 1);
      radians = k % 2 == 0 ? radians + term : radians - term;
    }
    angles[n] = static_cast<std::int64_t>(inner_product(radians, turns_per_radian));
  }
  return angles;
}();

// The angle of (x, y) in steps, 0 to a quarter turn. Not both may be 0. CORDIC, the vectoring mode
// (J. Volder, "The CORDIC Trigonometric Computing Technique", 1959): turn by ever smaller known
// angles towards the x axis, and sum them.
std::int64_t angle_of_quarter(std::uint64_t y, std::uint64_t x) {
  // Room for the growth by 1.65 * sqrt(2), and as much precision as there is for small numbers.
  const int shift = std::countl_zero(x | y) - 4;
  auto left_x = static_cast<std::int64_t>(shift >= 0 ? x << shift : x >> -shift);
  auto left_y = static_cast<std::int64_t>(shift >= 0 ? y << shift : y >> -shift);
  std::int64_t angle = 0;
  for (std::size_t n = 0; n < turn_angles.size(); ++n) {
    const std::int64_t across = left_x >> n;
    if (left_y >= 0) {
      left_x += left_y >> n;
      left_y -= across;
      angle += turn_angles[n];
    } else {
      left_x -= left_y >> n;
      left_y += across;
      angle -= turn_angles[n];
    }
  }
  return (angle + half_drop) >> drop_bits;
}

}  // namespace

Fixed sqrt(Fixed value) {
  if (value < Fixed{}) return Fixed{};
  const auto raw = static_cast<std::uint64_t>(value.raw());
  const detail::Wide scaled{raw >> (64 - Fixed::fraction_bits), raw << Fixed::fraction_bits};
  return Fixed::from_raw(static_cast<std::int64_t>(detail::nearest_root(scaled)));
}

Fixed length(Fixed x, Fixed y) {
  const std::uint64_t across = detail::magnitude(x.raw());
  const std::uint64_t up = detail::magnitude(y.raw());
  const detail::Wide square =
      detail::add(detail::multiply(across, across), detail::multiply(up, up));
  if (square.high >> 62 != 0) return Fixed::highest();
  return Fixed::from_raw(detail::with_sign_of(1, detail::nearest_root(square)));
}

Fixed sin_turns(Fixed turns) { return sine_of_steps(static_cast<std::uint64_t>(turns.raw())); }

Fixed cos_turns(Fixed turns) {
  return sine_of_steps(static_cast<std::uint64_t>(turns.raw()) + quarter_turn_steps);
}

Fixed atan2_turns(Fixed y, Fixed x) {
  if (x == Fixed{} && y == Fixed{}) return Fixed{};
  std::int64_t angle = angle_of_quarter(detail::magnitude(y.raw()), detail::magnitude(x.raw()));
  if (x < Fixed{}) angle = Fixed::one_raw / 2 - angle;
  return Fixed::from_raw(y < Fixed{} ? -angle : angle);
}

std::string Fixed::field_text() const {
  constexpr std::uint64_t unit = one_raw;
  constexpr std::uint64_t decimals = 100'000;
  const std::uint64_t magnitude = detail::magnitude(raw_);
  std::string text = raw_ < 0 ? "-" : "";
  text += std::to_string(magnitude / unit);
  // At most 99,998: the rounding never carries into the whole part.
  const std::uint64_t fraction = ((magnitude % unit) * decimals + unit / 2) / unit;
  if (fraction == 0) return text;
  std::string digits = std::to_string(fraction + decimals);
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + "." + digits.substr(1);
}

}  // namespace tutti
