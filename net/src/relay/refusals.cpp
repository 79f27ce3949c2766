#include "relay/refusals.hpp"

#include <algorithm>
#include <string_view>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Why two rules ids differ. The same version with another fingerprint computes otherwise.
std::string cause_of_other_rules(std::string_view room, std::string_view client) {
  if (room.substr(0, room.find('+')) != client.substr(0, client.find('+')))
    return "both need the same version of the same game";
  return "the same version computes otherwise there: it is another build of the game, or its "
         "processor or a library gives other results (`tutti check` finds out)";
}

}  // namespace

std::optional<Refused> why_not_at_all(const std::string& room, const Setup& setup, bool is_over,
                                      const Hello& hello) {
  if (hello.rules != setup.rules) {
    return Refused{Refusal::other_rules, "room " + room + " plays " + setup.rules +
                                             ", the client plays " + hello.rules + "; " +
                                             cause_of_other_rules(setup.rules, hello.rules)};
  }
  if (!is_over) return std::nullopt;
  return Refused{Refusal::match_over, "the match in room " + room + " is over"};
}

std::optional<Refused> why_not_watch(const std::string& room, const RelayOptions& options,
                                     const RoomTerms& terms, std::size_t spectators) {
  const std::size_t most =
      std::min<std::size_t>(options.spectators_max, terms.spectators_max.value_or(UINT16_MAX));
  if (spectators < most || TUTTI_MUTANT(spectators_have_no_limit)) return std::nullopt;
  return Refused{Refusal::room_full,
                 "room " + room +
                     (most == 0 ? " has no spectators: its host wants none"
                                : " has " + std::to_string(most) + " spectators already")};
}

}  // namespace tutti::detail
