#include "replay/file.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>

namespace tutti::tool {

std::string utc(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  char text[32];
  if (seconds == 0 || ::gmtime_r(&time, &parts) == nullptr) return "unknown";
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

std::string to_text(const Participant& participant) {
  return "player " + std::to_string(participant.player.value) + " from tick " +
         std::to_string(participant.joined.value) +
         (participant.name.empty() ? "" : ": " + participant.name);
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
  report.add("end", summary.end ? to_text(*summary.end) : "not recorded");
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
  return std::string(to_text(corrected.correction)) + " about tick " +
         std::to_string(corrected.number) + " by " + corrected.name +
         (corrected.text.empty() ? "" : ": " + corrected.text);
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

namespace {

const char* name_of(EventKind kind) {
  switch (kind) {
    case EventKind::input:
      return "input";
    case EventKind::match_started:
      return "match_started";
    case EventKind::joined:
      return "joined";
    case EventKind::left:
      return "left";
    case EventKind::held:
      return "held";
    case EventKind::resumed:
      return "resumed";
    case EventKind::silenced:
      return "silenced";
    case EventKind::returned:
      return "returned";
    case EventKind::delay_changed:
      return "delay_changed";
    case EventKind::restarted:
      return "restarted";
    case EventKind::branched:
      return "branched";
    case EventKind::match_ended:
      return "match_ended";
    case EventKind::corrected:
      return "corrected";
    default:
      return "relay_event";
  }
}

/// `a.b[1].c` as a JSON pointer: /a/b/1/c.
std::string pointer_of(const std::string& path) {
  std::string pointer = "/";
  for (const char c : path) {
    if (c == '.' || c == '[') {
      if (pointer.back() != '/') pointer += '/';
    } else if (c != ']') {
      pointer += c;
    }
  }
  return pointer;
}

std::string words_of(const EventView& event) {
  const auto relay = decode_relay_event(event.payload);
  if (!relay) return to_hex(event.payload);
  const std::string player = "player " + std::to_string(relay->player.value);
  switch (relay->kind) {
    case EventKind::match_started:
      return relay->setup.rules;
    case EventKind::joined:
      return player + (relay->name.empty() ? "" : " " + relay->name);
    case EventKind::left:
    case EventKind::silenced:
    case EventKind::returned:
      return player;
    case EventKind::delay_changed:
      return player + " " + std::to_string(relay->number) + " ticks";
    case EventKind::restarted:
      return "epoch " + std::to_string(relay->number);
    case EventKind::corrected:
      return tool::to_text(*relay);
    default:
      return {};
  }
}

/// Of bytes that are these fields, or none.
Content named_or_hex(std::optional<std::vector<Field>> fields, BytesView bytes) {
  if (!fields || fields->empty()) return {.text = to_hex(bytes)};
  Content content{.fields = std::move(*fields)};
  for (const Field& field : content.fields)
    content.text += (content.text.empty() ? "" : " ") + field.path +
                    (field.path.empty() ? "" : "=") + field.value;
  return content;
}

}  // namespace

std::string kind_of(const EventView& event) {
  if (!event.author.is_relay()) return name_of(EventKind::input);
  const auto relay = decode_relay_event(event.payload);
  return relay ? name_of(relay->kind) : "unknown";
}

Content content_of(const EventView& event, const AnyGame* game) {
  if (event.author.is_relay()) return {.text = words_of(event)};
  return named_or_hex(game != nullptr ? event_fields(*game, event.payload) : std::nullopt,
                      event.payload);
}

Content content_of(const EffectRecord& effect, const AnyGame& game) {
  return named_or_hex(effect_fields(game, effect.view()), effect.view());
}

nlohmann::ordered_json json_of(std::span<const Field> fields) {
  using Json = nlohmann::ordered_json;
  Json object = Json::object();
  for (const Field& field : fields) {
    // Numbers, truths and texts as such; a name that a game gives its value is a text.
    Json value = Json::parse(field.value, nullptr, false);
    if (value.is_discarded()) value = field.value;
    if (field.path.empty()) return value;
    object[Json::json_pointer(pointer_of(field.path))] = std::move(value);
  }
  return object;
}

void print_fields(std::span<const Field> fields, bool as_json) {
  if (!as_json) {
    for (const Field& field : fields)
      std::printf("%s\t%s\n", field.path.c_str(), field.value.c_str());
    return;
  }
  constexpr auto replace = nlohmann::ordered_json::error_handler_t::replace;
  std::printf("%s\n", json_of(fields).dump(2, ' ', false, replace).c_str());
}

}  // namespace tutti::tool
