#include "session/as_seen.hpp"

#include <cmath>

namespace tutti {

namespace {

/// A viewer who wants to go further than so many frames jumps there, past all frames between.
constexpr std::size_t far_frames = 240;

/// The time of a place that is counted in ticks, the last frame being at the tick that it showed.
SeenTime time_of(const Moment& place, const SeenFrame& last, std::uint16_t tick_rate) {
  const double seconds = (place.ticks() - static_cast<double>(last.present.value)) / tick_rate;
  constexpr double units = SeenTime::period::den;
  return last.time + SeenTime(static_cast<std::int64_t>(std::floor(seconds * units)));
}

}  // namespace

std::size_t AsSeen::frame_at(const Moment& place, std::uint16_t tick_rate) const {
  return seen_.frame_at(time_of(place, frames().back(), tick_rate));
}

AsSeen::Move AsSeen::move_towards(std::size_t wanted, Timeline& timeline) {
  const bool is_near = frame_ && wanted >= *frame_ && wanted - *frame_ <= far_frames;
  if (!is_near) {
    frame_ = wanted;
    return Move::jump;
  }
  if (*frame_ == wanted) return Move::arrived;
  ++*frame_;
  return seen_.apply(*frame_, timeline) ? Move::follow : Move::jump;
}

std::vector<std::string> AsSeen::names() const {
  std::vector<std::string> names(seen_.record().log.setup().players);
  for (const Participant& participant : participants(seen_.record().log))
    names[participant.player.value] = participant.name;
  return names;
}

}  // namespace tutti
