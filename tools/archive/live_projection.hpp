#pragma once
// Projections that follow a match while it is played: its history first, then each tick as it
// becomes final, by the same code. Rows that an earlier follower wrote are not written again.

#include <memory>
#include <string>
#include <vector>

#include "archive/read_models.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/cursor.hpp"

namespace tutti::tool {

class LiveProjection {
 public:
  /// All that the module with the game's rules offers.
  static Result<LiveProjection> open(const std::string& database,
                                     std::vector<AnyProjection> projections);

  /// Takes the ticks that have become final since, and writes at most once a second of play.
  Result<void> follow(const AnySession& session);
  /// Writes the rest; completes the read models if the match is over.
  Result<void> finish(const AnySession& session);
  std::int64_t rows() const { return rows_; }

 private:
  struct One {
    RunningProjection running;
    std::vector<Row> waiting{};
    std::int64_t known = 0;  // rows that an earlier follower wrote
    std::int64_t given = 0;  // rows so far, those among them
  };
  LiveProjection(std::unique_ptr<Database> database, std::vector<AnyProjection> projections)
      : database_(std::move(database)), projections_(std::move(projections)) {}
  Result<void> begin(const AnySession& session);
  Result<void> write(bool is_complete);
  RowSink sink_of(One& one);

  std::unique_ptr<Database> database_;
  std::vector<AnyProjection> projections_;
  std::optional<Cursor> cursor_;
  std::vector<One> running_;
  std::int64_t match_ = 0;
  Tick written_;
  std::int64_t rows_ = 0;
};

}  // namespace tutti::tool
