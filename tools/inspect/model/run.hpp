#pragma once
// A match that is looked at: its log, the game that plays it, and a place in it. It may be a file,
// or a log that still grows.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/match_rows.hpp"
#include "tutti/replay/cursor.hpp"

namespace tutti::inspect {

/// One match, and the tick of it that is shown. It stays where it was made: its cursors point into
/// it.
class Run {
 public:
  /// A match file, played by the game that was chosen, or else by the one that its rules name.
  /// Errors: those of `tool::open_playable`, and of `Cursor::open`.
  static Result<std::unique_ptr<Run>> open(const std::string& file, const tool::GameChoice& choice);
  /// A match that is played at the moment: nothing of it is known yet. Errors: those of
  /// `Cursor::open`.
  static Result<std::unique_ptr<Run>> begin(AnyGame game, const Setup& setup, std::string title);
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Takes what is final in a log and not known here. False if that log is another one, or went on
  /// differently (a relay that lost power): begin again.
  bool grow(const Log& log);

  /// The file's name without its folder, or what the match was called when it began.
  const std::string& title() const { return title_; }
  const AnyGame& game() const { return game_; }
  const MatchRecord& record() const { return match_.record; }
  const Log& log() const { return match_.record.log; }
  /// How the file is damaged, if it is.
  const std::optional<Damage>& damage() const { return match_.damage; }
  Tick length() const { return log().horizon(); }
  /// The seconds from the match's beginning to a tick.
  double seconds(Tick tick) const;
  /// By slot, the name of the latest player.
  const std::vector<std::string>& names() const { return names_; }

  /// Goes to a tick; others than 0 to length() are brought within.
  void go(Tick tick);
  Tick tick() const { return cursor_.position(); }
  /// The fields of the state at the tick, and of the one a tick before it. Valid until `go`.
  const std::vector<Field>& fields();
  const std::vector<Field>& fields_before();

  /// Another place in the same log, for searches: they do not move what is shown.
  Cursor& scout() { return scout_; }

 private:
  /// The fields at a place, listed when they are asked for.
  struct Listing {
    std::optional<Tick> tick{};
    std::vector<Field> fields{};
  };
  Run(ReadMatch match, AnyGame game, std::string title);
  void note_names();

  ReadMatch match_;
  AnyGame game_;
  std::string title_;
  std::vector<std::string> names_;
  Cursor cursor_;
  Cursor scout_;
  Listing now_;
  Listing before_;
};

}  // namespace tutti::inspect
