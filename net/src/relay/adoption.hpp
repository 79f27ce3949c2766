#pragma once
// What a relay believes of the end of a log that its disk has lost, when players bring it back.
// Pure: the log that was found, and what they offer.

#include <optional>
#include <span>
#include <vector>

#include "tutti/net/tail.hpp"

namespace tutti::detail {

/// How many players have to agree: one may be lying, unless it plays alone.
inline constexpr std::size_t tail_witnesses = 2;

/// The log that was found with what can be believed added to it and closed; nothing if that is
/// nothing. What so many as `witnesses` were told of is taken, as far as none of the others was
/// told otherwise.
std::optional<Log> adopt(const Log& found, std::span<const Tail> tails, std::size_t witnesses);

/// The same log again: views point into it, so it does not copy itself.
Log copy_log(const Log& log);

}  // namespace tutti::detail
