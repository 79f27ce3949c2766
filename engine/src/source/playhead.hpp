#pragma once
// Where somebody who watches is in a log: a recording, or a match that is still being played.

#include <optional>

#include "tutti/engine/session.hpp"
#include "tutti/net/match_clock.hpp"

namespace tutti {

class Playhead final : public Playback {
 public:
  enum class Kind {
    recording,  ///< begins at the start; its end does not move
    live,       ///< follows the end, which moves, until somebody pauses it or goes back
  };
  /// `end`: see `advance`.
  Playhead(Kind kind, Tick end)
      : kind_(kind), is_at_end_(kind == Kind::live), end_(static_cast<double>(end.value)) {}

  /// Time passes. `end`: how far the log can be shown by now, in ticks; never less than before.
  void advance(Instant now, double end, std::uint16_t tick_rate);
  /// It is another log from somewhere on: all events come again, and this is its end.
  void begin_again(Tick end);
  Moment moment() const;
  /// The next event of the log, from the first after `MatchStarted`.
  std::optional<Event> next_event(const Log& log);

  Tick length() const override { return Tick{static_cast<std::int64_t>(end_)}; }
  Tick position() const override { return Tick{static_cast<std::int64_t>(position_)}; }
  bool is_paused() const override { return is_paused_; }
  void set_paused(bool is_paused) override;
  int speed() const override { return speed_; }
  void set_speed(int sixteenths) override;
  void seek(Tick tick) override;

 private:
  Kind kind_;
  bool is_at_end_;
  std::size_t taken_ = 1;  // MatchStarted is the setup
  std::optional<Instant> last_;
  double position_ = 0;  // in ticks
  double end_;
  int speed_ = 16;
  bool is_paused_ = false;
};

}  // namespace tutti
