#pragma once
// News about the other players of an online match, as they happen.

#include <array>
#include <string>

#include "program/round.hpp"

namespace counterpoint {

class Tidings {
 public:
  /// The news since the last call, in sentences; empty for none. Call it once for each
  /// picture.
  std::string update(const Round& round);

 private:
  std::string refusal(const Round& round);
  std::string rulings(const Round& round);
  std::string others(const Round& round);

  std::array<bool, fighters_max> is_here_{};  // by slot, as it was last seen
  std::size_t rulings_seen_ = 0;
  std::string refusal_;  // of a wish to play or to watch
};

}  // namespace counterpoint
