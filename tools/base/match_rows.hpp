#pragma once
// Match files and their rows in reports, the same in `replay`, `archive` and others.

#include <optional>
#include <string>
#include <vector>

#include "base/game_choice.hpp"
#include "base/report.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti::tool {

/// Seconds since 1970 as "2026-11-20T18:00:00Z"; "unknown" for 0.
std::string utc(std::int64_t seconds);
/// "player 0 from tick 1: ada".
std::string to_text(const Participant& participant);
/// "decision", "void", "restart".
const char* to_text(Correction correction);
/// A referee's word: "void about tick 3600 by Ada: a cable was pulled".
std::string to_text(const RelayEvent& corrected);
/// Texts with commas between them.
std::string joined(const std::vector<std::string>& texts, std::string_view separator = ", ");

/// Rows about a damage, if there is one.
void add_damage(Report& report, const std::optional<Damage>& damage);
/// The given exit status; for a damaged file, which was used as far as it goes, the one of a bad
/// file, after a sentence on stderr about the loss.
Exit with_loss(const std::optional<Damage>& damage, Exit exit);
/// Rows about a whole match.
void add_summary(Report& report, const MatchSummary& summary);

/// When one player's events came to the relay: over the whole match, and in the ten seconds with
/// the most late ones.
struct Arrivals {
  ArrivalMargins all{};
  ArrivalMargins worst{};
};
/// Of each player with events, by slot.
std::vector<Arrivals> arrivals_in(const MatchRecord& record);

/// A match and the game that plays it.
struct PlayableMatch {
  ReadMatch match;
  AnyGame game;
};
/// Reads a match file and loads the game of its rules. A game that `--game` names plays the match
/// whatever rules it was written by.
Result<PlayableMatch> open_playable(const std::string& file, const GameChoice& choice);
/// Errors: Fault::usage for a tick behind the log's horizon.
Result<void> check_tick(const Log& log, Tick tick);

/// Writes a match file and prints its summary.
Exit write_and_tell(const std::string& path, const MatchRecord& record, bool as_json);

}  // namespace tutti::tool
