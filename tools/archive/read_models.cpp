#include "archive/read_models.hpp"

#include <fmt/format.h>

namespace tutti::tool {

Row row_of(std::span<const tutti_cell> cells) {
  Row row;
  for (const tutti_cell& cell : cells) {
    row.columns.emplace_back(cell.column);
    row.values.push_back(cell.text == nullptr ? Value(cell.number) : Value(std::string(cell.text)));
  }
  return row;
}

std::string table_of(const AnyProjection& projection) {
  return fmt::format("{}_v{}", projection.name(), projection.version());
}

namespace {

/// A module's name for a column, quoted for SQL.
std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name)
    text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

}  // namespace

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
  Result<void> made =
      database.run(fmt::format("create table if not exists {} ({})", table, columns));
  if (!made) return made;
  return database.run(fmt::format("insert into {} ({}) values ({})", table, columns, marks),
                      values);
}

Result<void> prepare(Database& database) {
  const char* statements[] = {
      "pragma journal_mode = wal",
      "create table if not exists matches (id integer primary key, head text unique, file text, "
      "rules text, room text, started_utc text, ticks integer, tick_rate integer)",
      "create table if not exists participants (\"match\" integer, player integer, "
      "joined_tick integer, name text, unique (\"match\", player, joined_tick))",
      "create table if not exists corrections (\"match\" integer, about_tick integer, kind text, "
      "by text, why text, unique (\"match\", about_tick, kind, by, why))",
      "create table if not exists arrivals (\"match\" integer, player integer, events integer, "
      "late integer, margin_ticks_total integer, margin_ticks_least integer, "
      "late_most_in_10_s integer, there_from_tick integer, unique (\"match\", player))",
      "create table if not exists ratings (game text, name text, rating integer, "
      "matches integer, won integer, lost integer, drawn integer, unique (game, name))",
      "create table if not exists projected (\"match\" integer, name text, version integer, "
      "unique (\"match\", name, version))"};
  for (const char* statement : statements) {
    if (Result<void> done = database.run(statement); !done) return done;
  }
  return {};
}

}  // namespace tutti::tool
