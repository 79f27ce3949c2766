#pragma once
// Events of other players that have arrived before the log is whole up to them.

#include <vector>

#include "session/match.hpp"
#include "source/source.hpp"

namespace tutti {

/// Shows them as guesses, like own events that the relay has not ordered yet, and takes back those
/// that are no longer `ahead`. Nothing is confirmed by them: the log takes them in when the gap
/// before them is filled.
void show_ahead(const std::vector<Event>& ahead, const LocalPlayers& own, Match& match);

}  // namespace tutti
