#include "tutti/engine/fleet.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "fleet/log_streamer.hpp"

namespace tutti {

namespace {

/// What comes within this time is looked at together.
constexpr Duration pass_interval = std::chrono::milliseconds(2);
/// Often enough that a relay whose announcement is lost once or twice does not fall silent.
constexpr Duration announce_interval = std::chrono::milliseconds(400);

RelayId draw_relay_id() {
  RelayId id;
  std::random_device dice;
  for (std::byte& byte : id.bytes)
    byte = static_cast<std::byte>(dice() & 0xFF);
  return id;
}

Instant clock_now() { return std::chrono::steady_clock::now(); }

/// What the relay has said, in order.
struct Word {
  std::optional<Result<detail::FollowedJournal>> journal{};  // begins
  JournalPosition written{};                                 // else the latest one reaches this
};

}  // namespace

struct Fleet::Body {
  JournalPosition reached{};  // the relay's thread alone has this

  std::mutex mutex{};
  std::condition_variable changed{};
  // Under the mutex.
  std::deque<Word> words{};
  bool is_woken = false;
  bool is_ending = false;
  bool is_done = true;
  FleetStatus status{};
  std::optional<RelayCard> card{};

  std::unique_ptr<FleetStore> store{};  // wakes this, so it goes before the rest
  std::optional<detail::LogStreamer> streamer{};
  RelayId id = draw_relay_id();
  Instant announce_at{};  // the next time
  std::uint32_t renewal = 0;
  bool is_announced = false;
  std::string announce_trouble{};
  std::thread thread{};

  void wake() {
    {
      const std::lock_guard lock(mutex);
      is_woken = true;
    }
    changed.notify_all();
  }
  void hear(Word word) {
    {
      const std::lock_guard lock(mutex);
      is_woken = true;
      is_done = false;
      const bool is_further = !word.journal && !words.empty() && !words.back().journal;
      if (is_further) {
        words.back() = std::move(word);
      } else {
        words.push_back(std::move(word));
      }
    }
    changed.notify_all();
  }
  /// Says that this relay is there. A lease that is not renewed ends by itself.
  void announce(std::optional<RelayCard> said, const FleetStatus& now_status, Instant now) {
    if (!said || now < announce_at) return;
    announce_at = now + announce_interval;
    said->relay = id;
    said->renewal = ++renewal;
    said->lag_bytes = now_status.lag_bytes;
    said->lag_milliseconds = static_cast<std::uint32_t>(
        std::min<std::int64_t>(now_status.lag / std::chrono::milliseconds(1), UINT32_MAX));
    while (store->next_announced()) {
    }
    const Result<void> done = store->announce(*said);
    is_announced = is_announced || done.has_value();
    announce_trouble = done ? std::string() : done.error().sentence;
  }
  void take(std::deque<Word>& heard) {
    for (Word& word : heard) {
      if (!word.journal) {
        streamer->reach(word.written);
      } else if (*word.journal) {
        streamer->follow(std::move(**word.journal));
      } else {
        streamer->note(word.journal->error());
      }
    }
    heard.clear();
  }
};

Fleet::Fleet() : body_(std::make_unique<Body>()) {}

Result<std::unique_ptr<Fleet>> Fleet::open(const FleetStoreOptions& options) {
  std::unique_ptr<Fleet> fleet(new Fleet());
  Body& body = *fleet->body_;
  auto store = open_jetstream(options, [&body] { body.wake(); });
  if (!store) return Unexpected{store.error()};
  body.store = std::move(*store);
  body.streamer.emplace(*body.store, body.id);
  body.thread = std::thread([fleet = fleet.get()] { fleet->run(); });
  return fleet;
}

Fleet::~Fleet() {
  if (!body_->thread.joinable()) return;
  {
    const std::lock_guard lock(body_->mutex);
    body_->is_ending = true;
  }
  body_->changed.notify_all();
  body_->thread.join();
}

void Fleet::begin(const JournalStart& start) {
  // At once, since the file may lose its name.
  body_->reached = start.written;
  body_->hear({.journal = detail::FollowedJournal::open(start)});
}

void Fleet::reach(JournalPosition written) {
  if (std::exchange(body_->reached, written) != written) body_->hear({.written = written});
}

void Fleet::announce(RelayCard card) {
  const std::lock_guard lock(body_->mutex);
  body_->card = std::move(card);
}

FleetStatus Fleet::status() const {
  const std::lock_guard lock(body_->mutex);
  return body_->status;
}

bool Fleet::finish(Duration patience) {
  std::unique_lock lock(body_->mutex);
  return body_->changed.wait_for(lock, patience, [this] { return body_->is_done; });
}

void Fleet::run() {
  Body& body = *body_;
  std::deque<Word> heard;
  std::unique_lock lock(body.mutex);
  while (!body.is_ending) {
    body.is_woken = false;
    std::swap(heard, body.words);
    const std::optional<RelayCard> card = body.card;
    lock.unlock();
    const Instant now = clock_now();
    body.take(heard);
    body.streamer->pass(now);
    FleetStatus status = body.streamer->status(now);
    body.announce(card, status, now);
    if (status.trouble.empty()) status.trouble = body.announce_trouble;
    const bool is_done = body.streamer->is_done();
    const Instant due = body.streamer->next_due(clock_now());
    std::this_thread::sleep_until(now + pass_interval);
    lock.lock();
    body.status = std::move(status);
    body.is_done = is_done && body.words.empty();
    if (body.is_done) body.changed.notify_all();
    body.changed.wait_until(lock, due, [&body] { return body.is_woken || body.is_ending; });
  }
  lock.unlock();
  // Its lease would end by itself; this is sooner, where it can be said.
  if (body.is_announced) static_cast<void>(body.store->leave(body.id));
}

}  // namespace tutti
