#pragma once
// The thread that sends a relay's match files to its fleet's archive, by a connection of its own.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "fleet/match_sender.hpp"
#include "tutti/engine/fleet.hpp"

namespace tutti::detail {

class Archivist {
 public:
  Archivist() = default;
  ~Archivist() { stop(); }

  /// Errors: see `open_archive`.
  Result<void> open(const FleetStoreOptions& options);
  /// Sends what is in the outbox, and what comes there.
  void begin(std::shared_ptr<MatchOutbox> outbox);
  void stop();
  /// Waits until all of it is there, at most so long, and returns whether that is so.
  bool finish(Instant deadline);
  /// Fills in what it knows.
  void add_to(FleetStatus& status) const;

 private:
  void run();

  std::unique_ptr<ArchiveStore> archive_;
  std::shared_ptr<MatchOutbox> outbox_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Under the mutex, with which nobody may ask the outbox: that tells us with its own.
  std::uint64_t passes_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t lost_ = 0;
  std::string trouble_;
  bool is_woken_ = false;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace tutti::detail
