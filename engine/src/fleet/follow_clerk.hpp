#pragma once
// The thread that follows other relays' matches, by a connection of its own: it may wait for the
// servers, and nobody waits for it.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "fleet/log_follower.hpp"

namespace tutti::detail {

class FollowClerk {
 public:
  ~FollowClerk() { stop(); }

  /// Errors: see `open_jetstream`.
  Result<void> open(const FleetStoreOptions& options);
  void stop();

  void follow(const std::string& room);
  void let_go(const std::string& room);
  std::optional<FollowedNews> next_news();

 private:
  using Word = std::function<void(LogFollower&)>;
  void say(Word word);
  void run();

  std::unique_ptr<FleetStore> store_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Under the mutex.
  std::deque<Word> words_;
  std::deque<FollowedNews> news_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace tutti::detail
