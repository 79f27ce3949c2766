#include "program/meters.hpp"

#include <fmt/format.h>

namespace counterpoint {

namespace {

constexpr float seconds_between = 0.1F;
constexpr std::size_t samples_max = 100;

std::string figure(double value, const char* unit, int digits = 0) {
  return fmt::format("{:.{}f} {}", value, digits, unit);
}

}  // namespace

void Meters::sample(const tutti::SessionStatistics& statistics) {
  const tutti::ClientStatistics& network = statistics.network;
  const auto unconfirmed = statistics.present - statistics.confirmed;
  const float values[line_count] = {
      static_cast<float>(network.round_trip_ms), static_cast<float>(network.jitter_ms),
      static_cast<float>(network.loss) * 100,    static_cast<float>(statistics.predicted_ticks),
      static_cast<float>(unconfirmed),           static_cast<float>(statistics.clock_error_ticks)};
  for (std::size_t i = 0; i < line_count; ++i) {
    lines_[i].push_back(values[i]);
    if (lines_[i].size() > samples_max) lines_[i].pop_front();
  }
}

void Meters::update(const GameSession& session, float seconds) {
  const tutti::SessionStatistics statistics = session.statistics();
  const tutti::TimelineStatistics& timeline = statistics.timeline;
  if (timeline.rollbacks > before_.rollbacks) {
    const std::uint64_t count = timeline.rollbacks - before_.rollbacks;
    const std::uint64_t depth = (timeline.depth_total - before_.depth_total) / count;
    rollbacks_[std::min<std::size_t>(depth, rollbacks_.size() - 1)] += static_cast<float>(count);
  }
  before_ = timeline;
  age_ += seconds;
  if (age_ < seconds_between) return;
  age_ = 0;
  sample(statistics);
  const auto line = [&](Line which) {
    return std::vector<float>(lines_[which].begin(), lines_[which].end());
  };
  const tutti::ClientStatistics& network = statistics.network;
  plots_ = {
      {"ping", figure(network.round_trip_ms, "ms"), line(ping), 40},
      {"jitter", figure(network.jitter_ms, "ms", 1), line(jitter), 10},
      {"loss", figure(network.loss * 100, "%", 1), line(loss), 5},
      {"predicted, delay " + figure(static_cast<double>(statistics.input_delay_ticks), ""),
       figure(static_cast<double>(statistics.predicted_ticks), "ticks"), line(predicted), 8},
      {"rollbacks of 0 to 19",
       figure(static_cast<double>(timeline.rollbacks), ""),
       {rollbacks_.begin(), rollbacks_.end()},
       4,
       true},
      {"horizon behind", figure(lines_[behind].back(), "ticks"), line(behind), 8},
      {"clock correction", figure(statistics.clock_error_ticks, "ticks", 1), line(clock), 1, false,
       true},
  };
}

}  // namespace counterpoint
