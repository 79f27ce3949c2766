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
  if (options_.follower != nullptr) {
    options_.follower->begin(
        {.path = options_.journal_path, .written = journal_->status().written});
  }
  for (MatchRecord& record : recovered.over)
    take(JournaledMatch(std::move(record)));
  finish_all_writing();
  if (!recovered.kept_damaged) return;
  note(
      {Fault::bad_data, "the journal " + options_.journal_path +
                            " was damaged: what could be read of it goes on, and all of it is in " +
                            *recovered.kept_damaged +
                            (trouble_ ? " (" + trouble_->sentence + ")" : std::string())});
}

// ---- Files --------------------------------------------------------------------------------------

/// Goes on with the files of matches that have none: as long as the disk takes them, or one at a
/// time aside.
void MatchKeeper::write_on(const RelayServer& server, Instant now) {
  for (;;) {
    if (writing_) {
      if (writing_->outcome.wait_for(Duration{}) == std::future_status::timeout) return;
      const bool is_again = writing_->is_again;
      if (finish_writing() && is_again) next_try_ = {};
    }
    // A journal that is begun anew has to have all of them, and cannot while one is on its way.
    if (options_.writes_aside && is_renewal_due(server, now)) return;
    if (untried_ > 0) {
      start_writing(unkept_.size() - untried_);
    } else if (!unkept_.empty() && now >= next_try_) {
      next_try_ = now + retry_interval;
      start_writing(0);
    } else {
      return;
    }
  }
}

void MatchKeeper::start_writing(std::size_t place) {
  const auto match = std::make_shared<JournaledMatch>(std::move(unkept_[place]));
  unkept_.erase(unkept_.begin() + static_cast<std::ptrdiff_t>(place));
  const bool is_again = place + untried_ < unkept_.size() + 1;
  if (!is_again) --untried_;
  const auto keep = [match, is_again, key = options_.key, folder = options_.folder,
                     storage = storage_] {
    const std::string name = file_name_of(match->rest);
    if (match->pages.size() > 0) return keep_match_file(*match, key, folder, name, *storage);
    MatchRecord& record = match->rest;
    const bool is_final = record.log.last_event() <= record.log.horizon();
    if (key && is_final && !is_again) sign(record, *key);
    return keep_match_file(record, folder, name, *storage);
  };
  const auto write = [keep, outbox = options_.outbox]() -> Result<KeptFile> {
    Result<KeptFile> kept = keep();
    if (!kept || !outbox) return kept;
    const Result<void> noted = outbox->add(kept->path);
    return noted ? kept : Unexpected{noted.error()};
  };
  // Without a thread to be had, it is written here.
  const auto launch =
      options_.writes_aside ? std::launch::async | std::launch::deferred : std::launch::deferred;
  writing_ = Writing{match, is_again, std::async(launch, write)};
}

/// One match whose file cannot be written stands in no other one's way. The same trouble is told
/// once.
bool MatchKeeper::finish_writing() {
  const Result<KeptFile> kept = writing_->outcome.get();
  Writing done = std::move(*writing_);
  writing_.reset();
  if (kept) {
    files_written_ += !kept->was_there;
    if (!kept->was_there) note_written(files_, {kept->path, done.match->rest.room});
    return true;
  }
  if (!done.is_again) note(kept.error());
  if (TUTTI_MUTANT(unkept_match_is_forgotten)) return false;
  unkept_.insert(unkept_.end() - static_cast<std::ptrdiff_t>(untried_), std::move(*done.match));
  return false;
}

/// Tries each once that has not been tried.
void MatchKeeper::finish_all_writing() {
  if (writing_) finish_writing();
  while (untried_ > 0) {
    start_writing(unkept_.size() - untried_);
    finish_writing();
  }
  forget_what_is_too_much();
}

void MatchKeeper::keep_evidence(FoundDesync found) {
  if (found.match.rest.desyncs.size() > evidence_most) return;
  const Result<MatchRecord> match = std::move(found.match).read();
  if (!match) return note(match.error());
  const std::filesystem::path name = file_name_of(*match);
  const std::string evidence =
      name.stem().string() + "-tick" + std::to_string(found.bundle.finding.tick.value) + ".desync";
  const Result<KeptFile> kept =
      keep_file(write_desync(*match, found.bundle), options_.folder, evidence, *storage_);
  if (!kept) return note(kept.error());
  if (!kept->was_there) note_written(evidence_, {kept->path, match->room, true});
}

