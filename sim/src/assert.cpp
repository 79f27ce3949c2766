#include "tutti/sim/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace tutti::detail {

void assertion_failed(const char* condition, const char* file, int line,
                      const std::string& values) {
  std::fprintf(stderr, "%s:%d: assertion failed: %s%s%s\n", file, line, condition,
               values.empty() ? "" : " with ", values.c_str());
  std::abort();
}

}  // namespace tutti::detail
