#pragma once
// Spares: datagrams that stand in for others which are lost. Of up to four datagrams in a row, the
// first spare is the sum and the second a weighted sum, as in RAID 6 (H. P. Anvin, "The mathematics
// of RAID-6"): with both, any two of the six may be lost. Bytes are numbers of GF(2^8) here. Copies
// of many large events would cost as much as the events; spares cost half of that, and help more.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "tutti/net/messages.hpp"
#include "tutti/net/time.hpp"

namespace tutti::detail {

/// Makes the spares of the datagrams that go to one client.
class SpareMaker {
 public:
  /// This datagram went out. Those that a spare stands for have consecutive numbers: a gap begins
  /// anew.
  void add(std::uint8_t number, BytesView datagram, Instant now);
  /// The next spare that should go out now; its generation and epoch are for the caller to fill.
  std::optional<PlaySpare> next(Instant now);
  /// When the next spare should go out, if no datagram is added.
  Instant due_at() const;
  /// Added events get no spare.
  void clear() { *this = SpareMaker(); }

 private:
  PlaySpare sum_{};
  PlaySpare weighted_{.is_weighted = true};
  Instant since_{};
  bool is_sum_out_ = false;
};

/// Restores datagrams that one connection has lost.
class SpareReader {
 public:
  /// A datagram arrived, or was restored.
  void note(std::uint8_t number, BytesView datagram);
  /// A spare arrived.
  void note(const PlaySpare& spare);
  /// The next message that can be restored, a PlayDown.
  std::optional<PlayMessage> next();

 private:
  static constexpr std::size_t datagrams_most = 16;
  static constexpr std::size_t groups_most = 4;

  struct Datagram {
    std::uint64_t number = 0;
    Bytes bytes{};
  };
  struct Group {
    std::uint64_t first = 0;
    std::uint8_t count = 0;
    std::optional<Bytes> sum{};
    std::optional<Bytes> weighted{};
  };

  std::vector<std::uint8_t> missing_of(const Group& group) const;
  /// A number is counted on from the newest, which repeats after 256.
  std::uint64_t whole(std::uint8_t number) const;
  const Datagram* find(std::uint64_t number) const;
  std::optional<Bytes> restore(const Group& group, std::uint8_t index,
                               std::optional<std::uint8_t> other) const;

  std::array<Datagram, datagrams_most> datagrams_{};
  std::vector<Group> groups_;
  std::uint64_t newest_ = 256;
};

}  // namespace tutti::detail
