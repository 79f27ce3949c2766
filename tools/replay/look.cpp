// tutti replay events, export, state, diff: a match, tick by tick.

#include <fmt/format.h>

#include <algorithm>

#include "base/comparison.hpp"
#include "base/event_rows.hpp"
#include "base/match_rows.hpp"
#include "replay/parts.hpp"
#include "tutti/replay/cursor.hpp"

namespace tutti::tool {

namespace {

/// Ticks between two looks at how far it has come.
constexpr std::int64_t ticks_between_looks = 600;

struct LookOptions {
  GameChoice choice;
  GameChoice other;  // of the second file
  std::string file;
  std::string with;
  std::string out;
  std::string format = "tsv";
  std::int64_t from = 0;
  std::int64_t to = -1;  // the last one there is
  std::int64_t player = -1;
  std::int64_t at = -1;
  std::int64_t at_other = -1;
  VideoOptions video;
  bool facts = false;
  bool json = false;
};

Exit finish(Table& table, const std::optional<Damage>& damage) {
  if (!table.finish()) return complain({Fault::system, "the table could not be written"});
  return with_loss(damage, Exit::done);
}

Exit events(const LookOptions& options) {
  const auto read = read_match_file(options.file);
  if (!read) return complain(read.error());
  // It needs no game; one that is there, and of these rules, gives names.
  const std::string& rules = read->record.log.setup().rules;
  const auto game = options.choice.load(rules);
  if (!game && !options.choice.game.empty()) return complain(game.error());
  auto table = Table::open(options.out, options.json ? "json" : options.format,
                           {"tick", "author", "counter", "kind", "content"});
  if (!table) return complain(table.error());
  const std::int64_t last = options.to < 0 ? limits::match_ticks : options.to;
  const auto write = [&](const EventView& event) {
    if (event.tick.value < options.from || event.tick.value > last) return;
    if (options.player >= 0 &&
        (event.author.is_relay() || event.author.player().value != options.player)) {
      return;
    }
    table->row({fmt::format("{}", event.tick.value), to_text(event.author),
                fmt::format("{}", event.counter), kind_of(event, game ? &*game : nullptr)},
               content_of(event, game ? &*game : nullptr));
  };
  for (const EventView& event : read->record.log.events())
    write(event);
  for (const Event& event : read->beyond)
    write(event.view());
  return finish(*table, read->damage);
}

Exit facts(const LookOptions& options) {
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  auto cursor = Cursor::open(playable->game, playable->match.record.log);
  if (!cursor) return complain(cursor.error());
  auto table =
      Table::open(options.out, options.json ? "json" : options.format, {"tick", "kind", "content"});
  if (!table) return complain(table.error());
  cursor->seek(Tick{std::max<std::int64_t>(options.from, 1)} - 1);
  const std::int64_t length = cursor->length().value;
  const std::int64_t last = options.to < 0 ? length : std::min(options.to, length);
  Progress progress("folding");
  std::vector<EffectRecord> effects;
  while (cursor->position().value < last && cursor->forward(&effects)) {
    for (const EffectRecord& effect : effects) {
      table->row(
          {fmt::format("{}", cursor->position().value), playable->game.effect_kind(effect.kind)},
          content_of(effect, playable->game));
    }
    effects.clear();
    if (!options.out.empty()) progress.show(cursor->position().value, last);
  }
  return finish(*table, playable->match.damage);
}

Exit state(const LookOptions& options) {
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  auto cursor = Cursor::open(playable->game, playable->match.record.log);
  if (!cursor) return complain(cursor.error());
  const Tick at = options.at < 0 ? cursor->length() : Tick{options.at};
  if (const auto known = check_tick(playable->match.record.log, at); !known) {
    return complain(known.error());
  }
  cursor->seek(at);
  print_fields(list_fields(playable->game, cursor->state()), options.json);
  return with_loss(playable->match.damage, Exit::done);
}

std::vector<std::string> lines_of(std::span<const EventView> events, const AnyGame& game) {
  std::vector<std::string> lines;
  for (const EventView& event : events) {
    lines.push_back(fmt::format("{} {} {}", to_text(event.author), kind_of(event, &game),
                                content_of(event, &game).text));
  }
  return lines;
}

/// Steps both until their states differ or one ends.
bool find_difference(Cursor& left, Cursor& right) {
  Progress progress("folding");
  const std::int64_t last = std::min(left.length().value, right.length().value);
  Comparison comparison(left, right);
  while (!comparison.advance(ticks_between_looks))
    progress.show(comparison.compared().value, last);
  return comparison.differs();
}

Exit diff(const LookOptions& options) {
  const std::string& second = options.with.empty() ? options.file : options.with;
  const auto left = open_playable(options.file, options.choice);
  if (!left) return complain(left.error());
  const bool has_other = !options.other.game.empty();
  const auto right = open_playable(second, has_other ? options.other : options.choice);
  if (!right) return complain(right.error());
  const Log& a = left->match.record.log;
  const Log& b = right->match.record.log;
  auto from = Cursor::open(left->game, a);
  if (!from) return complain(from.error());
  auto to = Cursor::open(right->game, b);
  if (!to) return complain(to.error());

  Report report;
  report.add("left", fmt::format("{} by {}", options.file, left->game.rules()));
  report.add("right", fmt::format("{} by {}", second, right->game.rules()));
  bool differs = false;
  if (options.at >= 0) {
    from->seek(Tick{options.at});
    to->seek(Tick{options.at_other >= 0 ? options.at_other : options.at});
    report.add("left_tick", from->position().value);
    report.add("right_tick", to->position().value);
    differs = !is_same_state(*from, *to);
  } else {
    const bool is_same_setup = is_same_beginning(a.setup(), b.setup());
    report.add("setups", is_same_setup ? "the same" : "different");
    const std::optional<Tick> events_differ = first_different_events(a, b);
    if (events_differ) {
      report.add("first_events_different_tick", events_differ->value);
      report.add("left_events", lines_of(a.events_at(*events_differ), left->game));
      report.add("right_events", lines_of(b.events_at(*events_differ), right->game));
    }
    const bool states_differ = find_difference(*from, *to);
    if (states_differ) report.add("first_state_different_tick", from->position().value);
    differs = states_differ || events_differ || !is_same_setup || a.horizon() != b.horizon();
    if (a.horizon() != b.horizon()) {
      report.add("left_ticks", a.horizon().value);
      report.add("right_ticks", b.horizon().value);
    }
  }
  report.add("differs", differs);
  if (differs) {
    constexpr std::size_t fields_shown = 40;
    report.add("fields", rows_of(field_diff(list_fields(from->game(), from->state()),
                                            list_fields(to->game(), to->state())),
                                 fields_shown));
  }
  report.print(options.json);
  const Exit exit = differs ? Exit::check_failed : Exit::done;
  if (options.with.empty()) return with_loss(left->match.damage, exit);
  return with_loss(left->match.damage, with_loss(right->match.damage, exit));
}

void add_range(Command& command, LookOptions& options) {
  command.tick("--from", options.from, "the first tick");
  command.tick("--to", options.to, "the last tick; else the match's");
}

void add_export(Command& replay, const std::shared_ptr<LookOptions>& options) {
  Command& table = replay.subcommand(
      "export", "Write a match's events or facts as a table, or a match as a video");
  table.match_file(options->file);
  table.flag("--facts", options->facts,
             "write the game's effects (hits, rounds) instead of events");
  table.option("--format", options->format, "the table's format: csv, tsv or json (lines)");
  table.option("--out", options->out, "the table's file; else standard output");
  options->choice.add_to(table, false);
  add_range(table, *options);
  table.option("--video", options->video.out,
               "write a video with the game's viewer and ffmpeg, or numbered PNGs without ffmpeg");
  table.option("--as", options->video.as, 0, 63,
               "with --video: show what the player in this slot saw; needs its telemetry");
  table.option("--size", options->video.size, "with --video: the pictures' WIDTHxHEIGHT");
  table.examples(R"(
Facts are the game's effects at final ticks; they need its module. Without a module, the content
of players' events is hexadecimal.
Examples:
  tutti replay export match.tutti --format csv --out events.csv
  tutti replay export match.tutti --facts --format json | jq .content.damage
  tutti replay export match.tutti --video fight.mp4 --from 3000 --to 3600)");
  table.action([options] {
    if (options->video.out.empty()) return options->facts ? facts(*options) : events(*options);
    VideoOptions video = options->video;
    video.choice = options->choice;
    video.file = options->file;
    video.from = options->from;
    video.to = options->to;
    return export_video(video);
  });
}

}  // namespace

void add_replay_look(Command& replay) {
  auto options = std::make_shared<LookOptions>();

  Command& list = replay.subcommand("events", "List the events of a match, one a line");
  list.match_file(options->file);
  add_range(list, *options);
  list.option("--player", options->player, 0, 63,
              "list only the events of the player in this slot, from 0");
  list.json(options->json, "print JSON lines instead of tab-separated text");
  options->choice.add_to(list, false);
  list.examples(R"(
The columns are tick, author, counter, kind and content. No game is needed; with the game's
module, players' events are shown by field names, else in hexadecimal. Events behind a damage are
listed too.
Examples:
  tutti replay events match.tutti | cut -f 1,2 | sort | uniq -c
  tutti replay events match.tutti --player 1 --from 3600 --json)");
  list.action([options] { return events(*options); });

  add_export(replay, options);

  Command& look = replay.subcommand("state", "Print the state at a tick, by field names");
  look.match_file(options->file);
  look.tick("--at", options->at, "the tick; else the last one");
  options->choice.add_to(look, false);
  look.json(options->json, "print nested JSON instead of lines of path and value");
  look.examples(R"(
Examples:
  tutti replay state match.tutti --at 3600
  tutti replay state match.tutti --at 3600 --json | jq .fighters[0].damage)");
  look.action([options] { return state(*options); });

  Command& compare =
      replay.subcommand("diff", "Find the first difference of two logs, two builds or two ticks");
  compare.match_file(options->file);
  compare.option("--with", options->with, "the other match file; else the same one");
  options->choice.add_to(compare, false);
  compare.option("--game-b", options->other.game, "the game of the right side; else the same one");
  compare.tick("--at", options->at, "compare the states of this tick only");
  compare.tick("--at-b", options->at_other, "with --at: the tick of the right side");
  compare.json(options->json);
  compare.examples(R"(
Exit status 1 means that there is a difference. The report has its tick, the events of that tick
on both sides, and the fields in which the states differ.
Examples:
  tutti replay diff yours.tutti --with mine.tutti
  tutti replay diff match.tutti --game-b ./counterpoint@next.so
  tutti replay diff match.tutti --at 600 --at-b 660)");
  compare.action([options] {
    options->other.folders = options->choice.folders;
    return diff(*options);
  });
}

}  // namespace tutti::tool
