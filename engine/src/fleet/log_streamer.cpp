#include "fleet/log_streamer.hpp"

#include <algorithm>
#include <utility>

#include "tutti/replay/reader.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Bytes that are read from the journal and not stored yet; beyond it they stay in the file.
constexpr std::size_t waiting_bytes_max = 16 * 1024 * 1024;
/// Journals that are kept open though they have no name any more. Beyond it the matches that still
/// run are begun anew in the store, from the latest journal.
constexpr std::size_t journals_most = 16;
/// What a match does in this time shares an entry.
constexpr Duration gathering_time = std::chrono::milliseconds(5);
/// And that time has passed, of which nothing else is told.
constexpr Duration quiet_time = std::chrono::milliseconds(250);
constexpr Duration answer_time = std::chrono::seconds(5);
constexpr Duration retry_interval = std::chrono::milliseconds(250);
/// So long a server that was the leader may take itself for it, and say what was the last entry.
constexpr Duration old_leader_time = std::chrono::seconds(10);
constexpr MatchNumber only_number{1};

}  // namespace

void LogStreamer::follow(FollowedJournal journal) {
  if (!journals_.empty()) journals_.back().finish();
  const bool is_first = journals_.empty();
  journals_.push_back(std::move(journal));
  if (is_first) are_copies_whole_ = false;
  if (journals_.size() > journals_most) begin_anew();
}

void LogStreamer::reach(JournalPosition written) {
  if (!journals_.empty()) journals_.back().reach(written);
}

void LogStreamer::pass(Instant now) {
  store_->exchange();
  take_outcomes(now);
  read_on(now);
  left_ = {};
  for (auto& [id, log] : logs_) {
    if (log.sent && now - log.sent->at > answer_time) log.must_look = true;
    if (log.must_look && now >= std::max(next_try_, log.next_look)) look(log, now);
    send(log, now);
    note_left(log, now);
  }
  send_pages(now);
  store_->exchange();
  look_who_is_ready();
  if (left_.has_over) std::erase_if(logs_, [](const auto& each) { return is_past(each.second); });
}

void LogStreamer::note_left(const MatchLog& log, Instant now) {
  const bool wants = wants_to_send(log);
  left_.has_over = left_.has_over || is_past(log);
  left_.matches += !log.is_stopped && !is_past(log);
  left_.wants_to_send = left_.wants_to_send || wants;
  left_.goes_on_soon =
      left_.goes_on_soon || log.must_look || log.sent || (wants && (log.is_urgent || log.is_whole));
  if (log.sent || (log.is_urgent && wants)) {
    left_.lag = std::max(left_.lag, now - (log.sent ? log.sent->since : log.since));
  }
}

void LogStreamer::look_who_is_ready() {
  for (auto room = leaving_.begin(); room != leaving_.end();) {
    const auto found =
        std::ranges::find_if(logs_, [&](const auto& each) { return each.second.room == *room; });
    const bool is_lost = found == logs_.end() || found->second.is_stopped;
    const bool has_all =
        !is_lost && is_caught_up_ && found->second.is_known_whole && !wants_to_send(found->second);
    if (is_lost || has_all) ready_.emplace_back(*room, has_all);
    room = is_lost || has_all ? leaving_.erase(room) : std::next(room);
  }
}

void LogStreamer::let_go(const std::string& room) {
  leaving_.erase(room);
  std::erase_if(logs_, [&](const auto& each) {
    if (each.second.room != room) return false;
    forget(each.second);
    return true;
  });
}

// ---- What the store says ------------------------------------------------------------------------

void LogStreamer::take_outcomes(Instant now) {
  while (const auto outcome = store_->next_outcome()) {
    const auto found = logs_.find(outcome->match);
    if (found == logs_.end()) continue;
    MatchLog& log = found->second;
    if (outcome->is_page) {
      log.pages.take(*outcome);
      continue;
    }
    const bool is_awaited = log.sent && log.sent->entry.epoch == outcome->epoch &&
                            log.sent->entry.number == outcome->number;
    if (!is_awaited) continue;
    if (outcome->kind == AppendOutcome::Kind::stored) {
      take_stored(log, outcome->sequence, now);
    } else {
      log.must_look = true;
    }
  }
}

