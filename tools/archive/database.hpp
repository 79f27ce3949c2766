#pragma once
// One SQLite database, as far as projections need it. This wraps SQLite, which nothing else
// includes.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// A number or a text.
using Value = std::variant<std::int64_t, std::string>;

class Database {
 public:
  /// Opens a file or makes it.
  static Result<Database> open(const std::string& path);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// Runs one statement with these values for its question marks; `row` takes each row that it
  /// yields. Errors name the statement.
  Result<void> run(const std::string& statement, const std::vector<Value>& values = {},
                   const std::function<void(const std::vector<Value>&)>& row = {});

 private:
  struct Body;
  explicit Database(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace tutti::tool
