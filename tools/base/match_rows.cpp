#include "base/match_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>

namespace tutti::tool {

std::string utc(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  char text[32];
  if (seconds == 0 || ::gmtime_r(&time, &parts) == nullptr) return "unknown";
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

std::string to_text(const Participant& participant) {
  return fmt::format("player {} from tick {}{}{}", participant.player.value,
                     participant.joined.value, participant.name.empty() ? "" : ": ",
                     participant.name);
}

const char* to_text(Correction correction) {
  switch (correction) {
    case Correction::decision:
      return "decision";
    case Correction::voided:
      return "void";
    case Correction::restart:
      return "restart";
  }
  return "unknown";
}

std::string to_text(const RelayEvent& corrected) {
  return fmt::format("{} about tick {} by {}{}{}", to_text(corrected.correction), corrected.number,
                     corrected.name, corrected.text.empty() ? "" : ": ", corrected.text);
}

std::string joined(const std::vector<std::string>& texts, std::string_view separator) {
  return fmt::format("{}", fmt::join(texts, separator));
}

void add_damage(Report& report, const std::optional<Damage>& damage) {
  if (!damage) return;
  report.add("damage", damage->sentence);
  report.add("damage_offset", damage->offset);
  report.add("damage_bytes_lost", damage->bytes_lost);
}

Exit with_loss(const std::optional<Damage>& damage, Exit exit) {
  return damage ? complain({Fault::bad_data, damage->sentence}) : exit;
}

void add_summary(Report& report, const MatchSummary& summary) {
  const Setup& setup = summary.opening.setup;
  report.add("rules", setup.rules);
  report.add("room", summary.opening.room);
  report.add("started_utc", utc(summary.opening.started_utc));
  report.add("build", summary.opening.build);
  report.add("seed", setup.seed);
  report.add("players", setup.players);
  report.add("tick_rate", setup.tick_rate);
  report.add("ticks", summary.last.value);
  report.add("seconds", static_cast<double>(summary.last.value) / setup.tick_rate);
  report.add("events", summary.events);
  report.add("head", to_hex(summary.head));
  report.add("end", summary.end ? tutti::to_text(*summary.end) : "not recorded");
}

std::vector<Arrivals> arrivals_in(const MatchRecord& record) {
  std::map<std::uint8_t, Arrivals> players;
  for (const ArrivalMargins& span : record.margins) {
    const auto [entry, is_first] = players.try_emplace(span.player.value, Arrivals{span, span});
    if (is_first) continue;
    ArrivalMargins& all = entry->second.all;
    all.count += span.count;
    all.late += span.late;
    all.total += span.total;
    all.least = std::min(all.least, span.least);
    all.most = std::max(all.most, span.most);
    if (span.late > entry->second.worst.late) entry->second.worst = span;
  }
  std::vector<Arrivals> found;
  for (const auto& [player, arrivals] : players)
    found.push_back(arrivals);
  return found;
}

Result<PlayableMatch> open_playable(const std::string& file, const GameChoice& choice) {
  Result<ReadMatch> match = read_match_file(file);
  if (!match) return Unexpected{match.error()};
  const Setup& setup = match->record.log.setup();
  Result<AnyGame> game = choice.load(setup.rules);
  if (!game) return Unexpected{game.error()};
  if (!choice.game.empty() && game->rules() != setup.rules) {
    Setup other = setup;
    other.rules = game->rules();
    Log log(std::move(other));
    for (const EventView& event : match->record.log.events().subspan(1))
      log.add(event);
    log.close(match->record.log.horizon());
    match->record.log = std::move(log);
  }
  return PlayableMatch{std::move(*match), std::move(*game)};
}

Result<void> check_tick(const Log& log, Tick tick) {
  if (tick <= log.horizon()) return {};
  return fail(Fault::usage,
              fmt::format("the match is known through tick {} only", log.horizon().value));
}

Exit write_and_tell(const std::string& path, const MatchRecord& record, bool as_json) {
  if (Result<void> written = write_match_file(path, record); !written) {
    return complain(written.error());
  }
  Report report;
  report.add("file", path);
  add_summary(report, summarize(record));
  report.print(as_json);
  return Exit::done;
}

}  // namespace tutti::tool
