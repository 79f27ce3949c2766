#include "relay/log.hpp"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

namespace tutti::tool {

namespace {

/// Lines that may wait for a slow reader.
constexpr std::size_t waiting_lines_max = 8192;
/// For a slow reader to take them at the end.
constexpr std::chrono::seconds longest_farewell{2};

constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

spdlog::level::level_enum spd_level(LogLevel level) {
  if (level == LogLevel::error) return spdlog::level::err;
  return level == LogLevel::warning ? spdlog::level::warn : spdlog::level::info;
}

spdlog::level::level_enum spd_level(std::string_view name) {
  if (name == "error") return spdlog::level::err;
  return name == "warning" ? spdlog::level::warn : spdlog::level::info;
}

/// A value that needs no quotation marks to be one word.
bool is_word(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("_.:/+-@").find(static_cast<char>(letter)) != std::string_view::npos;
  });
}

std::string text_line(const LogLine& line) {
  std::string text(line.event);
  for (const auto& [name, value] : line.values.items()) {
    const bool is_plain = value.is_string() && is_word(value.get<std::string>());
    text += " " + name + "=" + (is_plain ? value.get<std::string>() : json_text(value, -1));
  }
  return text;
}

/// Without the brace before it.
std::string json_line(const LogLine& line) {
  Json all{{"event", line.event}};
  all.update(line.values);
  const std::string text = json_text(all, -1);
  return text.substr(1, text.size() - 2);
}

/// Writes past `stderr`: a write that nobody reads would hold its lock, which the end of a process
/// wants.
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    // A line that cannot be written is lost.
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
  }
  void flush_() override {}
};

}  // namespace

struct RelayLog::Spd {
  std::shared_ptr<spdlog::async_logger> logger{};
  // It goes first: its thread, which it waits for, has the logger's lines.
  std::shared_ptr<spdlog::details::thread_pool> pool =
      std::make_shared<spdlog::details::thread_pool>(waiting_lines_max, 1);
  bool is_json = false;
};

RelayLog::RelayLog(std::string_view format, std::string_view level)
    : spd_(std::make_unique<Spd>()) {
  change(format, level);
}

RelayLog::~RelayLog() = default;
void RelayLog::close() {
  lost_ = lost();
  // Its thread may hang in a write that nobody reads: the end of the process then ends it.
  const auto done = std::make_shared<std::promise<void>>();
  std::future<void> written = done->get_future();
  std::thread([done, spd = std::move(spd_)]() mutable {
    spd.reset();
    done->set_value();
  }).detach();
  written.wait_for(longest_farewell);
}

void RelayLog::change(std::string_view format, std::string_view level) {
  spd_->is_json = format == "json";
  // A new one each time: the old one may be locked by a write that nobody reads.
  auto sink = std::make_shared<StderrSink>();
  sink->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      spd_->is_json ? json_pattern : text_pattern, spdlog::pattern_time_type::utc));
  spd_->logger = std::make_shared<spdlog::async_logger>(
      "relay", std::move(sink), spd_->pool, spdlog::async_overflow_policy::overrun_oldest);
  spd_->logger->set_level(spd_level(level));
}

void RelayLog::write(const LogLine& line) {
  const spdlog::level::level_enum level = spd_level(line.level);
  if (!spd_ || !spd_->logger->should_log(level)) return;
  const std::string text = spd_->is_json ? json_line(line) : text_line(line);
  spd_->logger->log(level, spdlog::string_view_t(text));
}

std::uint64_t RelayLog::lost() const { return spd_ ? spd_->pool->overrun_counter() : lost_; }

bool LogThrottle::admits(std::string_view event, Instant now) {
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    counts_.clear();
  }
  auto count = counts_.find(event);
  if (count == counts_.end()) count = counts_.emplace(event, 0).first;
  if (++count->second <= lines_per_second) return true;
  ++left_out_[std::string(event)];
  return false;
}

std::map<std::string, std::uint64_t> LogThrottle::take_left_out(Instant now) {
  if (left_out_.empty() || now - second_ < std::chrono::seconds(1)) return {};
  return std::exchange(left_out_, {});
}

}  // namespace tutti::tool
