#include "storm_relay.hpp"

#include <algorithm>

#include "tutti/replay/journal_recovery.hpp"

namespace tutti::detail {

namespace {

constexpr const char* journal_path = "relay.journal";
constexpr Duration relay_period = std::chrono::milliseconds(4);
/// Outputs of a relay's pass among which it may die.
constexpr std::uint32_t doom_outputs = 6;
/// How long after its last restart it may still be busy with it.
constexpr Duration convalescence = std::chrono::seconds(14);
constexpr Duration renewal_interval = std::chrono::seconds(1);

}  // namespace

StormRelay::StormRelay(Options options, const Around& around, Instant now)
    : options_(std::move(options)),
      around_(around),
      mortality_(options_.seed),
      seen_storage_(storage_, mortality_),
      due_(now),
      well_since_(now) {
  start(now);
}

bool StormRelay::pass(Instant now) {
  due_ += relay_period;
  server_->pass(now);
  if (!mortality_.is_dead()) renew_journal_if_due(now);
  if (mortality_.is_dead()) {
    kill();
    return false;
  }
  // Told, and not in the file.
  may_lose_ = journal_->status().written < journal_->status().appended;
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
  // It may have decided what it takes back, and told of it, in the pass in which it dies.
  look_recovered();
  // What was told and is not in the file may be gone, by the disk's fault; and what it took back
  // may be lost again before anybody has looked.
  may_lose_ =
      may_lose_ || is_disk_failing_ || death_ == FaultKind::relay_power_loss || is_recovering_;
  around_.tally->reconnects += server_->statistics().resumed;
  around_.tally->adoptions += server_->statistics().adopted;
  server_.reset();
  journal_.reset();
  link_.reset();
  if (death_ == FaultKind::relay_power_loss) storage_.lose_power(*around_.chance);
}

void StormRelay::start(Instant now) {
  mortality_.revive();
  link_ = std::make_unique<MortalLink>(around_.network->listen(), mortality_);
  Result<RecoveredJournal> recovered =
      recover_journal(seen_storage_, journal_path, {.sync_interval = options_.sync_interval});
  TUTTI_ASSERT(recovered.has_value(), recovered.error().sentence);
  journal_.emplace(std::move(recovered->journal));
  RelayServer::Options chosen{.seed = {options_.seed, lives_, 0, 0}};
  server_ = std::make_unique<RelayServer>(*link_, *journal_, chosen);
  if (lives_++ == 0) return;
  ++around_.tally->relay_restarts;
  due_ = now;
  for (const RecoveredJournal::Running& match : recovered->running)
    server_->restore(match.number, match.record, now);
  const RelayMatch* found = match();
  if (found == nullptr) return around_.witness->complain("the relay forgot its match");
  if (may_lose_) {
    // What its players bring back is to be there once they have.
    around_.witness->forgive(found->epoch());
    is_recovering_ = true;
  } else if (!is_recovering_) {
    around_.witness->look_recovered(*found, false);
  }
  may_lose_ = false;
}

/// As RelayService does it.
void StormRelay::renew_journal_if_due(Instant now) {
  if (!journal_->status().must_be_renewed || now < next_renewal_) return;
  next_renewal_ = now + renewal_interval;
  Result<RenewedJournal> renewed = renew_journal(seen_storage_, journal_path, *server_);
  if (!renewed) return;
  journal_ = std::move(renewed->journal);
  server_->continue_in(*journal_, renewed->numbers);
  ++around_.tally->renewals;
}

void StormRelay::look_recovered() {
  if (!is_recovering_ || server_->is_recovering(options_.room)) return;
  is_recovering_ = false;
  around_.witness->look_recovered(*match(), true);
}

const RelayMatch* StormRelay::match() const {
  return server_ ? server_->match(options_.room) : nullptr;
}

void StormRelay::count_last() {
  if (!server_) return;
  around_.tally->reconnects += server_->statistics().resumed;
  around_.tally->adoptions += server_->statistics().adopted;
  around_.tally->matches_unwritten += server_->statistics().matches_unwritten;
}

}  // namespace tutti::detail
