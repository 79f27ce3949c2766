// Databases of SQLite, which nothing else includes.

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <map>
#include <thread>

#include "archive/database.hpp"

namespace tutti::tool {

namespace {

/// Other workers write too, one at a time.
constexpr int busy_ms = 60'000;
constexpr int journal_tries = 200;
constexpr std::chrono::milliseconds journal_pause{20};

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(sqlite3* handle) : handle_(handle) {}
  ~SqliteDatabase() override {
    for (const auto& entry : statements_)
      sqlite3_finalize(entry.second);
    sqlite3_close(handle_);
  }
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  Result<void> use_write_ahead_log();
  Result<void> run(const std::string& statement, const std::vector<Value>& values,
                   const std::function<void(const std::vector<Value>&)>& row) override;
  std::int64_t changed() const override { return sqlite3_changes(handle_); }
  /// A transaction that has read, and then writes, is refused at once if another one wrote
  /// meanwhile: so it says at its beginning that it will.
  Result<void> begin() override { return run("begin immediate", {}, {}); }
  Result<void> begin_alone() override { return begin(); }
  Result<std::vector<std::string>> columns(const std::string& table) override;
  const char* own_number() const override { return "integer primary key"; }

 private:
  sqlite3* handle_;
  std::map<std::string, sqlite3_stmt*> statements_;  // prepared once each
};

void bind(sqlite3_stmt* prepared, const std::vector<Value>& values) {
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
}

std::vector<Value> cells_of(sqlite3_stmt* prepared) {
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
  return cells;
}

/// It is not waited for by the handler above: two that open a new file both want to change it.
Result<void> SqliteDatabase::use_write_ahead_log() {
  Result<void> done;
  for (int tries = 0; tries < journal_tries; ++tries) {
    done = run("pragma journal_mode = wal", {}, {});
    const int code = sqlite3_errcode(handle_);
    if (done || (code != SQLITE_BUSY && code != SQLITE_LOCKED)) break;
    std::this_thread::sleep_for(journal_pause);
  }
  return done;
}

Result<void> SqliteDatabase::run(const std::string& statement, const std::vector<Value>& values,
                                 const std::function<void(const std::vector<Value>&)>& row) {
  const auto failed = [&] {
    return fail(Fault::system,
                fmt::format("the database says: {}, to {}", sqlite3_errmsg(handle_), statement));
  };
  sqlite3_stmt*& prepared = statements_[statement];
  if (prepared == nullptr &&
      sqlite3_prepare_v2(handle_, statement.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
    return failed();
  }
  sqlite3_reset(prepared);
  bind(prepared, values);
  int answer = sqlite3_step(prepared);
  for (; answer == SQLITE_ROW; answer = sqlite3_step(prepared)) {
    if (row) row(cells_of(prepared));
  }
  if (answer != SQLITE_DONE) {
    const Unexpected failure = failed();
    sqlite3_reset(prepared);
    return failure;
  }
  sqlite3_reset(prepared);
  return {};
}

Result<std::vector<std::string>> SqliteDatabase::columns(const std::string& table) {
  std::vector<std::string> names;
  const Result<void> read =
      run("select name from pragma_table_info(?) order by cid", {table},
          [&](const auto& cells) { names.push_back(std::get<std::string>(cells[0])); });
  if (!read) return Unexpected{read.error()};
  return names;
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path) {
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open(path.c_str(), &handle);
  auto database = std::make_unique<SqliteDatabase>(handle);
  if (opened != SQLITE_OK) {
    return fail(Fault::system,
                fmt::format("cannot open the database {}: {}", path, sqlite3_errmsg(handle)));
  }
  sqlite3_busy_timeout(handle, busy_ms);
  if (const Result<void> set = database->use_write_ahead_log(); !set) {
    return fail(Fault::system,
                fmt::format("cannot use the database {}: {}", path, sqlite3_errmsg(handle)));
  }
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace tutti::tool
