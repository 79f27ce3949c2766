#pragma once
// A session at work: it takes in the log from its source, and lets the parts of its match do what
// is theirs. `AnySession` is its public face.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "session/as_seen.hpp"
#include "session/hands.hpp"
#include "session/match.hpp"
#include "session/status.hpp"
#include "source/source.hpp"
#include "tutti/engine/session.hpp"

namespace tutti {

/// The beginning of a session.
struct Opening {
  std::unique_ptr<Source> source{};
  SessionOptions options{};
  /// See JoinOptions.
  std::optional<Bytes> neutral{};
  /// For a recording that is shown as a participant saw it.
  std::optional<AsSeen> as_seen{};
};

class AnySession::Running {
 public:
  Running(AnyGame game, Opening opening);
  ~Running() { leave(); }

  /// What follows happens at `now`, which is not before the last one.
  void tell_time(Instant now) {
    const Duration back = told_ ? *told_ - now : Duration{};
    TUTTI_ASSERT(back <= Duration{} && "time went back", std::to_string(back.count()) + " ns");
    told_ = now;
  }
  void advance(Instant now);
  bool set_input(PlayerId player, BytesView input);
  CommandId send(PlayerId player, BytesView command);
  void leave();

  Source& source() const { return *source_; }
  const AnyGame& game() const { return game_; }
  /// Null before the match begins.
  const Match* match() const { return match_ ? &*match_ : nullptr; }
  const Findings& findings() const { return findings_; }
  const std::vector<EffectNotice>& notices() const { return notices_; }
  const Hands& hands() const { return hands_; }
  Status status() const { return status_; }
  const Error& failure() const { return failure_; }
  double fraction() const { return fraction_; }
  std::uint64_t advances() const { return advances_; }
  const void* state() const { return match_ ? match_->timeline().state() : before_match_->get(); }
  const void* previous_state() const;
  std::vector<std::string> names() const {
    if (as_seen_) return as_seen_->names();
    return match_ ? match_->roster.names() : std::vector<std::string>();
  }
  std::vector<PlayerId> awaited() const {
    return match_ ? awaited_in(*match_, *source_) : std::vector<PlayerId>();
  }
  SessionStatistics statistics() const;
  bool is_watching() const { return source_->players().slots().empty(); }

 private:
  bool has_begun();
  void begin(const Setup& setup, Tick heard_through = {});
  void begin_again(Tick last, bool hears_again);
  void take_role();
  void take_log();
  void fold_back(Tick last);
  void take(const EventView& event);
  void take_refused();
  void look_into_differences(Instant now);
  void settle_commands();
  void offer_hands();
  std::optional<Hands::Given> give(PlayerId player, BytesView payload, PlayerEvent is);
  void show(Instant now);
  void come_late(Tick wanted, Instant now);
  bool go_towards(Tick wanted);
  void catch_up(Tick target);
  void show_through(Tick target);
  void show_as_seen(Instant now);
  void confirm_ticks();
  void compare(Tick tick, const std::optional<Digest>& digest);
  void tell(const Reports::Report& report);
  void vouch(Tick tick);
  void answer(Instant now);
  void fail_with(Error error);

  AnyGame game_;
  SessionOptions options_;
  std::unique_ptr<Source> source_;
  std::optional<Bytes> neutral_;
  std::optional<AsSeen> as_seen_;
  std::optional<StateBox> before_match_;  // until there is one
  std::optional<Match> match_;
  Hands hands_;
  Findings findings_;
  SessionStatistics counters_;  // those that count for as long as the session lives
  std::vector<EffectNotice> notices_;
  Status status_ = Status::connecting;
  Error failure_{};
  double fraction_ = 0;
  std::uint64_t advances_ = 0;
  std::optional<Instant> told_;
  std::uint32_t roles_taken_ = 0;
  bool has_left_ = false;
};

}  // namespace tutti
