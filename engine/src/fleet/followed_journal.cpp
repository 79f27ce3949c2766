#include "fleet/followed_journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tutti::detail {

namespace {

constexpr std::size_t window_bytes = 256 * 1024;
constexpr std::size_t window_bytes_max = payload_bytes_max + record_header_bytes;

Unexpected trouble(const std::string& path, const std::string& what) {
  return fail(Fault::system,
              "the journal " + path + " cannot be " + what + ": " + std::strerror(errno));
}

}  // namespace

Result<FollowedJournal> FollowedJournal::open(const JournalStart& start) {
  const int descriptor = ::open(start.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return trouble(start.path, "opened to be read");
  return FollowedJournal(descriptor, start);
}

FollowedJournal::FollowedJournal(int descriptor, JournalStart start)
    : descriptor_(descriptor), start_(std::move(start)), written_(start_.written.bytes) {}

FollowedJournal::FollowedJournal(FollowedJournal&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      start_(std::move(other.start_)),
      written_(other.written_),
      is_finished_(other.is_finished_),
      offset_(other.offset_),
      window_(std::move(other.window_)),
      used_(other.used_) {}

FollowedJournal& FollowedJournal::operator=(FollowedJournal&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  start_ = std::move(other.start_);
  written_ = other.written_;
  is_finished_ = other.is_finished_;
  offset_ = other.offset_;
  window_ = std::move(other.window_);
  used_ = other.used_;
  return *this;
}

FollowedJournal::~FollowedJournal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::optional<Record>> FollowedJournal::next() {
  for (std::size_t most = window_bytes;; most = window_bytes_max) {
    RecordReader reader(BytesView(window_).subspan(used_));
    if (const std::optional<Record> record = reader.next()) {
      used_ += reader.offset();
      offset_ += reader.offset();
      return record;
    }
    const std::size_t had = window_.size() - used_;
    if (had >= unread()) break;
    if (had >= window_bytes_max) {
      return fail(Fault::bad_data,
                  "the journal " + start_.path + " is damaged at byte " + std::to_string(offset_));
    }
    if (const Result<void> filled = fill(most > had ? most : window_bytes_max); !filled) {
      return Unexpected{filled.error()};
    }
  }
  if (is_finished_ && unread() > 0) {
    return fail(Fault::bad_data, "the journal " + start_.path + " ends inside a record");
  }
  return std::optional<Record>();
}

Result<void> FollowedJournal::fill(std::size_t most) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(most, unread()));
  window_.resize(count);
  used_ = 0;
  for (std::size_t done = 0; done < count;) {
    const ssize_t bytes = ::pread(descriptor_, window_.data() + done, count - done,
                                  static_cast<off_t>(offset_ + done));
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return trouble(start_.path, "read");
    if (bytes == 0) return fail(Fault::bad_data, start_.path + " is shorter than it was");
    done += static_cast<std::size_t>(bytes);
  }
  return {};
}

}  // namespace tutti::detail
