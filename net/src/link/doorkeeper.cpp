#include "link/doorkeeper.hpp"

#include <sys/random.h>

#include <cerrno>

#include "tutti/sim/digest.hpp"

namespace tutti::detail {

namespace {

/// A cookie is good for this period and the next.
constexpr std::chrono::seconds period_length{8};
/// As long as ENet goes on trying.
constexpr std::chrono::seconds let_in_for{10};
/// Addresses that have proven themselves and are remembered; with more, the others try again.
constexpr std::size_t let_in_most = 4096;

std::int64_t period_of(Instant now) { return now.time_since_epoch() / period_length; }

}  // namespace

Doorkeeper::Doorkeeper() {
  while (true) {
    const auto filled = getrandom(secret_.data(), secret_.size(), 0);
    if (filled == static_cast<ssize_t>(secret_.size())) return;
    TUTTI_ASSERT(filled >= 0 || errno == EINTR, errno);
  }
}

std::uint64_t Doorkeeper::cookie(const Endpoint& from, std::int64_t period) const {
  Bytes bytes;
  ByteWriter out(bytes);
  out.u32(from.host);
  out.u16(from.port);
  out.u64(static_cast<std::uint64_t>(period));
  std::array<std::byte, 8> hash;
  // BLAKE2b needs no other construction for a keyed hash than the key in front of a short message.
  Blake2b(hash.size()).update(secret_).update(bytes).finish(hash);
  return ByteReader(hash).u64();
}

std::uint64_t Doorkeeper::challenge(const Endpoint& from, Instant now) const {
  return cookie(from, period_of(now));
}

bool Doorkeeper::answer(const Endpoint& from, std::uint64_t said, Instant now) {
  const std::int64_t period = period_of(now);
  if (said != cookie(from, period) && said != cookie(from, period - 1)) return false;
  if (let_in_.size() >= let_in_most) {
    std::erase_if(let_in_, [&](const auto& entry) { return entry.second < now; });
  }
  if (let_in_.size() >= let_in_most) return false;
  let_in_[{from.host, from.port}] = now + let_in_for;
  return true;
}

bool Doorkeeper::is_let_in(const Endpoint& from, Instant now) const {
  const auto found = let_in_.find({from.host, from.port});
  return found != let_in_.end() && now <= found->second;
}

}  // namespace tutti::detail
