#include "fleet/room_clerk.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace tutti::detail {

namespace {

constexpr std::size_t questions_most = 4096;
constexpr std::size_t to_read_most = 64;
/// For what a relay must know before it serves anything.
constexpr Duration entering_patience = std::chrono::seconds(10);
constexpr Duration entering_interval = std::chrono::milliseconds(200);

Instant clerk_now() { return std::chrono::steady_clock::now(); }

std::uint64_t draw_seed() {
  std::random_device dice;
  return std::uint64_t{dice()} << 32U | dice();
}

}  // namespace

Result<void> RoomClerk::open(const FleetStoreOptions& options) {
  auto store = open_jetstream(options, [this] { wake(); });
  if (!store) return Unexpected{store.error()};
  store_ = std::move(*store);
  return {};
}

Result<std::vector<ClaimOutcome>> RoomClerk::enter(
    RelayId relay, const Address& address, std::span<const RoomClaim> claims,
    const std::optional<std::vector<RelayId>>& lives) {
  if (auto found = store_->be_found(relay); !found) return Unexpected{found.error()};
  book_.emplace(*store_, relay, address, draw_seed());
  std::vector<ClaimOutcome> all(claims.size());
  std::vector<std::size_t> open(claims.size());
  for (std::size_t i = 0; i < open.size(); ++i)
    open[i] = i;
  const Instant deadline = clerk_now() + entering_patience;
  while (!open.empty()) {
    std::vector<RoomClaim> again;
    again.reserve(open.size());
    for (const std::size_t i : open)
      again.push_back(claims[i]);
    const auto outcomes = book_->claim(again, lives, lease_->view());
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < open.size(); ++i) {
      outcomes[i] ? static_cast<void>(all[open[i]] = *outcomes[i]) : left.push_back(open[i]);
    }
    open = std::move(left);
    if (!open.empty() && clerk_now() >= deadline) {
      return fail(Fault::system, "the fleet does not say whose this relay's matches are");
    }
    if (!open.empty()) std::this_thread::sleep_for(entering_interval);
  }
  tell();
  thread_ = std::thread([this] { run(); });
  reader_ = std::thread([this] { read_ahead(); });
  const std::lock_guard lock(mutex_);
  is_open_ = true;
  return all;
}

void RoomClerk::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  reads_.notify_all();
  thread_.join();
  reader_.join();
}

void RoomClerk::wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  changed_.notify_all();
}

void RoomClerk::say(Word word) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_open_) return;
    words_.push_back(std::move(word));
    is_woken_ = true;
    is_done_ = false;
  }
  changed_.notify_all();
}

bool RoomClerk::ask(const RoomQuestion& question) {
  {
    const std::lock_guard lock(mutex_);
    if (questions_ >= questions_most || !is_open_) return false;
    ++questions_;
  }
  say([question](RoomBook& book) { book.ask(question, clerk_now()); });
  return true;
}

void RoomClerk::close(const std::string& room) {
  {
    const std::lock_guard lock(mutex_);
    prepared_.erase(room);
  }
  say([room](RoomBook& book) { book.close(room); });
}

bool RoomClerk::is_prepared(const std::string& room) {
  {
    const std::lock_guard lock(mutex_);
    const auto [known, is_new] = prepared_.try_emplace(room, false);
    if (!is_new) return known->second;
  }
  say([room](RoomBook& book) { book.prepare(room, clerk_now()); });
  return false;
}

std::optional<RoomAnswer> RoomClerk::next_answer() {
  const std::lock_guard lock(mutex_);
  if (news_.empty()) return std::nullopt;
  auto* const answer = std::get_if<RoomAnswer>(&news_.front());
  if (answer == nullptr) return std::nullopt;
  std::optional<RoomAnswer> taken = std::move(*answer);
  news_.pop_front();
  --questions_;
  return taken;
}

std::optional<RoomMoved> RoomClerk::next_moved() {
  const std::lock_guard lock(mutex_);
  // Not before the answers that were given earlier: one of them may be about this very room.
  if (news_.empty()) return std::nullopt;
  auto* const moved = std::get_if<RoomMoved>(&news_.front());
  if (moved == nullptr) return std::nullopt;
  std::optional<RoomMoved> taken = std::move(*moved);
  news_.pop_front();
  --moved_;
  prepared_.erase(taken->room);
  return taken;
}

std::optional<Address> RoomClerk::another_relay() {
  const std::lock_guard lock(mutex_);
  return another_;
}

bool RoomClerk::finish(Instant deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] { return is_done_; });
}

void RoomClerk::add_to(FleetStatus& status) const {
  const std::lock_guard lock(mutex_);
  status.rooms = status_.rooms;
  status.taken_over = status_.taken_over;
  status.lost += status_.lost;
}

void RoomClerk::run() {
  std::deque<Word> heard;
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    is_woken_ = false;
    std::swap(heard, words_);
    lock.unlock();
    for (const Word& word : heard)
      word(*book_);
    heard.clear();
    book_->pass(lease_->view(), clerk_now());
    tell();
    const Instant due = book_->next_due(clerk_now());
    lock.lock();
    is_done_ = book_->is_done() && words_.empty();
    changed_.notify_all();
    changed_.wait_until(lock, due, [this] { return is_woken_ || is_ending_; });
  }
}

void RoomClerk::tell() {
  while (const auto match = book_->next_taken_over())
    taken_over_(*match);
  {
    const std::lock_guard lock(mutex_);
    on_the_way_ = book_->on_the_way();
    while (auto news = book_->next_news()) {
      moved_ += std::holds_alternative<RoomMoved>(*news);
      news_.push_back(std::move(*news));
    }
    while (const auto room = book_->next_prepared()) {
      if (const auto asked = prepared_.find(*room); asked != prepared_.end()) asked->second = true;
    }
    while (const auto wanted = book_->next_to_read()) {
      if (to_read_.size() < to_read_most) to_read_.push_back(*wanted);
    }
    if (!to_read_.empty()) reads_.notify_one();
    another_ = book_->least_crowded(clerk_now());
    status_.rooms = book_->room_count();
    status_.taken_over = book_->taken_over();
    status_.lost = book_->lost();
  }
  // What has moved is counted by now, so that the relay does not go on with it.
  lease_->affirm(book_->affirmed());
}

void RoomClerk::read_ahead() {
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    const std::vector<RelayWord> wanted(to_read_.begin(), to_read_.end());
    to_read_.clear();
    lock.unlock();
    store_->in_parallel(wanted.size(),
                        [&](std::size_t i) { book_->read_ahead(wanted[i], clerk_now()); });
    lock.lock();
    reads_.wait(lock, [this] { return !to_read_.empty() || is_ending_; });
  }
}

}  // namespace tutti::detail
