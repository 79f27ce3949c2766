#include "archive/folding.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <set>
#include <thread>

#include "base/print.hpp"

namespace tutti::tool {

namespace {

constexpr std::chrono::milliseconds meanwhile_interval{1000};

/// A match, before its projections are folded.
struct Opened {
  std::optional<Error> problem{};
  std::string missing_rules{};
  std::string file{};
  std::optional<MatchRecord> record{};
  const Module* module = nullptr;
  std::optional<MatchSummary> summary{};  // its head is that of the match as it was played
};

/// The rows of one match, to be written by the thread that owns the database.
struct Projected {
  MatchSummary summary{};
  std::string file{};
  std::vector<RelayEvent> corrections{};
  std::vector<Arrivals> arrivals{};
  std::vector<AnyProjection> projections{};  // those that were missing
  std::vector<std::vector<Row>> rows{};      // of each
  std::int64_t ticks = 0;
};

Opened open_match(const MatchSource& source, Modules& modules) {
  Opened opened{.file = source.name};
  Result<ReadMatch> match = source.read();
  if (!match) {
    opened.problem = match.error();
    return opened;
  }
  if (match->damage) {  // its rest would count as a match of its own
    opened.problem =
        Error{Fault::bad_data, fmt::format("{}; recover it first", match->damage->sentence)};
    return opened;
  }
  const std::string& rules = match->record.log.setup().rules;
  const Result<const Module*> module = modules.of(rules);
  if (!module) {
    opened.problem = module.error();
    opened.missing_rules = rules;
    return opened;
  }
  opened.module = *module;
  opened.summary = summarize(match->record);
  opened.summary->head = head_as_played(match->record.log);
  opened.record = std::move(match->record);
  return opened;
}

Result<Projected> fold(Opened opened, const std::set<std::pair<std::string, std::int64_t>>& known) {
  const MatchRecord& record = *opened.record;
  Projected projected{.summary = std::move(*opened.summary),
                      .file = std::move(opened.file),
                      .corrections = corrections(record.log),
                      .arrivals = arrivals_in(record)};
  for (const AnyProjection& projection : opened.module->projections) {
    if (!known.contains({projection.name(), projection.version()})) {
      projected.projections.push_back(projection);
    }
  }
  projected.rows.resize(projected.projections.size());
  if (projected.projections.empty()) return projected;
  const auto take = [&](std::size_t index, std::span<const tutti_cell> cells) {
    projected.rows[index].push_back(row_of(cells));
  };
  const Result<std::int64_t> ticks =
      project(opened.module->game, record.log, projected.projections, take);
  if (!ticks) return Unexpected{ticks.error()};
  projected.ticks = *ticks;
  return projected;
}

/// Waits for it, and does something meanwhile.
template <class T>
T wait_for(std::future<T>& one, const Meanwhile& meanwhile) {
  while (one.wait_for(meanwhile_interval) == std::future_status::timeout) {
    if (meanwhile) meanwhile();
  }
  return one.get();
}

// ---- The database -------------------------------------------------------------------------------

Result<std::set<std::pair<std::string, std::int64_t>>> known_of(Database& database,
                                                                const Head& head) {
  std::set<std::pair<std::string, std::int64_t>> known;
  const Result<void> read = database.run(
      "select name, version from projected join matches on \"match\" = id where head = ?",
      {to_hex(head)}, [&](const auto& cells) {
        known.insert({std::get<std::string>(cells[0]), std::get<std::int64_t>(cells[1])});
      });
  if (!read) return Unexpected{read.error()};
  return known;
}

/// The tables for its rows, before a transaction needs them.
Result<void> make_tables(Database& database, const Projected& projected) {
  for (std::size_t i = 0; i < projected.projections.size(); ++i) {
    if (projected.rows[i].empty()) continue;
    const Result<void> made =
        make_table(database, table_of(projected.projections[i]), projected.rows[i].front());
    if (!made) return made;
  }
  return {};
}

/// The number by which the database knows the match.
Result<std::int64_t> write_summary(Database& database, const Projected& projected) {
  const MatchSummary& summary = projected.summary;
  const Setup& setup = summary.opening.setup;
  const std::string head = to_hex(summary.head);
  std::int64_t match = 0;
  Result<void> done = database.run(
      "insert into matches (head, file, rules, room, started_utc, ticks, tick_rate) "
      "values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
      {head, text_value(projected.file), text_value(setup.rules), text_value(summary.opening.room),
       utc(summary.opening.started_utc), summary.last.value, std::int64_t{setup.tick_rate}});
  if (done) {
    done = database.run("select id from matches where head = ?", {head},
                        [&](const auto& cells) { match = std::get<std::int64_t>(cells[0]); });
  }
  for (const Participant& participant : summary.participants) {
    if (!done) break;
    done = database.run("insert into participants values (?, ?, ?, ?) on conflict do nothing",
                        {match, std::int64_t{participant.player.value}, participant.joined.value,
                         text_value(participant.name)});
  }
  for (const RelayEvent& correction : projected.corrections) {
    if (!done) break;
    done = database.run(
        "insert into corrections values (?, ?, ?, ?, ?) on conflict do nothing",
        {match, std::int64_t{correction.number}, std::string(to_text(correction.correction)),
         text_value(correction.name), text_value(correction.text)});
  }
  for (const auto& [all, worst] : projected.arrivals) {
    if (!done) break;
    done = database.run(
        "insert into arrivals values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
        {match, std::int64_t{all.player.value}, std::int64_t{all.count}, std::int64_t{all.late},
         all.total, all.least, std::int64_t{worst.late}, worst.from.value});
  }
  return done ? Result<std::int64_t>(match) : Unexpected{done.error()};
}

/// Of two that write the same one, the later one writes nothing.
Result<void> write_match(Database& database, const Projected& projected, Totals& totals) {
  const Result<std::int64_t> match = write_summary(database, projected);
  if (!match) return Unexpected{match.error()};
  bool is_new = false;
  for (std::size_t i = 0; i < projected.projections.size(); ++i) {
    const AnyProjection& projection = projected.projections[i];
    Result<void> done = database.run(
        "insert into projected values (?, ?, ?) on conflict do nothing",
        {*match, std::string(projection.name()), static_cast<std::int64_t>(projection.version())});
    if (!done) return done;
    if (database.changed() == 0) continue;
    is_new = true;
    for (const Row& row : projected.rows[i]) {
      done = write_row(database, table_of(projection), *match, row);
      if (!done) return done;
    }
    totals.rows += static_cast<std::int64_t>(projected.rows[i].size());
  }
  ++(is_new ? totals.matches : totals.known);
  if (is_new) totals.ticks += projected.ticks;
  return {};
}

Result<void> write_all(Database& database, std::vector<Projected>& all, Totals& totals) {
  // In one order, so that no two writers wait for each other.
  std::ranges::sort(all, {}, [](const Projected& each) { return each.summary.head; });
  for (const Projected& projected : all) {
    if (Result<void> made = make_tables(database, projected); !made) return made;
  }
  Totals written = totals;
  Result<void> done = database.begin();
  for (const Projected& projected : all) {
    if (done) done = write_match(database, projected, written);
  }
  if (done) done = database.run("commit");
  if (done) totals = written;
  return done;
}

/// As many as may be in memory at a time.
Result<void> fold_at_once(std::span<const MatchSource> sources, std::size_t first, Modules& modules,
                          Database& database, std::vector<Folded>& folded,
                          std::vector<Projected>& all, const Meanwhile& meanwhile) {
  std::vector<std::future<Opened>> opening;
  for (const MatchSource& source : sources) {
    opening.push_back(
        std::async(std::launch::async, open_match, std::cref(source), std::ref(modules)));
  }
  std::vector<std::pair<std::size_t, std::future<Result<Projected>>>> folding;
  for (std::size_t i = 0; i < opening.size(); ++i) {
    Opened opened = wait_for(opening[i], meanwhile);
    if (opened.problem) {
      folded[first + i] = {std::move(opened.problem), std::move(opened.missing_rules)};
      continue;
    }
    const auto known = known_of(database, opened.summary->head);
    if (!known) return Unexpected{known.error()};
    folding.emplace_back(first + i,
                         std::async(std::launch::async, fold, std::move(opened), *known));
  }
  for (auto& [place, one] : folding) {
    Result<Projected> projected = wait_for(one, meanwhile);
    if (!projected) {
      folded[place].problem = projected.error();
      continue;
    }
    all.push_back(std::move(*projected));
  }
  return {};
}

}  // namespace

// ---- Modules ------------------------------------------------------------------------------------

Result<const Module*> Modules::of(const std::string& rules) {
  const std::lock_guard lock(mutex_);
  const auto found = modules_.find(rules);
  if (found != modules_.end()) return &found->second;
  const Result<GameFile> file = catalog_.find_file(rules);
  if (!file) return Unexpected{file.error()};
  Result<AnyGame> game = GameCatalog::load(file->path);
  if (!game) return Unexpected{game.error()};
  Result<std::vector<AnyProjection>> offered = GameCatalog::load_projections(file->path);
  if (!offered) return Unexpected{offered.error()};
  static_cast<void>(game->rules());  // computed once, before threads share it
  return &modules_.emplace(rules, Module{std::move(*game), std::move(*offered)}).first->second;
}

bool Modules::may_have(const std::string& rules) const {
  return catalog_.find_file(rules).has_value();
}

std::vector<AnyProjection> Modules::used_projections() {
  const std::lock_guard lock(mutex_);
  std::vector<AnyProjection> all;
  for (const auto& [rules, module] : modules_)
    all.insert(all.end(), module.projections.begin(), module.projections.end());
  return all;
}

std::vector<AnyProjection> Modules::all_projections() const {
  std::vector<AnyProjection> all;
  for (const GameFile& file : catalog_.list()) {
    const auto offered = GameCatalog::load_projections(file.path);
    if (!offered) {
      complain(offered.error());
      continue;
    }
    all.insert(all.end(), offered->begin(), offered->end());
  }
  return all;
}

// ---- Many matches -------------------------------------------------------------------------------

std::size_t matches_at_once() {
  return std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
}

Result<std::vector<Folded>> fold_some(std::span<const MatchSource> sources, Modules& modules,
                                      Database& database, Totals& totals,
                                      const Meanwhile& meanwhile) {
  std::vector<Folded> folded(sources.size());
  std::vector<Projected> all;
  for (std::size_t first = 0; first < sources.size(); first += matches_at_once()) {
    const auto some = sources.subspan(first, std::min(matches_at_once(), sources.size() - first));
    const Result<void> done = fold_at_once(some, first, modules, database, folded, all, meanwhile);
    if (!done) return Unexpected{done.error()};
  }
  const std::int64_t failed =
      std::ranges::count_if(folded, [](const Folded& each) { return each.problem.has_value(); });
  if (const Result<void> written = write_all(database, all, totals); !written) {
    return Unexpected{written.error()};
  }
  totals.failed += failed;
  return folded;
}

}  // namespace tutti::tool