void LogStreamer::take_stored(MatchLog& log, std::uint64_t sequence, Instant now) {
  ++entries_;
  if (log.sent->is_urgent) lags_.add(now - log.sent->since);
  log.sequence = sequence;
  log.must_look = false;
  log.pages.take(log.sent->entry, sequence);
  if (log.pages.has_work()) paged_.insert(log.id);
  waiting_bytes_ -= log.sent->entry.records.size();
  log.next = log.sent->entry.number + 1;
  log.is_known_whole = log.is_known_whole || log.sent->entry.is_whole;
  if (log.is_known_whole && log.sent->through > log.through) {
    replicated_.emplace_back(log.room, log.through = log.sent->through);
  }
  log.sent.reset();
  trouble_.clear();
}

void LogStreamer::look(MatchLog& log, Instant now) {
  const auto last = store_->last(log.id);
  if (last) return look_at(log, *last, now);
  note(last.error());
  next_try_ = now + retry_interval;
}

/// What is known to be stored is not there: somebody says so who does not know better, or the
/// servers have lost it.
bool LogStreamer::may_be_old(MatchLog& log, const std::optional<StoredEntry>& last, Instant now) {
  const bool is_older = (last ? last->sequence : 0) < log.sequence;
  if (!is_older) return log.looked_back.reset(), false;
  if (!log.looked_back) log.looked_back = now;
  return now - *log.looked_back < old_leader_time;
}

void LogStreamer::look_at(MatchLog& log, const std::optional<StoredEntry>& last, Instant now) {
  if (may_be_old(log, last, now)) {
    log.next_look = now + retry_interval;
    return;
  }
  const bool is_ours = last && last->entry.owner == owner_ && last->entry.epoch == log.epoch;
  const bool is_it = is_ours && log.sent && last->entry.number == log.sent->entry.number;
  if (is_it || (is_ours && log.sent && TUTTI_MUTANT(entries_have_no_number))) {
    return take_stored(log, last->sequence, now);
  }
  // Nothing of this epoch is there: it begins behind what there is, if the last of that is ours.
  // Whoever goes on with another one's log has said so in there, by an entry without records.
  if (log.next == 0 && (!last || last->entry.owner == owner_)) {
    log.sequence = last ? last->sequence : 0;
    log.epoch = last ? last->entry.epoch + 1 : 1;
  } else if (is_ours && last->entry.number + 1 == log.next) {
    log.sequence = last->sequence;
  } else {
    log.is_fenced = last && !is_ours;
    if (log.is_fenced) fenced_news_.push_back(log.id);
    ++(log.is_fenced ? fenced_ : lost_);
    return stop(log);
  }
  log.must_look = false;
  if (!log.sent) return;
  // With the very bytes that it had: should they have been on their way still, then whichever comes
  // first is stored, and the other one is answered as if it were.
  ++repeated_;
  log.sent->entry.epoch = log.epoch;
  append(log, now);
}

void LogStreamer::append(MatchLog& log, Instant now) {
  log.sent->at = now;
  const Result<void> begun = store_->append(log.sent->entry, log.sequence);
  if (begun) return;
  note(begun.error());
  log.must_look = true;
  next_try_ = now + retry_interval;
}

void LogStreamer::stop(MatchLog& log) {
  forget(log);
  log.gathered = {};
  log.sent.reset();
  log.must_look = false;
  log.is_stopped = true;
}

void LogStreamer::forget(const MatchLog& log) {
  waiting_bytes_ -= log.gathered.size() + (log.sent ? log.sent->entry.records.size() : 0);
}

// ---- What the journal has -----------------------------------------------------------------------

