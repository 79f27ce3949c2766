// tutti archive project --fleet: one of any number of workers that fold a fleet's archive.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "archive/parts.hpp"
#include "base/interrupt.hpp"
#include "base/print.hpp"
#include "tutti/engine/fleet_archive.hpp"
#include "tutti/replay/reader.hpp"

namespace tutti::tool {

namespace {

/// For what comes, before the worker looks what is left.
constexpr std::chrono::milliseconds take_patience{300};
/// Matches in one transaction, for each processor.
constexpr std::size_t batch_each = 16;
/// After trouble with the servers, for who follows.
constexpr std::chrono::seconds trouble_pause{1};
/// And so many bytes, of which a log in memory takes many times as much, though one at a time.
constexpr std::uint64_t batch_bytes = 32 * 1024 * 1024;
constexpr std::size_t id_digits = 16;
constexpr const char* queue_prefix = "tutti-";

std::string first_digits(const std::string& text) {
  return to_hex(digest_of(as_bytes(text))).substr(0, id_digits);
}

std::string draw_id() {
  std::random_device dice;
  return first_digits(fmt::format("{} {} {} {}", dice(), dice(), dice(), dice()));
}

Result<std::vector<std::string>> queues_in(Database& database) {
  std::vector<std::string> names;
  const Result<void> read =
      database.run("select name from queues order by number", {},
                   [&](const auto& cells) { names.push_back(std::get<std::string>(cells[0])); });
  if (!read) return Unexpected{read.error()};
  return names;
}

/// The queue of this database, for these versions of projections. Another version has another one,
/// so that all history is folded again, and whoever folds the versions before goes on.
Result<std::string> queue_of(Database& database, std::span<const AnyProjection> projections) {
  std::vector<std::string> versions;
  for (const AnyProjection& projection : projections)
    versions.push_back(table_of(projection));
  std::ranges::sort(versions);
  versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
  // All of one database begin alike.
  const auto name_among = [&](const std::vector<std::string>& names) {
    const std::size_t begin = std::string_view(queue_prefix).size();
    const std::string own = names.empty() ? draw_id() : names[0].substr(begin, id_digits);
    return queue_prefix + own + "-" + first_digits(joined(versions));
  };
  auto names = queues_in(database);
  if (!names) return Unexpected{names.error()};
  std::string name = name_among(*names);
  if (std::ranges::find(*names, name) != names->end()) return name;
  Result<void> done = database.begin_alone();
  if (done) names = queues_in(database);
  if (!names) return Unexpected{names.error()};
  name = name_among(*names);
  if (done)
    done = database.run("insert into queues (name) values (?) on conflict do nothing", {name});
  if (done) done = database.run("commit");
  return done ? Result<std::string>(name) : Unexpected{done.error()};
}

Unexpected explained(const Error& error) {
  if (error.fault != Fault::refused) return Unexpected{error};
  return fail(Fault::refused,
              "this worker's projections do not serve any more: others, of another version, have "
              "taken their place in the database");
}

class Worker {
 public:
  Worker(const ProjectOptions& options, ArchiveStore& archive, Database& database)
      : options_(&options), archive_(&archive), database_(&database), modules_(options.choice) {}

  /// Errors: those of the archive and of the database; Fault::bad_data if no module is here.
  Result<void> open();
  Result<void> work();
  const Totals& totals() const { return totals_; }
  /// Whether nothing is left that could not be folded.
  Result<bool> is_whole();

 private:
  Result<void> fold_batch(std::span<const ArchiveTask> tasks);
  Result<void> note(const ArchivedFile& file, const Folded& folded);
  Result<void> try_again();
  /// When nothing is left: the new versions serve, and the queues of those before go.
  Result<void> settle();
  Result<MatchSource> source_of(const ArchivedFile& file);

