#pragma once
// A round at this machine: the running match, the bots and guests that play in it, and what this
// machine's hands hold. It knows no screen and no device; a seat (seat.hpp) shows it to a player.

#include <array>
#include <bitset>
#include <optional>
#include <string>

#include "program/company.hpp"
#include "program/recording.hpp"
#include "program/training.hpp"
#include "program/wording.hpp"

namespace counterpoint {

/// How a round ended.
struct Ending {
  int status = 0;                 ///< exit status of the program, should it end now
  bool is_back = false;           ///< the player went back to the title
  std::string failure{};          ///< why the session failed or the match was not kept; else empty
  std::optional<Options> next{};  ///< the match that the player wants now
};

/// Whether the operating system has asked the program to end. The first call installs the handlers
/// of SIGINT and SIGTERM.
bool is_asked_to_end();

class Round {
 public:
  Round(GameSession session, const Options& options);

  GameSession& session() { return session_; }
  const GameSession& session() const { return session_; }
  const State& state() const { return session_.state(); }
  /// The wishes of its player; `listen` has the port that the system chose, where it had to.
  const Options& options() const { return options_; }
  /// The tick that is shown; 0 before the match begins.
  tutti::Tick present() const;
  /// Null unless this is training.
  Training* training() { return training_ ? &*training_ : nullptr; }

  /// Brings the match to `match_now` and lets bots and guests play. The two times differ where the
  /// match is paused or slowed down; guests live in real time, `now`.
  void pass(tutti::Instant match_now, tutti::Instant now);

  /// How many players at this machine have hands.
  std::size_t hands() const;
  /// Which of them play this slot. Precondition: `is_local`.
  std::size_t hands_of(std::size_t slot) const;
  /// Whether this machine plays the slot, by hands or by a bot.
  bool is_local(std::size_t slot) const;
  /// Whether a player at this machine plays it.
  bool has_hands(std::size_t slot) const { return is_local(slot) && !has_bot(slot); }
  /// Whether a bot plays for a player at this machine who has nothing to play with (`local`).
  void fill(std::size_t slot, bool is_filled);
  bool is_filled(std::size_t slot) const { return filled_.test(slot); }
  std::size_t filled() const { return filled_.count(); }
  /// The slot's player holds this now. Whether that changed anything.
  bool hold(std::size_t slot, Controls held);

  /// The whole invitation for a friend, "HOST:PORT/CODE#KEY"; empty without a room. `addresses`: of
  /// this machine, for a host.
  std::string invitation(const std::vector<std::string>& addresses) const;
  /// Whether somebody asks this host to come in; the oldest question comes first.
  bool has_newcomer() const { return !session_.newcomers().empty(); }
  /// That question in words; empty if there is none.
  std::string question() const;
  /// The answer.
  void answer(tutti::HostWish wish);
  /// Online: a spectator asks for a free slot, a player leaves its slot and watches.
  void change_role();
  /// The match so far; nothing before it has begun.
  std::optional<tutti::MatchRecord> record() const { return record_of(session_, started_utc_); }
  /// Goes on from a tick of a match, as a branch of it. Faults: those of taking it over.
  tutti::Result<void> go_back(const tutti::MatchRecord& record, tutti::Tick at);
  /// Writes the match into the folder of matches, unless a relay at this machine did, it was
  /// training, or it was too short. Returns the failure in words, or nothing.
  std::string keep() const;

  /// Keeps the last 30 seconds as a file of its own, or saves a bug report. Returns the words to
  /// tell the player.
  std::string keep_clip() const;
  std::string report_bug() const;
  /// The options to go on from this tick of the match that is watched, against bots, as the
  /// first player in it.
  Options taken_over(tutti::Tick at) const;

  /// News for the player, given once; empty for none.
  std::string news() { return std::exchange(news_, {}); }
  /// The session's failure as an ending.
  Ending ending() const;

 private:
  bool has_bot(std::size_t slot) const;
  void let_bots_play();
  void entertain(tutti::Instant now);
  void print_room();
  void begin_training_again();

  Options options_;
  GameSession session_;
  tutti::Instant now_{};  // of the session
  std::optional<Training> training_;
  std::optional<Company> company_;
  tutti::Random random_;
  std::bitset<fighters_max> filled_;  // a bot plays for a player without hands
  std::array<Controls, fighters_max> held_{};
  tutti::Tick decided_;  // the bots have seen this tick
  RollbackMarks rollback_marks_;
  std::int64_t started_utc_ = 0;
  std::string news_;
  bool has_printed_room_ = false;
};

/// Plays a round without a screen until it ends, or as long as `options.seconds` says.
Ending play_headless(Round& round);

}  // namespace counterpoint