void LogStreamer::read_on(Instant now) {
  is_caught_up_ = false;
  while (!journals_.empty() && waiting_bytes_ < waiting_bytes_max) {
    FollowedJournal& journal = journals_.front();
    const auto record = journal.next();
    if (!record) {
      note(record.error());
      if (journals_.size() == 1) return;  // until there is another one
      begin_anew();
      continue;
    }
    if (*record) {
      take(journal, **record, now);
      continue;
    }
    if (journal.is_past_copies() && !std::exchange(are_copies_whole_, true)) say_whole();
    if (!journal.is_at_end() || journals_.size() == 1) {
      is_caught_up_ = true;
      return;
    }
    finish_front();
  }
}

/// On to the next journal.
void LogStreamer::finish_front() {
  if (!journals_[1].is_continued()) return begin_anew();
  journals_.pop_front();
  numbers_.clear();
  are_copies_whole_ = false;
  std::erase_if(logs_,
                [](const auto& log) { return log.second.is_stopped && !log.second.is_fenced; });
}

/// The latest journal has all that still matters of the matches that run; what is in the store of
/// them is replaced by that.
void LogStreamer::begin_anew() {
  while (journals_.size() > 1)
    journals_.pop_front();
  numbers_.clear();
  are_copies_whole_ = false;
  std::erase_if(logs_, [this](const auto& each) {
    const MatchLog& log = each.second;
    if (log.is_fenced || log.is_over) return false;
    forget(log);
    missing_.insert(log.id);
    // Or who does not know of it could say that an epoch is free which has been used.
    if (log.sequence != 0) expect(log.id, log.sequence);
    return true;
  });
}

void LogStreamer::take(const FollowedJournal& journal, const Record& record, Instant now) {
  // A derived one repeats what others say.
  if ((record.flags & record_flags::derived) != 0) return;
  if (record.type == static_cast<std::uint8_t>(RecordType::setup)) take_opening(journal, record);
  const auto number = numbers_.find(record.match);
  const auto found = number == numbers_.end() ? logs_.end() : logs_.find(number->second);
  if (found == logs_.end() || found->second.is_stopped) return;
  if (journal.is_continued() && journal.is_among_copies()) return;
  MatchLog& log = found->second;
  const std::size_t before = log.gathered.size();
  if (before == 0) log.gathered.reserve(128);  // most entries have no more
  append_record(log.gathered, {record.type, record.flags, only_number, record.payload});
  waiting_bytes_ += log.gathered.size() - before;
  const std::optional<EventsHead> head = events_head_of(record);
  if (head && !follows(log, *head)) {
    ++lost_;
    note({Fault::bad_data, "events are missing in the relay's journal"});
    return stop(log);
  }
  const bool is_urgent = !head || head->events > 0;
  if (is_urgent && !std::exchange(log.is_urgent, true)) log.since = now;
  if (record.type == static_cast<std::uint8_t>(RecordType::end)) log.is_over = true;
}

/// Whether no event is missing before these, which then count as read.
bool LogStreamer::follows(MatchLog& log, const EventsHead& head) {
  if (log.next_event != 0 && head.first_sequence != log.next_event) return false;
  log.next_event = head.first_sequence + head.events;
  log.gathered_through = head.horizon;
  return true;
}

void LogStreamer::take_opening(const FollowedJournal& journal, const Record& record) {
  Bytes file;
  append_file_header(file);
  append_record(file, {record.type, record.flags, only_number, record.payload});
  const Result<ReadMatch> match = read_match(file);
  if (!match) return note(match.error());
  const MatchId id = match_id_of(match->record);
  const bool is_copy = journal.is_among_copies();
  if (is_copy && journal.is_continued()) {
    // Of a match that is over and stored there is nothing to be done.
    if (logs_.contains(id)) numbers_[record.match] = id;
    return;
  }
  numbers_[record.match] = id;
  missing_.erase(id);
  if (const auto known = logs_.find(id); known != logs_.end()) {
    if (known->second.is_fenced && is_copy) return;
    forget(known->second);
  }
  if (!is_copy) openings_.emplace_back(match->record.room, id);
  // There may be something of a match that was begun before; of a new one there is nothing.
  const auto expected = expected_.extract(id);
  logs_.insert_or_assign(id, MatchLog{.id = id,
                                      .room = match->record.room,
                                      .sequence = expected.empty() ? 0 : expected.mapped(),
                                      .must_look = !expected.empty() || is_copy,
                                      .is_whole = !is_copy,
                                      .pages = LogPages(page_bytes_)});
}

