#pragma once
// A process that can die between any two of its outputs: a write or a message after its death
// never happened. The relay of a storm sees disk and network through these.

#include <memory>
#include <optional>
#include <utility>

#include "tutti/net/link.hpp"
#include "tutti/replay/simulated_storage.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::detail {

class Mortality {
 public:
  explicit Mortality(std::uint64_t seed) : random_(seed, 41) {}

  /// Dies at one of its next outputs, the write of a journal among them.
  void doom(std::uint32_t outputs_most) { left_ = random_.below(outputs_most); }
  /// A new process.
  void revive() {
    left_.reset();
    is_dead_ = false;
  }
  bool is_dead() const { return is_dead_; }
  /// Before each output; true if this one comes to nothing, or for a write to some part of it.
  bool strikes() {
    if (left_ && (*left_)-- == 0) {
      left_.reset();
      is_dead_ = true;
    }
    return is_dead_;
  }
  std::size_t part_of(std::size_t bytes) {
    return random_.below(static_cast<std::uint32_t>(bytes) + 1);
  }

 private:
  Random random_;
  std::optional<std::uint32_t> left_;
  bool is_dead_ = false;
};

class MortalLink final : public Link {
 public:
  MortalLink(std::unique_ptr<Link> link, Mortality& mortality)
      : link_(std::move(link)), mortality_(&mortality) {}

  void service(Instant now) override {
    now_ = now;
    if (!mortality_->is_dead()) link_->service(now);
  }
  std::optional<Arrival> receive() override { return link_->receive(); }
  void send_control(PeerId peer, BytesView bytes) override {
    if (mortality_->strikes()) return;
    link_->send_control(peer, bytes);
    link_->service(now_);
  }
  void send_play(PeerId peer, BytesView bytes) override {
    if (mortality_->strikes()) return;
    link_->send_play(peer, bytes);
    link_->service(now_);  // messages sent before the death are out
  }
  void disconnect(PeerId peer) override {
    if (!mortality_->is_dead()) link_->disconnect(peer);
  }
  std::optional<NetworkPlace> place_of(PeerId peer) const override { return link_->place_of(peer); }
  LinkStatistics statistics() const override { return link_->statistics(); }
  /// The link that the storm's network knows.
  Link& inner() { return *link_; }

 private:
  std::unique_ptr<Link> link_;
  Mortality* mortality_;
  Instant now_{};
};

class MortalFile final : public AppendFile {
 public:
  MortalFile(std::unique_ptr<AppendFile> file, Mortality& mortality)
      : file_(std::move(file)), mortality_(&mortality) {}

  std::uint64_t size() const override { return file_->size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override {
    return file_->read(offset, into);
  }
  Appended append(BytesView bytes) override {
    if (mortality_->is_dead()) return {0, Error{Fault::system, "dead"}};
    if (!mortality_->strikes()) return file_->append(bytes);
    return file_->append(bytes.first(mortality_->part_of(bytes.size())));
  }
  Result<void> sync() override {
    if (mortality_->is_dead()) return fail(Fault::system, "dead");
    return file_->sync();
  }
  void begin_sync() override { file_->begin_sync(); }
  std::optional<Result<void>> take_sync() override {
    if (mortality_->is_dead()) return fail(Fault::system, "dead");
    return file_->take_sync();
  }
  Result<void> truncate(std::uint64_t size) override { return file_->truncate(size); }

 private:
  std::unique_ptr<AppendFile> file_;
  Mortality* mortality_;
};

/// Only journals are opened through it; the rest passes.
class MortalStorage final : public PassingStorage {
 public:
  MortalStorage(Storage& storage, Mortality& mortality)
      : PassingStorage(storage), mortality_(&mortality) {}

  Result<std::unique_ptr<AppendFile>> open(const std::string& path) override {
    Result<std::unique_ptr<AppendFile>> file = PassingStorage::open(path);
    if (!file) return file;
    return std::unique_ptr<AppendFile>(std::make_unique<MortalFile>(std::move(*file), *mortality_));
  }

 private:
  Mortality* mortality_;
};

}  // namespace tutti::detail
