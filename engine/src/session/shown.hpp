#pragma once
// The part of one match that a session shows: the timeline, the effects that are heard, and the
// statistics of ticks once they are final.

#include <memory>
#include <optional>
#include <vector>

#include "tutti/engine/effects.hpp"
#include "tutti/engine/session_options.hpp"
#include "tutti/engine/session_status.hpp"
#include "tutti/sim/fold_digest.hpp"
#include "tutti/sim/rehearsal.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

class Shown {
 public:
  struct Terms {
    Tick heard_through{};       ///< the effects through this tick have been heard before
    bool keeps_hashes = false;  ///< see Timeline::Options
  };
  Shown(const AnyGame& game, const Setup& setup, const SessionOptions& options, const Terms& terms);

  Timeline& timeline() { return *timeline_; }
  const Timeline& timeline() const { return *timeline_; }
  bool is_lockstep() const { return timeline_->log().setup().terms.is_lockstep; }

  /// Steps towards a tick, so far that every tick that becomes final can be confirmed; new effects
  /// are appended. False if nothing moved.
  bool step_towards(Tick target, std::vector<EffectNotice>& notices);
  /// The next final tick that has not been confirmed.
  std::optional<Tick> next_to_confirm() const;
  /// Counts what happened in it. `digest`: of its state, with SessionOptions::fold_digest. An
  /// error if a rehearsal found that the game differs from itself.
  std::optional<Error> confirm(Tick tick, const std::optional<Digest>& digest);

  /// The timeline was taken elsewhere: effects told there count no more.
  void jumped() { ledger_ = {}; }
  /// It was taken ahead, past ticks that nobody will confirm.
  void skipped_to(Tick tick) { consumed_ = std::max(consumed_, tick); }
  /// Goes on with another timeline of the same match.
  void replace(std::unique_ptr<Timeline> timeline);
  /// The ticks behind this one never happened: their effects are cancelled.
  void take_back(Tick last, std::vector<EffectNotice>& notices) {
    ledger_.take_back(last + 1, timeline_->present(), notices);
  }

  void add_to(SessionStatistics& statistics) const;

 private:
  AnyGame game_;
  bool folds_digest_;
  std::unique_ptr<Timeline> timeline_;
  EffectLedger ledger_;
  Tick heard_through_;
  Tick consumed_;  // confirmed ticks through here have been counted
  FoldDigest fold_;
  std::optional<Rehearsal> rehearsal_;
  std::vector<std::uint64_t> facts_;  // by effect kind
  std::uint64_t events_ = 0;
};

}  // namespace tutti