  const ProjectOptions* options_;
  ArchiveStore* archive_;
  Database* database_;
  Modules modules_;
  std::vector<AnyProjection> projections_;
  std::string queue_name_;
  std::unique_ptr<ArchiveQueue> queue_;
  Totals totals_;
  bool is_settled_ = false;
};

Result<void> Worker::open() {
  projections_ = modules_.all_projections();
  if (projections_.empty()) {
    return fail(Fault::bad_data,
                "no game module here offers projections; name their folder by --games-dir");
  }
  auto name = queue_of(*database_, projections_);
  if (!name) return Unexpected{name.error()};
  queue_name_ = std::move(*name);
  auto queue = archive_->open_queue(queue_name_);
  if (!queue) return Unexpected{queue.error()};
  queue_ = std::move(*queue);
  return {};
}

/// The bytes of a large file come by the thread that has the connection.
Result<MatchSource> Worker::source_of(const ArchivedFile& file) {
  auto bytes = std::make_shared<Result<Bytes>>(read_archived(*archive_, file));
  if (!*bytes && bytes->error().fault == Fault::system) return Unexpected{bytes->error()};
  return MatchSource{.name = "archive:" + to_hex(file.id.digest),
                     .read = [bytes]() -> Result<ReadMatch> {
                       return *bytes ? read_match(**bytes) : Unexpected{bytes->error()};
                     }};
}

Result<void> Worker::note(const ArchivedFile& file, const Folded& folded) {
  const std::string name = to_hex(file.id.digest);
  if (!folded.problem) return database_->run("delete from unfolded where file = ?", {name});
  const std::string why = fmt::format("{}: {}", name, folded.problem->sentence);
  warn("{}", why);
  return database_->run(
      "insert into unfolded values (?, ?, ?) on conflict (file) do update set why = excluded.why",
      {name, text_value(folded.rules), text_value(folded.problem->sentence)});
}

Result<void> Worker::fold_batch(std::span<const ArchiveTask> tasks) {
  // Where the servers do not hear this, the matches are folded by another worker too, and known.
  const auto keep = [&] {
    for (const ArchiveTask& task : tasks)
      static_cast<void>(queue_->keep(task.ticket));
  };
  std::vector<MatchSource> sources;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < tasks.size() && bytes < batch_bytes; ++i) {
    auto source = source_of(tasks[i].file);
    if (!source) return Unexpected{source.error()};
    sources.push_back(std::move(*source));
    bytes += tasks[i].file.bytes;
  }
  const auto folded = fold_some(sources, modules_, *database_, totals_, keep);
  if (!folded) return Unexpected{folded.error()};
  is_settled_ = false;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Folded& each = (*folded)[i];
    if (each.problem) {
      if (Result<void> noted = note(tasks[i].file, each); !noted) return noted;
    }
    // Only now: whoever ends before this leaves the match to another worker, who finds it known.
    static_cast<void>(queue_->finish(tasks[i].ticket));
  }
  if (sources.size() == tasks.size()) return {};
  keep();
  return fold_batch(tasks.subspan(sources.size()));
}

/// Matches of modules that are here by now.
Result<void> Worker::try_again() {
  std::vector<std::pair<std::string, std::string>> missing;
  const Result<void> read = database_->run(
      "select file, rules from unfolded where rules != '' order by file", {},
      [&](const auto& cells) {
        missing.emplace_back(std::get<std::string>(cells[0]), std::get<std::string>(cells[1]));
      });
  if (!read) return read;
  for (const auto& [name, rules] : missing) {
    const auto digest = digest_from_hex(name);
    if (!digest || !modules_.may_have(rules)) continue;
    const auto file = archive_->file({*digest});
    if (!file) return Unexpected{file.error()};
    if (!*file) continue;
    const auto source = source_of(**file);
    if (!source) return Unexpected{source.error()};
    const auto folded = fold_some({&*source, 1}, modules_, *database_, totals_);
    if (!folded) return Unexpected{folded.error()};
    if (Result<void> noted = note(**file, folded->front()); !noted) return noted;
  }
  return {};
}

Result<void> Worker::settle() {
  if (Result<void> done = serve(*database_, projections_); !done) return done;
  if (Result<void> done = rate_players(*database_); !done) return done;
  std::vector<std::string> others;
  Result<void> done = database_->run(
      "select name from queues where number < (select number from queues where name = ?)",
      {queue_name_}, [&](const auto& cells) { others.push_back(std::get<std::string>(cells[0])); });
  for (const std::string& other : others) {
    if (done) done = archive_->remove_queue(other);
    if (done) done = database_->run("delete from queues where name = ?", {other});
  }
  is_settled_ = done.has_value();
  return done;
}

Result<void> Worker::work() {
  if (Result<void> done = try_again(); !done) return done;
  Progress progress("projecting");
  std::int64_t done_here = 0;
  while (!is_interrupted()) {
    const auto tasks = queue_->take(batch_each * matches_at_once(), take_patience);
    const auto left = tasks ? queue_->left() : Unexpected{tasks.error()};
    if (!left) {
      if (!options_->follows || left.error().fault != Fault::system) return explained(left.error());
      warn("{}", left.error().sentence);
      std::this_thread::sleep_for(trouble_pause);
      continue;
    }
    const Result<void> folded = tasks->empty() ? Result<void>() : fold_batch(*tasks);
    if (!folded) return folded;
    done_here += static_cast<std::int64_t>(tasks->size());
    const auto others = static_cast<std::int64_t>(left->waiting + left->taken - tasks->size());
    progress.show(done_here, done_here + others);
    if (left->waiting + left->taken > 0) continue;
    if (!is_settled_) {
      if (Result<void> done = settle(); !done) return done;
    }
    if (!options_->follows) break;
  }
  return {};
}

Result<bool> Worker::is_whole() {
  bool is_whole = true;
  const Result<void> read =
      database_->run("select file from unfolded", {}, [&](const auto&) { is_whole = false; });
  return read ? Result<bool>(is_whole) : Unexpected{read.error()};
}

}  // namespace

Exit project_fleet(const ProjectOptions& options) {
  const auto archive = open_archive(options.fleet);
  if (!archive) return complain(archive.error());
  const auto database = open_database(options.database);
  if (!database) return complain(database.error());
  if (const Result<void> prepared = prepare(**database, options.database); !prepared) {
    return complain(prepared.error());
  }
  Worker worker(options, **archive, **database);
  if (const Result<void> opened = worker.open(); !opened) return complain(opened.error());
  catch_interrupts();
  Result<void> done = worker.work();
  const Result<bool> is_whole = worker.is_whole();
  if (done && !is_whole) done = Unexpected{is_whole.error()};
  return report_projected(options, worker.totals(), done, is_whole && *is_whole);
}

}  // namespace tutti::tool
