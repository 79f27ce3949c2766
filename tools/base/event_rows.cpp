#include "base/event_rows.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "base/match_rows.hpp"
#include "base/print.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

const char* name_of(EventKind kind) {
  switch (kind) {
    case EventKind::input:
      return "input";
    case EventKind::command:
      return "command";
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

std::string words_of(const RelayEvent& relay) {
  switch (relay.kind) {
    case EventKind::match_started:
      return relay.setup.rules;
    case EventKind::joined:
      return fmt::format("player {}{}{}", relay.player.value, relay.name.empty() ? "" : " ",
                         relay.name);
    case EventKind::left:
    case EventKind::silenced:
    case EventKind::returned:
      return fmt::format("player {}", relay.player.value);
    case EventKind::delay_changed:
      return fmt::format("player {} {} ticks", relay.player.value, relay.number);
    case EventKind::restarted:
      return fmt::format("epoch {}", relay.number);
    case EventKind::corrected:
      return to_text(relay);
    default:
      return {};
  }
}

/// Of bytes that are these fields, or none.
Content named_or_hex(std::optional<std::vector<Field>> fields, BytesView bytes) {
  if (!fields || fields->empty()) return {.text = to_hex(bytes)};
  Content content{.fields = std::move(*fields)};
  for (const Field& field : content.fields)
    content.text += fmt::format("{}{}{}{}", content.text.empty() ? "" : " ", field.path,
                                field.path.empty() ? "" : "=", field.value);
  return content;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string kind_of(const EventView& event, const AnyGame* game) {
  if (!event.author.is_relay()) {
    const auto is = game != nullptr ? game->tag_of(event.payload) : PlayerEvent::input;
    return name_of(is == PlayerEvent::command ? EventKind::command : EventKind::input);
  }
  const auto relay = relay_event_of(event);
  return relay ? name_of(relay->kind) : "unknown";
}

Content content_of(const EventView& event, const AnyGame* game) {
  if (event.author.is_relay()) {
    const auto relay = relay_event_of(event);
    return {.text = relay ? words_of(*relay) : to_hex(event.payload)};
  }
  return named_or_hex(game != nullptr ? event_fields(*game, event.payload) : std::nullopt,
                      event.payload);
}

Content content_of(const EffectRecord& effect, const AnyGame& game) {
  return named_or_hex(effect_fields(game, effect.view()), effect.view());
}

std::string to_text(Author author) {
  return author.is_relay() ? "relay" : fmt::format("{}", author.player().value);
}

Json json_of(std::span<const Field> fields) {
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
  if (as_json) {
    std::puts(json_text(json_of(fields), 2).c_str());
    return;
  }
  for (const Field& field : fields)
    print_row(stdout, std::array{field.path, field.value});
}

std::vector<Report> rows_of(std::span<const FieldDifference> differences, std::size_t most,
                            Sides sides) {
  std::vector<Report> rows;
  for (const FieldDifference& difference : differences.first(std::min(most, differences.size()))) {
    Report row;
    row.add("field", difference.path);
    row.add(sides.left, difference.left);
    row.add(sides.right, difference.right);
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<Table> Table::open(const std::string& path, const std::string& format,
                          std::vector<std::string> columns) {
  if (format != "tsv" && format != "csv" && format != "json") {
    return fail(Fault::usage,
                fmt::format("a table is written as tsv, csv or json, not {}", format));
  }
  std::FILE* file = path.empty() ? stdout : std::fopen(path.c_str(), "w");
  if (file == nullptr) {
    return fail(Fault::system,
                fmt::format("cannot write {}: {}", path, std::generic_category().message(errno)));
  }
  Table table(file, format, std::move(columns));
  if (format != "json") {
    const std::string last = table.columns_.back();
    table.row({table.columns_.begin(), table.columns_.end() - 1}, {.text = last});
  }
  return table;
}

Table::Table(std::FILE* file, std::string format, std::vector<std::string> columns)
    : file_(file), format_(std::move(format)), columns_(std::move(columns)) {}

Table::Table(Table&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)),
      format_(std::move(other.format_)),
      columns_(std::move(other.columns_)) {}

Table::~Table() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

void Table::row(std::vector<std::string> cells, const Content& content) {
  if (format_ == "json") {
    Json object;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      Json value = Json::parse(cells[i], nullptr, false);
      object[columns_[i]] = value.is_number_integer() ? std::move(value) : Json(cells[i]);
    }
    object[columns_.back()] = content.fields.empty() ? Json(content.text) : json_of(content.fields);
    std::fputs((json_text(object, -1) + "\n").c_str(), file_);
    return;
  }
  cells.push_back(content.text);
  if (format_ == "csv") {
    std::string line;
    for (const std::string& cell : cells)
      line += (&cell == cells.data() ? "" : ",") + csv_cell(presentable(cell));
    std::fputs((line + "\n").c_str(), file_);
    return;
  }
  print_row(file_, cells);
}

bool Table::finish() { return std::fflush(file_) == 0 && std::ferror(file_) == 0; }

}  // namespace tutti::tool
