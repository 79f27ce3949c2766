// Durations and chances as people write them.

#include <charconv>
#include <cmath>

#include "base/command.hpp"

namespace tutti::tool {

namespace {

/// The leading decimal number of a text, and what follows it.
bool take_number(std::string_view& text, double& number) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || !(number >= 0)) return false;
  text.remove_prefix(static_cast<std::size_t>(stopped - text.data()));
  return true;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const std::string whole(text);
  constexpr double longest_seconds = 1e8;  // three years
  double number = 0;
  double seconds = -1;
  if (take_number(text, number)) {
    if (text == "us") seconds = number * 1e-6;
    if (text == "ms") seconds = number * 1e-3;
    if (text == "s") seconds = number;
    if (text == "m" || text == "min") seconds = number * 60;
    if (text == "h") seconds = number * 3600;
    if (text.empty() && number == 0) seconds = 0;
  }
  if (seconds < 0 || seconds > longest_seconds) {
    return fail(
        Fault::usage,
        "'" + whole + "' is no duration; write a number and a unit, such as 40ms, 1.5s, 2m");
  }
  return Duration(std::llround(seconds * 1e9));
}

Result<Chance> parse_chance(std::string_view text) {
  const std::string whole(text);
  double number = 0;
  const bool is_number = take_number(text, number);
  if (!is_number || number > 100 || !(text == "%" || (text.empty() && number == 0))) {
    return fail(Fault::usage,
                "'" + whole + "' is no chance; write a percentage, such as 10% or 0.5%");
  }
  return Chance{static_cast<std::uint32_t>(std::lround(number * 1e4))};
}

std::string to_text(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const bool is_short = seconds < 1;
  char digits[32];
  const auto [end, error] =
      std::to_chars(std::begin(digits), std::end(digits), is_short ? seconds * 1e3 : seconds,
                    std::chars_format::general, 4);
  if (error != std::errc{}) return "?";
  return std::string(std::begin(digits), end) + (is_short ? "ms" : "s");
}

}  // namespace tutti::tool
