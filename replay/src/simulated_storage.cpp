#include "tutti/replay/simulated_storage.hpp"

#include <algorithm>

namespace tutti {

namespace {

constexpr std::size_t sector_bytes = 512;

struct Content {
  Bytes bytes;
  std::size_t durable = 0;   // how many of the bytes survive power loss
  bool is_poisoned = false;  // a sync failed: the rest never becomes durable
  bool is_open = false;
};

}  // namespace

struct SimulatedStorage::Disk {
  std::uint32_t sync_looks_most = 0;
  Random chance{1};
  std::map<std::string, std::shared_ptr<Content>> files;
  Faults faults;
  Statistics statistics;
  std::uint64_t power_cycles = 0;

  std::uint64_t used() const {
    std::uint64_t bytes = 0;
    for (const auto& file : files)
      bytes += file.second->bytes.size();
    return bytes;
  }
  std::uint64_t free() const {
    return faults.space_bytes > used() ? faults.space_bytes - used() : 0;
  }
};

namespace {

using Disk = SimulatedStorage::Disk;

Error disk_error(const char* what, const std::string& path, const char* why) {
  return {Fault::system, std::string("cannot ") + what + " " + path + ": " + why};
}
constexpr const char* no_space = "No space left on device";
constexpr const char* input_output_error = "Input/output error";

class SimulatedFile final : public AppendFile {
 public:
  SimulatedFile(std::shared_ptr<Disk> disk, std::shared_ptr<Content> content, std::string path)
      : disk_(std::move(disk)),
        content_(std::move(content)),
        path_(std::move(path)),
        power_cycle_(disk_->power_cycles) {
    content_->is_open = true;
  }
  ~SimulatedFile() override {
    if (is_alive()) content_->is_open = false;
  }

  std::uint64_t size() const override { return content_->bytes.size(); }

  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override {
    if (!is_alive()) return Unexpected{disk_error("read", path_, input_output_error)};
    if (offset >= content_->bytes.size()) return std::size_t{0};
    const BytesView from = BytesView(content_->bytes).subspan(static_cast<std::size_t>(offset));
    const std::size_t count = std::min(from.size(), into.size());
    std::copy_n(from.begin(), count, into.begin());
    return count;
  }

  Appended append(BytesView bytes) override {
    if (!is_alive() || disk_->faults.writes_fail) {
      return {0, disk_error("write", path_, input_output_error)};
    }
    ++disk_->statistics.writes;
    const std::uint64_t free = disk_->free();
    const std::size_t count = free < bytes.size() ? static_cast<std::size_t>(free) : bytes.size();
    content_->bytes.insert(content_->bytes.end(), bytes.begin(),
                           bytes.begin() + static_cast<std::ptrdiff_t>(count));
    Appended appended{count, std::nullopt};
    if (count < bytes.size()) appended.error = disk_error("write", path_, no_space);
    return appended;
  }

  Result<void> sync() override {
    begun_.reset();
    return sync_through(content_->bytes.size());
  }

  void begin_sync() override {
    const std::uint32_t most = disk_->sync_looks_most;
    begun_ = Begun{content_->bytes.size(), most == 0 ? 0 : disk_->chance.below(most + 1)};
  }

  std::optional<Result<void>> take_sync() override {
    if (!begun_ || (begun_->looks > 0 && begun_->looks-- > 0)) return std::nullopt;
    const std::size_t size = std::exchange(begun_, std::nullopt)->size;
    return sync_through(size);
  }

  Result<void> truncate(std::uint64_t size) override {
    if (!is_alive()) return Unexpected{disk_error("shorten", path_, input_output_error)};
    content_->bytes.resize(static_cast<std::size_t>(size));
    content_->durable = std::min(content_->durable, content_->bytes.size());
    return {};
  }

 private:
  struct Begun {
    std::size_t size = 0;  // of the file when the sync was begun
    std::uint32_t looks = 0;
  };

  Result<void> sync_through(std::size_t size) {
    if (is_alive()) ++disk_->statistics.syncs;
    if (!is_alive() || disk_->faults.syncs_fail) {
      content_->is_poisoned = true;
      return Unexpected{disk_error("sync", path_, input_output_error)};
    }
    if (!content_->is_poisoned) content_->durable = std::max(content_->durable, size);
    return {};
  }

