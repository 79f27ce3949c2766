#pragma once
// How a match is decided.

#include <cstdint>

namespace counterpoint {

enum class RuleSet : std::uint8_t {
  stocks,  ///< three lives each, one round: a fighter thrown out of the frame loses one
  rounds,  ///< health, one life a round: two rounds won are the match
};
inline constexpr std::uint8_t rule_set_count = 2;
const char* name_of(RuleSet rules);

struct RuleSetData {
  std::uint8_t lives = 1;  ///< of each fighter in a round
  std::uint8_t rounds_to_win = 1;
  std::uint8_t rounds_max = 1;  ///< drawn ones count
  std::uint16_t health = 0;     ///< damage that knocks out where one stands; 0: none does
  std::uint16_t round_ticks = 0;
};
/// The table's row; the first one for a number that is no rule set.
const RuleSetData& data_of(RuleSet rules);

}  // namespace counterpoint
