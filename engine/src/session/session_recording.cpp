// What a session keeps of itself, and how a recording is shown as a participant saw it.

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>

#include "session/witness.hpp"
#include "source/source.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

namespace {

/// A recording holds a digest of each so many ticks, and the latest.
constexpr std::int64_t digest_every_ticks = 300;
/// Whoever wants to be further on than so many frames is taken there, past what lies between.
constexpr std::size_t far_frames = 240;

/// The time of a place that is counted in ticks, the last frame being at the tick that it showed.
SeenTime time_of(const Moment& moment, const SeenFrame& last, std::uint16_t tick_rate) {
  const double place = static_cast<double>(moment.tick.value) + moment.fraction;
  const double seconds = (place - static_cast<double>(last.present.value)) / tick_rate;
  constexpr double units = SeenTime::period::den;
  return last.time + SeenTime(static_cast<std::int64_t>(std::floor(seconds * units)));
}

}  // namespace

void AnySession::keep_digest(const RecordedDigest& digest) {
  const auto period = [](Tick tick) { return tick.value / digest_every_ticks; };
  // The latest gives way unless it is its period's first.
  const std::size_t known = digests_.size();
  if (known > 1 && period(digests_[known - 1].tick) == period(digests_[known - 2].tick)) {
    digests_.pop_back();
  }
  digests_.push_back(digest);
}

Result<MatchRecord> AnySession::recording() const {
  if (!timeline_) return fail(Fault::usage, "there is nothing to record before the match begins");
  const Log& log = timeline_->log();
  MatchRecord record({.room = room(), .build = build_text(), .setup = log.setup()});
  record.build.resize(std::min(record.build.size(), limits::build_bytes));
  const std::int64_t seconds = log.horizon().value / log.setup().tick_rate;
  record.started_utc =
      std::max<std::int64_t>(0, static_cast<std::int64_t>(std::time(nullptr)) - seconds);
  for (const EventView& event : log.events().subspan(1))
    record.log.add(event);
  record.log.close(log.horizon());
  record.digests = digests_;
  for (const Desync& desync : desyncs_)
    record.desyncs.push_back(desync.finding);
  if (log.last_event() <= log.horizon()) record.end = EndReason::recording_stopped;
  if (telemetry_) record.telemetry = telemetry_->pieces();
  return record;
}

Result<std::string> AnySession::report_bug(std::string_view note, std::string path) const {
  Result<MatchRecord> record = recording();
  if (!record) return Unexpected{record.error()};
  SavedState state{.tick = timeline_->confirmed(), .build = record->build};
  save_state(game_, timeline_->confirmed_state(), state.state);
  state.digest = digest_state(game_, timeline_->confirmed_state());
  record->states.push_back(std::move(state));
  const Tick present = timeline_->present();
  record->marks = {{present, present, cut_text(note, limits::mark_bytes)}};
  if (path.empty()) {
    const std::string folder = default_state_folder() + "/bugs";
    std::error_code ignored;  // writing says what is wrong
    std::filesystem::create_directories(folder, ignored);
    path = folder + "/" +
           match_file_name(static_cast<std::int64_t>(std::time(nullptr)), game_.rules(),
                           room().empty() ? "solo" : room());
  }
  if (Result<void> written = write_match_file(path, *record); !written) {
    return Unexpected{written.error()};
  }
  return path;
}

void AnySession::show_as_seen(Instant now) {
  const std::vector<SeenFrame>& frames = seen_->frames();
  const std::uint16_t tick_rate = timeline_->log().setup().tick_rate;
  const std::size_t wanted =
      seen_->frame_at(time_of(source_->present(now), frames.back(), tick_rate));
  const bool is_near = seen_frame_ && wanted >= *seen_frame_ && wanted - *seen_frame_ <= far_frames;
  const auto begin_at = [&](std::size_t frame) {
    timeline_ = seen_->timeline_at(frame);
    ledger_ = {};
    consumed_ = timeline_->confirmed();
    seen_frame_ = frame;
    for (const Participant& participant : participants(seen_->record().log))
      names_[participant.player.value] = participant.name;
  };
  if (!is_near) begin_at(wanted);
  while (*seen_frame_ < wanted) {
    const std::size_t next = *seen_frame_ + 1;
    if (seen_->apply(next, *timeline_)) {
      show_through(frames[next].present);
      seen_frame_ = next;
    } else {
      begin_at(next);
    }
  }
  fraction_ = 1;
  const auto seen = static_cast<Status>(frames[wanted].status);
  const bool is_paused = source_->status() == Status::paused;
  status_ = is_paused ? Status::paused : seen <= Status::ended ? seen : Status::playing;
}

}  // namespace tutti
