#include "link/sealed_datagram.hpp"

#include <algorithm>

#include "tutti/sim/assert.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

constexpr std::uint64_t number_period = std::uint64_t{1} << 24;
/// Far more than any connection sends; a sum of numbers cannot overflow.
constexpr std::uint64_t numbers_most = std::uint64_t{1} << 60;

bool is_sealed_kind(std::byte first) {
  switch (static_cast<SealedKind>(first)) {
    case SealedKind::play:
    case SealedKind::stream:
    case SealedKind::path:
    case SealedKind::life:
    case SealedKind::bye:
      return true;
  }
  return false;
}

}  // namespace

std::uint64_t whole_number(std::uint64_t low, std::uint64_t next) {
  const std::uint64_t candidate = (next & ~(number_period - 1)) | low;
  if (candidate + number_period / 2 <= next) return candidate + number_period;
  if (candidate > next + number_period / 2 && candidate >= number_period)
    return candidate - number_period;
  return candidate;
}

std::optional<std::uint32_t> sealed_index(BytesView datagram) {
  if (datagram.size() < limits::seal_bytes || datagram.size() > sealed_bytes_most ||
      !is_sealed_kind(datagram[0])) {
    return std::nullopt;
  }
  ByteReader reader(datagram.subspan(1));
  return reader.u32();
}

BytesView Sealer::seal(SealedKind kind, BytesView text, std::span<std::byte> room) {
  const std::size_t size = text.size() + limits::seal_bytes;
  TUTTI_ASSERT(room.size() >= size && next_ < numbers_most, room.size(), size, next_);
  const std::uint64_t number = next_++;
  room[0] = static_cast<std::byte>(kind);
  for (std::size_t i = 0; i < 4; ++i)
    room[1 + i] = static_cast<std::byte>(index_ >> (8 * i) & 0xFF);
  for (std::size_t i = 0; i < 3; ++i)
    room[5 + i] = static_cast<std::byte>(number >> (8 * i) & 0xFF);
  detail::seal(key_, number, room.first(sealed_header_bytes), text,
               room.subspan(sealed_header_bytes, size - sealed_header_bytes));
  return room.first(size);
}

std::optional<Opener::Opened> Opener::open(BytesView datagram, std::span<std::byte> room) {
  if (!sealed_index(datagram)) return std::nullopt;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 3; ++i)
    low |= std::to_integer<std::uint64_t>(datagram[5 + i]) << (8 * i);
  const std::uint64_t number = whole_number(low, window_.next());
  const bool is_new = window_.is_new(number) || TUTTI_MUTANT(datagrams_open_twice);
  if (number >= numbers_most || !is_new) return std::nullopt;
  const std::span<std::byte> text = room.first(datagram.size() - limits::seal_bytes);
  if (!detail::open(key_, number, datagram.first(sealed_header_bytes),
                    datagram.subspan(sealed_header_bytes), text) &&
      !TUTTI_MUTANT(seals_are_not_checked)) {
    return std::nullopt;
  }
  const bool is_latest = number >= window_.next();
  window_.take(number);
  return Opened{static_cast<SealedKind>(datagram[0]), text, is_latest};
}

}  // namespace tutti::detail
