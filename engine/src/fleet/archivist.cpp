#include "fleet/archivist.hpp"

#include <utility>

namespace tutti::detail {

namespace {

/// After trouble, before anything is sent again.
constexpr std::chrono::seconds archive_retry{1};

}  // namespace

Result<void> Archivist::open(const FleetStoreOptions& options) {
  auto archive = open_archive(options);
  if (!archive) return Unexpected{archive.error()};
  archive_ = std::move(*archive);
  return {};
}

void Archivist::begin(std::shared_ptr<MatchOutbox> outbox) {
  if (!outbox) return;
  outbox_ = std::move(outbox);
  outbox_->on_add([this] {
    {
      const std::lock_guard lock(mutex_);
      is_woken_ = true;
    }
    changed_.notify_all();
  });
  thread_ = std::thread([this] { run(); });
}

void Archivist::stop() {
  if (!thread_.joinable()) return;
  outbox_->on_add({});
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Archivist::run() {
  MatchSender sender(*archive_, posix_storage(), outbox_);
  std::unique_lock lock(mutex_);
  while (!is_ending_) {
    is_woken_ = false;
    lock.unlock();
    const MatchSender::Pass pass = sender.pass();
    lock.lock();
    sent_ = sender.sent();
    lost_ = sender.lost();
    trouble_ = sender.trouble();
    ++passes_;
    changed_.notify_all();
    if (pass == MatchSender::Pass::idle) {
      changed_.wait(lock, [this] { return is_woken_ || is_ending_; });
    } else if (pass == MatchSender::Pass::failed) {
      changed_.wait_for(lock, archive_retry, [this] { return is_ending_; });
    }
  }
}

bool Archivist::finish(Instant deadline) {
  if (!outbox_) return true;
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::uint64_t seen = passes_;
    lock.unlock();
    if (outbox_->size() == 0) return true;
    lock.lock();
    if (!changed_.wait_until(lock, deadline, [&] { return passes_ != seen; })) return false;
  }
}

void Archivist::add_to(FleetStatus& status) const {
  status.archive_waiting = outbox_ ? outbox_->size() : 0;
  const std::lock_guard lock(mutex_);
  status.archived = sent_;
  status.archive_lost = lost_;
  if (status.trouble.empty()) status.trouble = trouble_;
}

}  // namespace tutti::detail
