#pragma once
// What the subcommands of `tutti replay` share: matches as files, and their rows in reports.

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "base/command.hpp"
#include "base/game_choice.hpp"
#include "base/report.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti::tool {

/// "2026-11-20T18:00:00Z", "unknown" for 0.
std::string utc(std::int64_t seconds);
/// "player 0 from tick 1: ada".
std::string to_text(const Participant& participant);
/// "decision", "void", "restart".
const char* to_text(Correction correction);
/// A correction: "void about tick 3600 by Ada: a cable was pulled".
std::string to_text(const RelayEvent& corrected);
/// Rows about a damage, if there is one.
void add_damage(Report& report, const std::optional<Damage>& damage);
/// A file that is damaged is used as far as it goes; then this says on stderr what is lost, and the
/// exit is that of a bad file.
Exit with_loss(const std::optional<Damage>& damage, Exit exit);
/// How a player's events came to the relay: over the whole match, and in the ten seconds with the
/// most late ones.
struct Arrivals {
  ArrivalMargins all{};
  ArrivalMargins worst{};
};
/// Of each player who did something.
std::vector<Arrivals> arrivals_in(const MatchRecord& record);
/// What a summary says of a match.
void add_summary(Report& report, const MatchSummary& summary);

/// A match and the game that plays it.
struct PlayableMatch {
  ReadMatch match;
  AnyGame game;
};
/// Reads a match file and loads the game of its rules. With a game that was asked for by name, the
/// log is taken to be of that one's rules: that is what was asked.
Result<PlayableMatch> open_playable(const std::string& file, const GameChoice& choice);

/// Writes a match and reports what is in the file now.
Exit write_and_tell(const std::string& path, const MatchRecord& record, bool as_json);

/// What is in an event or an effect: fields by name where the game is known and names some, else
/// words or hexadecimal bytes.
struct Content {
  std::vector<Field> fields{};
  std::string text{};  ///< of fields: "held=light x=0", or a value alone
};
/// One event for a table: its kind in words, and what the player or the relay said. The game may be
/// null.
std::string kind_of(const EventView& event);
Content content_of(const EventView& event, const AnyGame* game);
Content content_of(const EffectRecord& effect, const AnyGame& game);

/// Fields as nested JSON: `a.b[1].c` is in `a`. What is a single value is that value.
nlohmann::ordered_json json_of(std::span<const Field> fields);
/// A state's fields as JSON, or as lines of path and value.
void print_fields(std::span<const Field> fields, bool as_json);

}  // namespace tutti::tool
