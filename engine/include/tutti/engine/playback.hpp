#pragma once
// Moving through a match that is watched.

#include "tutti/sim/export.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// Moves through a recording, or through a match that is still being played. The end of such a
/// match moves: the session follows it until it is paused or goes back, and follows it again from
/// where `length()` is reached.
class TUTTI_API Playback {
 public:
  virtual ~Playback() = default;
  /// The last tick that can be shown by now.
  virtual Tick length() const = 0;
  /// The tick that is shown, or will be after the next `advance`.
  virtual Tick position() const = 0;
  virtual bool is_paused() const = 0;
  virtual void set_paused(bool is_paused) = 0;
  /// The speed in sixteenths: 16 is the match's own, -16 that backwards; 1 to 1024 either way.
  virtual int speed() const = 0;
  /// Brings other values within that range.
  virtual void set_speed(int sixteenths) = 0;
  /// Goes to a tick, 0 to `length()`, in the next `advance`.
  virtual void seek(Tick tick) = 0;
};

}  // namespace tutti
