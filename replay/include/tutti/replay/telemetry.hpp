#pragma once
// Telemetry is how one participant's session saw the match, frame by frame: when each event of the
// log arrived, which of its own events it guessed until then, and how far each frame went. With the
// log that is enough to show the same screens again, mispredictions and rollbacks included. It is
// derived: a match is whole without it. replay/FORMAT.md specifies the bytes.

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "tutti/replay/cursor.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

namespace limits {
/// Bytes of telemetry that complete a piece: about half a minute.
inline constexpr std::size_t telemetry_piece_bytes = 8 * 1024;
/// Pieces that one session keeps, the latest ones: some hours.
inline constexpr std::size_t telemetry_pieces = 512;
}  // namespace limits

/// The unit of time in telemetry: 100 us.
using SeenTime = std::chrono::duration<std::int64_t, std::ratio<1, 10'000>>;

/// Writes down each change of a session's timeline, in the order in which the session makes them.
class TUTTI_API TelemetryWriter {
 public:
  /// Writes what this player's machine showed.
  explicit TelemetryWriter(PlayerId player) : player_(player) {}

  void accepted(const EventView& event);  ///< An event of the log came.
  void guessed(const EventView& event);   ///< An own event was added to what is predicted.
  void withdrawn(Author author, std::uint32_t counter);  ///< A guess came to nothing.
  void closed(Tick horizon);                             ///< The log became final through a tick.
  /// The session went on from the log's own state of this tick.
  void restarted(Tick tick);
  /// A frame is complete: at this time, which never goes back, the timeline is shown as it is now.
  /// `status` is a number of the embedder's, the session's `Status`. A frame in which nothing
  /// changed is left out.
  void shown(std::chrono::nanoseconds time, const Timeline& timeline, std::uint8_t status);

  /// The pieces that are kept, in order.
  std::vector<Telemetry> pieces() const;

 private:
  void begin_piece(const Timeline& timeline);
  void end_frame(Tick present, SeenTime time, std::uint8_t status);

  PlayerId player_;
  std::vector<Telemetry> complete_;
  Bytes piece_;    // the one being written
  Bytes changes_;  // since the latest frame
  std::uint32_t number_ = 0;
  std::optional<std::chrono::nanoseconds> began_;
  SeenTime time_{};  // of the latest frame
  Tick present_;     // as the piece has it
  Tick horizon_;
  std::uint8_t status_ = 0;
};

/// One frame as it was shown.
struct SeenFrame {
  SeenTime time{};                 ///< since the session's first frame
  Tick present{};                  ///< the tick that was shown
  Tick horizon{};                  ///< the tick through which the log was known to be final
  std::uint8_t status = 0;         ///< the embedder's number for what the session did
  std::uint32_t first_change = 0;  ///< among the changes of all frames
  std::uint32_t changes = 0;       ///< how many belong to this frame
  bool is_first_of_piece = false;  ///< a timeline can be made anew here
  bool follows = true;             ///< false: pieces are missing before it
};

/// A participant's frames, to be shown again on timelines. Its decoder trusts nothing: it leaves
/// out whatever a hostile file says that no session does.
class TUTTI_API SeenMatch {
 public:
  /// Errors: those of `check_plays`; Fault::bad_data if the record has no telemetry of this player,
  /// or makes no sense. The record must outlive this object.
  static Result<SeenMatch> open(const AnyGame& game, const MatchRecord& record, PlayerId player);

  const MatchRecord& record() const { return *record_; }            ///< The match that it reads.
  const std::vector<SeenFrame>& frames() const { return frames_; }  ///< All frames, in their order.
  /// The latest frame at a time; the first one for times before it.
  std::size_t frame_at(SeenTime time) const;
  /// A timeline as it was at a frame.
  std::unique_ptr<Timeline> timeline_at(std::size_t frame);
  /// Applies the changes between the frame before and this one to a timeline; advance it to the
  /// frame's present afterwards. False if pieces are missing between the two: begin again with
  /// `timeline_at`.
  bool apply(std::size_t frame, Timeline& timeline);

 private:
  struct Change {
    std::uint8_t kind = 0;
    Author author{};
    std::uint32_t counter = 0;
    Tick tick{};
    BytesView payload{};
  };
  SeenMatch(const AnyGame& game, const MatchRecord& record, Cursor cursor);
  bool read(const Telemetry& piece, std::uint32_t& next_number);
  std::optional<Change> read_change(ByteReader& in, std::uint8_t kind,
                                    const SeenFrame& frame) const;
  void change(const SeenFrame& frame, Timeline& timeline);
  std::optional<EventView> find(const Change& change) const;

  AnyGame game_;
  const MatchRecord* record_;
  Cursor cursor_;
  std::vector<SeenFrame> frames_;
  std::vector<Change> changes_;
};

/// Advances a timeline to a tick, however many calls that takes.
TUTTI_API void show(Timeline& timeline, Tick present);

/// The players whose frames a match has.
TUTTI_API std::vector<PlayerId> players_seen(const MatchRecord& record);

}  // namespace tutti
