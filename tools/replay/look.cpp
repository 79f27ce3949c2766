// tutti replay events, export, state, diff: what happened in a match, tick by tick.

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>

#include "replay/file.hpp"
#include "replay/parts.hpp"
#include "tutti/replay/cursor.hpp"

namespace tutti::tool {

namespace {

/// Ticks between two looks at how far it has come.
constexpr std::int64_t ticks_at_once = 600;

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

/// A table that is written as it comes: tab-separated, comma-separated or JSON lines. Its last
/// column is what is in an event or effect.
class Table {
 public:
  static Result<Table> open(const std::string& path, const std::string& format,
                            std::vector<std::string> columns) {
    if (format != "tsv" && format != "csv" && format != "json") {
      return fail(Fault::usage, "a table is written as tsv, csv or json, not " + format);
    }
    std::FILE* file = path.empty() ? stdout : std::fopen(path.c_str(), "w");
    if (file == nullptr) {
      return fail(Fault::system,
                  "cannot write " + path + ": " + std::generic_category().message(errno));
    }
    Table table(file, format, std::move(columns));
    if (format != "json") {
      const std::string last = table.columns_.back();
      table.row({table.columns_.begin(), table.columns_.end() - 1}, {.text = last});
    }
    return table;
  }
  Table(Table&& other) noexcept
      : file_(std::exchange(other.file_, nullptr)),
        format_(std::move(other.format_)),
        columns_(std::move(other.columns_)) {}
  Table& operator=(Table&&) = delete;
  ~Table() {
    if (file_ != nullptr && file_ != stdout) std::fclose(file_);
  }

  void row(std::vector<std::string> cells, const Content& content) {
    std::string line;
    if (format_ == "json") {
      nlohmann::ordered_json object;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        nlohmann::ordered_json value = nlohmann::ordered_json::parse(cells[i], nullptr, false);
        object[columns_[i]] =
            value.is_number_integer() ? std::move(value) : nlohmann::ordered_json(cells[i]);
      }
      object[columns_.back()] =
          content.fields.empty() ? nlohmann::ordered_json(content.text) : json_of(content.fields);
      line = object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    } else {
      cells.push_back(content.text);
      for (std::size_t i = 0; i < cells.size(); ++i)
        line += (i == 0 ? "" : format_ == "csv" ? "," : "\t") + cell(cells[i]);
    }
    std::fprintf(file_, "%s\n", line.c_str());
  }
  /// Whether everything was written.
  bool finish() { return std::fflush(file_) == 0 && std::ferror(file_) == 0; }

 private:
  Table(std::FILE* file, std::string format, std::vector<std::string> columns)
      : file_(file), format_(std::move(format)), columns_(std::move(columns)) {}

  std::string cell(std::string text) const {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
    if (format_ != "csv" || text.find_first_of(",\"") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text)
      quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
  }

