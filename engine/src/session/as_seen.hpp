#pragma once
// A recording shown as one of its participants saw it, frame by frame.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tutti/net/match_clock.hpp"
#include "tutti/replay/telemetry.hpp"

namespace tutti {

class AsSeen {
 public:
  explicit AsSeen(SeenMatch seen) : seen_(std::move(seen)) {}

  /// The frame to be shown at a place of the playback, counted in ticks.
  std::size_t frame_at(const Moment& place, std::uint16_t tick_rate) const;
  /// Goes one frame towards it, by the timeline that shows the frame before. Then the caller has
  /// nothing left to do, advances it to the frame's present, or goes on with `timeline_at` the
  /// frame instead.
  enum class Move { arrived, follow, jump };
  Move move_towards(std::size_t wanted, Timeline& timeline);

  /// The frame that is shown or moved to.
  std::size_t frame() const { return *frame_; }
  std::unique_ptr<Timeline> timeline_at(std::size_t frame) { return seen_.timeline_at(frame); }
  const std::vector<SeenFrame>& frames() const { return seen_.frames(); }
  /// The names of all players who took part, by slot.
  std::vector<std::string> names() const;

 private:
  SeenMatch seen_;
  std::optional<std::size_t> frame_;
};

}  // namespace tutti
