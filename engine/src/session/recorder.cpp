#include "session/recorder.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "tutti/engine/files.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

namespace {

/// A recording holds a digest of each so many ticks, and the latest.
constexpr std::int64_t digest_every_ticks = 300;

}  // namespace

void Recorder::keep(const RecordedDigest& digest) {
  if (!telemetry_) return;
  const auto period = [](Tick tick) { return tick.value / digest_every_ticks; };
  // The latest gives way unless it is its period's first.
  const std::size_t known = digests_.size();
  if (known > 1 && period(digests_[known - 1].tick) == period(digests_[known - 2].tick)) {
    digests_.pop_back();
  }
  digests_.push_back(digest);
}

MatchRecord Recorder::recording(const Log& log, std::string room,
                                const std::vector<Desync>& desyncs) const {
  MatchRecord record({.room = std::move(room), .build = build_text(), .setup = log.setup()});
  record.build.resize(std::min(record.build.size(), limits::build_bytes));
  const std::int64_t seconds = log.horizon().value / log.setup().tick_rate;
  record.started_utc =
      std::max<std::int64_t>(0, static_cast<std::int64_t>(std::time(nullptr)) - seconds);
  for (const EventView& event : log.events().subspan(1))
    record.log.add(event);
  record.log.close(log.horizon());
  record.digests = digests_;
  for (const Desync& desync : desyncs)
    record.desyncs.push_back(desync.finding);
  if (log.last_event() <= log.horizon()) record.end = EndReason::recording_stopped;
  if (telemetry_) record.telemetry = telemetry_->pieces();
  return record;
}

Result<std::string> write_bug_report(MatchRecord record, const Timeline& timeline,
                                     std::string_view note, std::string path) {
  const AnyGame& game = timeline.game();
  SavedState state{.tick = timeline.confirmed(), .build = record.build};
  save_state(game, timeline.confirmed_state(), state.state);
  state.digest = digest_state(game, timeline.confirmed_state());
  record.states.push_back(std::move(state));
  const Tick present = timeline.present();
  record.marks = {{present, present, cut_text(note, limits::mark_bytes)}};
  if (!path.empty()) {
    if (Result<void> written = write_match_file(path, record); !written) {
      return Unexpected{written.error()};
    }
    return path;
  }
  const std::string folder = default_state_folder() + "/bugs";
  std::error_code ignored;  // writing says what is wrong
  std::filesystem::create_directories(folder, ignored);
  const std::string name =
      match_file_name(static_cast<std::int64_t>(std::time(nullptr)), game.rules(),
                      record.room.empty() ? "solo" : record.room, MatchWriter::machine);
  Result<KeptFile> kept = keep_match_file(record, folder, name);
  if (!kept) return Unexpected{kept.error()};
  return kept->path;
}

}  // namespace tutti
