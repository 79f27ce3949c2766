#pragma once
// Adoption: how much a relay believes of the end of a log that its disk has lost, when players
// bring it back (promise O5). It is pure: it has the log that was found, and the players' tails.

#include <optional>
#include <span>
#include <vector>

#include "tutti/net/tail.hpp"

namespace tutti::detail {

/// The number of players who have to agree: one may be lying, unless it plays alone.
inline constexpr std::size_t tail_witnesses = 2;

/// The log that was found, with the events added to it that can be believed, and closed; nothing if
/// there are none. An event is believed if `witnesses` players were told it, and none of the others
/// was told otherwise.
std::optional<Log> adopt(const Log& found, std::span<const Tail> tails, std::size_t witnesses);

/// The same log again: views point into it, so it does not copy itself.
Log copy_log(const Log& log);

}  // namespace tutti::detail