  std::FILE* file_;
  std::string format_;
  std::vector<std::string> columns_;
};

Exit finish(Table& table, const std::optional<Damage>& damage) {
  if (!table.finish()) return complain({Fault::system, "the table could not be written"});
  return with_loss(damage, Exit::done);
}

std::string author_text(Author author) {
  return author.is_relay() ? "relay" : std::to_string(author.player().value);
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
    table->row({std::to_string(event.tick.value), author_text(event.author),
                std::to_string(event.counter), kind_of(event)},
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
          {std::to_string(cursor->position().value), playable->game.effect_kind(effect.kind)},
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
  if (at > cursor->length()) {
    return complain({Fault::usage, "the match is known through tick " +
                                       std::to_string(cursor->length().value) + " only"});
  }
  cursor->seek(at);
  print_fields(list_fields(playable->game, cursor->state()), options.json);
  return with_loss(playable->match.damage, Exit::done);
}

/// The first tick whose events are not the same, and what both logs have there.
std::optional<Tick> first_difference(const Log& left, const Log& right) {
  const auto a = left.events().subspan(1);
  const auto b = right.events().subspan(1);
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < most && canonical_order(a[i], b[i]) == 0 &&
         std::equal(a[i].payload.begin(), a[i].payload.end(), b[i].payload.begin(),
                    b[i].payload.end())) {
    ++i;
  }
  if (i < most) return std::min(a[i].tick, b[i].tick);
  if (a.size() == b.size()) return std::nullopt;
  return i < a.size() ? a[i].tick : b[i].tick;
}

std::vector<std::string> lines_of(std::span<const EventView> events, const AnyGame& game) {
  std::vector<std::string> lines;
  for (const EventView& event : events) {
    lines.push_back(author_text(event.author) + " " + kind_of(event) + " " +
                    content_of(event, &game).text);
  }
  return lines;
}

void add_fields(Report& report, const Cursor& left, const Cursor& right) {
  constexpr std::size_t fields_shown = 40;
  std::vector<Report> rows;
  for (const FieldDifference& field : field_diff(list_fields(left.game(), left.state()),
                                                 list_fields(right.game(), right.state()))) {
    if (rows.size() == fields_shown) break;
    Report row;
    row.add("field", field.path);
    row.add("left", field.left);
    row.add("right", field.right);
    rows.push_back(std::move(row));
  }
  report.add("fields", std::move(rows));
}

bool is_same_state(const Cursor& left, const Cursor& right) {
  return digest_state(left.game(), left.state()) == digest_state(right.game(), right.state());
}

/// Both step by step until their states differ, or one ends.
bool find_difference(Cursor& left, Cursor& right) {
  Progress progress("folding");
  const std::int64_t last = std::min(left.length().value, right.length().value);
  while (is_same_state(left, right)) {
    if (!left.forward() || !right.forward()) return false;
    if (left.position().value % ticks_at_once == 0) progress.show(left.position().value, last);
  }
  return true;
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
  report.add("left", options.file + " by " + left->game.rules());
  report.add("right", second + " by " + right->game.rules());
  bool differs = false;
  if (options.at >= 0) {
    from->seek(Tick{options.at});
    to->seek(Tick{options.at_other >= 0 ? options.at_other : options.at});
    report.add("left_tick", from->position().value);
    report.add("right_tick", to->position().value);
    differs = !is_same_state(*from, *to);
  } else {
    const bool is_same_setup = a.setup().seed == b.setup().seed &&
                               a.setup().players == b.setup().players &&
                               a.setup().options == b.setup().options;
    report.add("setups", is_same_setup ? "the same" : "different");
    const std::optional<Tick> events_differ = first_difference(a, b);
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
  if (differs) add_fields(report, *from, *to);
  report.print(options.json);
  const Exit exit = differs ? Exit::check_failed : Exit::done;
  if (options.with.empty()) return with_loss(left->match.damage, exit);
  return with_loss(left->match.damage, with_loss(right->match.damage, exit));
}

void add_range(Command& command, LookOptions& options) {
  command.option("--from", options.from, 0, limits::match_ticks, "the first tick");
  command.option("--to", options.to, 0, limits::match_ticks, "the last tick; else the match's");
}

void add_export(Command& replay, const std::shared_ptr<LookOptions>& options) {
  Command& table = replay.subcommand("export", "Write a match's events or facts as a table");
  table.argument("file", options->file, "a match file (.tutti)");
  table.flag("--facts", options->facts, "what happened (hits, rounds) instead of who did what");
  table.option("--format", options->format, "csv, tsv or json (lines)");
  table.option("--out", options->out, "the file to write; else standard output");
  options->choice.add_to(table, false);
  add_range(table, *options);
  table.option("--video", options->video.out,
               "instead of a table: a video by the game's viewer and ffmpeg, or numbered PNGs");
  table.option("--as", options->video.as, 0, 63,
               "with --video: what the player in this slot saw; needs its telemetry");
  table.option("--size", options->video.size, "with --video: WIDTHxHEIGHT");
  table.examples(
      "Facts are the game's effects at final ticks; they need its module. Without it, events are\n"
      "shown as bytes in hexadecimal.\n"
      "Examples:\n"
      "  tutti replay export match.tutti --format csv --out events.csv\n"
      "  tutti replay export match.tutti --facts --format json | jq .content.damage\n"
      "  tutti replay export match.tutti --video fight.mp4 --from 3000 --to 3600");
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

  Command& list = replay.subcommand("events", "The events of a match, one a line");
  list.argument("file", options->file, "a match file (.tutti)");
  add_range(list, *options);
  list.option("--player", options->player, 0, 63, "only this player's");
  list.flag("--json", options->json, "JSON lines instead of tab-separated text");
  options->choice.add_to(list, false);
  list.examples(
      "Needs no game; where that of the match's rules is there, players' events are shown by the\n"
      "names of their fields, else as bytes in hexadecimal. Events behind a damage are listed "
      "too.\n"
      "Examples:\n"
      "  tutti replay events match.tutti | cut -f 1,2 | sort | uniq -c\n"
      "  tutti replay events match.tutti --player 1 --from 3600 --json");
  list.action([options] { return events(*options); });

  add_export(replay, options);

  Command& look = replay.subcommand("state", "The state at a tick, by field names");
  look.argument("file", options->file, "a match file (.tutti)");
  look.option("--at", options->at, 0, limits::match_ticks, "the tick; else the last one");
  options->choice.add_to(look, false);
  look.flag("--json", options->json, "nested JSON instead of path and value");
  look.examples(
      "Examples:\n"
      "  tutti replay state match.tutti --at 3600\n"
      "  tutti replay state match.tutti --at 3600 --json | jq .fighters[0].damage");
  look.action([options] { return state(*options); });

  Command& compare =
      replay.subcommand("diff", "The first difference of two logs, two builds or two ticks");
  compare.argument("file", options->file, "a match file (.tutti)");
  compare.option("--with", options->with, "the other match file; else the same one");
  options->choice.add_to(compare, false);
  compare.option("--game-b", options->other.game, "the module for the right side");
  compare.option("--at", options->at, 0, limits::match_ticks, "compare the states of this tick");
  compare.option("--at-b", options->at_other, 0, limits::match_ticks,
                 "with --at: the tick of the right side");
  compare.flag("--json", options->json, "print JSON");
  compare.examples(
      "Exits with 0 if there is none, with 1 if there is one: its tick, the events of that tick\n"
      "on both sides, and the fields of the states.\n"
      "Examples:\n"
      "  tutti replay diff yours.tutti --with mine.tutti\n"
      "  tutti replay diff match.tutti --game-b ./counterpoint@next.so\n"
      "  tutti replay diff match.tutti --at 600 --at-b 660");
  compare.action([options] {
    options->other.folders = options->choice.folders;
    return diff(*options);
  });
}

}  // namespace tutti::tool
