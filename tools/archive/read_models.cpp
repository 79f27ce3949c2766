#include "archive/read_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

/// A column, and its type in both kinds of databases.
struct Column {
  const char* name;
  const char* type;
};
struct FixedTable {
  const char* name;
  std::vector<Column> columns;
  const char* unique;  // empty for none
};

constexpr const char* number = "bigint";
constexpr const char* words = "text";
constexpr const char* own = "";  // see Database::own_number

/// The tables that are there for every game. A change of their columns is another layout, which is
/// refused.
const std::vector<FixedTable>& fixed_tables() {
  static const std::vector<FixedTable> all{
      {"matches",
       {{"id", own},
        {"head", words},
        {"file", words},
        {"rules", words},
        {"room", words},
        {"started_utc", words},
        {"ticks", number},
        {"tick_rate", number}},
       "head"},
      {"participants",
       {{"match", number}, {"player", number}, {"joined_tick", number}, {"name", words}},
       "\"match\", player, joined_tick"},
      {"corrections",
       {{"match", number}, {"about_tick", number}, {"kind", words}, {"by", words}, {"why", words}},
       "\"match\", about_tick, kind, \"by\", why"},
      {"arrivals",
       {{"match", number},
        {"player", number},
        {"events", number},
        {"late", number},
        {"margin_ticks_total", number},
        {"margin_ticks_least", number},
        {"late_most_in_10_s", number},
        {"there_from_tick", number}},
       "\"match\", player"},
      {"ratings",
       {{"game", words},
        {"name", words},
        {"rating", number},
        {"matches", number},
        {"won", number},
        {"lost", number},
        {"drawn", number}},
       "game, name"},
      {"projected",
       {{"match", number}, {"name", words}, {"version", number}},
       "\"match\", name, version"},
      {"followed",
       {{"match", number}, {"name", words}, {"version", number}, {"rows", number}},
       "\"match\", name, version"},
      {"serving", {{"name", words}, {"version", number}}, "name"},
      {"queues", {{"number", own}, {"name", words}}, "name"},
      {"unfolded", {{"file", words}, {"rules", words}, {"why", words}}, "file"}};
  return all;
}

/// A module's name for a column, quoted for SQL.
std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name)
    text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

std::string statement_for(const FixedTable& table, const Database& database) {
  std::string columns;
  for (const Column& column : table.columns) {
    columns += (columns.empty() ? "" : ", ") + quoted(column.name) + " " +
               (*column.type == '\0' ? database.own_number() : column.type);
  }
  return fmt::format("create table if not exists {} ({}, unique ({}))", table.name, columns,
                     table.unique);
}

bool is_of_every_game(const std::string& name) {
  return std::ranges::any_of(fixed_tables(),
                             [&](const FixedTable& table) { return table.name == name; });
}

}  // namespace

Value text_value(std::string_view text) { return presentable(text); }

Row row_of(std::span<const tutti_cell> cells) {
  Row row;
  for (const tutti_cell& cell : cells) {
    row.columns.emplace_back(cell.column);
    row.values.push_back(cell.text == nullptr ? Value(cell.number) : text_value(cell.text));
  }
  return row;
}

std::string table_of(const AnyProjection& projection) {
  return fmt::format("{}_v{}", projection.name(), projection.version());
}

Result<void> prepare(Database& database, const std::string& name) {
  std::vector<const FixedTable*> missing;
  for (const FixedTable& table : fixed_tables()) {
    const auto found = database.columns(table.name);
    if (!found) return Unexpected{found.error()};
    const bool is_ours = std::ranges::equal(*found, table.columns, {}, {}, &Column::name);
    if (!found->empty() && !is_ours) {
      return fail(Fault::bad_data,
                  fmt::format("the table {} in {} has other columns than this program's: it was "
                              "made by something else, or by another version",
                              table.name, shown_database(name)));
    }
    if (found->empty()) missing.push_back(&table);
  }
  if (missing.empty()) return {};
  Result<void> done = database.begin_alone();
  for (const FixedTable* table : missing) {
    if (done) done = database.run(statement_for(*table, database));
  }
  return done ? database.run("commit") : done;
}

Result<void> make_table(Database& database, const std::string& table, const Row& row) {
  std::vector<std::string> wanted{"match"};
  std::string columns = "\"match\" bigint";
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    wanted.push_back(row.columns[i]);
    const bool is_number = std::holds_alternative<std::int64_t>(row.values[i]);
    columns += ", " + quoted(row.columns[i]) + (is_number ? " bigint" : " text");
  }
  const auto found = database.columns(table);
  if (!found) return Unexpected{found.error()};
  if (*found == wanted) return {};
  if (!found->empty()) {
    return fail(Fault::bad_data,
                fmt::format("the table {} has other columns than its projection's rows", table));
  }
  Result<void> done = database.begin_alone();
  if (done) {
    done = database.run(fmt::format("create table if not exists {} ({})", quoted(table), columns));
  }
  return done ? database.run("commit") : done;
}

Result<void> write_row(Database& database, const std::string& table, std::int64_t match,
                       const Row& row) {
  std::string columns = "\"match\"";
  std::string marks = "?";
  std::vector<Value> values = {match};
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    columns += ", " + quoted(row.columns[i]);
    marks += ", ?";
    values.push_back(row.values[i]);
  }
  return database.run(fmt::format("insert into {} ({}) values ({})", quoted(table), columns, marks),
                      values);
}

Result<void> serve(Database& database, std::span<const AnyProjection> projections) {
  std::map<std::string, AnyProjection> highest;
  for (const AnyProjection& projection : projections) {
    const auto [place, is_new] = highest.emplace(projection.name(), projection);
    if (!is_new && projection.version() > place->second.version()) place->second = projection;
  }
  Result<void> done = database.begin_alone();
  for (const auto& [name, projection] : highest) {
    std::int64_t before = 0;
    if (done) {
      done = database.run("select version from serving where name = ?", {name},
                          [&](const auto& c) { before = std::get<std::int64_t>(c[0]); });
    }
    const std::int64_t version = projection.version();
    if (!done || before > version) continue;
    const auto view = database.columns(name);
    const auto table = database.columns(table_of(projection));
    if (!view || !table) return Unexpected{(view ? table : view).error()};
    const bool has_name = !is_of_every_game(name);
    const bool is_other = before < version || (view->empty() && !table->empty());
    if (!is_other) continue;
    if (has_name && !view->empty()) done = database.run("drop view " + quoted(name));
    if (done && has_name && !table->empty()) {
      done = database.run(fmt::format("create view {} as select * from {}", quoted(name),
                                      quoted(table_of(projection))));
    }
    if (done) {
      done = database.run(
          "insert into serving values (?, ?) on conflict (name) do update set version = "
          "excluded.version",
          {name, version});
    }
  }
  return done ? database.run("commit") : done;
}

}  // namespace tutti::tool
