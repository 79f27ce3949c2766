#pragma once
// The datagrams of a connection: a header of 8 bytes, the sealed text, a tag of 16. PROTOCOL.md,
// "Sealed datagrams", specifies them.

#include <cstdint>
#include <optional>
#include <span>

#include "link/crypto.hpp"
#include "link/replay_window.hpp"
#include "tutti/net/link.hpp"

namespace tutti::detail {

/// The first byte of a sealed datagram.
enum class SealedKind : std::uint8_t {
  play = 0x54,    ///< one play datagram
  stream = 0x53,  ///< control: what has arrived, and a piece
  path = 0x50,    ///< a question to a new address, or its answer
  life = 0x4C,    ///< nothing, but that its sender is there
  bye = 0x42,     ///< the connection ends here
};

inline constexpr std::size_t sealed_header_bytes = 1 + 4 + 3;
static_assert(limits::seal_bytes == sealed_header_bytes + tag_bytes);
/// Bytes of the largest sealed datagram.
inline constexpr std::size_t sealed_bytes_most = limits::play_bytes + limits::seal_bytes;

/// The receiver's number of the connection that a datagram is for, if it has the shape of a sealed
/// one at all. Nothing is believed by that.
std::optional<std::uint32_t> sealed_index(BytesView datagram);

/// The number with these low 24 bits that lies nearest to `next` (RFC 9000, A.3).
std::uint64_t whole_number(std::uint64_t low, std::uint64_t next);

/// Seals what goes one way on one connection. Each datagram has a number that no other has under
/// this key: numbers are counted, and a key is never used by a second object.
class Sealer {
 public:
  Sealer(const Key& key, std::uint32_t index) : key_(key), index_(index) {}
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  /// The datagram, in `room`, which has at least limits::seal_bytes more than the text.
  BytesView seal(SealedKind kind, BytesView text, std::span<std::byte> room);
  /// Datagrams sealed so far: the number of the next one.
  std::uint64_t count() const { return next_; }

 private:
  SecretKey key_;
  std::uint32_t index_;
  std::uint64_t next_ = 0;
};

/// Opens what came the other way, each datagram at most once.
class Opener {
 public:
  struct Opened {
    SealedKind kind = SealedKind::life;
    BytesView text;
    bool is_latest = false;  ///< no later one has been opened
  };

  explicit Opener(const Key& key) : key_(key) {}
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  /// The text, in `room`, which is at least as large as the datagram. Nothing for one that the key
  /// does not open, and for one that was opened before or may have been.
  std::optional<Opened> open(BytesView datagram, std::span<std::byte> room);

 private:
  SecretKey key_;
  ReplayWindow window_;
};

}  // namespace tutti::detail
