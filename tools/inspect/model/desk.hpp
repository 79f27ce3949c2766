#pragma once
// Everything that the inspector has on its desk, without a window: the match, what stands beside
// it, the tick that is shown, and the searches that run. The window shows it and turns keys and
// clicks into its calls; tests make the same calls.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/changes.hpp"
#include "model/live_match.hpp"
#include "model/other_run.hpp"
#include "model/run.hpp"
#include "model/tracks.hpp"

namespace tutti::inspect {

/// How the shown tick moves by itself.
struct Playing {
  bool is_on = false;
  double speed = 1;       ///< of the match's own
  bool follows = false;   ///< of a match that is played now: the shown tick is its last one
  double ticks_owed = 0;  ///< parts of a tick that have passed
};

class Desk {
 public:
  explicit Desk(tool::GameChoice choice) : choice_(std::move(choice)) {}

  /// Looks at a match file, and nothing else from now on. Errors: those of `Run::open`.
  Result<void> open(const std::string& file);
  /// Puts another match beside it, played by the game that is chosen for it. Errors: those of
  /// `Run::open`. Precondition: there is a run.
  Result<void> compare_with(const std::string& file, const tool::GameChoice& choice);
  /// Puts what a player's machine showed beside it. Without effect for players whose telemetry the
  /// file does not have.
  void show_seen(PlayerId player);
  /// The same of the next player who has telemetry; after the last one nothing.
  void show_next_seen();
  /// Puts nothing beside it any more.
  void take_away();
  /// Plays a match of bots from now on.
  void play(LiveMatch::Options options);
  /// Watches a match through a relay from now on.
  void follow(AnySession session);

  /// So much time has passed. `now` is for a session that watches.
  void advance(Duration elapsed, Instant now);
  /// Does a small part of what is to be done meanwhile: reading telemetry, searching, comparing.
  /// Returns whether there is more.
  bool work();

  /// Null while nothing is looked at, or a live match has not begun.
  Run* run() { return run_.get(); }
  OtherRun* other() { return other_.get(); }
  const OtherRun* other() const { return other_.get(); }
  LiveMatch* live() { return live_.get(); }
  const AnySession* session() const { return session_ ? &*session_ : nullptr; }
  /// Whether the match is played now, so that its end moves.
  bool is_live() const {
    return live_ != nullptr || (session_ && session_->status() < Status::ended);
  }
  /// The slots of the match.
  std::uint8_t players() const { return run_ ? run_->log().setup().players : std::uint8_t{0}; }
  /// The tracks of all players who have one.
  std::vector<const Track*> tracks() const;
  std::optional<PlayerId> seen() const { return seen_; }

  Playing& playing() { return playing_; }
  const Playing& playing() const { return playing_; }
  Tick tick() const { return run_ ? run_->tick() : Tick{}; }
  Tick length() const { return run_ ? run_->length() : Tick{}; }
  /// Shows a tick; others than 0 to length() are brought within. In a match that is played now the
  /// last one is followed.
  void go(Tick tick);
  /// Goes so many ticks ahead, or back, and stops playing.
  void step(std::int64_t ticks);
  /// Goes to the nearest tick with an event of a player, in this direction.
  void go_to_event(Towards towards);
  /// Goes to the nearest rollback of the player who is shown, or else of any.
  void go_to_rollback(Towards towards);
  /// Goes to the first tick whose state, or else whose events differ from the other run's. False if
  /// none is known.
  bool go_to_difference();

  /// The fields of what stands beside the run at the shown tick; null if nothing does, or if it
  /// has no such tick.
  const std::vector<Field>* fields_beside();

  /// Searches for the nearest change of a field, and goes there; `notice` has the result.
  void search(const std::string& path, Towards towards);
  const ChangeSearch* searching() const { return search_ ? &*search_ : nullptr; }
  /// Follows this field from now on, or no longer; where no match is here yet, as soon as one is.
  /// `notice` says so if the state has no such field.
  void watch(const std::string& path);
  bool is_watched(const std::string& path) const;
  /// The fields that are watched, and their values; null if none ever was.
  const ChangeHistory* history() const { return history_ ? &*history_ : nullptr; }

  /// Writes the live match so far into a file. Errors: those of `LiveMatch::record` and of
  /// `write_match_file`. Precondition: there is a live match.
  Result<void> save(const std::string& path) const;
  /// The present notice, a sentence that is shown until another tick is; empty if there is none.
  const std::string& notice() const { return notice_; }
  void tell(std::string notice) { notice_ = std::move(notice); }

 private:
  void clear();
  void set_run(std::unique_ptr<Run> run);
  void take_live_log();
  void end_search();

  tool::GameChoice choice_;
  std::unique_ptr<LiveMatch> live_;
  std::optional<AnySession> session_;
  std::unique_ptr<Run> run_;
  std::vector<std::unique_ptr<SeenTrack>> seen_tracks_;
  std::optional<PlayerId> seen_;
  std::unique_ptr<OtherRun> other_;
  std::optional<ChangeSearch> search_;
  std::optional<ChangeHistory> history_;
  std::vector<std::string> awaited_;  // to be watched in the first match
  Playing playing_;
  std::string notice_;
};

}  // namespace tutti::inspect
