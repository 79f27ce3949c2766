#include "relay/news_lines.hpp"

#include <filesystem>
#include <regex>

namespace tutti::tool {

namespace {

const char* to_text(Refusal reason) {
  switch (reason) {
    case Refusal::other_version:
      return "other version";
    case Refusal::other_rules:
      return "other rules";
    case Refusal::unknown_room:
      return "unknown room";
    case Refusal::room_full:
      return "room full";
    case Refusal::bad_request:
      return "bad request";
    case Refusal::relay_full:
      return "relay full";
    case Refusal::match_over:
      return "match over";
    case Refusal::removed:
      return "removed";
    case Refusal::replaced:
      return "replaced";
    case Refusal::turned_away:
      return "turned away";
    case Refusal::no_token:
      return "no token";
  }
  return "unknown";
}

const char* to_text(LeaveReason reason) {
  switch (reason) {
    case LeaveReason::quit:
      return "quit";
    case LeaveReason::timed_out:
      return "timed out";
    case LeaveReason::kicked:
      return "kicked";
    case LeaveReason::match_over:
      return "match over";
  }
  return "unknown";
}

/// One overload for each kind of news.
struct Lines {
  const TagOf& tag;

  LogLine operator()(const news::Opened& is) const {
    return {"opened",
            {{"room", tag(is.room)},
             {"rules", is.rules},
             {"slots", is.slots},
             {"peer", is.peer.value}}};
  }
  LogLine operator()(const news::TakenUp& is) const {
    return {"taken_up", {{"room", tag(is.room)}, {"rules", is.rules}, {"tick", is.tick.value}}};
  }
  LogLine operator()(const news::Moved& is) const { return {"moved", {{"room", tag(is.room)}}}; }
  LogLine operator()(const news::Joined& is) const { return seat("joined", is); }
  LogLine operator()(const news::Lost& is) const { return seat("lost", is); }
  LogLine operator()(const news::Back& is) const { return seat("back", is); }
  LogLine operator()(const news::Left& is) const {
    return {"left",
            {{"room", tag(is.room)}, {"player", is.player.value}, {"reason", to_text(is.reason)}}};
  }
  LogLine operator()(const news::Watching& is) const {
    return {"watching", {{"room", tag(is.room)}, {"peer", is.peer.value}}};
  }
  LogLine operator()(const news::WatchedEnough& is) const {
    return {"watched", {{"room", tag(is.room)}, {"peer", is.peer.value}}};
  }
  LogLine operator()(const news::Refused& is) const {
    return {"refused", {{"reason", to_text(is.reason)}, {"peer", is.peer.value}}};
  }
  LogLine operator()(const news::Diverged& is) const {
    const DesyncFinding& finding = is.finding;
    return {"diverged",
            {{"room", tag(is.room)},
             {"tick", finding.first.value_or(finding.tick).value},
             {"verdict", to_text(finding.verdict)}},
            LogLevel::warning};
  }
  LogLine operator()(const news::Ended& is) const {
    return {"ended",
            {{"room", tag(is.room)}, {"reason", to_text(is.reason)}, {"ticks", is.tick.value}}};
  }

  template <class Seat>
  LogLine seat(std::string_view event, const Seat& is) const {
    return {event, {{"room", tag(is.room)}, {"player", is.player.value}, {"peer", is.peer.value}}};
  }
};

}  // namespace

LogLine line_of(const RelayNews& news, const TagOf& tag_of) {
  return std::visit(Lines{tag_of}, news);
}

LogLine line_of(const WrittenFile& file, const TagOf& tag_of) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file.path, error);
  LogLine line{file.is_evidence ? "evidence" : "file",
               {{"match", without_code(file)}, {"room", tag_of(file.room)}}};
  if (!error) line.values["bytes"] = bytes;
  if (file.is_evidence) line.level = LogLevel::warning;
  return line;
}

Error without_codes(const Error& trouble) {
  // The code comes behind the time and the game.
  static const std::regex name(R"((\d{8}T\d{6}Z-[^-/\s:]+)[^/\s:]*)");
  return {trouble.fault, std::regex_replace(trouble.sentence, name, "$1-...")};
}

std::string without_code(const WrittenFile& file) {
  const std::string name = std::filesystem::path(file.path).filename().string();
  const std::size_t code = name.rfind("-" + file.room);
  if (!file.room.empty() && code != std::string::npos) return name.substr(0, code);
  return name.substr(0, name.find('-'));  // the time alone
}

}  // namespace tutti::tool
