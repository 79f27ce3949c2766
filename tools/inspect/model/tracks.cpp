#include "model/tracks.hpp"

#include <algorithm>

namespace tutti::inspect {

namespace {

/// The author who has more rollbacks now than before.
std::optional<Author> cause_of(std::span<const RollbackCause> before,
                               std::span<const RollbackCause> now) {
  for (std::size_t i = 0; i < now.size(); ++i) {
    const std::uint64_t known = i < before.size() ? before[i].rollbacks : 0;
    if (now[i].rollbacks > known) return Author{static_cast<std::uint8_t>(i)};
  }
  return std::nullopt;
}

}  // namespace

void TrackWriter::look(const Timeline& timeline, SeenTime time) {
  const TimelineStatistics& now = timeline.statistics();
  if (now.steps < before_.steps) {  // it is another timeline: the match was begun again
    before_ = {};
    causes_.clear();
  }
  const Frame frame{time, timeline.present(), timeline.log().horizon()};
  const bool is_back = now.rollbacks > before_.rollbacks;
  const bool is_new = track_.frames.empty() || frame.present != track_.frames.back().present ||
                      frame.horizon != track_.frames.back().horizon;
  if (is_new || is_back) track_.frames.push_back(frame);
  if (is_back) {
    track_.rollbacks.push_back(
        {.frame = track_.frames.size() - 1,
         .present = frame.present,
         .depth = static_cast<std::int64_t>(now.depth_total - before_.depth_total),
         .by = cause_of(causes_, timeline.causes())});
  }
  track_.resimulated += static_cast<std::int64_t>(now.resimulated - before_.resimulated);
  before_ = now;
  causes_.assign(timeline.causes().begin(), timeline.causes().end());
}

std::optional<std::size_t> frame_of(const Track& track, Tick tick) {
  // A present goes back now and then, when a match is begun again: the last such stretch counts.
  const auto found = std::partition_point(track.frames.begin(), track.frames.end(),
                                          [&](const Frame& each) { return each.present < tick; });
  if (found == track.frames.end()) return std::nullopt;
  return static_cast<std::size_t>(found - track.frames.begin());
}

std::optional<Rollback> rollback_before(const Track& track, Tick tick) {
  const auto found = std::find_if(track.rollbacks.rbegin(), track.rollbacks.rend(),
                                  [&](const Rollback& each) { return each.present < tick; });
  if (found == track.rollbacks.rend()) return std::nullopt;
  return *found;
}

std::optional<Rollback> rollback_after(const Track& track, Tick tick) {
  const auto found = std::find_if(track.rollbacks.begin(), track.rollbacks.end(),
                                  [&](const Rollback& each) { return each.present > tick; });
  if (found == track.rollbacks.end()) return std::nullopt;
  return *found;
}

SeenTrack::SeenTrack(SeenMatch match, PlayerId player)
    : match_(std::move(match)), writer_(player) {}

Result<std::unique_ptr<SeenTrack>> SeenTrack::open(const AnyGame& game, const MatchRecord& record,
                                                   PlayerId player) {
  Result<SeenMatch> match = SeenMatch::open(game, record, player);
  if (!match) return Unexpected{match.error()};
  return std::unique_ptr<SeenTrack>(new SeenTrack(std::move(*match), player));
}

bool SeenTrack::advance(std::size_t frames) {
  const std::vector<SeenFrame>& all = match_.frames();
  for (std::size_t i = 0; i < frames && next_ < all.size(); ++i, ++next_) {
    go(reading_, next_);
    writer_.look(*reading_.timeline, all[next_].time);
  }
  if (next_ < all.size()) return false;
  reading_ = {};
  return true;
}

double SeenTrack::progress() const {
  return static_cast<double>(next_) / static_cast<double>(match_.frames().size());
}

const std::vector<Field>* SeenTrack::fields_at(Tick tick) {
  if (listed_ == tick) return &fields_;
  const std::vector<SeenFrame>& all = match_.frames();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const SeenFrame& each) { return each.present >= tick; });
  if (found == all.end()) return nullptr;
  go(shown_, static_cast<std::size_t>(found - all.begin()));
  if (tick < shown_.timeline->oldest() || tick > shown_.timeline->present()) return nullptr;
  fields_ = list_fields(shown_.timeline->game(), shown_.timeline->state_at(tick));
  listed_ = tick;
  return &fields_;
}

/// The next frame costs what that frame cost; any other one up to half a minute of them.
void SeenTrack::go(Place& place, std::size_t frame) {
  if (place.timeline && place.frame == frame) return;
  const bool is_next = place.timeline && place.frame + 1 == frame;
  if (is_next && match_.apply(frame, *place.timeline)) {
    show(*place.timeline, match_.frames()[frame].present);
  } else {
    place.timeline = match_.timeline_at(frame);
  }
  place.frame = frame;
}

}  // namespace tutti::inspect
