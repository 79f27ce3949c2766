#include "tutti/engine/background_storage.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace tutti {

namespace {

/// On ext4 a write into room that the file does not have yet waits for a sync that is under way, as
/// a rule for milliseconds: also later on, if the room was found piece by piece.
constexpr std::uint64_t room_bytes = std::uint64_t{4} * 1024 * 1024;

class BackgroundFile final : public AppendFile {
 public:
  explicit BackgroundFile(std::unique_ptr<AppendFile> file)
      : file_(std::move(file)), thread_([this] { run(); }) {}
  ~BackgroundFile() override {
    {
      const std::lock_guard lock(mutex_);
      is_ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  std::uint64_t size() const override { return file_->size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override {
    return file_->read(offset, into);
  }
  Appended append(BytesView bytes) override { return file_->append(bytes); }
  Result<void> truncate(std::uint64_t size) override { return file_->truncate(size); }
  void keep_room_ahead(std::uint64_t bytes) override { file_->keep_room_ahead(bytes); }

  void begin_sync() override {
    {
      const std::lock_guard lock(mutex_);
      is_asked_ = true;
    }
    changed_.notify_all();
  }
  std::optional<Result<void>> take_sync() override {
    const std::lock_guard lock(mutex_);
    return std::exchange(outcome_, std::nullopt);
  }
  Result<void> sync() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !is_asked_; });
    const auto begun = std::exchange(outcome_, std::nullopt);
    if (begun && !*begun) return *begun;
    return file_->sync();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return is_asked_ || is_ending_; });
      if (!is_asked_) return;
      lock.unlock();
      Result<void> synced = file_->sync();
      lock.lock();
      outcome_ = std::move(synced);
      is_asked_ = false;
      changed_.notify_all();
    }
  }

  std::unique_ptr<AppendFile> file_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Under the mutex.
  bool is_asked_ = false;
  bool is_ending_ = false;
  std::optional<Result<void>> outcome_;
  std::thread thread_;  // the last member: it uses the others
};

}  // namespace

Result<std::unique_ptr<AppendFile>> BackgroundStorage::open(const std::string& path) {
  Result<std::unique_ptr<AppendFile>> file = PassingStorage::open(path);
  if (!file) return file;
  (*file)->keep_room_ahead(room_bytes);
  return std::unique_ptr<AppendFile>(std::make_unique<BackgroundFile>(std::move(*file)));
}

}  // namespace tutti
