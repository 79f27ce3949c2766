// tutti replay: what is in a match file, and whether its states come out the same again. What looks
// closer is in replay_look.cpp, what makes new files in replay_make.cpp.

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "commands.hpp"
#include "replay_file.hpp"
#include "replay_parts.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/replay/verify.hpp"

namespace tutti::tool {

namespace {

struct ReplayOptions {
  GameChoice choice;
  std::string file;
  std::string key;
  bool fold = false;
  bool json = false;
  std::int64_t from = -1;
};

/// How each player's events came to the relay, over the whole match and in the worst ten seconds.
std::vector<Report> arrivals_in(const MatchRecord& record) {
  std::vector<Report> rows;
  for (std::uint8_t slot = 0; slot < record.log.setup().players; ++slot) {
    ArrivalMargins all;
    const ArrivalMargins* worst = nullptr;
    for (const ArrivalMargins& span : record.margins) {
      if (span.player != PlayerId{slot}) continue;
      all.least = worst == nullptr ? span.least : std::min(all.least, span.least);
      all.count += span.count;
      all.late += span.late;
      all.total += span.total;
      if (worst == nullptr || span.late > worst->late) worst = &span;
    }
    if (worst == nullptr) continue;
    Report row;
    row.add("player", slot);
    row.add("events", all.count);
    row.add("late", all.late);
    row.add("margin_mean_ticks", all.mean());
    row.add("margin_least_ticks", all.least);
    row.add("late_most_in_10_s", worst->late);
    row.add("there_from_tick", worst->from.value);
    rows.push_back(std::move(row));
  }
  return rows;
}

Exit info(const ReplayOptions& options) {
  const auto read = read_match_file(options.file);
  if (!read) return complain(read.error());
  const MatchRecord& record = read->record;
  std::uint64_t from_relay = 0;
  std::uint64_t digests_short = 0;
  for (const EventView& event : record.log.events())
    from_relay += event.author.is_relay() ? 1 : 0;
  for (const RecordedDigest& digest : record.digests)
    digests_short += digest.is_short ? 1 : 0;

  Report report;
  report.add("file", options.file);
  add_summary(report, summarize(record));
  report.add("events_of_relay", from_relay);
  report.add("digests_recorded", record.digests.size());
  report.add("digests_short", digests_short);
  report.add("signatures", record.signatures.size());
  if (!record.signatures.empty()) {
    report.add("signed_by", to_hex(record.signatures.back().key));
    report.add("signed_tick", record.signatures.back().tick.value);
  }
  if (!read->beyond.empty()) report.add("events_behind_damage", read->beyond.size());
  add_damage(report, read->damage);
  std::vector<std::string> names;
  for (const Participant& participant : participants(record.log))
    names.push_back(to_text(participant));
  report.add("joined", names);
  std::vector<std::string> marks;
  for (const Mark& mark : record.marks) {
    marks.push_back("ticks " + std::to_string(mark.from.value) + " to " +
                    std::to_string(mark.to.value) + (mark.text.empty() ? "" : ": " + mark.text));
  }
  if (!marks.empty()) report.add("marks", marks);
  if (!record.margins.empty()) report.add("arrivals", arrivals_in(record));
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

/// A public key as 64 hexadecimal digits, or a file that holds them.
Result<PublicKey> read_key(const std::string& text) {
  if (const auto key = public_key_from_hex(text)) return *key;
  const Result<Bytes> bytes = posix_storage().read(text);
  if (!bytes) return Unexpected{bytes.error()};
  const std::string content(as_text(*bytes));
  if (const auto key = public_key_from_hex(content.substr(0, content.find_first_of(" \r\n")))) {
    return *key;
  }
  return fail(Fault::usage, text + " holds no public key: 64 hexadecimal digits");
}

/// Whether the relay with this key ordered these events; rows about it.
bool is_signed(const MatchRecord& record, const PublicKey& key, Report& report) {
  const Authenticity found = check_signatures(record, key);
  report.add("signatures", found.signatures);
  report.add("signatures_wrong", found.wrong);
  if (found.through) report.add("signed_through_tick", found.through->value);
  if (found.wrong > 0 || !found.through) return false;
  // Of a clip the last signature is that of the minute before its end.
  return record.end == EndReason::sliced || *found.through == record.log.horizon();
}

Exit verify_file(const ReplayOptions& options) {
  const auto read = read_match_file(options.file);
  if (!read) return complain(read.error());
  const auto game = options.choice.load(read->record.log.setup().rules);
  if (!game) return complain(game.error());
  auto verifier = Verifier::begin(*game, read->record, {.folds_all_ticks = options.fold});
  if (!verifier) return complain(verifier.error());
  std::optional<PublicKey> key;
  if (!options.key.empty()) {
    const auto given = read_key(options.key);
    if (!given) return complain(given.error());
    key = *given;
  }

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
  const bool is_origin_proven = !key || is_signed(read->record, *key, report);
  if (key) report.add("origin", is_origin_proven ? "proven" : "not proven");
  add_damage(report, read->damage);
  report.print(options.json);
  if (read->damage) return Exit::bad;
  if (found.verdict() == Verdict::unproven) {
    std::fprintf(stderr, "tutti: the file holds no digest that this log can be compared with\n");
  }
  const bool is_right = found.verdict() == Verdict::agrees && is_origin_proven;
  return is_right ? Exit::done : Exit::check_failed;
}

/// Becomes the game's viewer; returns only if that cannot be run.
Exit play(const ReplayOptions& options) {
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  const std::string viewer = playable->game.viewer();
  if (viewer.empty()) {
    return complain({Fault::usage, "the game " + playable->game.name() +
                                       " names no viewer; tutti replay state and events show what "
                                       "is in the file"});
  }
  const std::vector<Mark>& marks = playable->match.record.marks;
  const std::int64_t from = options.from >= 0 ? options.from
                            : marks.empty()   ? 0
                                              : marks.front().from.value;
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / viewer;
  std::vector<std::string> words = {viewer, "--watch", options.file, "--from",
                                    std::to_string(from)};
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  if (std::filesystem::exists(here, error)) ::execv(here.c_str(), arguments.data());
  ::execvp(viewer.c_str(), arguments.data());
  return complain({Fault::system, "the viewer " + viewer + " is neither beside tutti nor in PATH"});
}

}  // namespace

void add_replay(Command& tutti) {
  Command& replay = tutti.subcommand("replay", "Look into match files, check them, make new ones");
  auto options = std::make_shared<ReplayOptions>();

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
  check.option("--key", options->key, "the relay's public key, or the file with it (relay.pub)");
  check.flag("--fold", options->fold, "also print one digest over the states of all ticks");
  check.flag("--json", options->json, "print JSON");
  check.examples(
      "Plays the log with exactly the rules that it names and compares every digest that the\n"
      "players agreed on. Exits with 0 only if there was something to compare and all of it was\n"
      "equal; with 1 if not; with 3 if the file is damaged or no module has its rules.\n"
      "Examples:\n"
      "  tutti replay verify match.tutti\n"
      "  tutti replay verify match.tutti --games-dir old-modules --fold --json\n"
      "With --key it also proves that the relay with this key ordered exactly these events:\n"
      "  tutti replay verify match.tutti --key matches/relay.pub");
  check.action([options] { return verify_file(*options); });

  Command& show = replay.subcommand("play", "Watch a match in its game's viewer");
  show.argument("file", options->file, "a match file (.tutti)");
  options->choice.add_to(show, false);
  show.option("--from", options->from, 0, limits::match_ticks,
              "the tick to begin with; else where the file's first mark begins");
  show.examples(
      "Runs the program that the game module names, from beside tutti or from PATH:\n"
      "  VIEWER --watch FILE --from TICK\n"
      "Example:\n"
      "  tutti replay play match.tutti --from 3600");
  show.action([options] { return play(*options); });

  add_replay_look(replay);
  add_replay_make(replay);
}

}  // namespace tutti::tool
