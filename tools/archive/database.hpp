#pragma once
// One database, as far as projections need it: a file of SQLite, or PostgreSQL. Both take the same
// statements, with question marks for values.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// A number or a text.
using Value = std::variant<std::int64_t, std::string>;

/// Errors of all of it: Fault::system, in a sentence that names the database or the statement.
class Database {
 public:
  virtual ~Database() = default;

  /// Runs one statement with these values for its question marks; `row` takes each row that it
  /// yields. Errors name the statement.
  virtual Result<void> run(const std::string& statement, const std::vector<Value>& values = {},
                           const std::function<void(const std::vector<Value>&)>& row = {}) = 0;
  /// How many rows the last statement has written.
  virtual std::int64_t changed() const = 0;

  /// Until `run("commit")`, all or nothing.
  virtual Result<void> begin() = 0;
  /// The same, and no other one that was begun so runs meanwhile, of whichever process.
  virtual Result<void> begin_alone() = 0;

  /// The names of the columns of a table or a view; nothing if there is none.
  virtual Result<std::vector<std::string>> columns(const std::string& table) = 0;
  /// The type of a column with a number for each row.
  virtual const char* own_number() const = 0;
};

/// Opens a file of SQLite, or makes it; or connects to `postgresql://…`.
Result<std::unique_ptr<Database>> open_database(const std::string& name);
/// The name, without a password that may be in it.
std::string shown_database(const std::string& name);

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path);
/// Of a build without libpq: a sentence that says so.
Result<std::unique_ptr<Database>> open_postgres(const std::string& url);

}  // namespace tutti::tool
