#pragma once
// The relay's log on standard error: one line for each thing that happens, as text or as JSON. It
// wraps spdlog. A reader that is slow or gone holds up no match: lines wait, and then the oldest
// are lost and counted. Texts of strangers steer no terminal.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "tutti/net/time.hpp"

namespace tutti::tool {

enum class LogLevel { info, warning, error };

/// One line: an event's name, and its values by name.
struct LogLine {
  std::string_view event;
  Json values = Json::object();
  LogLevel level = LogLevel::info;
};

class RelayLog {
 public:
  /// As the options `log-format` and `log-level` have them.
  RelayLog(std::string_view format, std::string_view level);
  ~RelayLog();
  RelayLog(const RelayLog&) = delete;
  RelayLog& operator=(const RelayLog&) = delete;

  void write(const LogLine& line);
  /// From the next line on.
  void change(std::string_view format, std::string_view level);
  /// Writes what waits, for two seconds at most, and takes no further line.
  void close();
  /// Lines that were lost, since nobody reads.
  std::uint64_t lost() const;

 private:
  struct Spd;
  std::unique_ptr<Spd> spd_;
  std::uint64_t lost_ = 0;  // once it is closed
};

/// Lets so many lines of one event through in a second, and counts the others: no stranger fills a
/// disk.
class LogThrottle {
 public:
  static constexpr std::uint64_t lines_per_second = 20;

  /// Whether a line of this event may be written now.
  bool admits(std::string_view event, Instant now);
  /// Takes the events of which lines were left out in a second that is over, with their number.
  std::map<std::string, std::uint64_t> take_left_out(Instant now);

 private:
  Instant second_{};
  std::map<std::string, std::uint64_t, std::less<>> counts_;
  std::map<std::string, std::uint64_t> left_out_;
};

}  // namespace tutti::tool
