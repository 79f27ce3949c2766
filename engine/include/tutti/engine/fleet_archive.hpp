#pragma once
// The archive of a fleet: the match files of all its relays, kept until somebody removes them. A
// file is named by its bytes, so that the same one is there once, however often it is sent. Who
// folds all of them takes them from a queue, which any number of workers share. net/FLEET.md
// explains it, and has the bytes.

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tutti/engine/fleet_store.hpp"
#include "tutti/replay/storage.hpp"

namespace tutti {

namespace limits {
/// Bytes of a piece of a match file; a file that is no larger is kept as a whole.
inline constexpr std::size_t archive_piece_bytes = 256 * 1024;
/// So long a worker has a file for itself, unless it says that it works on it still.
inline constexpr Duration archive_work = std::chrono::seconds(5);
}  // namespace limits

/// Names a match file among those of all relays: the digest of its bytes.
struct ArchivedFileId {
  Digest digest{};  ///< of the bytes
  auto operator<=>(const ArchivedFileId&) const = default;
};

/// What the archive says of a file. It is said when all pieces are there.
struct TUTTI_API ArchivedFile {
  ArchivedFileId id{};      ///< which
  std::uint64_t bytes = 0;  ///< of the file
  Bytes whole{};            ///< all of them; empty where they are in pieces

  /// The number of its pieces; 0 for one that is kept as a whole.
  std::uint32_t pieces() const;
  bool operator==(const ArchivedFile&) const = default;
};
/// The bytes of this.
TUTTI_API Bytes encode(const ArchivedFile& file);
/// Nothing for bytes that are none of this version.
TUTTI_API std::optional<ArchivedFile> decode_archived_file(const ArchivedFileId& id,
                                                           BytesView bytes);

/// How much an archive has.
struct ArchiveContents {
  std::uint64_t files = 0;  ///< match files
  std::uint64_t bytes = 0;  ///< of all that the servers keep of them, once
};

/// A file that a worker has taken from the queue.
struct ArchiveTask {
  std::uint64_t ticket = 0;  ///< by which the worker speaks of it
  ArchivedFile file{};       ///< which
};
/// What is left in a queue.
struct ArchiveLeft {
  std::uint64_t waiting = 0;  ///< files that nobody has taken
  std::uint64_t taken = 0;    ///< files that workers have, or had when they ended
};

/// All files of an archive, each once for each queue: a worker takes some and finishes them; those
/// that it does not finish within limits::archive_work are taken by another one. It is used by one
/// thread. Errors: Fault::system, if the servers cannot be reached; Fault::refused if the queue was
/// removed.
class TUTTI_API ArchiveQueue {
 public:
  virtual ~ArchiveQueue() = default;

  /// Waits until there is at least one, at most so long. Errors: Fault::bad_data too, for what is
  /// no file.
  virtual Result<std::vector<ArchiveTask>> take(std::size_t most, Duration wait) = 0;
  /// The worker has it still.
  virtual Result<void> keep(std::uint64_t ticket) = 0;
  /// It is done. Where that is not heard, another worker gets the file again.
  virtual Result<void> finish(std::uint64_t ticket) = 0;
  /// What is left for all workers.
  virtual Result<ArchiveLeft> left() = 0;
};

/// See the top of this file. It is used by one thread, and may wait for seconds. Errors:
/// Fault::system, if the servers cannot be reached or have trouble; Fault::bad_data for what
/// something else has written.
class TUTTI_API ArchiveStore {
 public:
  virtual ~ArchiveStore() = default;

  /// Keeps a piece of a file, if it is not there.
  virtual Result<void> put_piece(const ArchivedFileId& id, std::uint32_t number,
                                 BytesView bytes) = 0;
  /// Says that a file is there, if nobody has: all its pieces are.
  virtual Result<void> put(const ArchivedFile& file) = 0;
  /// What is said of a file; nothing if it is not there.
  virtual Result<std::optional<ArchivedFile>> file(const ArchivedFileId& id) = 0;
  /// A piece of a file; nothing if it is not there.
  virtual Result<std::optional<Bytes>> piece(const ArchivedFileId& id, std::uint32_t number) = 0;
  /// How much there is.
  virtual Result<ArchiveContents> contents() = 0;

  /// The queue of this name (letters, digits and dashes), which is made with all files that there
  /// are if it is not there, and gets all that come. The store must outlive it.
  virtual Result<std::unique_ptr<ArchiveQueue>> open_queue(const std::string& name) = 0;
  /// Removes a queue, if it is there; no file goes with it.
  virtual Result<void> remove_queue(const std::string& name) = 0;
};

/// Opens the archive in NATS JetStream. Errors: as `open_jetstream`.
TUTTI_API Result<std::unique_ptr<ArchiveStore>> open_archive(const FleetStoreOptions& options);

/// Puts a match file of this machine into the archive, in little memory however long it is, and
/// returns its name there. Doing so again changes nothing. Errors: those of the two stores;
/// Fault::bad_data if the file changes meanwhile.
TUTTI_API Result<ArchivedFileId> archive_file(ArchiveStore& archive, Storage& storage,
                                              const std::string& path);
/// The bytes of a file in the archive. Errors: the archive's; Fault::bad_data if they are not those
/// of its name.
TUTTI_API Result<Bytes> read_archived(ArchiveStore& archive, const ArchivedFile& file);

}  // namespace tutti
