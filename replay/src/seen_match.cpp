// Reading telemetry, and showing again what was shown.

#include <algorithm>

#include "telemetry_changes.hpp"
#include "tutti/replay/telemetry.hpp"
#include "tutti/replay/verify.hpp"

namespace tutti {

using detail::SeenChange;

namespace {

/// Frames of half a day at 250 frames a second: no file makes a reader hold more.
constexpr std::size_t frames_most = 12'000'000;

Tick tick_in(ByteReader& in, std::int64_t value) {
  if (value < 0 || value > limits::match_ticks + limits::prediction_ticks) in.fail();
  return Tick{in.ok() ? value : 0};
}

Tick read_tick(ByteReader& in, Tick base) {
  const std::uint64_t value = in.varint();
  if (value > static_cast<std::uint64_t>(limits::match_ticks)) in.fail();
  return tick_in(in, in.ok() ? base.value + static_cast<std::int64_t>(value) : 0);
}

Tick read_signed_tick(ByteReader& in, Tick base) {
  const std::int64_t value = in.signed_varint();
  if (value > limits::match_ticks || value < -limits::match_ticks) in.fail();
  return tick_in(in, in.ok() ? base.value + value : 0);
}

std::uint32_t read_counter(ByteReader& in) {
  const std::uint64_t value = in.varint();
  if (value > UINT32_MAX) in.fail();
  return static_cast<std::uint32_t>(value);
}

SeenTime read_time(ByteReader& in, SeenTime before) {
  constexpr std::uint64_t most = std::uint64_t{1} << 50;
  const std::uint64_t value = in.varint();
  if (value > most || before.count() > static_cast<std::int64_t>(most)) in.fail();
  return in.ok() ? before + SeenTime(static_cast<std::int64_t>(value)) : before;
}

}  // namespace

void show(Timeline& timeline, Tick present) {
  for (;;) {
    const Tick before = timeline.present();
    const Tick confirmed = timeline.confirmed();
    timeline.advance(present);
    const bool has_moved = timeline.present() != before || timeline.confirmed() != confirmed;
    if (timeline.present() >= present || !has_moved) return;
  }
}

SeenMatch::SeenMatch(const AnyGame& game, const MatchRecord& record, Cursor cursor)
    : game_(game), record_(&record), cursor_(std::move(cursor)) {}

Result<SeenMatch> SeenMatch::open(const AnyGame& game, const MatchRecord& record, PlayerId player) {
  Result<Cursor> cursor = Cursor::open(game, record.log);
  if (!cursor) return Unexpected{cursor.error()};
  SeenMatch match(game, record, std::move(*cursor));
  std::uint32_t next_number = 0;
  for (const Telemetry& piece : record.telemetry) {
    if (piece.player != player) continue;
    if (!match.read(piece, next_number)) {
      return fail(Fault::bad_data,
                  "the telemetry of player " + std::to_string(player.value) + " makes no sense");
    }
  }
  if (match.frames_.empty()) {
    std::string others;
    for (const PlayerId other : players_seen(record))
      others +=
          (others.empty() ? "; there is that of player " : ", ") + std::to_string(other.value);
    return fail(Fault::bad_data,
                "the file has no telemetry of player " + std::to_string(player.value) + others);
  }
  return match;
}

/// Reads a piece's frames; false if it makes no sense.
bool SeenMatch::read(const Telemetry& piece, std::uint32_t& next_number) {
  ByteReader in(piece.bytes);
  const std::uint32_t number = read_counter(in);
  SeenFrame frame{.is_first_of_piece = true, .follows = number == next_number && number > 0};
  const SeenTime before = frames_.empty() ? SeenTime{} : frames_.back().time;
  frame.time = read_time(in, SeenTime{});
  frame.present = read_tick(in, Tick{});
  frame.horizon = read_tick(in, Tick{});
  frame.first_change = static_cast<std::uint32_t>(changes_.size());
  if (!in.ok() || frame.time < before || frame.horizon > record_->log.horizon()) return false;
  next_number = number + 1;
  while (in.remaining() > 0) {
    const std::uint8_t kind = in.u8();
    if (kind == SeenChange::frame || kind == SeenChange::next_frame) {
      frame.time = read_time(in, frame.time);
      frame.present = kind == SeenChange::frame ? read_signed_tick(in, frame.present)
                                                : tick_in(in, frame.present.value + 1);
      if (kind == SeenChange::frame) frame.status = in.u8();
      const bool is_possible = frame.present <= frame.horizon + limits::prediction_ticks;
      if (!in.ok() || !is_possible || frames_.size() == frames_most) return false;
      frame.changes = static_cast<std::uint32_t>(changes_.size()) - frame.first_change;
      frames_.push_back(frame);
      frame.first_change += frame.changes;
      frame.is_first_of_piece = false;
      frame.follows = true;
      continue;
    }
    const std::optional<Change> change = read_change(in, kind, frame);
    if (!change) return false;
    if (change->kind == SeenChange::closed) {
      // The last shown tick is not in a log that was cut off before it.
      if (change->tick > record_->log.horizon()) return true;
      frame.horizon = change->tick;
    }
    changes_.push_back(*change);
  }
  return true;
}

std::optional<SeenMatch::Change> SeenMatch::read_change(ByteReader& in, std::uint8_t kind,
                                                        const SeenFrame& frame) const {
  Change change{.kind = kind};
  switch (kind) {
    case SeenChange::accepted:
    case SeenChange::guessed:
      change.author.value = in.u8();
      change.tick = read_signed_tick(in, frame.present);
      change.counter = read_counter(in);
      if (kind == SeenChange::guessed) {
        change.payload = in.run(limits::event_bytes);
        if (change.author.is_relay()) in.fail();
      }
      if (change.author.value > record_->log.setup().players) in.fail();
      break;
    case SeenChange::withdrawn:
      change.author.value = in.u8();
      change.counter = read_counter(in);
      break;
    case SeenChange::closed:
      change.tick = read_tick(in, frame.horizon);
      break;
    case SeenChange::restarted:
      change.tick = read_tick(in, Tick{});
      break;
    default:
      in.fail();
  }
  if (!in.ok()) return std::nullopt;
  return change;
}

std::size_t SeenMatch::frame_at(SeenTime time) const {
  const auto after =
      std::upper_bound(frames_.begin(), frames_.end(), time,
                       [](SeenTime wanted, const SeenFrame& each) { return wanted < each.time; });
  return after == frames_.begin() ? 0 : static_cast<std::size_t>(after - frames_.begin()) - 1;
}

std::unique_ptr<Timeline> SeenMatch::timeline_at(std::size_t frame) {
  TUTTI_ASSERT(frame < frames_.size(), frame, frames_.size());
  std::size_t first = frame;
  while (first > 0 && !frames_[first].is_first_of_piece)
    --first;
  // Changes of the first frame close nothing: its horizon is that of the piece's beginning.
  const SeenFrame& opening = frames_[first];
  auto timeline = std::make_unique<Timeline>(game_, record_->log.setup());
  for (const EventView& event : record_->log.events_between(Tick{1}, opening.horizon))
    timeline->accept(event);
  timeline->close(opening.horizon);
  cursor_.seek(std::min(opening.horizon, opening.present));
  timeline->restart(cursor_.position(), cursor_.state());
  for (std::size_t each = first; each <= frame; ++each) {
    change(frames_[each], *timeline);
    show(*timeline, frames_[each].present);
  }
  return timeline;
}

bool SeenMatch::apply(std::size_t frame, Timeline& timeline) {
  TUTTI_ASSERT(frame < frames_.size(), frame, frames_.size());
  if (!frames_[frame].follows) return false;
  change(frames_[frame], timeline);
  return true;
}

void SeenMatch::change(const SeenFrame& frame, Timeline& timeline) {
  const Log& log = timeline.log();
  for (std::uint32_t i = 0; i < frame.changes; ++i) {
    const Change& change = changes_[frame.first_change + i];
    switch (change.kind) {
      case SeenChange::accepted:
        if (const auto event = find(change)) timeline.accept(*event);
        break;
      case SeenChange::guessed:
        if (change.tick <= log.horizon()) break;
        timeline.guess({change.tick, change.author, change.counter, change.payload});
        break;
      case SeenChange::withdrawn:
        timeline.withdraw(change.author, change.counter);
        break;
      case SeenChange::closed:
        timeline.close(change.tick);
        break;
      default:
        if (change.tick > log.horizon()) break;
        cursor_.seek(change.tick);
        timeline.restart(cursor_.position(), cursor_.state());
    }
  }
}

/// Telemetry has only its place; the event itself is in the log.
std::optional<EventView> SeenMatch::find(const Change& change) const {
  for (const EventView& event : record_->log.events_at(change.tick)) {
    if (event.author == change.author && event.counter == change.counter) return event;
  }
  return std::nullopt;
}

}  // namespace tutti
