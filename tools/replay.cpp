// tutti replay: what is in a match file, and whether its states come out the same again.

#include <cstdio>
#include <ctime>

#include "commands.hpp"
#include "game_choice.hpp"
#include "report.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/verify.hpp"

namespace tutti::tool {

namespace {

struct Options {
  GameChoice choice;
  std::string file;
  bool fold = false;
  bool json = false;
};

std::string utc(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  char text[32];
  if (seconds == 0 || ::gmtime_r(&time, &parts) == nullptr) return "unknown";
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

void add_damage(Report& report, const std::optional<Damage>& damage) {
  if (!damage) return;
  report.add("damage", damage->sentence);
  report.add("damage_offset", damage->offset);
  report.add("damage_bytes_lost", damage->bytes_lost);
}

/// Who played, in the order in which they joined.
std::vector<std::string> names_in(const Log& log) {
  std::vector<std::string> names;
  for (const EventView& event : log.events()) {
    if (!event.author.is_relay()) continue;
    const auto relay = decode_relay_event(event.payload);
    if (!relay || relay->kind != EventKind::joined) continue;
    names.push_back("player " + std::to_string(relay->player.value) + " from tick " +
                    std::to_string(event.tick.value) +
                    (relay->name.empty() ? "" : ": " + relay->name));
  }
  return names;
}

Exit info(const Options& options) {
  const auto read = read_match_file(options.file);
  if (!read) return complain(read.error());
  const MatchRecord& record = read->record;
  const Setup& setup = record.log.setup();
  std::uint64_t from_relay = 0;
  for (const EventView& event : record.log.events())
    from_relay += event.author.is_relay() ? 1 : 0;

  Report report;
  report.add("file", options.file);
  report.add("rules", setup.rules);
  report.add("room", record.room);
  report.add("started_utc", utc(record.started_utc));
  report.add("build", record.build);
  report.add("seed", setup.seed);
  report.add("players", setup.players);
  report.add("tick_rate", setup.tick_rate);
  report.add("ticks", record.log.horizon().value);
  report.add("seconds", static_cast<double>(record.log.horizon().value) / setup.tick_rate);
  report.add("events", record.log.events().size());
  report.add("events_of_relay", from_relay);
  report.add("digests_recorded", record.digests.size());
  report.add("head", to_hex(record.log.head()));
  report.add("end", record.end ? to_text(*record.end) : "not recorded");
  add_damage(report, read->damage);
  report.add("joined", names_in(record.log));
  report.print(options.json);
  return read->damage ? Exit::bad : Exit::done;
}

const char* to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::agrees:
      return "agrees";
    case Verdict::differs:
      return "differs";
    case Verdict::unproven:
      return "unproven";
  }
  return "?";
}

Exit verify_file(const Options& options) {
  const auto read = read_match_file(options.file);
  if (!read) return complain(read.error());
  const auto game = options.choice.load(read->record.log.setup().rules);
  if (!game) return complain(game.error());
  auto verifier = Verifier::begin(*game, read->record, {.folds_all_ticks = options.fold});
  if (!verifier) return complain(verifier.error());

  {
    Progress progress("folding");
    constexpr std::int64_t ticks_at_once = 600;
    while (!verifier->advance(ticks_at_once))
      progress.show(verifier->present().value, verifier->last().value);
  }

  const Verification found = verifier->result();
  Report report;
  report.add("file", options.file);
  report.add("rules", game->rules());
  report.add("verdict", to_text(found.verdict()));
  report.add("ticks", found.tick.value);
  report.add("events", found.events);
  report.add("events_refused", found.events_refused);
  report.add("digests_compared", found.digests_compared);
  report.add("digests_different", found.digests_different);
  report.add("digests_foreign", found.digests_foreign);
  if (found.first_different) report.add("first_different_tick", found.first_different->value);
  report.add("digest", to_hex(found.digest));
  if (found.all_ticks) report.add("digest_of_all_ticks", to_hex(found.all_ticks->value()));
  add_damage(report, read->damage);
  report.print(options.json);
  if (read->damage) return Exit::bad;
  if (found.verdict() == Verdict::unproven) {
    std::fprintf(stderr, "tutti: the file holds no digest that this log can be compared with\n");
  }
  return found.verdict() == Verdict::agrees ? Exit::done : Exit::check_failed;
}

}  // namespace

void add_replay(Command& tutti) {
  Command& replay = tutti.subcommand("replay", "Look into match files, and check them");
  auto options = std::make_shared<Options>();

  Command& about = replay.subcommand("info", "What a match file holds");
  about.argument("file", options->file, "a match file (.tutti)");
  about.flag("--json", options->json, "print JSON");
  about.examples(
      "Needs no game. A file that is cut off or damaged is read as far as it goes; then it says\n"
      "what is lost and exits with 3.\n"
      "Example:\n"
      "  tutti replay info match.tutti");
  about.action([options] { return info(*options); });

  Command& check = replay.subcommand("verify", "Fold a match again and compare its states");
  check.argument("file", options->file, "a match file (.tutti)");
  options->choice.add_to(check, false);
  check.flag("--fold", options->fold, "also print one digest over the states of all ticks");
  check.flag("--json", options->json, "print JSON");
  check.examples(
      "Plays the log with exactly the rules that it names and compares every digest that the\n"
      "players agreed on. Exits with 0 only if there was something to compare and all of it was\n"
      "equal; with 1 if not; with 3 if the file is damaged or no module has its rules.\n"
      "Examples:\n"
      "  tutti replay verify match.tutti\n"
      "  tutti replay verify match.tutti --games-dir old-modules --fold --json");
  check.action([options] { return verify_file(*options); });
}

}  // namespace tutti::tool
