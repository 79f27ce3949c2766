// How long a game's step, snapshot and digest take, and what that means for a rollback; and whether
// recorded matches still come out the same.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "check/check.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/verify.hpp"
#include "tutti/sim/limits.hpp"

namespace tutti::tool {

namespace {

using Clock = std::chrono::steady_clock;

/// Nanoseconds of one call: the median of some rounds.
template <class Call>
double nanoseconds(int calls, Call call) {
  constexpr std::size_t rounds = 9;
  std::vector<double> each;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto before = Clock::now();
    for (int i = 0; i < calls; ++i)
      call();
    const std::chrono::duration<double, std::nano> taken = Clock::now() - before;
    each.push_back(taken.count() / calls);
  }
  std::sort(each.begin(), each.end());
  return each[rounds / 2];
}

std::string in_words(double nanoseconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f us", nanoseconds / 1000);
  return text;
}

}  // namespace

Finding check_speed(const Subject& subject) {
  const AnyGame& game = subject.game;
  StateBox state = start(game, subject.setup());
  StateBox copy = state;
  Crowd crowd(game, subject.crowd);
  Tick now;
  // Some way into the match, where there is something to do.
  while (now.value < std::min<std::int64_t>(subject.ticks, 600)) {
    ++now;
    tell(now);
    step_state(game, state.get(), crowd.next(now, state.get()), nullptr);
  }
  Bytes bytes;
  save_state(game, state.get(), bytes);
  const int calls = bytes.size() > 65536 ? 4 : 200;
  const double snapshot = nanoseconds(calls, [&] { save_state(game, state.get(), bytes); });
  const double load =
      nanoseconds(calls, [&] { static_cast<void>(load_state(game, copy.get(), bytes)); });
  const double digest = nanoseconds(calls, [&] { digest_state(game, state.get()); });
  const double copying = nanoseconds(calls, [&] { copy_state(game, copy.get(), state.get()); });
  const double step = nanoseconds(calls, [&] {
    ++now;
    step_state(game, state.get(), crowd.next(now, state.get()), nullptr);
  });
  const double rollback = static_cast<double>(limits::prediction_ticks) * (step + copying);
  const double tick = 1e9 / game.table().tick_rate;
  Finding finding;
  finding.sentence = fmt::format(
      "step {}, snapshot {}, load {}, digest {}, copy {}; {} bytes; the longest rollback ({} "
      "ticks) {}",
      in_words(step), in_words(snapshot), in_words(load), in_words(digest), in_words(copying),
      bytes.size(), limits::prediction_ticks, in_words(rollback));
  finding.figures = {{"step_ns", step},
                     {"snapshot_ns", snapshot},
                     {"load_ns", load},
                     {"digest_ns", digest},
                     {"copy_ns", copying},
                     {"rollback_ns", rollback},
                     {"snapshot_bytes", static_cast<double>(bytes.size())}};
  if (rollback > tick / 2) {
    finding.outcome = Outcome::note;
    finding.causes = "that is more than half of a tick: a rollback will be seen as a hitch";
  }
  return finding;
}

Finding measure_tick(const Subject& subject) {
  constexpr std::int64_t ticks_most = 120;
  constexpr double seconds_most = 0.3;
  const AnyGame& game = subject.game;
  StateBox state = start(game, subject.setup());
  Crowd crowd(game, subject.crowd);
  // Of the processor: other work of the machine must not change the check.
  const std::clock_t before = std::clock();
  double seconds = 0;
  Tick now;
  while (now.value < ticks_most && seconds < seconds_most) {
    tell(++now);
    step_state(game, state.get(), crowd.next(now, state.get()), nullptr);
    static_cast<void>(digest_state(game, state.get()));
    seconds = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  }
  return {.figures = {{"tick_seconds", seconds / static_cast<double>(now.value)}}};
}

Finding check_recording(const AnyGame& game, const std::string& file) {
  const auto read = read_match_file(file);
  if (!read) return {.outcome = Outcome::wrong, .sentence = read.error().sentence};
  const auto verified = verify(game, read->record);
  if (!verified) return {.outcome = Outcome::wrong, .sentence = verified.error().sentence};
  if (verified->verdict() == Verdict::differs) {
    return {.outcome = Outcome::wrong,
            .sentence = fmt::format("{} of {} states are not those that the players had",
                                    verified->digests_different, verified->digests_compared),
            .tick = verified->first_different,
            .causes =
                "the rules changed without a new version, or the build, the processor or "
                "the machine gives other results"};
  }
  Finding finding{.sentence = fmt::format("{} ticks, {} recorded digests, all the same",
                                          verified->tick.value, verified->digests_compared)};
  if (verified->verdict() == Verdict::unproven) {
    finding.outcome = Outcome::note;
    finding.sentence = "no digests were recorded that could be compared";
  }
  if (read->damage) {
    finding.outcome = Outcome::wrong;
    finding.sentence += "; damaged: " + read->damage->sentence;
  }
  return finding;
}

}  // namespace tutti::tool