void LogStreamer::say_whole() {
  for (const auto& [number, id] : numbers_) {
    const auto found = logs_.find(id);
    if (found != logs_.end() && !found->second.is_known_whole) found->second.is_whole = true;
  }
  lost_ += missing_.size();
  for (const MatchId& id : missing_)
    expected_.erase(id);
  missing_.clear();
}

// ---- Sending ------------------------------------------------------------------------------------

bool LogStreamer::wants_to_send(const MatchLog& log) {
  return !log.is_stopped && (log.sent || !log.gathered.empty() || log.is_whole);
}

/// It is stored to its end.
bool LogStreamer::is_past(const MatchLog& log) {
  return log.is_over && log.is_known_whole && !wants_to_send(log);
}

void LogStreamer::send(MatchLog& log, Instant now) {
  const bool is_urgent = log.is_urgent || log.is_whole || leaving_.contains(log.room);
  const Duration pause = is_urgent ? gathering_time : quiet_time;
  const bool may_send = !log.sent && !log.must_look && now - log.sent_at >= pause;
  if (!may_send || !wants_to_send(log) || now < next_try_) return;
  LogEntry entry{.match = log.id, .owner = owner_, .epoch = log.epoch, .number = log.next};
  if (log.gathered.size() <= limits::fleet_entry_bytes) {
    // Of a match that was taken up all must have been read: it may be long.
    if (is_caught_up_) entry.is_whole = std::exchange(log.is_whole, false);
    entry.records = std::exchange(log.gathered, {});
  } else {
    const auto cut = log.gathered.begin() + static_cast<std::ptrdiff_t>(limits::fleet_entry_bytes);
    entry.records.assign(log.gathered.begin(), cut);
    log.gathered.erase(log.gathered.begin(), cut);
  }
  log.sent_at = now;
  log.sent = {.entry = std::move(entry),
              .is_urgent = log.is_urgent,
              .since = log.is_urgent ? log.since : now,
              .through = log.gathered.empty() ? log.gathered_through : log.through};
  log.is_urgent = !log.gathered.empty();
  log.since = now;
  append(log, now);
}

void LogStreamer::send_pages(Instant now) {
  std::erase_if(paged_, [&](const MatchId& match) {
    const auto found = logs_.find(match);
    if (found == logs_.end()) return true;
    found->second.pages.pass(*store_, now);
    return !found->second.pages.has_work();
  });
}

// ---- For others ---------------------------------------------------------------------------------

bool LogStreamer::is_done() const {
  const bool is_read = std::ranges::all_of(
      journals_, [](const FollowedJournal& journal) { return journal.unread() == 0; });
  return is_read && !left_.wants_to_send;
}

Instant LogStreamer::next_due(Instant now) const {
  return std::max(now + (left_.goes_on_soon ? gathering_time : quiet_time), next_try_);
}

FleetStatus LogStreamer::status() const {
  FleetStatus status{.matches = left_.matches,
                     .entries = entries_,
                     .lag_bytes = waiting_bytes_,
                     .lag = left_.lag,
                     .lags = lags_,
                     .repeated = repeated_,
                     .fenced = fenced_,
                     .lost = lost_,
                     .trouble = trouble_};
  for (const FollowedJournal& journal : journals_)
    status.lag_bytes += journal.unread();
  return status;
}

}  // namespace tutti::detail
