#pragma once
// Verification: folds a log again and compares the states with the digests that the players agreed
// on. It has one state, no ring, no allocation of its own per tick, and knows no file, thread or
// clock.

#include <cstdint>
#include <optional>

#include "tutti/replay/match_record.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/fold_digest.hpp"

namespace tutti {

/// Refuses (Fault::bad_data) a log of other rules than the game's, or with a number of players that
/// the game does not have, naming both: no log is ever played with other rules silently.
TUTTI_API Result<void> check_plays(const AnyGame& game, const Setup& setup);

/// The outcome of a verification, in one word.
enum class Verdict {
  agrees,    ///< every comparable digest is the one recorded
  differs,   ///< at least one is not
  unproven,  ///< nothing was recorded that could be compared
};

/// The outcome of a verification, so far as it has come.
struct Verification {
  Tick tick;                            ///< folded through here
  std::uint64_t events = 0;             ///< of ticks 1 to `tick`, the relay's among them
  std::uint64_t events_refused = 0;     ///< of these, refused by the game
  std::uint64_t digests_compared = 0;   ///< recorded for this log, at ticks up to `tick`
  std::uint64_t digests_different = 0;  ///< of the compared ones
  std::uint64_t digests_foreign = 0;    ///< recorded under another head: not comparable
  std::optional<Tick> first_different;  ///< nothing if none is different
  Digest digest;                        ///< of the state at `tick`
  std::optional<FoldDigest> all_ticks;  ///< of ticks 1 to `tick`, if asked for

  /// The outcome in one word.
  Verdict verdict() const {
    if (digests_different > 0) return Verdict::differs;
    return digests_compared > 0 ? Verdict::agrees : Verdict::unproven;
  }
};

/// A verification in steps, so that its owner can show progress or stop.
class TUTTI_API Verifier {
 public:
  /// What is folded besides.
  struct Options {
    /// Also fold the digests of all ticks into one, which hashes every state.
    bool folds_all_ticks = false;
  };

  /// Errors: those of `check_plays`. The record must outlive the verifier, and must not change.
  static Result<Verifier> begin(const AnyGame& game, const MatchRecord& record, Options options);
  static Result<Verifier> begin(const AnyGame& game, const MatchRecord& record) {
    return begin(game, record, Options{});
  }

  /// Folds at most `ticks` more ticks. Returns whether it has reached the end.
  bool advance(std::int64_t ticks);
  bool is_done() const { return present_ == record_->log.horizon(); }
  Tick present() const { return present_; }
  /// The tick at which it ends: the log's horizon.
  Tick last() const { return record_->log.horizon(); }
  /// The state at the present.
  const void* state() const { return state_.get(); }
  /// The outcome so far.
  Verification result() const;

 private:
  Verifier(const AnyGame& game, const MatchRecord& record, Options options);
  void step();
  void compare();

  AnyGame game_;
  const MatchRecord* record_;
  StateBox state_;
  Tick present_;
  std::size_t next_event_ = 1;  // the first one is MatchStarted
  std::size_t next_digest_ = 0;
  Verification found_;
};

/// A whole verification at once. Errors: those of `check_plays`.
TUTTI_API Result<Verification> verify(const AnyGame& game, const MatchRecord& record,
                                      Verifier::Options options = {});

}  // namespace tutti
