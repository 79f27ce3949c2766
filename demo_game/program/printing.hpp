#pragma once
// Lines on the terminal. Names, rooms and a relay's sentences are texts of strangers: none of them
// steers it.

#include <cstdio>
#include <string_view>

namespace counterpoint {

/// Prints a line as `tutti::presentable` makes it, and flushes.
void print_line(std::FILE* to, std::string_view line);
/// A line on standard error that begins with the program's name.
void print_complaint(std::string_view sentence);

}  // namespace counterpoint
