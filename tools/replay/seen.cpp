// tutti replay seen: a player's screens, simulated again as its machine did.

#include <fmt/format.h>

#include <algorithm>

#include "base/match_rows.hpp"
#include "base/print.hpp"
#include "replay/parts.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/telemetry.hpp"

namespace tutti::tool {

namespace {

struct SeenOptions {
  GameChoice choice;
  std::string file;
  std::int64_t as = -1;
  bool frames = false;
  bool json = false;
};

/// The work of one frame.
struct Done {
  std::uint64_t resimulated = 0;
  std::int64_t back = 0;  // how far it rolled back, in ticks
};

double ms_of(SeenTime time) { return std::chrono::duration<double, std::milli>(time).count(); }

const char* status_of(const SeenFrame& frame) {
  return to_text(std::min(static_cast<Status>(frame.status), Status::failed));
}

void print_frame(const SeenFrame& frame, const Done& done, bool as_json) {
  if (!as_json) {
    print_row(stdout, std::array<std::string, 5>{fmt::format("{:.1f}", ms_of(frame.time)),
                                                 fmt::format("{}", frame.present.value),
                                                 fmt::format("{}", frame.horizon.value),
                                                 fmt::format("{}", done.back), status_of(frame)});
    return;
  }
  Report row;
  row.add("ms", ms_of(frame.time));
  row.add("tick", frame.present.value);
  row.add("final_tick", frame.horizon.value);
  row.add("rolled_back_ticks", done.back);
  row.add("status", status_of(frame));
  row.print_line();
}

/// Simulates all frames and sums up the work; prints each frame if --frames asks for it.
Report run_again(SeenMatch& seen, const SeenOptions& options) {
  const std::vector<SeenFrame>& frames = seen.frames();
  std::unique_ptr<Timeline> timeline = seen.timeline_at(0);
  TimelineStatistics total;
  std::map<std::string, std::uint64_t> statuses;
  SeenTime longest{};
  Tick longest_at{};
  std::int64_t predicted = 0;
  Progress progress("simulating");
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const SeenFrame& frame = frames[i];
    const TimelineStatistics before = timeline->statistics();
    if (i > 0 && !seen.apply(i, *timeline)) timeline = seen.timeline_at(i);
    show(*timeline, frame.present);
    const TimelineStatistics& now = timeline->statistics();
    Done done;
    if (now.steps >= before.steps) {  // else it is another timeline
      done.resimulated = now.resimulated - before.resimulated;
      done.back = static_cast<std::int64_t>(now.depth_total - before.depth_total);
      total.rollbacks += now.rollbacks - before.rollbacks;
      total.depth_total += now.depth_total - before.depth_total;
      total.resimulated += done.resimulated;
      total.depth_max = std::max(total.depth_max, static_cast<std::uint64_t>(done.back));
    }
    if (i > 0 && frame.time - frames[i - 1].time > longest) {
      longest = frame.time - frames[i - 1].time;
      longest_at = frame.present;
    }
    ++statuses[status_of(frame)];
    predicted += std::max<std::int64_t>(0, timeline->present() - timeline->confirmed());
    if (options.frames) print_frame(frame, done, options.json);
    progress.show(static_cast<std::int64_t>(i), static_cast<std::int64_t>(frames.size()));
  }
  Report report;
  report.add("file", options.file);
  report.add("player", options.as);
  report.add("frames", frames.size());
  report.add("seconds", ms_of(frames.back().time - frames.front().time) / 1000);
  report.add("rollbacks", total.rollbacks);
  report.add("depth_mean", total.depth_mean());
  report.add("depth_max", total.depth_max);
  report.add("resimulated", total.resimulated);
  report.add("predicted_ticks_mean",
             static_cast<double>(predicted) / static_cast<double>(frames.size()));
  report.add("longest_frame_ms", ms_of(longest));
  report.add("longest_frame_tick", longest_at.value);
  report.add("frames_by_status", counts(statuses));
  return report;
}

Exit run(const SeenOptions& options) {
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  const MatchRecord& record = playable->match.record;
  const std::vector<PlayerId> players = players_seen(record);
  SeenOptions chosen = options;
  if (chosen.as < 0 && players.size() > 1) {
    std::vector<std::string> all;
    for (const PlayerId player : players)
      all.push_back(fmt::format("{}", player.value));
    return complain({Fault::usage,
                     fmt::format("--as says whose: the file has the screens of {}", joined(all))});
  }
  if (chosen.as < 0) chosen.as = players.empty() ? 0 : players.front().value;
  auto seen =
      SeenMatch::open(playable->game, record, PlayerId{static_cast<std::uint8_t>(chosen.as)});
  if (!seen) return complain(seen.error());
  const Report report = run_again(*seen, chosen);
  if (!chosen.frames) report.print(chosen.json);
  return with_loss(playable->match.damage, Exit::done);
}

}  // namespace

void add_replay_seen(Command& replay) {
  auto options = std::make_shared<SeenOptions>();
  Command& command =
      replay.subcommand("seen", "Simulate a match again as one player's machine did");
  command.argument("file", options->file, "a match file with telemetry");
  command.option("--as", options->as, 0, 63,
                 "the player's slot, from 0; needed if the file has several players' telemetry");
  options->choice.add_to(command, false);
  command.flag(
      "--frames", options->frames,
      "print a line for each frame: ms, tick shown, final tick, ticks rolled back, status");
  command.json(options->json, "print JSON; with --frames, JSON lines");
  command.examples(R"(
Every event comes at the frame at which it came to that machine, so that mispredictions and
rollbacks happen again. Telemetry is in files that a player's own machine wrote (bug reports,
tutti bot --record) and in those of tutti match --telemetry; tutti replay merge makes one file of
several.
Examples:
  tutti match --game counterpoint --delay 60ms --loss 5% --telemetry --log seen.tutti
  tutti replay seen seen.tutti --as 1
  tutti replay seen seen.tutti --as 1 --frames | sort -t '\t' -k4 -n | tail)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
