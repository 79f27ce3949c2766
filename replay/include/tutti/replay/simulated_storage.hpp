#pragma once
// Files in memory that behave as real ones do when things go wrong: full disks, errors, and power
// that fails between a write and its sync. For storms and tests.

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "tutti/replay/storage.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/random.hpp"

namespace tutti {

/// A disk in memory. Files that are open outlive it.
class TUTTI_API SimulatedStorage final : public Storage {
 public:
  SimulatedStorage();
  ~SimulatedStorage() override;

  Result<std::unique_ptr<AppendFile>> open(const std::string& path) override;
  Result<Bytes> read(const std::string& path) override;
  Result<void> replace(const std::string& path, BytesView bytes) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  bool exists(const std::string& path) const override;

  /// The faults of the disk from now on; they may change while files are open.
  struct Faults {
    std::uint64_t space_bytes = UINT64_MAX;  ///< all files together; beyond it the disk is full
    bool writes_fail = false;                ///< every write is an input/output error
    /// Every sync fails. Bytes that are not durable by then never will be, though later syncs
    /// succeed.
    bool syncs_fail = false;
  };
  void set_faults(Faults faults);  ///< From now on these faults happen, and no others.

  /// From now on a sync that is begun aside is done after up to so many looks for its outcome, by
  /// this chance, and saves what was written when it was begun. 0: at once, as at first.
  void set_sync_delay(std::uint32_t looks_most, std::uint64_t seed);

  /// The machine stops: open files answer errors only from now on. Of the bytes that were not
  /// synced each sector of 512 survives, is lost to the end, or is left as zeros.
  void lose_power(Random& random);

  /// What was done so far.
  struct Statistics {
    std::uint64_t writes = 0;  ///< of all files
    std::uint64_t syncs = 0;   ///< of all files
    std::uint64_t bytes = 0;   ///< in all files together, now
  };
  Statistics statistics() const;  ///< What was done so far.

  struct Disk;

 private:
  std::shared_ptr<Disk> disk_;
};

}  // namespace tutti
