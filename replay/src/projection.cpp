#include "tutti/replay/projection.hpp"

#include <algorithm>
#include <string_view>

#include "tutti/replay/cursor.hpp"
#include "tutti/sim/float_environment.hpp"

namespace tutti {

namespace {

bool is_name(const char* name) {
  if (name == nullptr) return false;
  const std::string_view text(name);
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
  });
}

tutti_row_sink sink_to(const RowSink& rows) {
  return {const_cast<RowSink*>(&rows),
          [](void* context, const tutti_cell* cells, std::size_t count) {
            (*static_cast<const RowSink*>(context))({cells, count});
          }};
}

}  // namespace

Result<AnyProjection> AnyProjection::from_table(const tutti_projection* table,
                                                std::shared_ptr<void> keep_alive) {
  if (table == nullptr || table->abi != TUTTI_PROJECTION_ABI) {
    return fail(Fault::bad_data,
                "the game module's projections speak another interface than this program; rebuild "
                "the module with this engine");
  }
  if (!is_name(table->name) || table->begin == nullptr || table->take == nullptr ||
      table->finish == nullptr || table->destroy == nullptr) {
    return fail(Fault::bad_data,
                "a projection of the game module lacks a function or a name of a-z and '_'");
  }
  return AnyProjection(table, std::move(keep_alive));
}

RunningProjection::RunningProjection(AnyProjection projection, const Setup& setup)
    : projection_(std::move(projection)), self_(nullptr, projection_.table().destroy) {
  const tutti_setup raw{setup.seed, setup.tick_rate, setup.players,
                        reinterpret_cast<const std::uint8_t*>(setup.options.data()),
                        setup.options.size()};
  const UnderDefaultFloats guard;
  self_.reset(projection_.table().begin(&raw));
}

void RunningProjection::take(Tick tick, const void* state, std::span<const EffectRecord> effects,
                             const RowSink& rows) {
  std::vector<tutti_projected_effect> raw;
  raw.reserve(effects.size());
  for (const EffectRecord& effect : effects) {
    raw.push_back(
        {effect.kind, reinterpret_cast<const std::uint8_t*>(effect.bytes.data()), effect.size});
  }
  const tutti_row_sink sink = sink_to(rows);
  const UnderDefaultFloats guard;
  projection_.table().take(self_.get(), tick.value, state, raw.data(), raw.size(), &sink);
}

void RunningProjection::finish(const void* state, const RowSink& rows) {
  const tutti_row_sink sink = sink_to(rows);
  const UnderDefaultFloats guard;
  projection_.table().finish(self_.get(), state, &sink);
}

Result<std::int64_t> project(
    const AnyGame& game, const Log& log, std::span<const AnyProjection> projections,
    const std::function<void(std::size_t, std::span<const tutti_cell>)>& rows) {
  // No snapshots: every tick is seen once, from the first to the last.
  Result<Cursor> cursor = Cursor::open(game, log, {.memory_bytes = 0});
  if (!cursor) return Unexpected{cursor.error()};
  std::vector<RunningProjection> running;
  std::vector<RowSink> sinks;
  for (const AnyProjection& projection : projections) {
    const std::size_t index = running.size();
    running.emplace_back(projection, log.setup());
    sinks.emplace_back([&rows, index](std::span<const tutti_cell> cells) { rows(index, cells); });
  }
  std::vector<EffectRecord> effects;
  while (cursor->forward(&effects)) {
    for (std::size_t i = 0; i < running.size(); ++i)
      running[i].take(cursor->position(), cursor->state(), effects, sinks[i]);
    effects.clear();
  }
  for (std::size_t i = 0; i < running.size(); ++i)
    running[i].finish(cursor->state(), sinks[i]);
  return cursor->position().value;
}

}  // namespace tutti
