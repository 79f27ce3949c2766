#include "archive/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>

namespace tutti::tool {

struct Database::Body {
  sqlite3* handle = nullptr;
  std::map<std::string, sqlite3_stmt*> statements;  // prepared once each

  ~Body() {
    for (const auto& entry : statements)
      sqlite3_finalize(entry.second);
    sqlite3_close(handle);
  }
};

Database::Database(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& path) {
  auto body = std::make_unique<Body>();
  if (sqlite3_open(path.c_str(), &body->handle) != SQLITE_OK) {
    return fail(Fault::system,
                fmt::format("cannot open the database {}: {}", path, sqlite3_errmsg(body->handle)));
  }
  return Database(std::move(body));
}

Result<void> Database::run(const std::string& statement, const std::vector<Value>& values,
                           const std::function<void(const std::vector<Value>&)>& row) {
  const auto failed = [&] {
    return fail(Fault::system, fmt::format("the database says: {}, to {}",
                                           sqlite3_errmsg(body_->handle), statement));
  };
  sqlite3_stmt*& prepared = body_->statements[statement];
  if (prepared == nullptr &&
      sqlite3_prepare_v2(body_->handle, statement.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
    return failed();
  }
  sqlite3_reset(prepared);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int place = static_cast<int>(i) + 1;
    if (const auto* number = std::get_if<std::int64_t>(&values[i])) {
      sqlite3_bind_int64(prepared, place, *number);
    } else {
      const std::string& text = std::get<std::string>(values[i]);
      sqlite3_bind_text(prepared, place, text.data(), static_cast<int>(text.size()),
                        SQLITE_TRANSIENT);
    }
  }
  int answer = sqlite3_step(prepared);
  for (; answer == SQLITE_ROW; answer = sqlite3_step(prepared)) {
    std::vector<Value> cells;
    for (int i = 0; i < sqlite3_column_count(prepared); ++i) {
      if (sqlite3_column_type(prepared, i) == SQLITE_INTEGER) {
        cells.emplace_back(std::int64_t{sqlite3_column_int64(prepared, i)});
      } else {
        const unsigned char* text = sqlite3_column_text(prepared, i);
        cells.emplace_back(text == nullptr ? std::string()
                                           : std::string(reinterpret_cast<const char*>(text)));
      }
    }
    if (row) row(cells);
  }
  if (answer != SQLITE_DONE) return failed();
  sqlite3_reset(prepared);
  return {};
}

}  // namespace tutti::tool