  bool is_alive() const { return power_cycle_ == disk_->power_cycles; }

  std::shared_ptr<Disk> disk_;
  std::shared_ptr<Content> content_;
  std::string path_;
  std::uint64_t power_cycle_;
  std::optional<Begun> begun_;
};

void lose_what_is_not_durable(Content& content, Random& random) {
  for (std::size_t at = content.durable; at < content.bytes.size();) {
    const std::size_t next = std::min(content.bytes.size(), (at / sector_bytes + 1) * sector_bytes);
    const std::uint32_t fate = random.below(4);
    if (fate == 0) {
      content.bytes.resize(at + random.below(static_cast<std::uint32_t>(next - at)));
      break;
    }
    if (fate == 1) {
      std::fill(content.bytes.begin() + static_cast<std::ptrdiff_t>(at),
                content.bytes.begin() + static_cast<std::ptrdiff_t>(next), std::byte{0});
    }
    at = next;
  }
  content.durable = content.bytes.size();
  content.is_poisoned = false;
  content.is_open = false;
}

}  // namespace

SimulatedStorage::SimulatedStorage() : disk_(std::make_shared<Disk>()) {}
SimulatedStorage::~SimulatedStorage() = default;

Result<std::unique_ptr<AppendFile>> SimulatedStorage::open(const std::string& path) {
  std::shared_ptr<Content>& content = disk_->files[path];
  if (!content) content = std::make_shared<Content>();
  if (content->is_open) return fail(Fault::refused, path + " is in use by another program");
  return std::unique_ptr<AppendFile>(std::make_unique<SimulatedFile>(disk_, content, path));
}

Result<Bytes> SimulatedStorage::read(const std::string& path) {
  const auto found = disk_->files.find(path);
  if (found == disk_->files.end()) {
    return Unexpected{disk_error("open", path, "No such file or directory")};
  }
  return found->second->bytes;
}

Result<void> SimulatedStorage::replace(const std::string& path, BytesView bytes) {
  if (disk_->faults.writes_fail) {
    return Unexpected{disk_error("write", path, input_output_error)};
  }
  ++disk_->statistics.writes;
  if (disk_->free() < bytes.size()) return Unexpected{disk_error("write", path, no_space)};
  ++disk_->statistics.syncs;
  if (disk_->faults.syncs_fail) return Unexpected{disk_error("sync", path, input_output_error)};
  auto content = std::make_shared<Content>();
  content->bytes.assign(bytes.begin(), bytes.end());
  content->durable = bytes.size();
  disk_->files[path] = std::move(content);
  return {};
}

Result<void> SimulatedStorage::rename(const std::string& from, const std::string& to) {
  const auto found = disk_->files.find(from);
  if (found == disk_->files.end()) {
    return Unexpected{disk_error("rename a file to", to, "No such file or directory")};
  }
  std::shared_ptr<Content> content = found->second;
  disk_->files.erase(found);
  disk_->files[to] = std::move(content);
  return {};
}

Result<void> SimulatedStorage::remove(const std::string& path) {
  if (disk_->files.erase(path) > 0) return {};
  return Unexpected{disk_error("remove", path, "No such file or directory")};
}

bool SimulatedStorage::exists(const std::string& path) const { return disk_->files.contains(path); }

void SimulatedStorage::set_sync_delay(std::uint32_t looks_most, std::uint64_t seed) {
  disk_->sync_looks_most = looks_most;
  disk_->chance = Random(seed, 53);
}

void SimulatedStorage::set_faults(Faults faults) { disk_->faults = faults; }

void SimulatedStorage::lose_power(Random& random) {
  ++disk_->power_cycles;
  for (auto& file : disk_->files)
    lose_what_is_not_durable(*file.second, random);
}

SimulatedStorage::Statistics SimulatedStorage::statistics() const {
  Statistics statistics = disk_->statistics;
  statistics.bytes = disk_->used();
  return statistics;
}

}  // namespace tutti
