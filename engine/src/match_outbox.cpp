// A line for each file that is noted: its name. The file is written anew as a whole, since few wait
// at a time.

#include "tutti/engine/match_outbox.hpp"

#include <filesystem>
#include <sstream>
#include <utility>

namespace tutti {

namespace {

/// Names of files that have gone, and that the file may have still: those are sent again.
constexpr std::size_t stale_most = 64;

std::string name_of(const std::string& file) {
  return std::filesystem::path(file).filename().string();
}

}  // namespace

Result<std::shared_ptr<MatchOutbox>> MatchOutbox::open(Storage& storage, const std::string& path) {
  std::shared_ptr<MatchOutbox> outbox(new MatchOutbox(storage, path));
  if (!storage.exists(path)) return outbox;
  if (Result<void> read = outbox->read(); !read) return Unexpected{read.error()};
  return outbox;
}

Result<void> MatchOutbox::read() {
  const Result<Bytes> bytes = storage_->read(path_);
  if (!bytes) return Unexpected{bytes.error()};
  std::istringstream lines(
      std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || name_of(line) != line) {
      return fail(Fault::bad_data, path_ + ": this is no list of a relay's match files");
    }
    names_.insert(line);
  }
  return {};
}

Result<void> MatchOutbox::write() {
  std::string text;
  for (const std::string& name : names_)
    text += name + "\n";
  return storage_->replace(path_, as_bytes(text));
}

Result<void> MatchOutbox::add(const std::string& file) {
  const std::string name = name_of(file);
  const std::lock_guard lock(mutex_);
  if (!names_.insert(name).second) return {};
  if (Result<void> written = write(); !written) {
    names_.erase(name);
    return written;
  }
  stale_ = 0;
  if (told_) told_();
  return {};
}

std::optional<std::string> MatchOutbox::next(const std::string& file) const {
  const std::lock_guard lock(mutex_);
  if (names_.empty()) return std::nullopt;
  auto found = names_.upper_bound(name_of(file));
  if (found == names_.end()) found = names_.begin();
  return (std::filesystem::path(path_).parent_path() / *found).string();
}

void MatchOutbox::remove(const std::string& file) {
  const std::lock_guard lock(mutex_);
  if (names_.erase(name_of(file)) == 0) return;
  ++stale_;
  if (names_.empty() || stale_ >= stale_most) {
    if (write()) stale_ = 0;
  }
}

bool MatchOutbox::has(const std::string& file) const {
  const std::lock_guard lock(mutex_);
  return names_.contains(name_of(file));
}

std::size_t MatchOutbox::size() const {
  const std::lock_guard lock(mutex_);
  return names_.size();
}

void MatchOutbox::on_add(std::function<void()> told) {
  const std::lock_guard lock(mutex_);
  told_ = std::move(told);
}

}  // namespace tutti
