// tutti replay recover, slice, branch: new match files from old ones.

#include <cstdlib>
#include <filesystem>
#include <map>

#include "replay_file.hpp"
#include "replay_parts.hpp"

namespace tutti::tool {

namespace {

struct MakeOptions {
  GameChoice choice;
  std::string file;
  std::string out;
  std::string text;
  std::string bots;
  std::int64_t from = 0;
  std::int64_t to = limits::match_ticks;
  std::int64_t at = 0;
  std::int64_t ticks = -1;
  std::uint64_t seed = 1;
  bool json = false;
};

/// Writes a match and reports what is in the file now.
Exit write(const std::string& path, const MatchRecord& record, bool as_json) {
  if (Result<void> written = write_match_file(path, record); !written) {
    return complain(written.error());
  }
  Report report;
  report.add("file", path);
  add_summary(report, summarize(record));
  report.print(as_json);
  return Exit::done;
}

/// "match.tutti" becomes "match.recovered.tutti", "relay.journal" becomes "relay-3.tutti".
std::string name_beside(const std::string& file, const std::string& ending) {
  const std::filesystem::path path(file);
  return (path.parent_path() / (path.stem().string() + ending + ".tutti")).string();
}

Report recover_one(const MakeOptions& options, const JournalReader& journal, MatchNumber number) {
  Report row;
  row.add("match", number.value);
  Result<ReadMatch> match = journal.read(number);
  if (!match) {
    row.add("problem", match.error().sentence);
    return row;
  }
  const bool is_only = journal.matches().size() == 1;
  std::string path = options.out;
  if (path.empty() || !is_only) {
    path = name_beside(options.out.empty() ? options.file : options.out,
                       is_only ? ".recovered" : "-" + std::to_string(number.value));
  }
  if (!match->damage) close_lost(match->record);
  row.add("room", match->record.room);
  row.add("ticks", match->record.log.horizon().value);
  row.add("events", match->record.log.events().size());
  row.add("events_behind_damage", match->beyond.size());
  add_damage(row, match->damage);
  if (const Result<void> written = write_match_file(path, match->record); written) {
    row.add("written", path);
  } else {
    row.add("problem", written.error().sentence);
  }
  return row;
}

Exit recover(const MakeOptions& options) {
  const Result<Bytes> bytes = posix_storage().read(options.file);
  if (!bytes) return complain(bytes.error());
  const Result<JournalReader> journal = JournalReader::open(*bytes);
  if (!journal) {
    return complain({journal.error().fault, options.file + ": " + journal.error().sentence});
  }
  Report report;
  report.add("file", options.file);
  add_damage(report, journal->damage());
  std::vector<Report> rows;
  for (const MatchNumber number : journal->matches())
    rows.push_back(recover_one(options, *journal, number));
  const bool is_empty = rows.empty();
  report.add("matches", std::move(rows));
  report.print(options.json);
  return is_empty ? Exit::bad : Exit::done;
}

Exit cut(const MakeOptions& options) {
  const auto read = read_match_file(options.file);
  if (!read) return complain(read.error());
  if (options.from > options.to || Tick{options.from} > read->record.log.horizon()) {
    return complain({Fault::usage, "the clip has no ticks: the match is known through tick " +
                                       std::to_string(read->record.log.horizon().value)});
  }
  MatchRecord clip = slice(read->record, Tick{options.from}, Tick{options.to});
  if (options.text.size() > limits::mark_bytes) {
    return complain({Fault::usage, "a clip's text has at most 255 bytes"});
  }
  clip.marks.back().text = options.text;
  return write(options.out, clip, options.json);
}

/// Continues a branch: slots of `bots` are played by the game's bot, the others by what is
/// recorded.
void continue_branch(MatchRecord& branched, const MatchRecord& parent, const AnyGame& game,
                     std::uint64_t bots, const MakeOptions& options) {
  const Tick at{options.at};
  const Tick last =
      options.ticks >= 0 ? at + options.ticks : std::max(at + 1, parent.log.horizon());
  StateBox state = start(game, branched.log.setup());
  std::map<std::uint8_t, std::uint32_t> counters;
  for (const EventView& event : branched.log.events())
    counters[event.author.value] = std::max(counters[event.author.value], event.counter + 1);
  Random random(options.seed);
  Progress progress("playing on");
  for (Tick tick{1}; tick <= last; ++tick) {
    if (tick > at) {
      for (const EventView& event : parent.log.events_at(tick)) {
        EventView copy = event;
        if (event.author.is_relay()) {
          copy.counter = counters[0]++;
        } else if ((bots >> event.author.player().value & 1U) != 0) {
          continue;
        }
        branched.log.add(copy);
      }
      for (std::uint8_t slot = 0; slot < branched.log.setup().players; ++slot) {
        if ((bots >> slot & 1U) == 0) continue;
        const auto wish = game.play(state.get(), PlayerId{slot}, random);
        const Author author = author_of(PlayerId{slot});
        if (wish) branched.log.add({tick, author, counters[author.value]++, *wish});
      }
      branched.log.close(tick);
    }
    step_state(game, state.get(), branched.log.events_at(tick), nullptr);
    progress.show(tick.value, last.value);
  }
  branched.digests.push_back({last, branched.log.head(), digest_state(game, state.get())});
  branched.end = EndReason::recording_stopped;
}

Exit branch_off(const MakeOptions& options) {
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  const MatchRecord& parent = playable->match.record;
  if (Tick{options.at} > parent.log.horizon()) {
    return complain({Fault::usage, "the match is known through tick " +
                                       std::to_string(parent.log.horizon().value) + " only"});
  }
  std::uint64_t bots = 0;
  for (const char* at = options.bots.c_str(); *at != '\0';) {
    char* after = nullptr;
    const long slot = std::strtol(at, &after, 10);
    if (after == at || slot < 0 || slot >= parent.log.setup().players) {
      return complain({Fault::usage, std::string("there is no player ") + at});
    }
    bots |= std::uint64_t{1} << slot;
    at = *after == ',' ? after + 1 : after;
  }
  if (bots != 0 && !playable->game.has_bot()) {
    return complain({Fault::usage, "the game " + playable->game.name() + " has no bot"});
  }
  MatchRecord branched = branch(parent, Tick{options.at}, bots);
  continue_branch(branched, parent, playable->game, bots, options);
  return write(options.out, branched, options.json);
}

}  // namespace

void add_replay_make(Command& replay) {
  auto options = std::make_shared<MakeOptions>();

  Command& rescue = replay.subcommand("recover", "Make whole files of a damaged one or a journal");
  rescue.argument("file", options->file, "a match file, a recording or a relay's journal");
  rescue.option("--out", options->out, "the file to write, for a journal the start of its name");
  rescue.flag("--json", options->json, "print JSON");
  rescue.examples(
      "Writes each match as far as it can be folded, into <file>.recovered.tutti or, from a\n"
      "journal of many, <file>-<number>.tutti, and says what is lost.\n"
      "Examples:\n"
      "  tutti replay recover broken.tutti\n"
      "  tutti replay recover relay-4747.journal --out rescued/match");
  rescue.action([options] { return recover(*options); });

  Command& clip = replay.subcommand("slice", "Cut a clip that still proves its origin");
  clip.argument("file", options->file, "a match file (.tutti)");
  clip.option("--from", options->from, 0, limits::match_ticks, "the clip's first tick");
  clip.option("--to", options->to, 0, limits::match_ticks, "the clip's last tick");
  clip.option("--text", options->text, "what the clip shows");
  clip.option("--out", options->out, "the file to write");
  clip.require("--out");
  clip.flag("--json", options->json, "print JSON");
  clip.examples(
      "The clip is the match through --to, with a mark at --from where viewers begin: its heads\n"
      "and signatures are the match's own, and the beginning costs about 1 KB a minute.\n"
      "Example:\n"
      "  tutti replay slice match.tutti --from 3000 --to 3600 --text comeback --out clip.tutti");
  clip.action([options] { return cut(*options); });

  Command& other = replay.subcommand("branch", "Continue a match differently from a tick on");
  other.argument("file", options->file, "a match file (.tutti)");
  other.option("--at", options->at, 0, limits::match_ticks, "the last tick that stays");
  other.option("--bot", options->bots, "players whom the game's bot plays from there: 1, or 0,1");
  other.option("--ticks", options->ticks, 0, limits::match_ticks,
               "how long to go on; else as long as the match");
  other.option("--seed", options->seed, 0, INT64_MAX, "of the bots");
  other.option("--out", options->out, "the file to write");
  other.require("--out");
  options->choice.add_to(other, false);
  other.flag("--json", options->json, "print JSON");
  other.examples(
      "Players without a bot do what is recorded. The branch has the match's own heads up to --at\n"
      "and stands alone.\n"
      "Examples:\n"
      "  tutti replay branch match.tutti --at 3600 --bot 1 --out what-if.tutti\n"
      "  tutti replay diff match.tutti --with what-if.tutti");
  other.action([options] { return branch_off(*options); });
}

}  // namespace tutti::tool
