#pragma once
// The match files of a relay that are to be had elsewhere too, such as in a fleet's archive. They
// are noted in a file beside the journal, and the journal keeps a match until its file is noted: so
// none is forgotten, whenever the relay's process ends.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "tutti/replay/storage.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// See the top of this file. For any thread.
class TUTTI_API MatchOutbox {
 public:
  /// Opens the file or makes it; the storage must outlive this. Errors: the storage's.
  static Result<std::shared_ptr<MatchOutbox>> open(Storage& storage, const std::string& path);

  /// Notes a match file, which lies in the folder of the outbox's own file. Errors: the storage's;
  /// then it is not noted.
  Result<void> add(const std::string& file);
  /// The path of a file that is noted: of the next one by name behind `file`, and behind the last
  /// one the first; nothing if none is.
  std::optional<std::string> next(const std::string& file = {}) const;
  /// The file is where it was to go. Where the storage cannot keep that, it is noted still when the
  /// outbox is opened again.
  void remove(const std::string& file);
  /// Whether this match file is noted.
  bool has(const std::string& file) const;
  std::size_t size() const;  ///< The number of files that are noted.
  /// Called after each `add`, on its thread; nothing to end that.
  void on_add(std::function<void()> told);

 private:
  MatchOutbox(Storage& storage, std::string path) : storage_(&storage), path_(std::move(path)) {}
  Result<void> read();
  Result<void> write();

  Storage* storage_;
  std::string path_;
  mutable std::mutex mutex_;
  // Under the mutex.
  std::set<std::string> names_;
  std::size_t stale_ = 0;  // names that the file has still, and that have gone
  std::function<void()> told_;
};

}  // namespace tutti
