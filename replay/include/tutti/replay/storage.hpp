#pragma once
// Files, as far as journals and match files need them: one growing file, and whole files that
// appear at once or not at all. There are two implementations: the operating system's, and one in
// memory that can fail and lose power on purpose (simulated_storage.hpp).

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

namespace limits {
/// Bytes of a file that is read as a whole.
inline constexpr std::uint64_t file_bytes = std::uint64_t{4} << 30;
}  // namespace limits

/// The outcome of a write.
struct Appended {
  std::size_t bytes = 0;       ///< how many of the bytes are in the file now
  std::optional<Error> error;  ///< why not all of them are
};

/// A file that grows at its end. While this object lives, no other one has the file open.
class TUTTI_API AppendFile {
 public:
  virtual ~AppendFile() = default;

  virtual std::uint64_t size() const = 0;  ///< The bytes written so far.
  /// Fills `into` from `offset` on and returns how many bytes there were. Of the operating system's
  /// files one thread may read what is written already while another one appends.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) = 0;
  /// Writes at the end. After an error the caller may try the rest again.
  virtual Appended append(BytesView bytes) = 0;
  /// Once this succeeds, all that was appended survives a power loss. After an error that stays
  /// unknown for good, whatever later calls say (A. Rebello et al., "Can Applications Recover from
  /// fsync Failures?", USENIX ATC 2020).
  virtual Result<void> sync() = 0;
  /// Begins a sync of all that was appended so far, and returns at once where the storage can do
  /// that aside; meanwhile more may be appended. One at a time: `take_sync` has its outcome. A
  /// `sync` ends it, and has its outcome too.
  virtual void begin_sync() { begun_ = sync(); }
  /// The outcome of the sync that was begun, once; nothing while it is under way.
  virtual std::optional<Result<void>> take_sync() { return std::exchange(begun_, std::nullopt); }
  /// Cuts the file to `size` bytes.
  virtual Result<void> truncate(std::uint64_t size) = 0;
  /// From the next append on, takes room on the disk for at least so many bytes at a time, where
  /// the storage can do that; the rest is given back with the file. The file's size stays as it is.
  virtual void keep_room_ahead(std::uint64_t bytes) { (void)bytes; }

 private:
  std::optional<Result<void>> begun_;
};

/// The beginning and the end of a file.
struct FileEnds {
  Bytes head;  ///< the first bytes
  Bytes tail;  ///< the last bytes
};

/// Takes a file's bytes piece by piece, the first ones first. An error is the storage's, and means
/// that it takes no more.
using ByteSink = std::function<Result<void>(BytesView)>;
/// Hands all bytes of a file to a sink, each time that it is called. Errors: the sink's, and its
/// own.
using FileContent = std::function<Result<void>(const ByteSink&)>;

/// A disk. Its errors are Fault::system, and name the file and the reason.
class TUTTI_API Storage {
 public:
  virtual ~Storage() = default;

  /// Opens a file for growing, creating it if it is not there. Fault::refused if it is open
  /// already, by this process or another.
  virtual Result<std::unique_ptr<AppendFile>> open(const std::string& path) = 0;
  /// The whole file, at most limits::file_bytes.
  virtual Result<Bytes> read(const std::string& path) = 0;
  /// The first and the last bytes of a file, at most so many; of a short one they overlap. Reads
  /// the whole unless that can be avoided.
  virtual Result<FileEnds> read_ends(const std::string& path, std::size_t head_most,
                                     std::size_t tail_most);
  /// Fills `into` from `offset` of a file on, and returns how many bytes there were. Reads the
  /// whole unless that can be avoided.
  virtual Result<std::size_t> read_part(const std::string& path, std::uint64_t offset,
                                        std::span<std::byte> into);
  /// Makes a file of exactly these bytes, which then survive a power loss. After an error, or a
  /// crash half-way, the file holds what it held before.
  virtual Result<void> replace(const std::string& path, BytesView bytes) = 0;
  /// A new file with exactly these bytes, power loss or not. Fault::refused if there is a file of
  /// this name, which stays as it is. Holds all bytes in memory unless that can be avoided. Errors:
  /// the content's too.
  virtual Result<void> create(const std::string& path, const FileContent& content);
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  virtual bool exists(const std::string& path) const = 0;
};

/// Passes everything on to another storage, which must outlive it: a base for storages that have
/// one trouble.
class TUTTI_API PassingStorage : public Storage {
 public:
  /// Passes everything on to that storage, which must outlive it.
  explicit PassingStorage(Storage& storage) : storage_(&storage) {}

  Result<std::unique_ptr<AppendFile>> open(const std::string& path) override {
    return storage_->open(path);
  }
  Result<Bytes> read(const std::string& path) override { return storage_->read(path); }
  Result<std::size_t> read_part(const std::string& path, std::uint64_t offset,
                                std::span<std::byte> into) override {
    return storage_->read_part(path, offset, into);
  }
  Result<void> create(const std::string& path, const FileContent& content) override {
    return storage_->create(path, content);
  }
  Result<void> replace(const std::string& path, BytesView bytes) override {
    return storage_->replace(path, bytes);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return storage_->rename(from, to);
  }
  Result<void> remove(const std::string& path) override { return storage_->remove(path); }
  bool exists(const std::string& path) const override { return storage_->exists(path); }

 private:
  Storage* storage_;
};

/// Whether a file holds exactly these bytes; not if it cannot be read. Reads piece by piece.
/// Errors: the content's.
TUTTI_API Result<bool> holds_exactly(Storage& storage, const std::string& path,
                                     const FileContent& content);
/// The bytes of a file, read piece by piece. Errors: the storage's too.
TUTTI_API FileContent content_of(Storage& storage, std::string path);

/// The operating system's files.
TUTTI_API Storage& posix_storage();

}  // namespace tutti
