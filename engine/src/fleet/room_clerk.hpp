#pragma once
// The thread that asks a fleet's directory for a relay, by a connection of its own: it may wait for
// the servers, and nobody waits for it. A second one reads the logs of matches that will be handed
// over to this relay.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "fleet/lease_keeper.hpp"
#include "fleet/room_book.hpp"

namespace tutti::detail {

class RoomClerk {
 public:
  /// Something for the book.
  using Word = std::function<void(RoomBook&)>;
  /// The lease's keeper must outlive this. `taken_over` is called on the clerk's thread for a match
  /// that will go on here, before anybody else knows.
  RoomClerk(LeaseKeeper& lease, std::function<void(const TakenMatch&)> taken_over)
      : lease_(&lease), taken_over_(std::move(taken_over)) {}
  ~RoomClerk() { stop(); }

  /// Errors: see `open_jetstream`.
  Result<void> open(const FleetStoreOptions& options);
  /// The relay's running matches, on the caller's thread; then the clerk is open for questions.
  /// Errors: Fault::system if nobody answers in time.
  Result<std::vector<ClaimOutcome>> enter(RelayId relay, const Address& address,
                                          std::span<const RoomClaim> claims,
                                          const std::optional<std::vector<RelayId>>& lives);
  void stop();
  void wake();

  /// Tells the book. Nothing before `enter`.
  void say(Word word);
  bool ask(const RoomQuestion& question);
  void close(const std::string& room);
  /// See RoomDirectory.
  bool is_prepared(const std::string& room);
  std::optional<RoomAnswer> next_answer();
  std::optional<RoomMoved> next_moved();
  /// Whether the relay has not heard of a room that is not its own any more.
  bool has_moved() const { return moved_ > 0; }
  /// See RoomDirectory.
  std::size_t on_the_way() const { return on_the_way_; }
  /// A relay with few connections, as it was lately.
  std::optional<Address> another_relay();
  /// Waits until nothing is left to be said, at most so long, and returns whether that is so.
  bool finish(Instant deadline);
  /// Fills in what it knows.
  void add_to(FleetStatus& status) const;

 private:
  void run();
  /// What the book has for others.
  void tell();
  void read_ahead();

  LeaseKeeper* lease_;
  std::function<void(const TakenMatch&)> taken_over_;
  std::unique_ptr<FleetStore> store_;
  std::optional<RoomBook> book_;  // the clerk's thread alone has this
  std::atomic<std::size_t> moved_ = 0;
  std::atomic<std::size_t> on_the_way_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Under the mutex.
  std::deque<Word> words_;
  std::deque<RoomBook::News> news_;
  std::size_t questions_ = 0;             // that are under way
  std::map<std::string, bool> prepared_;  // rooms that are to be, and whether they are
  std::deque<RelayWord> to_read_;
  FleetStatus status_{};
  std::optional<Address> another_{};
  bool is_open_ = false;  // for questions
  bool is_done_ = true;
  bool is_woken_ = false;
  bool is_ending_ = false;
  std::thread thread_;
  std::condition_variable reads_;  // there is something to read
  std::thread reader_;
};

}  // namespace tutti::detail
