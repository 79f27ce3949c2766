#pragma once
// Files that are synced on threads of their own, so that nobody who appends has to wait for the
// disk.

#include "tutti/replay/storage.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// Passes everything on to another storage, which must outlive it. A file that it opens begins its
/// syncs on a thread that it has as long as it lives, and has room on the disk ahead, so that no
/// write waits for a sync; the other storage's files must allow `append`
/// and `sync` at the same time, as those of the operating system do.
class TUTTI_API BackgroundStorage final : public PassingStorage {
 public:
  using PassingStorage::PassingStorage;
  Result<std::unique_ptr<AppendFile>> open(const std::string& path) override;
};

}  // namespace tutti