void MatchKeeper::note_written(std::vector<std::string>& list, WrittenFile file) {
  if (list.size() == limits::written_files) list.erase(list.begin());
  list.push_back(file.path);
  if (written_.size() == limits::written_files) written_.pop_front();
  written_.push_back(std::move(file));
}

std::optional<WrittenFile> MatchKeeper::next_written() {
  if (written_.empty()) return std::nullopt;
  WrittenFile file = std::move(written_.front());
  written_.pop_front();
  return file;
}

void MatchKeeper::take_finished(RelayServer& server, Instant now) {
  while (auto match = server.next_finished()) {
    if (take(std::move(*match))) next_try_ = now + retry_interval;
  }
  while (auto found = server.next_desync())
    keep_evidence(std::move(*found));
}

/// Whether it is to become a file. Rooms cost nothing to open, and files have to be looked through
/// by people.
bool MatchKeeper::take(JournaledMatch match) {
  const bool is_wanted = match.is_played || options_.keeps_unplayed;
  if (!is_wanted && !TUTTI_MUTANT(unplayed_matches_are_files)) {
    ++unplayed_;
    return false;
  }
  unkept_.push_back(std::move(match));
  ++untried_;
  return true;
}

std::optional<Error> MatchKeeper::pass(RelayServer& server, Instant now) {
  tell_follower();
  take_finished(server, now);
  write_on(server, now);
  forget_what_is_too_much();
  renew_if_due(server, now);
  const std::optional<Error>& failing = journal_->status().error;
  if (failing && !is_journal_failing_) note(*failing);
  is_journal_failing_ = failing.has_value();
  return std::exchange(trouble_, std::nullopt);
}

/// Only the journal has the oldest from then on.
void MatchKeeper::forget_what_is_too_much() {
  for (; unkept_.size() > unkept_most; ++forgotten_) {
    unkept_.erase(unkept_.begin());
    untried_ = std::min(untried_, unkept_.size());
  }
}

bool MatchKeeper::is_renewal_due(const RelayServer& server, Instant now) const {
  // Nobody waits any longer for what players bring back to matches that are copied: while somebody
  // does, the journal may become twice as large.
  const bool is_large = is_journal_large() || must_renew_;
  const bool may_wait = is_large &&
                        journal_->status().written.bytes < 2 * options_.journal_bytes_max &&
                        server.is_recovering();
  const bool is_due = journal_->status().must_be_renewed || (is_large && !may_wait);
  // A match that neither a file has nor our memory must stay where it is.
  return is_due && now >= next_renewal_ && forgotten_ == 0;
}

void MatchKeeper::renew_if_due(RelayServer& server, Instant now) {
  if (!is_renewal_due(server, now) || writing_) return;
  const bool is_large = is_journal_large();
  next_renewal_ = now + retry_interval;
  Result<RenewedJournal> renewed = renew_journal(*storage_, options_.journal_path, server, unkept_);
  if (!renewed) {
    note(renewed.error());
    if (is_large) options_.journal_bytes_max *= 2;  // not again at once
    return;
  }
  must_renew_ = false;
  // What had to be written before it could be copied counts too.
  const JournalStatus before = journal_->status();
  journal_ = std::move(renewed->journal);
  server.continue_in(*journal_, renewed->numbers);
  if (options_.follower != nullptr) {
    options_.follower->begin(
        {.path = options_.journal_path,
         .written = journal_->status().written,
         .is_continued = (before.written == before.appended && before.records_dropped == 0) ||
                         TUTTI_MUTANT(copies_have_nothing_new)});
  }
  ++renewals_;
  options_.journal_bytes_max =
      std::max(options_.journal_bytes_max, 2 * journal_->status().written.bytes);
}

void MatchKeeper::tell_follower() const {
  if (options_.follower != nullptr) options_.follower->reach(journal_->status().written);
}

std::optional<Error> MatchKeeper::close(RelayServer& server) {
  if (!journal_) return std::nullopt;
  take_finished(server, Instant{});
  finish_all_writing();
  for (std::size_t tries = unkept_.size(); tries > 0; --tries) {
    start_writing(0);
    finish_writing();
  }
  journal_->flush_and_sync();
  tell_follower();
  std::optional<Error> trouble = std::exchange(trouble_, std::nullopt);
  const bool has_all_files = unkept() == 0 || TUTTI_MUTANT(journal_goes_with_its_matches);
  const bool is_done =
      has_all_files && running_.empty() && server.running_count() == 0 && !journal_->status().error;
  // Whoever has pages of the journal keeps it open.
  forgotten_ += std::exchange(unkept_, {}).size();
  untried_ = 0;
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
