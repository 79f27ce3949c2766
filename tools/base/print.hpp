#pragma once
// The one place that prints lines. Names, notes, rooms, rules, file names and a relay's sentences
// are texts of strangers: none of them steers the terminal.

#include <fmt/format.h>

#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace tutti::tool {

/// Prints a line as `presentable` makes it, and flushes. A line that cannot be written is lost.
void print_line(std::FILE* to, std::string_view line);

/// Prints cells with tabs between them as one line, each as `presentable` makes it. Does not flush.
void print_row(std::FILE* to, std::span<const std::string> cells);

/// A line on standard output, put together by fmt.
template <class... Values>
void say(fmt::format_string<Values...> text, Values&&... values) {
  print_line(stdout, fmt::format(text, std::forward<Values>(values)...));
}

/// A line on standard error that begins with "tutti: ".
template <class... Values>
void warn(fmt::format_string<Values...> text, Values&&... values) {
  print_line(stderr, "tutti: " + fmt::format(text, std::forward<Values>(values)...));
}

}  // namespace tutti::tool
