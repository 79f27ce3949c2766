// Writing telemetry: the changes of a timeline and the frames between them, in self-contained
// pieces. Reading is in seen_match.cpp.

#include "tutti/replay/telemetry.hpp"

#include <algorithm>

#include "telemetry_changes.hpp"

namespace tutti {

using detail::SeenChange;

void TelemetryWriter::accepted(const EventView& event) {
  ByteWriter out(changes_);
  out.u8(SeenChange::accepted);
  out.u8(event.author.value);
  out.signed_varint(event.tick - present_);
  out.varint(event.counter);
}

void TelemetryWriter::guessed(const EventView& event) {
  ByteWriter out(changes_);
  out.u8(SeenChange::guessed);
  out.u8(event.author.value);
  out.signed_varint(event.tick - present_);
  out.varint(event.counter);
  out.run(event.payload);
}

void TelemetryWriter::withdrawn(Author author, std::uint32_t counter) {
  ByteWriter out(changes_);
  out.u8(SeenChange::withdrawn);
  out.u8(author.value);
  out.varint(counter);
}

void TelemetryWriter::closed(Tick horizon) {
  if (horizon <= horizon_) return;
  ByteWriter out(changes_);
  out.u8(SeenChange::closed);
  out.varint(static_cast<std::uint64_t>(horizon - horizon_));
  horizon_ = horizon;
}

void TelemetryWriter::restarted(Tick tick) {
  ByteWriter out(changes_);
  out.u8(SeenChange::restarted);
  out.varint(static_cast<std::uint64_t>(tick.value));
}

void TelemetryWriter::shown(std::chrono::nanoseconds time, const Timeline& timeline,
                            std::uint8_t status) {
  if (!began_) began_ = time;
  const auto since = std::max(std::chrono::duration_cast<SeenTime>(time - *began_), time_);
  if (piece_.empty()) {
    time_ = since;
    status_ = status;
    return begin_piece(timeline);
  }
  if (changes_.empty() && timeline.present() == present_ && status == status_) return;
  end_frame(timeline.present(), since, status);
  if (piece_.size() < limits::telemetry_piece_bytes) return;
  complete_.push_back({player_, std::move(piece_)});
  if (complete_.size() > limits::telemetry_pieces) complete_.erase(complete_.begin());
  begin_piece(timeline);
}

/// Begins with all that cannot be known from the log through its horizon, as one frame.
void TelemetryWriter::begin_piece(const Timeline& timeline) {
  piece_.clear();
  changes_.clear();
  present_ = timeline.present();
  horizon_ = timeline.log().horizon();
  ByteWriter out(piece_);
  out.varint(number_++);
  out.varint(static_cast<std::uint64_t>(time_.count()));
  out.varint(static_cast<std::uint64_t>(present_.value));
  out.varint(static_cast<std::uint64_t>(horizon_.value));
  for (const EventView& event :
       timeline.log().events_between(horizon_ + 1, timeline.log().last_event()))
    accepted(event);
  for (const Event& guess : timeline.guesses())
    guessed(guess);
  end_frame(present_, time_, status_);
}

void TelemetryWriter::end_frame(Tick present, SeenTime time, std::uint8_t status) {
  ByteWriter out(piece_);
  out.raw(changes_);
  changes_.clear();
  const bool is_usual = present == present_ + 1 && status == status_;
  out.u8(is_usual ? SeenChange::next_frame : SeenChange::frame);
  out.varint(static_cast<std::uint64_t>((time - time_).count()));
  if (!is_usual) {
    out.signed_varint(present - present_);
    out.u8(status);
  }
  present_ = present;
  status_ = status;
  time_ = time;
}

std::vector<Telemetry> TelemetryWriter::pieces() const {
  std::vector<Telemetry> pieces = complete_;
  if (!piece_.empty()) pieces.push_back({player_, piece_});
  return pieces;
}

std::vector<PlayerId> players_seen(const MatchRecord& record) {
  std::vector<PlayerId> players;
  for (const Telemetry& piece : record.telemetry) {
    if (std::find(players.begin(), players.end(), piece.player) == players.end()) {
      players.push_back(piece.player);
    }
  }
  std::sort(players.begin(), players.end());
  return players;
}

}  // namespace tutti
