#pragma once
// The thread that keeps a relay's lease: it says again and again that the relay is there, by a
// connection of its own, and waits for nobody. Everybody may ask at any time how the lease stands.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "fleet/lease.hpp"
#include "tutti/engine/fleet.hpp"

namespace tutti::detail {

class LeaseKeeper {
 public:
  /// `renewed` is called on another thread when there is a lease that was not there before.
  LeaseKeeper(RelayId relay, std::function<void()> renewed)
      : relay_(relay), renewed_(std::move(renewed)) {}
  ~LeaseKeeper() { stop(); }

  /// Errors: see `open_jetstream`.
  Result<void> open(const FleetStoreOptions& options);
  /// From now on the relay has nothing, and the others know.
  void stop();

  /// What the others are told from now on; `relay`, `address`, the lag and the lease are filled in.
  void say(RelayCard card);
  void set_address(Address address);
  void note_lag(const FleetStatus& status);
  /// All that is said of the relay's rooms was said in this lease.
  void affirm(std::uint64_t life);

  LeaseView view() const;
  /// Whether there is a lease at this time for which all was affirmed.
  bool has_lease(Instant now) const { return now.time_since_epoch().count() < affirmed_until_; }
  /// How long it lasts still.
  Duration left() const;
  bool wait_for_lease(Duration patience);
  std::string trouble() const;
  /// Somebody wants the relay to hand its matches to others.
  bool is_asked_to_drain() const { return is_asked_to_drain_; }

 private:
  void run();
  void take(std::span<const std::uint32_t> stored);
  RelayCard card_to_send(Instant now);

  RelayId relay_;
  std::function<void()> renewed_;
  std::atomic<std::int64_t> affirmed_until_ = 0;  // of the steady clock, in ns
  std::atomic<bool> is_asked_to_drain_ = false;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Under the mutex.
  Lease lease_;
  std::optional<RelayCard> card_;
  Address address_{};
  FleetStatus status_{};
  std::uint64_t affirmed_ = 0;
  std::string trouble_;
  bool is_woken_ = false;
  bool is_ending_ = false;

  std::unique_ptr<FleetStore> store_;  // wakes this, so it goes before the rest
  std::thread thread_;
};

}  // namespace tutti::detail
