#include "base/print.hpp"

#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

// fmt::print throws where a disk is full or a pipe is closed; fwrite only says so.
void write_text(std::FILE* to, std::string_view text) {
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), to));
}

}  // namespace

void print_line(std::FILE* to, std::string_view line) {
  write_text(to, presentable(line) + "\n");
  std::fflush(to);
}

void print_row(std::FILE* to, std::span<const std::string> cells) {
  std::string line;
  for (const std::string& cell : cells)
    line += (&cell == cells.data() ? "" : "\t") + presentable(cell);
  write_text(to, line + "\n");
}

}  // namespace tutti::tool
