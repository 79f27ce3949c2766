#pragma once
// What a player is told about the others in an online match, as it happens.

#include <array>
#include <string>

#include "program/round.hpp"

namespace counterpoint {

class Tidings {
 public:
  /// What has happened since the last call, in sentences; empty for nothing. Call it once for each
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
