#pragma once
// The desk between the relay's loop and the threads that answer operators: a thread asks for a
// look, the loop takes one between two passes. While nobody asks it costs the loop nothing, and a
// loop that does not answer hangs.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "relay/look.hpp"

namespace tutti::tool {

class LookDesk {
 public:
  /// For any thread: a look that is taken from now on; null if the loop takes none for so long.
  std::shared_ptr<const RelayLook> ask(Duration patience) {
    std::unique_lock lock(mutex_);
    const std::uint64_t before = answers_;
    is_wanted_ = true;
    if (!answered_.wait_for(lock, patience, [&] { return answers_ != before; })) return nullptr;
    return look_;
  }

  /// For the loop, after each pass.
  template <class TakeLook>
  void answer(TakeLook take_look) {
    if (!is_wanted_) return;
    auto look = std::make_shared<const RelayLook>(take_look());
    const std::lock_guard lock(mutex_);
    look_ = std::move(look);
    is_wanted_ = false;
    ++answers_;
    answered_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable answered_;
  std::atomic<bool> is_wanted_ = false;
  std::shared_ptr<const RelayLook> look_;  // these two under the mutex
  std::uint64_t answers_ = 0;
};

}  // namespace tutti::tool
