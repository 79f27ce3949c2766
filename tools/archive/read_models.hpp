#pragma once
// Projections' rows in a database: the tables that archives and live matches fill alike.

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

/// Makes the tables that are there for every game, where they are not.
Result<void> prepare(Database& database);
/// "hits_v2": a version has a table of its own.
std::string table_of(const AnyProjection& projection);
Result<void> write_row(Database& database, const std::string& table, std::int64_t match,
                       const Row& row);

/// Rates the players, after every match that is there, by a projection `results`: the
/// table `ratings`, made anew. Elo's method (A. Elo, "The Rating of Chessplayers", 1978) from 1500
/// with 32 points a match, divided among the opponents; voided matches do not count.
Result<void> rate_players(Database& database);

}  // namespace tutti::tool
