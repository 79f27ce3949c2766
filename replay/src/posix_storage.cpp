// The one file that knows the operating system's file calls.

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "tutti/replay/storage.hpp"

namespace tutti {

namespace {

Error system_error(const char* what, const std::string& path) {
  return {Fault::system, std::string("cannot ") + what + " " + path + ": " +
                             std::generic_category().message(errno)};
}
Unexpected system_failure(const char* what, const std::string& path) {
  return {system_error(what, path)};
}

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Descriptor open_file(const std::string& path, int flags) {
  return Descriptor(::open(path.c_str(), flags | O_CLOEXEC, 0644));
}

/// As many bytes as go, written from `offset` on; the first call takes all of them unless the disk
/// is full.
Appended write_at(int file, const std::string& path, std::uint64_t offset, BytesView bytes) {
  Appended appended;
  while (appended.bytes < bytes.size()) {
    const BytesView rest = bytes.subspan(appended.bytes);
    const ::ssize_t count =
        ::pwrite(file, rest.data(), rest.size(), static_cast<::off_t>(offset + appended.bytes));
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) errno = EIO;  // a file that takes nothing and says nothing
    if (count <= 0) {
      appended.error = system_error("write", path);
      break;
    }
    appended.bytes += static_cast<std::size_t>(count);
  }
  return appended;
}

Result<std::size_t> read_at(int file, const std::string& path, std::uint64_t offset,
                            std::span<std::byte> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ::ssize_t count = ::pread(file, into.data() + filled, into.size() - filled,
                                    static_cast<::off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("read", path);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

Result<std::uint64_t> size_of(int file, const std::string& path) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return system_failure("examine", path);
  if (!S_ISREG(status.st_mode)) {
    return fail(Fault::system, "cannot use " + path + ": it is not an ordinary file");
  }
  return static_cast<std::uint64_t>(status.st_size);
}

/// A new name is durable once its folder is.
Result<void> sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == path.npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const Descriptor file = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!file.is_open()) return system_failure("open", folder);
  if (::fsync(file.number()) != 0) return system_failure("sync", folder);
  return {};
}

class PosixFile final : public AppendFile {
 public:
  PosixFile(Descriptor file, std::string path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size), room_end_(size) {}
  ~PosixFile() override {
    // Gives back the rest of the room; without that it only stays taken.
    if (room_end_ > size_ && ::ftruncate(file_.number(), static_cast<::off_t>(size_)) != 0) return;
  }

  std::uint64_t size() const override { return size_; }

  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override {
    return read_at(file_.number(), path_, offset, into);
  }

  Appended append(BytesView bytes) override {
    // At our own offset and not with O_APPEND: the bytes that a failed call may have left are
    // overwritten.
    make_room(bytes.size());
    Appended appended = write_at(file_.number(), path_, size_, bytes);
    size_ += appended.bytes;
    return appended;
  }

  void keep_room_ahead(std::uint64_t bytes) override { room_ahead_ = bytes; }

  Result<void> sync() override {
    if (::fdatasync(file_.number()) != 0) return system_failure("sync", path_);
    return {};
  }

  Result<void> truncate(std::uint64_t size) override {
    if (::ftruncate(file_.number(), static_cast<::off_t>(size)) != 0) {
      return system_failure("shorten", path_);
    }
    size_ = room_end_ = size;
    return {};
  }

 private:
  /// The file's size stays what it is. Where the system cannot do it, the write finds its own.
  void make_room(std::size_t bytes) {
    if (size_ + bytes <= room_end_ || room_ahead_ == 0) return;
    room_end_ = size_ + bytes + room_ahead_;
    (void)::fallocate(file_.number(), FALLOC_FL_KEEP_SIZE, static_cast<::off_t>(size_),
                      static_cast<::off_t>(room_end_ - size_));
  }

  Descriptor file_;
  std::string path_;
  std::uint64_t size_;
  std::uint64_t room_ahead_ = 0;
  std::uint64_t room_end_;  // up to here there is room, if the system gives any
};

