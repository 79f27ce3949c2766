#include "archive/live_projection.hpp"

#include <fmt/format.h>

namespace tutti::tool {

Result<LiveProjection> LiveProjection::open(const std::string& path,
                                            std::vector<AnyProjection> projections) {
  if (projections.empty()) return fail(Fault::usage, "the game's module offers no projections");
  auto database = open_database(path);
  if (!database) return Unexpected{database.error()};
  if (Result<void> made = prepare(**database, path); !made) return Unexpected{made.error()};
  return LiveProjection(std::move(*database), std::move(projections));
}

RowSink LiveProjection::sink_of(One& one) {
  return [&one](std::span<const tutti_cell> cells) {
    if (one.given++ >= one.known) one.waiting.push_back(row_of(cells));
  };
}

/// Until it is over, a match is named by its room and the head of its first tick.
Result<void> LiveProjection::begin(const AnySession& session) {
  const Log& log = session.timeline()->log();
  auto cursor = Cursor::open(session.game(), log, {.memory_bytes = 0});
  if (!cursor) return Unexpected{cursor.error()};
  cursor_.emplace(std::move(*cursor));
  const std::string name = fmt::format("live {} {}", session.room(), to_hex(*log.head(Tick{0})));
  const Setup& setup = log.setup();
  Result<void> done = database_->run(
      "insert into matches (head, rules, room, tick_rate) values (?, ?, ?, ?) on conflict do "
      "nothing",
      {name, text_value(setup.rules), text_value(session.room()), std::int64_t{setup.tick_rate}});
  if (!done) return done;
  done = database_->run("select id from matches where head = ?", {name},
                        [&](const auto& cells) { match_ = std::get<std::int64_t>(cells[0]); });
  if (!done) return done;
  for (const AnyProjection& projection : projections_) {
    One one{.running = RunningProjection(projection, setup)};
    done = database_->run(
        "select rows from followed where \"match\" = ? and name = ? and version = ?",
        {match_, std::string(projection.name()), static_cast<std::int64_t>(projection.version())},
        [&](const auto& cells) { one.known = std::get<std::int64_t>(cells[0]); });
    if (!done) return done;
    running_.push_back(std::move(one));
  }
  return {};
}

Result<void> LiveProjection::follow(const AnySession& session) {
  if (session.timeline() == nullptr) return {};
  if (!cursor_) {
    if (Result<void> begun = begin(session); !begun) return begun;
  }
  std::vector<EffectRecord> effects;
  while (cursor_->forward(&effects)) {
    for (One& one : running_)
      one.running.take(cursor_->position(), cursor_->state(), effects, sink_of(one));
    effects.clear();
  }
  const std::int64_t second = session.timeline()->log().setup().tick_rate;
  return cursor_->position() - written_ < second ? Result<void>() : write(false);
}

Result<void> LiveProjection::write(bool is_complete) {
  written_ = cursor_->position();
  Result<void> done;
  for (const One& one : running_) {
    if (!done || one.waiting.empty()) continue;
    done = make_table(*database_, table_of(one.running.projection()), one.waiting.front());
  }
  if (done) done = database_->begin();
  for (One& one : running_) {
    const AnyProjection& projection = one.running.projection();
    for (const Row& row : one.waiting) {
      if (done) done = write_row(*database_, table_of(projection), match_, row);
    }
    rows_ += static_cast<std::int64_t>(one.waiting.size());
    one.waiting.clear();
    const std::vector<Value> key = {match_, std::string(projection.name()),
                                    static_cast<std::int64_t>(projection.version())};
    std::vector<Value> values = key;
    values.emplace_back(std::max(one.given, one.known));
    if (done)
      done = database_->run(
          "insert into followed values (?, ?, ?, ?) on conflict (\"match\", name, version) do "
          "update set rows = excluded.rows",
          values);
    if (done && is_complete) {
      done = database_->run("insert into projected values (?, ?, ?) on conflict do nothing", key);
    }
  }
  if (!done) return done;
  return database_->run("commit");
}

Result<void> LiveProjection::finish(const AnySession& session) {
  if (Result<void> followed = follow(session); !followed) return followed;
  if (!cursor_) return {};
  const Log& log = session.timeline()->log();
  const bool is_over = log.ended() && *log.ended() <= log.horizon();
  if (!is_over) return write(false);
  for (One& one : running_)
    one.running.finish(cursor_->state(), sink_of(one));
  if (Result<void> written = write(true); !written) return written;
  // From now on it has its own name, by which an archive knows it too.
  const std::string head = to_hex(head_as_played(log));
  return database_->run(
      "update matches set head = ?, ticks = ? where id = ? and not exists (select 1 from matches "
      "where head = ?)",
      {head, log.horizon().value, match_, head});
}

}  // namespace tutti::tool
