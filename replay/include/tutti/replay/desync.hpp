#pragma once
// What is known about a difference between players' states: the finding, which stays with the
// match, and the evidence, which fills a file of its own (`.desync`): the match so far, and what
// each machine had at the first tick that differs. replay/FORMAT.md specifies the bytes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tutti/replay/match_record.hpp"
#include "tutti/replay/reader.hpp"

namespace tutti {

namespace limits {
/// Bytes of one saved state that goes into evidence; a larger one is left out.
inline constexpr std::size_t evidence_state_bytes = 64 * 1024;
/// Ticks whose hashes one side of the evidence gives.
inline constexpr std::size_t evidence_hashes = 1024;
}  // namespace limits

/// One machine's part of the evidence.
struct DesyncSide {
  /// Stands in for a player's slot: the relay's own fold, by its referee.
  static constexpr PlayerId referee{0xFF};

  PlayerId player{};
  std::string build{};  ///< what the machine runs, at most limits::build_bytes
  Digest reported{};    ///< of its state at the compared tick, as it first said
  Digest refolded{};    ///< of the same, folded again from the last agreed state
  /// The first tick at which what it held was not what it folded again: its own fault.
  std::optional<Tick> fault{};
  Tick first_hash{};                    ///< the tick of the first of
  std::vector<std::uint64_t> hashes{};  ///< the fast hashes of its states, folded again
  Bytes before{};                       ///< its state a tick before the first difference
  Tick held_tick{};                     ///< the tick of
  Bytes held{};                         ///< what it held then; empty if it was not kept
  Bytes refolded_state{};               ///< folded again to the first difference

  bool operator==(const DesyncSide&) const = default;
};

/// The finding and every side's evidence.
struct DesyncBundle {
  DesyncFinding finding{};
  std::vector<DesyncSide> sides{};
  bool operator==(const DesyncBundle&) const = default;
};

/// The bytes of a `.desync` file: a match file's records, then the evidence.
Bytes write_desync(const MatchRecord& match, const DesyncBundle& bundle);

struct ReadDesync {
  ReadMatch match;
  DesyncBundle bundle{};
};
/// Errors as for `read_match`, and bytes without any evidence.
Result<ReadDesync> read_desync(BytesView file);

}  // namespace tutti