class PosixStorage final : public Storage {
 public:
  Result<std::unique_ptr<AppendFile>> open(const std::string& path) override {
    Descriptor file = open_file(path, O_RDWR | O_CREAT);
    if (!file.is_open()) return system_failure("open", path);
    if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
      return fail(Fault::refused, path + " is in use by another program");
    }
    const Result<std::uint64_t> size = size_of(file.number(), path);
    if (!size) return Unexpected{size.error()};
    if (*size == 0) {
      if (const Result<void> synced = sync_folder_of(path); !synced) {
        return Unexpected{synced.error()};
      }
    }
    return std::unique_ptr<AppendFile>(std::make_unique<PosixFile>(std::move(file), path, *size));
  }

  Result<Bytes> read(const std::string& path) override {
    Result<FileEnds> ends = read_ends(path, 0, static_cast<std::size_t>(limits::file_bytes));
    if (!ends) return Unexpected{ends.error()};
    return std::move(ends->tail);
  }

  Result<FileEnds> read_ends(const std::string& path, std::size_t head_most,
                             std::size_t tail_most) override {
    const Descriptor file = open_file(path, O_RDONLY | O_NONBLOCK);  // a pipe must not hang us
    if (!file.is_open()) return system_failure("open", path);
    const Result<std::uint64_t> size = size_of(file.number(), path);
    if (!size) return Unexpected{size.error()};
    if (*size > limits::file_bytes) {
      return fail(Fault::system, "cannot read " + path + ": it is larger than " +
                                     std::to_string(limits::file_bytes) + " bytes");
    }
    const auto bytes = static_cast<std::size_t>(*size);
    FileEnds ends{Bytes(std::min(head_most, bytes)), Bytes(std::min(tail_most, bytes))};
    for (Bytes* end : {&ends.head, &ends.tail}) {
      const std::uint64_t from = end == &ends.head ? 0 : bytes - end->size();
      const Result<std::size_t> count = read_at(file.number(), path, from, *end);
      if (!count) return Unexpected{count.error()};
      end->resize(*count);
    }
    return ends;
  }

  Result<std::size_t> read_part(const std::string& path, std::uint64_t offset,
                                std::span<std::byte> into) override {
    const Descriptor file = open_file(path, O_RDONLY | O_NONBLOCK);
    if (!file.is_open()) return system_failure("open", path);
    return read_at(file.number(), path, offset, into);
  }

  Result<void> replace(const std::string& path, BytesView bytes) override {
    // The process id keeps two programs that write the same file from mixing their bytes.
    const std::string partial = path + ".partial-" + std::to_string(::getpid());
    Result<void> done = write_whole(partial, [&](const ByteSink& sink) { return sink(bytes); });
    if (done) done = rename(partial, path);
    if (!done) ::unlink(partial.c_str());
    return done;
  }

  Result<void> create(const std::string& path, const FileContent& content) override {
    if (exists(path)) return fail(Fault::refused, path + " is there already");
    const std::string partial = path + ".partial-" + std::to_string(::getpid());
    Result<void> done = write_whole(partial, content);
    if (done) done = give_new_name(partial, path);
    ::unlink(partial.c_str());
    return done;
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return system_failure("rename a file to", to);
    return sync_folder_of(to);
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return system_failure("remove", path);
    return {};
  }

  bool exists(const std::string& path) const override {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0;
  }

 private:
  /// A second name for a file; the first to use that name keeps it. A file system without
  /// second names gets a new name for the file, and a moment in which two programs may both do so.
  Result<void> give_new_name(const std::string& from, const std::string& to) {
    if (::link(from.c_str(), to.c_str()) == 0) return sync_folder_of(to);
    if (errno == EEXIST || exists(to)) return fail(Fault::refused, to + " is there already");
    return rename(from, to);
  }

  static Result<void> write_whole(const std::string& path, const FileContent& content) {
    const Descriptor file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.is_open()) return system_failure("open", path);
    std::uint64_t size = 0;
    Result<void> done = content([&](BytesView bytes) -> Result<void> {
      const Appended written = write_at(file.number(), path, size, bytes);
      size += written.bytes;
      if (written.error) return Unexpected{*written.error};
      return {};
    });
    if (!done) return done;
    if (::fsync(file.number()) != 0) return system_failure("sync", path);
    return {};
  }
};

}  // namespace

Storage& posix_storage() {
  static PosixStorage storage;
  return storage;
}

}  // namespace tutti
