#pragma once
// A spectator's part of a match that is being played, to move through as through a recording.

#include <optional>

#include "source/playhead.hpp"
#include "source/retold_log.hpp"
#include "tutti/net/client.hpp"

namespace tutti {

class SpectatorView {
 public:
  explicit SpectatorView(const Welcome& welcome)
      : log_(welcome.setup), epoch_(welcome.epoch), latest_epoch_(welcome.epoch) {}

  /// Takes in what the client has received. Precondition: it is welcomed, as a spectator.
  void follow(Client& client, Instant now);

  const Log& log() const { return log_; }
  /// The relay's life that told this log.
  std::uint32_t epoch() const { return epoch_; }
  /// The log has become another after this tick, and all its events come again. Taken once.
  std::optional<Tick> next_change() { return std::exchange(changed_after_, std::nullopt); }
  std::optional<Event> next_event() { return playhead_.next_event(log_); }
  Playhead& playhead() { return playhead_; }
  Status status() const;

 private:
  void take_events(Client& client);
  void take_retold(Client& client);

  Log log_;
  Playhead playhead_{Playhead::Kind::live, Tick{}};
  // How far the log's final end trails the match clock, in ticks, at worst of late: the shown tick
  // trails as far and runs evenly, whenever the news arrives.
  double lag_ = limits::input_window_ticks;
  double missing_ = 0;  // ticks that should have been here by now
  double clock_ = 0;    // in ticks, when this was last looked at
  std::uint32_t epoch_;
  std::uint32_t latest_epoch_;
  std::optional<RetoldLog> retold_;  // by the latest life, until it has told as much
  std::optional<Tick> changed_after_;
};

}  // namespace tutti
