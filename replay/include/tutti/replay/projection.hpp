#pragma once
// Type-erased projections, and how they run over a log: the same way for an archive and for a match
// that is still being played.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tutti/replay/match_record.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/projection.h"

namespace tutti {

/// A handle to a projection's table. The module behind it stays loaded as long as a handle lives.
class TUTTI_API AnyProjection {
 public:
  /// Refuses (Fault::bad_data) a table of another ABI, with missing members or without a valid
  /// name.
  static Result<AnyProjection> from_table(const tutti_projection* table,
                                          std::shared_ptr<void> keep_alive = {});

  const char* name() const { return table_->name; }  ///< Its name, which its tables have too.
  /// Raised whenever its rows would be others.
  std::uint32_t version() const { return table_->version; }
  const tutti_projection& table() const { return *table_; }  ///< The module's own table.

 private:
  AnyProjection(const tutti_projection* table, std::shared_ptr<void> keep_alive)
      : table_(table), keep_alive_(std::move(keep_alive)) {}

  const tutti_projection* table_;
  std::shared_ptr<void> keep_alive_;
};

/// Receives the rows of a projection. The cells live until it returns.
using RowSink = std::function<void(std::span<const tutti_cell>)>;

/// One projection at work on one log. Give it every final tick once and in order, from a file or as
/// the relay tells them.
class TUTTI_API RunningProjection {
 public:
  /// Begins a projection for a match with this setup.
  RunningProjection(AnyProjection projection, const Setup& setup);

  /// Takes the state after a tick, and the tick's effects.
  void take(Tick tick, const void* state, std::span<const EffectRecord> effects,
            const RowSink& rows);
  /// Nothing follows: the projection writes its last rows.
  void finish(const void* state, const RowSink& rows);
  const AnyProjection& projection() const { return projection_; }

 private:
  AnyProjection projection_;
  std::unique_ptr<void, void (*)(void*)> self_;
};

/// Folds a log once through all projections, and calls `rows` with a projection's index and a row.
/// Returns the number of ticks. Errors: those of `check_plays`.
TUTTI_API Result<std::int64_t> project(
    const AnyGame& game, const Log& log, std::span<const AnyProjection> projections,
    const std::function<void(std::size_t, std::span<const tutti_cell>)>& rows);

}  // namespace tutti
