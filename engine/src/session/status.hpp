#pragma once
// A session's status: its present activity, as a game can show it (promise C6).

#include "session/match.hpp"
#include "source/source.hpp"

namespace tutti {

/// The status of a session that follows this match. It may show ticks through `bound`.
Status status_of(const Match& match, Source& source, bool is_resyncing, Tick bound, Instant now);
/// The players whom the match waits for.
std::vector<PlayerId> awaited_in(const Match& match, Source& source);

}  // namespace tutti
