// A disk that takes long for a sync keeps nobody waiting, and what it has not saved is not called
// durable.

#include "tutti/engine/background_storage.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/catch.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace std::chrono_literals;

namespace {

/// A disk whose syncs last until they are let go, with this outcome.
class Slow {
 public:
  Result<void> sync() {
    std::unique_lock lock(mutex_);
    ++begun_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return allowed_ > 0; });
    --allowed_;
    if (fails_) return fail(Fault::system, "cannot sync: it is broken");
    return {};
  }
  void allow(bool fails = false) {
    const std::lock_guard lock(mutex_);
    fails_ = fails;
    ++allowed_;
    changed_.notify_all();
  }
  bool has_begun(int syncs) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return begun_ >= syncs; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int begun_ = 0;
  int allowed_ = 0;
  bool fails_ = false;
};

class SlowFile final : public AppendFile {
 public:
  SlowFile(std::unique_ptr<AppendFile> file, Slow& slow) : file_(std::move(file)), slow_(&slow) {}
  std::uint64_t size() const override { return file_->size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override {
    return file_->read(offset, into);
  }
  Appended append(BytesView bytes) override { return file_->append(bytes); }
  Result<void> sync() override { return slow_->sync(); }
  Result<void> truncate(std::uint64_t size) override { return file_->truncate(size); }

 private:
  std::unique_ptr<AppendFile> file_;
  Slow* slow_;
};

struct SlowStorage final : PassingStorage {
  explicit SlowStorage(Storage& storage) : PassingStorage(storage) {}
  Result<std::unique_ptr<AppendFile>> open(const std::string& path) override {
    auto file = PassingStorage::open(path);
    if (!file) return file;
    return std::unique_ptr<AppendFile>(std::make_unique<SlowFile>(std::move(*file), slow));
  }
  Slow slow;
};

/// A journal on a slow disk, with one match in it that is durable so far.
struct Desk {
  SimulatedStorage memory;
  SlowStorage disk{memory};
  BackgroundStorage storage{disk};
  Journal journal = [this] {
    disk.slow.allow();
    return std::move(Journal::open(storage, "relay.journal").value());
  }();

  JournalPosition write(std::uint64_t seed) {
    journal.begin({.room = "ROOM", .setup = {.rules = "a@1+00", .seed = seed}});
    return journal.status().appended;
  }
  /// Flushes until the outcome of the sync has come.
  const JournalStatus& await(std::chrono::nanoseconds now) {
    const auto before = journal.status().durable;
    for (int tries = 0; tries < 20'000; ++tries, std::this_thread::sleep_for(1ms)) {
      const JournalStatus& status = journal.flush(now);
      if (status.durable != before || status.error) break;
    }
    return journal.status();
  }
};

}  // namespace

TEST_CASE("background: a slow sync holds up no flush, and then covers what was there before it") {
  Desk desk;
  const JournalPosition before = desk.journal.status().durable;
  const JournalPosition first = desk.write(1);
  desk.journal.flush(1s);
  REQUIRE(desk.disk.slow.has_begun(2));
  // Written though the sync still lasts
  const JournalPosition second = desk.write(2);
  CHECK(desk.journal.flush(2s).written == second);
  CHECK(desk.journal.status().durable == before);
  desk.disk.slow.allow();
  CHECK(desk.await(2s).durable == first);
  REQUIRE(desk.disk.slow.has_begun(3));
  desk.disk.slow.allow();
  CHECK(desk.await(2s).durable == second);
}

TEST_CASE("background: a sync that fails on its thread is the journal's trouble") {
  Desk desk;
  const JournalPosition before = desk.journal.status().durable;
  desk.write(1);
  desk.journal.flush(1s);
  desk.disk.slow.allow(true);
  const JournalStatus& status = desk.await(1s);
  REQUIRE(status.error);
  CHECK_THAT(status.error->sentence, test::contains("cannot sync"));
  CHECK(status.must_be_renewed);
  CHECK(status.durable == before);
}

TEST_CASE("background: a planned end waits for the sync that is under way") {
  Desk desk;
  desk.write(1);
  desk.journal.flush(1s);
  REQUIRE(desk.disk.slow.has_begun(2));
  const JournalPosition last = desk.write(2);
  desk.disk.slow.allow();
  desk.disk.slow.allow();
  CHECK(desk.journal.flush_and_sync().durable == last);
}
