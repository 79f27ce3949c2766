#pragma once
// Projections' rows in a database: the tables that archives and live matches fill alike, in SQLite
// and in PostgreSQL.

#include <span>
#include <string>
#include <vector>

#include "archive/database.hpp"
#include "tutti/replay/projection.hpp"

namespace tutti::tool {

struct Row {
  std::vector<std::string> columns;
  std::vector<Value> values;
};
Row row_of(std::span<const tutti_cell> cells);

/// A text of strangers as it is kept: see `presentable`.
Value text_value(std::string_view text);

/// Makes the tables that are there for every game, where they are not. Errors: Fault::bad_data if
/// something else has made one of them.
Result<void> prepare(Database& database, const std::string& name);
/// "hits_v2": a version has a table of its own.
std::string table_of(const AnyProjection& projection);
/// Makes the table for rows like this one, outside of a transaction. Errors: Fault::bad_data if it
/// is there with other columns.
Result<void> make_table(Database& database, const std::string& table, const Row& row);
Result<void> write_row(Database& database, const std::string& table, std::int64_t match,
                       const Row& row);

/// All that is there is folded: each projection's name stands for the rows of its highest version
/// from now on, where that was another one for all names at once. A name that a table of every game
/// has is left alone.
Result<void> serve(Database& database, std::span<const AnyProjection> projections);

/// Rates the players, after every match that is there, by a projection `results`: the
/// table `ratings`, made anew. Elo's method (A. Elo, "The Rating of Chessplayers", 1978) from 1500
/// with 32 points a match, divided among the opponents; voided matches do not count.
Result<void> rate_players(Database& database);

}  // namespace tutti::tool
