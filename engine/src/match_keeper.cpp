#include "tutti/engine/match_keeper.hpp"

#include <algorithm>
#include <filesystem>

#include "tutti/engine/files.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// How often the disk is tried again that did not take a file, or that fails a journal.
constexpr std::chrono::seconds retry_interval{1};
/// Matches that are not files yet and are kept in memory, to be tried again.
constexpr std::size_t unkept_most = 1000;
/// Differences of one match whose evidence is kept: a machine whose memory fails all the time fills
/// no disk.
constexpr std::size_t evidence_most = 8;

std::string file_name_of(const MatchRecord& match) {
  return match_file_name(match.started_utc, match.log.setup().rules, match.room);
}

/// Two matches in one room cannot both go on. The earlier one has lost its end, for want of space.
void close_double_rooms(RecoveredJournal& recovered) {
  auto& running = recovered.running;
  for (std::size_t i = 0; i < running.size();) {
    const bool is_followed =
        std::any_of(running.begin() + static_cast<std::ptrdiff_t>(i) + 1, running.end(),
                    [&](const auto& later) { return later.record.room == running[i].record.room; });
    if (!is_followed) {
      ++i;
      continue;
    }
    close_lost(running[i].record);
    recovered.over.push_back(std::move(running[i].record));
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace

Result<MatchKeeper> MatchKeeper::open(Storage& storage, Options options) {
  Result<RecoveredJournal> recovered =
      recover_journal(storage, options.journal_path, options.journal);
  if (!recovered) return Unexpected{recovered.error()};
  close_double_rooms(*recovered);
  return MatchKeeper(storage, std::move(options), std::move(*recovered));
}

MatchKeeper::MatchKeeper(Storage& storage, Options options, RecoveredJournal recovered)
    : storage_(&storage),
      options_(std::move(options)),
      journal_(std::move(recovered.journal)),
      running_(std::move(recovered.running)) {
  for (MatchRecord& record : recovered.over)
    keep(std::move(record));
}

void MatchKeeper::keep(MatchRecord record) {
  if (options_.key && record.log.last_event() <= record.log.horizon()) sign(record, *options_.key);
  const Result<void> written = write(record);
  if (written) return;
  note(written.error());
  if (TUTTI_MUTANT(unkept_match_is_forgotten)) return;
  unkept_.push_back(std::move(record));
  if (unkept_.size() <= unkept_most) return;
  unkept_.erase(unkept_.begin());
  ++forgotten_;
}

Result<void> MatchKeeper::write(const MatchRecord& record) {
  const Result<KeptFile> kept =
      keep_match_file(record, options_.folder, file_name_of(record), *storage_);
  if (!kept) return Unexpected{kept.error()};
  if (!kept->was_there) files_.push_back(kept->path);
  return {};
}

void MatchKeeper::keep_evidence(const FoundDesync& found) {
  if (found.match.desyncs.size() > evidence_most) return;
  const std::filesystem::path name = file_name_of(found.match);
  const std::string evidence =
      name.stem().string() + "-tick" + std::to_string(found.bundle.finding.tick.value) + ".desync";
  const Result<KeptFile> kept =
      keep_file(write_desync(found.match, found.bundle), options_.folder, evidence, *storage_);
  if (!kept) return note(kept.error());
  if (!kept->was_there) evidence_.push_back(kept->path);
}

void MatchKeeper::take_finished(RelayServer& server, Instant now) {
  while (auto record = server.next_finished()) {
    keep(std::move(*record));
    next_try_ = now + retry_interval;
  }
  while (const auto found = server.next_desync())
    keep_evidence(*found);
}

std::optional<Error> MatchKeeper::pass(RelayServer& server, Instant now) {
  take_finished(server, now);
  if (!unkept_.empty() && now >= next_try_) try_again(now);
  renew_if_due(server, now);
  const std::optional<Error>& failing = journal_->status().error;
  if (failing && !is_journal_failing_) note(*failing);
  is_journal_failing_ = failing.has_value();
  return std::exchange(trouble_, std::nullopt);
}

/// One match whose file cannot be written stands in no other one's way.
void MatchKeeper::try_again(Instant now) {
  next_try_ = now + retry_interval;
  while (!unkept_.empty() && write(unkept_.front()))
    unkept_.erase(unkept_.begin());
  if (!unkept_.empty()) std::rotate(unkept_.begin(), unkept_.begin() + 1, unkept_.end());
}

void MatchKeeper::renew_if_due(RelayServer& server, Instant now) {
  const bool is_large = journal_->status().written.bytes > options_.journal_bytes_max;
  const bool is_due = is_large || journal_->status().must_be_renewed;
  // A match that neither a file has nor our memory must stay where it is.
  if (!is_due || now < next_renewal_ || forgotten_ > 0) return;
  next_renewal_ = now + retry_interval;
  Result<RenewedJournal> renewed = renew_journal(*storage_, options_.journal_path, server, unkept_);
  if (!renewed) {
    note(renewed.error());
    if (is_large) options_.journal_bytes_max *= 2;  // not again at once
    return;
  }
  journal_ = std::move(renewed->journal);
  server.continue_in(*journal_, renewed->numbers);
  ++renewals_;
  options_.journal_bytes_max =
      std::max(options_.journal_bytes_max, 2 * journal_->status().written.bytes);
}

std::optional<Error> MatchKeeper::close(RelayServer& server) {
  if (!journal_) return std::nullopt;
  take_finished(server, Instant{});
  for (std::size_t tries = unkept_.size(); tries > 0 && !unkept_.empty(); --tries)
    try_again(Instant{});
  journal_->flush_and_sync();
  std::optional<Error> trouble = std::exchange(trouble_, std::nullopt);
  const bool has_all_files = unkept() == 0 || TUTTI_MUTANT(journal_goes_with_its_matches);
  const bool is_done =
      has_all_files && running_.empty() && server.running_count() == 0 && !journal_->status().error;
  journal_.reset();
  if (is_done) {
    const Result<void> removed = storage_->remove(options_.journal_path);
    return removed ? trouble : removed.error();
  }
  if (unkept() == 0) return trouble;
  const std::string matches =
      unkept() == 1 ? "1 match is" : std::to_string(unkept()) + " matches are";
  return Error{Fault::system, matches + " only in the journal " + options_.journal_path +
                                  ", since no file could be written" +
                                  (trouble ? " (" + trouble->sentence + ")" : std::string()) +
                                  "; a relay that is started on this journal makes files of them"};
}

}  // namespace tutti
