// tutti replay info, verify: the content of a match file, and whether its states come out the same
// again.

#include <fmt/format.h>

#include "base/commands.hpp"
#include "base/key_choice.hpp"
#include "base/match_rows.hpp"
#include "base/print.hpp"
#include "replay/parts.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/replay/telemetry.hpp"
#include "tutti/replay/verify.hpp"

namespace tutti::tool {

namespace {

struct ReplayOptions {
  GameChoice choice;
  std::string file;
  std::string key;
  bool fold = false;
  bool json = false;
};

/// How each player's events came to the relay.
std::vector<Report> arrival_rows(const MatchRecord& record) {
  std::vector<Report> rows;
  for (const Arrivals& each : arrivals_in(record)) {
    Report row;
    row.add("player", each.all.player.value);
    row.add("events", each.all.count);
    row.add("late", each.all.late);
    row.add("margin_mean_ticks", each.all.mean());
    row.add("margin_least_ticks", each.all.least);
    row.add("late_most_in_10_s", each.worst.late);
    row.add("there_from_tick", each.worst.from.value);
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Rows about the game that was asked for: its module, and whether it has the match's rules.
Result<void> add_game(Report& report, const GameChoice& choice, const std::string& rules) {
  if (!choice.is_given()) return {};
  const auto game = choice.load(rules);
  if (!game && !choice.game.empty()) return Unexpected{game.error()};
  const auto file = choice.catalog().find_file(game ? game->rules() : rules);
  report.add("module", file ? file->path.string() : game ? choice.game : "none is found");
  report.add("module_has_these_rules", game && game->rules() == rules);
  return {};
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
  if (const auto added = add_game(report, options.choice, record.log.setup().rules); !added) {
    return complain(added.error());
  }
  report.add("events_of_relay", from_relay);
  if (record.is_unwritten) {
    report.add("unwritten", "the disk failed: players were told some of it before it was written");
  }
  report.add("digests_recorded", record.digests.size());
  report.add("digests_short", digests_short);
  report.add("signatures", record.signatures.size());
  if (!record.signatures.empty()) {
    report.add("signed_by", to_hex(record.signatures.back().key));
    report.add("signed_tick", record.signatures.back().tick.value);
  }
  std::vector<std::string> corrected;
  for (const RelayEvent& correction : corrections(record.log))
    corrected.push_back(to_text(correction));
  if (!corrected.empty()) report.add("corrections", corrected);
  std::vector<std::string> saved;
  for (const SavedState& state : record.states)
    saved.push_back(fmt::format("tick {} of {}", state.tick.value, state.build));
  if (!saved.empty()) report.add("states_saved", saved);
  std::vector<std::string> seen;
  for (const PlayerId player : players_seen(record))
    seen.push_back(fmt::format("player {}", player.value));
  if (!seen.empty()) report.add("telemetry", seen);
  if (!read->beyond.empty()) report.add("events_behind_damage", read->beyond.size());
  add_damage(report, read->damage);
  std::vector<std::string> names;
  for (const Participant& participant : participants(record.log))
    names.push_back(to_text(participant));
  report.add("joined", names);
  std::vector<std::string> marks;
  for (const Mark& mark : record.marks) {
    marks.push_back(fmt::format("ticks {} to {}{}{}", mark.from.value, mark.to.value,
                                mark.text.empty() ? "" : ": ", mark.text));
  }
  if (!marks.empty()) report.add("marks", marks);
  if (!record.margins.empty()) report.add("arrivals", arrival_rows(record));
  report.print(options.json);
  return read->damage ? Exit::bad : Exit::done;
}

const char* word_of(Verdict verdict) {
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

/// What the signatures of a relay prove of a match.
std::string proof_of(const Authenticity& found) {
  if (found.whole_through) return "its rules, events, room and time, and the keys of its players";
  if (found.through) {
    return found.wrong > 0
               ? "its rules and events; its room, its time or the keys of its players were changed"
               : "its rules and events; its room, time and keys were not signed (an older version)";
  }
  return "nothing";
}

/// Whether the relay with this key ordered these events; rows about it.
bool is_signed_by(const MatchRecord& record, const PublicKey& key, Report& report) {
  const Authenticity found = check_signatures(record, key);
  report.add("signatures", found.signatures);
  report.add("signatures_wrong", found.wrong);
  if (found.through) report.add("signed_through_tick", found.through->value);
  report.add("relay_proves", proof_of(found));
  if (found.wrong > 0 || !found.through) return false;
  // Of a clip the last signature is that of the minute before its end.
  return record.end == EndReason::sliced || *found.through == record.log.horizon();
}

/// What its clients prove of a match: that no relay changed what they did. False if one of them
/// signed another log.
bool are_players_right(const MatchRecord& record, Report& report) {
  std::vector<Report> rows;
  bool are_right = true;
  for (const PlayerProof& proof : check_players(record)) {
    Report row;
    row.add("player", proof.player.value);
    row.add("name", proof.name);
    row.add("key", to_hex(proof.key));
    if (proof.through) {
      row.add("proves", proof.first_counter == 0
                            ? "what it did"
                            : fmt::format("what it did from its event {} on", proof.first_counter));
      row.add("through_tick", proof.through->value);
    } else {
      row.add("proves",
              proof.has_signed ? "nothing: it signed another log" : "nothing: no signature");
      are_right = are_right && !proof.has_signed;
    }
    rows.push_back(std::move(row));
  }
  if (!rows.empty()) report.add("players_prove", std::move(rows));
  return are_right;
}

/// Holds the states that machines saved against those of the log; rows about each that differs.
bool are_states_right(const MatchRecord& record, const AnyGame& game, Report& report) {
  if (record.states.empty()) return true;
  std::vector<Report> wrong;
  auto cursor = Cursor::open(game, record.log);
  for (const SavedState& saved : record.states) {
    if (!cursor || saved.tick > cursor->length()) continue;
    cursor->seek(saved.tick);
    if (saved.digest == digest_state(game, cursor->state())) continue;
    Report row;
    row.add("tick", saved.tick.value);
    row.add("build", saved.build);
    StateBox held(game);
    if (load_state(game, held.get(), saved.state)) {
      std::vector<std::string> fields;
      for (const FieldDifference& field :
           field_diff(list_fields(game, cursor->state()), list_fields(game, held.get())))
        fields.push_back(fmt::format("{}: {} here, {} there", field.path, field.left, field.right));
      row.add("fields", fields);
    }
    wrong.push_back(std::move(row));
  }
  report.add("states_saved", record.states.size());
  const bool is_right = wrong.empty();
  if (!is_right) report.add("states_different", std::move(wrong));
  return is_right;
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
    const auto given = read_public_key(options.key);
    if (!given) return complain(given.error());
    key = *given;
  }

  {
    Progress progress("folding");
    constexpr std::int64_t ticks_a_look = 600;
    while (!verifier->advance(ticks_a_look))
      progress.show(verifier->present().value, verifier->last().value);
  }

  const Verification found = verifier->result();
  Report report;
  report.add("file", options.file);
  report.add("rules", game->rules());
  report.add("verdict", word_of(found.verdict()));
  report.add("ticks", found.tick.value);
  report.add("events", found.events);
  report.add("events_refused", found.events_refused);
  report.add("digests_compared", found.digests_compared);
  report.add("digests_different", found.digests_different);
  report.add("digests_foreign", found.digests_foreign);
  if (found.first_different) report.add("first_different_tick", found.first_different->value);
  report.add("digest", to_hex(found.digest));
  if (found.all_ticks) report.add("digest_of_all_ticks", to_hex(found.all_ticks->value()));
  const bool are_right = are_states_right(read->record, *game, report);
  const bool is_origin_proven = !key || is_signed_by(read->record, *key, report);
  if (key) report.add("origin", is_origin_proven ? "proven" : "not proven");
  const bool are_players_proven = are_players_right(read->record, report);
  add_damage(report, read->damage);
  report.print(options.json);
  if (read->damage) return Exit::bad;
  if (found.verdict() == Verdict::unproven) {
    warn("the file holds no digest that this log can be compared with");
  }
  const bool is_right =
      found.verdict() == Verdict::agrees && are_right && is_origin_proven && are_players_proven;
  return is_right ? Exit::done : Exit::check_failed;
}

}  // namespace

void add_replay(Command& tutti) {
  Command& replay = tutti.subcommand("replay", "Look into match files, verify them, make new ones");
  auto options = std::make_shared<ReplayOptions>();

  Command& about = replay.subcommand("info", "Say what a match file holds");
  about.match_file(options->file);
  options->choice.add_to(about, false);
  about.json(options->json);
  about.examples(R"(
No game is needed. A file that is cut off or damaged is read as far as it goes; the report says
what is lost, and the exit status is 3. With --game or --games-dir, it also says whether that game
can play the match. Times are UTC.
Example:
  tutti replay info match.tutti)");
  about.action([options] { return info(*options); });

  Command& check = replay.subcommand("verify", "Fold a match again and compare its states");
  check.match_file(options->file);
  options->choice.add_to(check, false);
  check.option("--key", options->key,
               "the relay's public key, or the file with it (relay.pub); proves the origin");
  check.flag("--fold", options->fold, "also print one digest over the states of all ticks");
  check.json(options->json);
  check.examples(R"(
The log is played by the rules that it names, and every digest that the players agreed on is
compared. Exit status: 0 if there was something to compare and all of it was equal; 1 if not; 3 if
the file is damaged or no module has its rules.
Examples:
  tutti replay verify match.tutti
  tutti replay verify match.tutti --games-dir old-modules --fold --json
With --key, the relay that has this key is proven to have ordered exactly these events, in this room
and at this time; `relay_proves` says so, and which of it a file of an older version does not prove.
A player whose program signed the match proves that no relay changed what it did: `players_prove`
says from which event on and through which tick. Its key is the relay's word.
  tutti replay verify match.tutti --key matches/relay.pub)");
  check.action([options] { return verify_file(*options); });

  add_replay_view(replay);
  add_replay_look(replay);
  add_replay_seen(replay);
  add_replay_make(replay);
}

}  // namespace tutti::tool
