#pragma once
// A difference between players' states leaves a finding, which stays with the match, and evidence,
// which fills a file of its own (`.desync`): the match so far, and the states of each machine at
// the first tick that differs. replay/FORMAT.md specifies the bytes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tutti/replay/match_record.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

namespace limits {
/// Bytes of one saved state that goes into evidence; a larger one is left out.
inline constexpr std::size_t evidence_state_bytes = 64 * 1024;
/// Ticks whose hashes one side of the evidence gives.
inline constexpr std::size_t evidence_hashes = 1024;
/// UTF-8 bytes of what a machine says of itself in evidence.
inline constexpr std::size_t machine_bytes = 4096;
}  // namespace limits

/// A finding as bytes, the same in files and in messages of the relay.
TUTTI_API void write_finding(ByteWriter& out, const DesyncFinding& finding);
/// `in` fails if its next bytes are no finding, or one about a tick beyond limits::match_ticks;
/// more bytes may follow.
TUTTI_API DesyncFinding read_finding(ByteReader& in);

/// One machine's part of the evidence.
struct DesyncSide {
  /// Stands in for a player's slot: the relay's own fold, by its referee.
  static constexpr PlayerId referee{0xFF};

  PlayerId player{};  ///< whose state it is
  /// How it was built, its floating-point environment if that is not the default one, its processor
  /// and the build ids of the libraries that it has loaded; at most limits::machine_bytes.
  std::string machine{};
  Digest reported{};  ///< of its state at the compared tick, as it first said
  Digest refolded{};  ///< of the same, folded again from the last agreed state
  /// The first tick at which the state that it held was not the one that it folds again: the fault
  /// was its own.
  std::optional<Tick> fault{};
  Tick first_hash{};                    ///< the tick of the first of `hashes`
  std::vector<std::uint64_t> hashes{};  ///< the fast hashes of its states, folded again
  Bytes before{};                       ///< its state a tick before the first difference
  Tick held_tick{};                     ///< the tick of `held`
  Bytes held{};                         ///< the state that it held then; empty if not kept
  Bytes refolded_state{};               ///< its state folded again to the first difference

  bool operator==(const DesyncSide&) const = default;
};

/// The finding and every side's evidence.
struct DesyncBundle {
  DesyncFinding finding{};          ///< what was found out
  std::vector<DesyncSide> sides{};  ///< every player's, as far as it told
  bool operator==(const DesyncBundle&) const = default;
};

/// The bytes of a `.desync` file: a match file's records, then the evidence.
TUTTI_API Bytes write_desync(const MatchRecord& match, const DesyncBundle& bundle);

/// A `.desync` file, read.
struct ReadDesync {
  ReadMatch match;        ///< the match through the tick that was compared
  DesyncBundle bundle{};  ///< the evidence
};
/// Errors: those of `read_match`; Fault::bad_data for bytes without any evidence.
TUTTI_API Result<ReadDesync> read_desync(BytesView file);

}  // namespace tutti
