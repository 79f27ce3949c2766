#include "program/printing.hpp"

#include <string>

#include "tutti/sim/text.hpp"

namespace counterpoint {

void print_line(std::FILE* to, std::string_view line) {
  std::fputs((tutti::presentable(line) + "\n").c_str(), to);
  std::fflush(to);
}

void print_complaint(std::string_view sentence) {
  print_line(stderr, "counterpoint: " + std::string(sentence));
}

}  // namespace counterpoint
