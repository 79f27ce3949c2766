#pragma once
// Looks into a database that the command line has filled.

#include <sqlite3.h>

#include <string>

#include "support/catch.hpp"

namespace tutti::test {

/// All that a query yields: cells with tabs between them, rows with line ends.
inline std::string ask(const std::string& database, const std::string& query) {
  CAPTURE(database, query);
  sqlite3* opened = nullptr;
  REQUIRE(sqlite3_open_v2(database.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK);
  std::string text;
  const auto row = [](void* to, int count, char** cells, char**) {
    for (int i = 0; i < count; ++i)
      *static_cast<std::string*>(to) +=
          std::string(i == 0 ? "" : "\t") + (cells[i] == nullptr ? "NULL" : cells[i]);
    *static_cast<std::string*>(to) += "\n";
    return 0;
  };
  const int done = sqlite3_exec(opened, query.c_str(), row, &text, nullptr);
  sqlite3_close(opened);
  CHECK(done == SQLITE_OK);
  return text;
}

}  // namespace tutti::test
