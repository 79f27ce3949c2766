// tutti replay recover, slice, merge, correct: new match files from old ones.

#include <fmt/format.h>

#include <filesystem>

#include "base/match_rows.hpp"
#include "base/output_file.hpp"
#include "replay/parts.hpp"
#include "tutti/replay/cursor.hpp"
#include "tutti/replay/signature.hpp"

namespace tutti::tool {

namespace {

struct MakeOptions {
  GameChoice choice;
  std::string file;
  std::vector<std::string> files;
  std::string out;
  std::string text;
  std::string by;
  std::string key;
  std::int64_t from = 0;
  std::int64_t to = -1;  // the last one there is
  std::int64_t at = -1;
  bool is_void = false;
  bool is_restart = false;
  bool json = false;
};

/// "match.tutti" becomes "match.recovered.tutti", "relay.journal" becomes "relay-3.tutti".
std::string name_beside(const std::string& file, const std::string& ending) {
  const std::filesystem::path path(file);
  return (path.parent_path() / (path.stem().string() + ending + ".tutti")).string();
}

/// One match of a journal: its row in the report, and whether it is a file now.
struct Recovered {
  Report row{};
  bool is_written = false;
};

Recovered recover_one(const MakeOptions& options, const JournalReader& journal,
                      MatchNumber number) {
  Recovered recovered;
  Report& row = recovered.row;
  row.add("match", number.value);
  Result<ReadMatch> match = journal.read(number);
  if (!match) {
    row.add("problem", match.error().sentence);
    return recovered;
  }
  const bool is_only = journal.matches().size() == 1;
  std::string path = options.out;
  if (path.empty() || !is_only) {
    path = name_beside(options.out.empty() ? options.file : options.out,
                       is_only ? ".recovered" : fmt::format("-{}", number.value));
  }
  if (!match->damage) close_lost(match->record);
  row.add("room", match->record.room);
  row.add("ticks", match->record.log.horizon().value);
  row.add("events", match->record.log.events().size());
  row.add("events_behind_damage", match->beyond.size());
  add_damage(row, match->damage);
  if (const Result<void> written = write_match_file(path, match->record); written) {
    row.add("written", path);
    recovered.is_written = true;
  } else {
    row.add("problem", written.error().sentence);
  }
  return recovered;
}

Exit recover(const MakeOptions& options) {
  if (const auto writable = check_output(options.out); !writable) return complain(writable.error());
  const Result<Bytes> bytes = read_tutti_file(options.file);
  if (!bytes) return complain(bytes.error());
  const Result<JournalReader> journal = JournalReader::open(*bytes);
  if (!journal) {
    return complain(
        {journal.error().fault, fmt::format("{}: {}", options.file, journal.error().sentence)});
  }
  Report report;
  report.add("file", options.file);
  add_damage(report, journal->damage());
  std::vector<Report> rows;
  bool is_all_written = true;
  for (const MatchNumber number : journal->matches()) {
    Recovered recovered = recover_one(options, *journal, number);
    is_all_written = is_all_written && recovered.is_written;
    rows.push_back(std::move(recovered.row));
  }
  const bool is_empty = rows.empty();
  report.add("matches", std::move(rows));
  report.print(options.json);
  if (is_empty)
    return complain({Fault::bad_data, fmt::format("{}: no match can be recovered", options.file)});
  return is_all_written ? Exit::done : Exit::bad;
}

/// Adds the digest of the clip's last state, by the game's module.
Result<void> add_last_digest(MatchRecord& clip, const GameChoice& choice) {
  const std::string& rules = clip.log.setup().rules;
  const auto game = choice.load(rules);
  if (!game) return Unexpected{game.error()};
  if (game->rules() != rules) {
    return fail(Fault::usage,
                fmt::format("the match is of {}, the game is {}", rules, game->rules()));
  }
  auto cursor = Cursor::open(*game, clip.log);
  if (!cursor) return Unexpected{cursor.error()};
  const Tick last = cursor->length();
  cursor->seek(last);
  std::erase_if(clip.digests, [&](const RecordedDigest& digest) { return digest.tick == last; });
  clip.digests.push_back({last, clip.log.head(), digest_state(*game, cursor->state())});
  return {};
}

Exit cut(const MakeOptions& options) {
  if (const auto writable = check_output(options.out); !writable) return complain(writable.error());
  const auto read = read_match_file(options.file);
  if (!read) return complain(read.error());
  const Tick from{options.from};
  const Tick horizon = read->record.log.horizon();
  const Tick to = options.to < 0 ? horizon : Tick{options.to};
  if (from > to || from > horizon) {
    return complain(
        {Fault::usage,
         fmt::format("the clip has no ticks: the match is known through tick {}", horizon.value)});
  }
  MatchRecord clip = slice(read->record, from, to);
  if (options.text.size() > limits::mark_bytes) {
    return complain(
        {Fault::usage, fmt::format("a clip's text has at most {} bytes", limits::mark_bytes)});
  }
  clip.marks.back().text = options.text;
  if (options.choice.is_given()) {
    if (const auto proven = add_last_digest(clip, options.choice); !proven) {
      return complain(proven.error());
    }
  }
  return with_loss(read->damage, write_and_tell(options.out, clip, options.json));
}

Exit merge_files(const MakeOptions& options) {
  if (const auto writable = check_output(options.out); !writable) return complain(writable.error());
  std::optional<MatchRecord> merged;
  for (const std::string& file : options.files) {
    auto read = read_match_file(file);
    if (!read) return complain(read.error());
    if (read->damage) complain({Fault::bad_data, read->damage->sentence});
    if (!merged) {
      merged = std::move(read->record);
    } else if (const auto done = merge(*merged, std::move(read->record)); !done) {
      return complain({done.error().fault, fmt::format("{} and {}: {}", file, options.files.front(),
                                                       done.error().sentence)});
    }
  }
  return write_and_tell(options.out, *merged, options.json);
}

Exit correct_file(const MakeOptions& options) {
  auto read = read_match_file(options.file);
  if (!read) return complain(read.error());
  if (read->damage) {
    return complain({Fault::bad_data, fmt::format("{}; recover it first", read->damage->sentence)});
  }
  MatchRecord& record = read->record;
  const bool is_decision = !options.is_void && !options.is_restart;
  if (options.is_void && options.is_restart) {
    return complain({Fault::usage, "--void and --restart are two corrections"});
  }
  if (is_decision && options.text.empty()) {
    return complain({Fault::usage, "a decision is told by --text"});
  }
  const Tick about = options.at >= 0 ? Tick{options.at} : record.log.horizon();
  if (const auto known = check_tick(record.log, about); !known) return complain(known.error());
  std::optional<SigningKey> key;
  if (!options.key.empty()) {
    const Result<Bytes> bytes = posix_storage().read(options.key);
    if (!bytes) return complain(bytes.error());
    const std::string_view text = as_text(*bytes);
    key = SigningKey::from_hex(text.substr(0, text.find_first_of(" \r\n")));
    if (!key) return complain({Fault::usage, fmt::format("{} holds no relay's key", options.key)});
  }
  correct(record,
          options.is_void      ? Correction::voided
          : options.is_restart ? Correction::restart
                               : Correction::decision,
          about, options.by, options.text);
  if (key) sign(record, *key);
  return write_and_tell(options.out.empty() ? options.file : options.out, record, options.json);
}

void add_correct(Command& replay, const std::shared_ptr<MakeOptions>& options) {
  Command& word = replay.subcommand("correct", "Add a referee's word to a match");
  word.match_file(options->file);
  word.option("--by", options->by, "the referee's name");
  word.require("--by");
  word.flag("--void", options->is_void, "say that the match does not count");
  word.flag("--restart", options->is_restart,
            "say that the match is to be played again from --at on (see branch)");
  word.tick("--at", options->at, "the tick that the word is about; else the last one");
  word.option("--text", options->text, "the reason; of a decision, the decision itself");
  word.option("--key", options->key, "the file with the relay's key (relay.key), to sign the word");
  word.option("--out", options->out, "the file to write; else the match file itself");
  word.json(options->json);
  word.examples(R"(
A correction undoes nothing in the log: it is one more event, in the tick after the last one, and
the heads and signatures of what was played stay as they are. tutti replay info and tutti archive
list show it; tutti archive project has a table of it.
Examples:
  tutti replay correct match.tutti --void --by Ada --text 'a cable was pulled'
  tutti replay correct match.tutti --by Ada --text 'player 1 wins' --key matches/relay.key)");
  word.action([options] { return correct_file(*options); });
}

}  // namespace

void add_replay_make(Command& replay) {
  auto options = std::make_shared<MakeOptions>();

  Command& rescue =
      replay.subcommand("recover", "Write whole match files from a damaged one or a journal");
  rescue.argument("file", options->file, "a match file, a recording or a relay's journal");
  rescue.option("--out", options->out,
                "the file to write; for a journal of several matches, the start of the names");
  rescue.json(options->json);
  rescue.examples(R"(
Each match is written as far as it can be folded, to <file>.recovered.tutti or, from a journal of
several, to <file>-<number>.tutti. The report says what is lost.
Examples:
  tutti replay recover broken.tutti
  tutti replay recover relay-4747.journal --out rescued/match)");
  rescue.action([options] { return recover(*options); });

  Command& clip = replay.subcommand("slice", "Cut a clip that still proves its origin");
  clip.match_file(options->file);
  clip.tick("--from", options->from, "the clip's first tick");
  clip.tick("--to", options->to, "the clip's last tick; else the match's");
  clip.option("--text", options->text, "a note about what the clip shows");
  clip.option("--out", options->out, "the file to write");
  clip.require("--out");
  options->choice.add_to(clip, false);
  clip.json(options->json);
  clip.examples(R"(
The clip is the match through --to, with a mark at --from where viewers begin. Its heads and
signatures are the match's own; the part before --from costs about 1 KB a minute. With --game or
--games-dir, the clip also has the digest of its last state.
Example:
  tutti replay slice match.tutti --from 3000 --to 3600 --text comeback --out clip.tutti)");
  clip.action([options] { return cut(*options); });

  Command& all = replay.subcommand("merge", "Merge the files of one match into one");
  all.argument("files", options->files,
               "files of one match: the relay's and its players' recordings");
  all.option("--out", options->out, "the file to write");
  all.require("--out");
  all.json(options->json);
  all.examples(R"(
The merged file has the longest of the logs, and the digests, signatures, marks, saved states and
telemetry of all files. Files whose logs disagree are refused, with the tick. A damaged file is
used as far as it goes.
Examples:
  tutti replay merge relay.tutti ada.tutti bob.tutti --out all.tutti
  tutti replay seen all.tutti --as 1)");
  all.action([options] { return merge_files(*options); });

  add_correct(replay, options);
  add_replay_branch(replay);
}

}  // namespace tutti::tool
