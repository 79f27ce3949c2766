// Durations and chances as people write them.

#include <fmt/format.h>

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
        fmt::format("'{}' is no duration; write a number and a unit, such as 40ms, 1.5s, 2m",
                    whole));
  }
  return Duration(std::llround(seconds * 1e9));
}

Result<Chance> parse_chance(std::string_view text) {
  const std::string whole(text);
  double number = 0;
  const bool is_number = take_number(text, number);
  if (!is_number || number > 100 || !(text == "%" || (text.empty() && number == 0))) {
    return fail(Fault::usage,
                fmt::format("'{}' is no chance; write a percentage, such as 10% or 0.5%", whole));
  }
  return Chance{static_cast<std::uint32_t>(std::lround(number * 1e4))};
}

std::string to_text(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  return seconds < 1 ? fmt::format("{:.4g}ms", seconds * 1e3) : fmt::format("{:.4g}s", seconds);
}

}  // namespace tutti::tool
