#include "fleet/lease_keeper.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace tutti::detail {

namespace {

Instant lease_now() { return std::chrono::steady_clock::now(); }

std::uint32_t milliseconds(Duration time) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(time / std::chrono::milliseconds(1), 0, UINT32_MAX));
}

}  // namespace

Result<void> LeaseKeeper::open(const FleetStoreOptions& options) {
  auto store = open_jetstream(options, [this] {
    {
      const std::lock_guard lock(mutex_);
      is_woken_ = true;
    }
    changed_.notify_all();
  });
  if (!store) return Unexpected{store.error()};
  store_ = std::move(*store);
  thread_ = std::thread([this] { run(); });
  return {};
}

void LeaseKeeper::stop() {
  if (!thread_.joinable()) return;
  bool was_there = false;
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    was_there = lease_.view(lease_now()).life > 0;
  }
  changed_.notify_all();
  thread_.join();
  affirmed_until_ = 0;
  // The lease would end by itself; this is sooner, where it can be said.
  if (was_there) static_cast<void>(store_->leave(relay_));
}

void LeaseKeeper::say(RelayCard card) {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = is_woken_ || !card_;
    card_ = std::move(card);
  }
  changed_.notify_all();
}

void LeaseKeeper::set_address(Address address) {
  const std::lock_guard lock(mutex_);
  address_ = std::move(address);
}

void LeaseKeeper::note_lag(const FleetStatus& status) {
  const std::lock_guard lock(mutex_);
  status_ = status;
}

void LeaseKeeper::affirm(std::uint64_t life) {
  const std::lock_guard lock(mutex_);
  affirmed_ = life;
  const bool is_that = lease_.view(lease_now()).life == affirmed_;
  affirmed_until_ = is_that ? lease_.until().time_since_epoch().count() : 0;
}

LeaseView LeaseKeeper::view() const {
  const std::lock_guard lock(mutex_);
  return lease_.view(lease_now());
}

Duration LeaseKeeper::left() const {
  const std::lock_guard lock(mutex_);
  return std::max(Duration{}, lease_.until() - lease_now());
}

bool LeaseKeeper::wait_for_lease(Duration patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return lease_.view(lease_now()).is_held; });
}

std::string LeaseKeeper::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void LeaseKeeper::run() {
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    is_woken_ = false;
    // The store wakes this under a mutex of its own, which its `next_announced` takes as well.
    lock.unlock();
    std::vector<std::uint32_t> stored;
    while (const auto renewal = store_->next_announced())
      stored.push_back(*renewal);
    lock.lock();
    take(stored);
    const Instant now = lease_now();
    if (card_ && lease_.is_due(now)) {
      const RelayCard card = card_to_send(now);
      lock.unlock();
      const Result<void> sent = store_->announce(card);
      if (store_->take_drain_request(relay_)) is_asked_to_drain_ = true;
      lock.lock();
      const bool is_held = lease_.view(lease_now()).is_held || card.renewal == 1;
      trouble_ = !sent     ? sent.error().sentence
                 : is_held ? std::string()
                           : "the fleet does not confirm this relay's lease";
    }
    const Instant due = card_ ? lease_.next_due() : lease_now() + limits::fleet_silence;
    changed_.wait_until(lock, due, [this] { return is_woken_ || is_ending_; });
  }
}

RelayCard LeaseKeeper::card_to_send(Instant now) {
  RelayCard card = *card_;
  card.relay = relay_;
  card.address = address_;
  card.lag_bytes = status_.lag_bytes;
  card.lag_milliseconds = milliseconds(status_.lag);
  card.lease_milliseconds = milliseconds(lease_.until() - now);
  card.renewal = lease_.send(now);
  return card;
}

void LeaseKeeper::take(std::span<const std::uint32_t> stored) {
  for (const std::uint32_t renewal : stored) {
    const std::uint64_t before = lease_.view(lease_now()).life;
    lease_.take_stored(renewal, lease_now());
    const std::uint64_t life = lease_.view(lease_now()).life;
    affirmed_until_ = life == affirmed_ ? lease_.until().time_since_epoch().count() : 0;
    if (life == before) continue;
    changed_.notify_all();
    renewed_();
  }
}

}  // namespace tutti::detail
