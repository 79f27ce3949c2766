#pragma once
// The troubles of a player's machine while the match was played: how far it predicted, and where it
// had to roll back. Read from a match's telemetry, or looked at while a session plays.

#include <memory>
#include <optional>
#include <vector>

#include "tutti/replay/telemetry.hpp"

namespace tutti::inspect {

/// One frame of one machine.
struct Frame {
  SeenTime time{};  ///< since its first frame
  Tick present{};   ///< the tick that was shown
  Tick horizon{};   ///< the tick through which the log was final there
};

/// One time that a machine had to go back.
struct Rollback {
  std::size_t frame = 0;       ///< the frame that went back, among the track's
  Tick present{};              ///< the tick that was shown afterwards
  std::int64_t depth = 0;      ///< how far it went back from what it had shown, in ticks
  std::optional<Author> by{};  ///< the author of the event that contradicted the prediction
};

/// All that one machine showed, in its order.
struct Track {
  PlayerId player{};
  std::vector<Frame> frames{};
  std::vector<Rollback> rollbacks{};
  std::int64_t resimulated = 0;  ///< ticks that were simulated again, in all
};

/// Writes a track down, one look after each frame.
class TrackWriter {
 public:
  explicit TrackWriter(PlayerId player) { track_.player = player; }
  /// Looks at the timeline after it was brought to what the frame shows. A frame that shows nothing
  /// new is left out.
  void look(const Timeline& timeline, SeenTime time);
  const Track& track() const { return track_; }

 private:
  Track track_;
  TimelineStatistics before_{};
  std::vector<RollbackCause> causes_;
};

/// The first frame of a track that shows this tick or a later one; nothing if none does.
std::optional<std::size_t> frame_of(const Track& track, Tick tick);
/// The rollback nearest to a tick before it, or behind it, by the tick that was shown.
std::optional<Rollback> rollback_before(const Track& track, Tick tick);
std::optional<Rollback> rollback_after(const Track& track, Tick tick);

/// Reads a player's telemetry: simulates the match again as that machine did, a few frames at a
/// time.
class SeenTrack {
 public:
  /// The record must outlive it. Errors: those of `SeenMatch::open`.
  static Result<std::unique_ptr<SeenTrack>> open(const AnyGame& game, const MatchRecord& record,
                                                 PlayerId player);

  /// Simulates at most so many frames more. Returns whether all of them are done.
  bool advance(std::size_t frames);
  /// How far it has come, 0 to 1.
  double progress() const;
  const Track& track() const { return writer_.track(); }

  /// The fields of the state that this machine showed for a tick, when it showed that or a later
  /// one for the first time: what it predicted. Nothing for ticks that it never showed. Valid until
  /// the next call.
  const std::vector<Field>* fields_at(Tick tick);

 private:
  SeenTrack(SeenMatch match, PlayerId player);

  /// A timeline, and the frame that it stands at.
  struct Place {
    std::unique_ptr<Timeline> timeline{};
    std::size_t frame = 0;
  };
  void go(Place& place, std::size_t frame);

  SeenMatch match_;
  TrackWriter writer_;
  Place reading_;
  std::size_t next_ = 0;  // the frame to be read
  Place shown_;
  std::optional<Tick> listed_;
  std::vector<Field> fields_;
};

}  // namespace tutti::inspect
