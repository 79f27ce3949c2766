#include "source/return_ticket.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "source/private_folder.hpp"
#include "tutti/sim/digest.hpp"

namespace tutti {

namespace {

constexpr std::string_view ticket_extension = ".ticket";
/// Characters of a relay, or of a list of relays, that a file's name has as they are.
constexpr std::size_t name_length_max = 80;
/// A match that nobody came back to for so long is over.
constexpr std::chrono::hours kept_for{24};

std::string as_file_name(std::string_view text) {
  std::string name(text);
  const auto is_harmless = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.';
  };
  std::replace_if(
      name.begin(), name.end(), [&](char c) { return !is_harmless(c); }, '_');
  if (name.size() <= name_length_max) return name;
  return name.substr(0, name_length_max) + "-" + to_hex(digest_of(as_bytes(text)));
}

/// The file, locked; -1 if a living process holds it or it cannot be made.
int open_locked(const std::string& path, int flags) {
  while (true) {
    const int file =
        ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, S_IRUSR | S_IWUSR);
    if (file < 0) return -1;
    struct stat found {};
    if (::flock(file, LOCK_EX | LOCK_NB) != 0 || ::fstat(file, &found) != 0) {
      ::close(file);
      return -1;
    }
    if (found.st_nlink > 0) return file;
    ::close(file);  // torn up between opening and locking it
  }
}

void remove_old(const std::string& folder) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ticket_extension) continue;
    const auto written = entry.last_write_time(error);
    if (error || std::filesystem::file_time_type::clock::now() - written < kept_for) continue;
    const int file = open_locked(entry.path().string(), 0);
    if (file < 0) continue;
    ::unlink(entry.path().c_str());
    ::close(file);
  }
}

}  // namespace

std::optional<ReturnTicket> ReturnTicket::take(const std::string& folder, std::string_view relay,
                                               std::string_view room) {
  if (!make_private_folder(folder)) return std::nullopt;
  remove_old(folder);
  const std::string stem = folder + "/" + as_file_name(relay) + "-" + as_file_name(room) + "-";
  for (std::size_t number = 0; number < limits::players; ++number) {
    std::string path = stem + std::to_string(number) + std::string(ticket_extension);
    const int file = open_locked(path, O_CREAT);
    if (file < 0) continue;
    ReturnTicket ticket(std::move(path), file);
    ticket.read();
    return ticket;
  }
  return std::nullopt;
}

ReturnTicket::ReturnTicket(ReturnTicket&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      secret_(std::exchange(other.secret_, std::nullopt)) {}

ReturnTicket& ReturnTicket::operator=(ReturnTicket&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  std::swap(secret_, other.secret_);
  return *this;
}

ReturnTicket::~ReturnTicket() {
  if (file_ < 0) return;
  if (!secret_) ::unlink(path_.c_str());
  ::close(file_);
}

void ReturnTicket::read() {
  std::array<std::byte, ResumeSecret().size() + 1> bytes{};
  const ssize_t size = ::pread(file_, bytes.data(), bytes.size(), 0);
  if (size != static_cast<ssize_t>(ResumeSecret().size())) return;
  secret_.emplace();
  std::copy_n(bytes.begin(), secret_->size(), secret_->begin());
}

void ReturnTicket::keep(const ResumeSecret& secret) {
  if (file_ < 0 || secret_ == secret) return;
  const ssize_t written = ::pwrite(file_, secret.data(), secret.size(), 0);
  if (written == static_cast<ssize_t>(secret.size())) secret_ = secret;
}

void ReturnTicket::tear() {
  if (file_ < 0) return;
  ::unlink(path_.c_str());
  ::close(std::exchange(file_, -1));
  secret_.reset();
}

}  // namespace tutti
