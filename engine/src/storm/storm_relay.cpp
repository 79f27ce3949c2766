#include "storm_relay.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {

constexpr const char* journal_path = "relay.journal";
constexpr Duration relay_period = std::chrono::milliseconds(4);
/// Outputs of a relay's pass among which it may die.
constexpr std::uint32_t doom_outputs = 6;
/// How long after its last restart it may still be busy with it.
constexpr Duration convalescence = std::chrono::seconds(14);

}  // namespace

StormRelay::StormRelay(Options options, const Around& around, Instant now)
    : options_(std::move(options)),
      around_(around),
      mortality_(options_.seed),
      seen_storage_(storage_, mortality_),
      due_(now),
      well_since_(now),
      keeping_(storage_, options_.trouble) {
  storage_.set_sync_delay(options_.sync_delay_passes, options_.seed);
  start(now);
}

bool StormRelay::pass(Instant now) {
  due_ += relay_period;
  server_->pass(now);
  if (!mortality_.is_dead()) keep(now);
  if (mortality_.is_dead()) {
    kill();
    return false;
  }
  // Told, and not in the file.
  const JournalStatus& journal = keeper_->journal().status();
  may_lose_ = journal.written < journal.appended;
  look_recovered();
  return true;
}

void StormRelay::begin_fault(const StormFault& fault, Instant ends_at) {
  well_since_ = Instant::max();
  switch (fault.kind) {
    case FaultKind::relay_pause:
      due_ = std::max(due_, ends_at);
      return;
    case FaultKind::relay_kill:
    case FaultKind::relay_power_loss:
      // At once, or at one of its next outputs.
      death_ = fault.kind;
      if (!options_.dies_anywhere || around_.chance->chance(4)) return kill();
      return mortality_.doom(doom_outputs);
    case FaultKind::disk_full:
      storage_.set_faults({.space_bytes = 0});
      is_disk_failing_ = true;
      return;
    case FaultKind::disk_error:
      storage_.set_faults({.writes_fail = true});
      is_disk_failing_ = true;
      return;
    case FaultKind::disk_sync_error:
      return storage_.set_faults({.syncs_fail = true});
    default:
      return;
  }
}

void StormRelay::end_fault(const StormFault& fault, Instant now) {
  if (fault.kind == FaultKind::relay_kill || fault.kind == FaultKind::relay_power_loss) {
    if (!is_down()) kill();
    start(now);
  } else if (fault.kind != FaultKind::relay_pause) {
    storage_.set_faults({});
    is_disk_failing_ = false;
  }
  well_since_ = now + convalescence;
}

void StormRelay::kill() {
  if (const RelayMatch* dying = match()) around_.witness->note_closed(dying->horizon());
  // It may have decided what it takes back, and told of it, in the pass in which it dies.
  look_recovered();
  // Events that were told and are not in the file may be gone, by the disk's fault; and events
  // that it took back may be lost again before anybody has looked.
  may_lose_ =
      may_lose_ || is_disk_failing_ || death_ == FaultKind::relay_power_loss || is_recovering_;
  around_.tally->reconnects += server_->statistics().resumed;
  around_.tally->adoptions += server_->statistics().adopted;
  server_.reset();
  keeper_.reset();
  link_.reset();
  if (death_ == FaultKind::relay_power_loss) storage_.lose_power(*around_.chance);
}

void StormRelay::start(Instant now) {
  mortality_.revive();
  link_ = std::make_unique<MortalLink>(around_.network->listen(), mortality_);
  Result<MatchKeeper> opened = MatchKeeper::open(seen_storage_, keeper_options());
  TUTTI_ASSERT(opened.has_value(), opened.error().sentence);
  keeper_.emplace(std::move(*opened));
  RelayServer::Options chosen{.seed = {options_.seed, lives_, 1, 0}};
  server_ = std::make_unique<RelayServer>(*link_, keeper_->journal(), chosen);
  if (lives_++ == 0) return;
  ++around_.tally->relay_restarts;
  due_ = now;
  for (const RecoveredJournal::Running& match : keeper_->take_running())
    server_->restore(match.number, match.record, now);
  const RelayMatch* found = match();
  if (found == nullptr) return around_.witness->complain("the relay forgot its match");
  if (may_lose_) {
    // The events that its players bring back have to be there once they are back.
    around_.witness->forgive(found->epoch());
    is_recovering_ = true;
  } else if (!is_recovering_) {
    around_.witness->look_recovered(*found, false);
  }
  may_lose_ = false;
}

MatchKeeper::Options StormRelay::keeper_options() const {
  return {.journal_path = journal_path,
          .journal = {.sync_interval = options_.sync_interval},
          .keeps_unplayed = true};  // a match of a game that does nothing is compared too
}

/// As RelayService does it.
void StormRelay::keep(Instant now) {
  if (!keeping_.has_begun() && server_->statistics().matches_finished > 0) {
    keeping_.begin(options_.setup, options_.room, now);
  }
  keeping_.pass(now);
  const std::uint64_t renewals = keeper_->renewals();
  keeper_->pass(*server_, now);
  around_.tally->renewals += keeper_->renewals() - renewals;
}

void StormRelay::look_recovered() {
  if (!is_recovering_ || server_->is_recovering(options_.room)) return;
  is_recovering_ = false;
  around_.witness->look_recovered(*match(), true);
}

const RelayMatch* StormRelay::match() const {
  return server_ ? server_->match(options_.room) : nullptr;
}

std::optional<MatchRecord> StormRelay::end() {
  if (!server_) return std::nullopt;
  around_.tally->reconnects += server_->statistics().resumed;
  around_.tally->adoptions += server_->statistics().adopted;
  around_.tally->matches_unwritten += server_->statistics().matches_unwritten;
  if (!keeping_.has_begun()) return std::nullopt;
  keeping_.end_relay(*keeper_, *server_);
  server_.reset();
  keeper_.reset();
  keeping_.start_again(*link_, keeper_options());
  std::optional<MatchRecord> record = keeping_.record();
  for (const std::string& problem : keeping_.problems())
    around_.witness->complain(problem);
  return record;
}

}  // namespace tutti::detail
