#include "relay/status_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

std::int64_t number(const Json& status, const char* name) {
  return status["numbers"].value(name, std::int64_t{0});
}

/// 12,345,678
std::string grouped(std::int64_t value) {
  std::string text = fmt::format("{}", value);
  for (std::size_t at = text.size(); at > 3; at -= 3)
    text.insert(at - 3, ",");
  return text;
}

/// "27 KB", "3.4 MB", "12 GB"
std::string bytes_text(std::int64_t bytes) {
  if (bytes < 1'000'000) return fmt::format("{} KB", bytes / 1000);
  if (bytes < 1'000'000'000) return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

/// The difference to the status before, over the time between; nothing without one.
std::string rate(const Json& status, const Json* before, const char* name, double unit,
                 const char* shown) {
  if (before == nullptr) return {};
  const double seconds = status.value("up_seconds", 0.0) - before->value("up_seconds", 0.0);
  if (seconds <= 0) return {};
  const auto difference = static_cast<double>(number(status, name) - number(*before, name));
  return fmt::format(" ({:.0f} {})", difference / unit / seconds, shown);
}

std::string head_line(const Json& status) {
  return fmt::format("tutti {}  {} at {} for {}", status.value("version", "?"),
                     status.value("state", "?"), status.value("listen", "?"),
                     time_text(static_cast<std::int64_t>(status.value("up_seconds", 0.0))));
}

/// A shard tells of itself, and not of the others.
std::vector<std::string> shard_lines(const Json& status) {
  const auto shards = status.value("shards", std::int64_t{1});
  if (shards == 1) return {};
  return {fmt::format("shard {} of 0 to {}: what follows is its own, and --at asks the others",
                      status.value("shard", std::int64_t{0}), shards - 1)};
}

std::vector<std::string> number_lines(const Json& status, const Json* before) {
  const auto of = [&](const char* name) { return grouped(number(status, name)); };
  return {
      fmt::format("rooms {}   matches running {}, over {}   connections {}", of("rooms"),
                  of("matches_running"), of("matches"), of("connections")),
      fmt::format("events {}{}   sent {}{}   received {}{}", of("events"),
                  rate(status, before, "events", 1, "a second"),
                  bytes_text(number(status, "sent_bytes")),
                  rate(status, before, "sent_bytes", 1000, "KB/s"),
                  bytes_text(number(status, "received_bytes")),
                  rate(status, before, "received_bytes", 1000, "KB/s")),
      fmt::format("refused: clients {}{}   messages {}   datagrams {}{}", of("hellos_refused"),
                  rate(status, before, "hellos_refused", 1, "a second"), of("messages_refused"),
                  of("datagrams_refused"),
                  rate(status, before, "datagrams_refused", 1, "a second")),
      fmt::format("a pass takes {:.2f} ms   journal {}   files {}",
                  status.value("pass_seconds_mean", 0.0) * 1000,
                  bytes_text(number(status, "journal_bytes")), of("files_written")),
  };
}

/// How far the logs are off the machine; nothing of a relay by itself.
std::vector<std::string> fleet_lines(const Json& status) {
  const auto found = status.find("fleet");
  if (found == status.end() || !found->is_object()) return {};
  return {fmt::format(
              "fleet: rooms {}   lease {:.1f} s   logs {}, behind by {}, {:.0f} ms   archive "
              "behind by {} files",
              grouped(found->value("rooms", std::int64_t{0})), found->value("lease_seconds", 0.0),
              grouped(found->value("matches", std::int64_t{0})),
              bytes_text(found->value("lag_bytes", std::int64_t{0})),
              found->value("lag_seconds", 0.0) * 1000,
              grouped(found->value("archive_waiting", std::int64_t{0}))),
          fmt::format("mirrors: {} of other relays' matches, for {} spectators",
                      grouped(number(status, "fleet_mirrors")),
                      grouped(number(status, "fleet_mirror_spectators")))};
}

/// What an operator should look into.
std::vector<std::string> trouble_lines(const Json& status) {
  std::vector<std::string> lines;
  if (const std::string reason = status.value("no_newcomers", ""); !reason.empty()) {
    lines.push_back("! no newcomers: " + reason);
  }
  if (const std::string trouble = status.value("trouble", ""); !trouble.empty()) {
    lines.push_back("! the journal: " + trouble);
  }
  if (const auto fleet = status.find("fleet"); fleet != status.end() && fleet->is_object()) {
    const std::string trouble = fleet->value("trouble", "");
    if (!trouble.empty()) lines.push_back("! the fleet: " + trouble);
  }
  const auto warn_of = [&](const char* name, const char* about) {
    if (number(status, name) > 0)
      lines.push_back(fmt::format("! {} {}", number(status, name), about));
  };
  warn_of("matches_only_in_journal", "matches are only in the journal: no file can be written");
  warn_of("matches_unwritten", "matches were told before they were written: the disk failed");
  warn_of("fleet_matches_fenced", "matches' logs are written into the fleet by another relay");
  warn_of("fleet_matches_lost", "matches' logs in the fleet are not whole any more");
  warn_of("states_diverged", "times players' states differed: see the .desync files");
  return lines;
}

std::string room_line(const Json& room) {
  const std::string rules = room.value("rules", "");
  const std::int64_t rate = std::max<std::int64_t>(1, room.value("tick_rate", std::int64_t{60}));
  const std::int64_t seconds = room.value("tick", std::int64_t{0}) / rate;
  return fmt::format("{:<8}  {:<24}  {:>2}/{:<2}  {:>8}  {:>9}  {}", room.value("room", ""),
                     cut_text(presentable(rules.substr(0, rules.find('+'))), 24),
                     room.value("players", std::int64_t{0}), room.value("slots", std::int64_t{0}),
                     room.value("spectators", std::int64_t{0}), time_text(seconds),
                     room.value("state", ""));
}

std::string line_within(const std::string& text, std::size_t columns) {
  return cut_text(presentable(text), columns);
}

}  // namespace

std::string time_text(std::int64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 86'400) return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{} d {} h", seconds / 86'400, seconds / 3600 % 24);
}

std::vector<std::string> status_table(const Json& status, const Json* before, TableSize size) {
  std::vector<std::string> lines{head_line(status)};
  const auto append = [&](const std::vector<std::string>& more) {
    lines.insert(lines.end(), more.begin(), more.end());
  };
  append(shard_lines(status));
  append(number_lines(status, before));
  append(fleet_lines(status));
  append(trouble_lines(status));
  const Json& rooms = status["rooms"];
  lines.emplace_back();
  if (rooms.empty()) {
    lines.emplace_back("no room is open");
  } else {
    lines.push_back(fmt::format("{:<8}  {:<24}  {:>5}  {:>8}  {:>9}  {}", "room", "game", "players",
                                "watching", "played", "state"));
  }
  std::size_t shown = 0;
  for (const Json& room : rooms) {
    const bool is_last_line = lines.size() + 1 >= size.lines;
    if (is_last_line && shown + 1 < rooms.size()) break;
    lines.push_back(room_line(room));
    ++shown;
  }
  const auto all = static_cast<std::size_t>(number(status, "rooms"));
  if (shown < all)
    lines.push_back(
        fmt::format("and {} older ones", grouped(static_cast<std::int64_t>(all - shown))));
  for (std::string& line : lines)
    line = line_within(line, size.columns);
  return lines;
}

}  // namespace tutti::tool
