#include "fleet/follow_clerk.hpp"

#include <utility>

namespace tutti::detail {

namespace {

/// News that may wait for the relay, beside those that wait for this thread.
constexpr std::size_t taken_news_most = 4096;

Instant follow_now() { return std::chrono::steady_clock::now(); }

}  // namespace

Result<void> FollowClerk::open(const FleetStoreOptions& options) {
  auto store = open_jetstream(options);
  if (!store) return Unexpected{store.error()};
  store_ = std::move(*store);
  thread_ = std::thread([this] { run(); });
  return {};
}

void FollowClerk::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void FollowClerk::say(Word word) {
  {
    const std::lock_guard lock(mutex_);
    words_.push_back(std::move(word));
  }
  changed_.notify_all();
}

void FollowClerk::follow(const std::string& room) {
  say([room](LogFollower& follower) { follower.follow(room, follow_now()); });
}

/// What waits of it is about something that is not followed any more, perhaps of a match before.
void FollowClerk::let_go(const std::string& room) {
  say([room](LogFollower& follower) { follower.let_go(room); });
  const std::lock_guard lock(mutex_);
  std::erase_if(news_, [&](const FollowedNews& news) { return news.room == room; });
}

std::optional<FollowedNews> FollowClerk::next_news() {
  const std::lock_guard lock(mutex_);
  if (news_.empty()) return std::nullopt;
  FollowedNews news = std::move(news_.front());
  news_.pop_front();
  return news;
}

void FollowClerk::run() {
  LogFollower follower(*store_);
  std::deque<Word> heard;
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    std::swap(heard, words_);
    lock.unlock();
    for (const Word& word : heard)
      word(follower);
    heard.clear();
    follower.pass(follow_now());
    const Instant due = follower.next_due(follow_now());
    lock.lock();
    while (words_.empty() && news_.size() < taken_news_most) {
      auto news = follower.next_news();
      if (!news) break;
      news_.push_back(std::move(*news));
    }
    if (words_.empty() && !is_ending_) changed_.wait_until(lock, due);
  }
}

}  // namespace tutti::detail
