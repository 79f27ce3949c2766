#pragma once
// Projections, type-erased, and running them over a log: the same code for an archive and for a
// match that is still being played.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tutti/replay/match_record.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/projection.h"

namespace tutti {

/// A handle to a projection's table; the module behind it stays loaded for as long as it lives.
class AnyProjection {
 public:
  /// Refuses a table of another ABI, with members missing or a name that is none.
  static Result<AnyProjection> from_table(const tutti_projection* table,
                                          std::shared_ptr<void> keep_alive = {});

  const char* name() const { return table_->name; }
  std::uint32_t version() const { return table_->version; }
  const tutti_projection& table() const { return *table_; }

 private:
  AnyProjection(const tutti_projection* table, std::shared_ptr<void> keep_alive)
      : table_(table), keep_alive_(std::move(keep_alive)) {}

  const tutti_projection* table_;
  std::shared_ptr<void> keep_alive_;
};

/// Receives the rows of a projection; the cells live until it returns.
using RowSink = std::function<void(std::span<const tutti_cell>)>;

/// One projection at work on one log. Give it every final tick once, in order, whether they come
/// from a file or from the relay: history first, then what follows.
class RunningProjection {
 public:
  RunningProjection(AnyProjection projection, const Setup& setup);

  /// The state after a tick, and the tick's effects.
  void take(Tick tick, const void* state, std::span<const EffectRecord> effects,
            const RowSink& rows);
  /// Nothing follows.
  void finish(const void* state, const RowSink& rows);
  const AnyProjection& projection() const { return projection_; }

 private:
  AnyProjection projection_;
  std::unique_ptr<void, void (*)(void*)> self_;
};

/// Folds a log once through all projections; `rows` is called with the projection's index. Returns
/// how many ticks that were. Refuses what `check_plays` does.
Result<std::int64_t> project(
    const AnyGame& game, const Log& log, std::span<const AnyProjection> projections,
    const std::function<void(std::size_t, std::span<const tutti_cell>)>& rows);

}  // namespace tutti
