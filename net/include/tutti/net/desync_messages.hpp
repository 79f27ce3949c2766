#pragma once
// The messages between clients and the relay about players' states that differ (promise C5). All
// are control; messages.hpp has the variant and the codec's entry, and net/PROTOCOL.md the story.

#include "tutti/replay/desync.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti {

/// From the relay: the players' digests of `tick` differ. Fold again from your last agreed state,
/// and tell the result.
struct Diverged {
  Tick tick{};            ///< compared
  Tick agreed{};          ///< the last one before that was agreed on; 0 for the start of the match
  Digest agreed_state{};  ///< its digest; zeros for the start

  bool operator==(const Diverged&) const = default;
};

/// A client's answer to `Diverged`.
struct Refolded {
  Tick tick{};      ///< the compared tick
  Digest digest{};  ///< of the state there, folded again
  Tick through{};   ///< the client has checked its states, and put them right, up to here
  /// The first tick at which the state that it held was not the one that it folds again.
  std::optional<Tick> fault{};
  std::string machine{};  ///< as in DesyncSide
  Tick first_hash{};      ///< the tick of the first of `hashes`
  /// The fast hashes of the states folded again, up to `tick`; the last
  /// limits::evidence_hashes of them.
  std::vector<std::uint64_t> hashes{};

  bool operator==(const Refolded&) const = default;
};

/// From the relay: how the difference was settled. Players whose states are in question send
/// evidence now.
struct Settled {
  DesyncFinding finding{};  ///< what was found out, as the match's record keeps it

  bool operator==(const Settled&) const = default;
};

/// From a client: a piece of a saved state, for the file of evidence. The client sends all of each
/// of its three states, in this order; one that it has not kept or that is too large is a single
/// empty piece.
struct Evidence {
  /// Which of the three states it is.
  enum class Kind : std::uint8_t {
    before = 0,    ///< a tick before the first difference
    held = 1,      ///< there, as the client held it before it put anything right
    refolded = 2,  ///< there, folded again
  };
  Tick tick{};               ///< the compared tick that the finding is about
  Kind kind = Kind::before;  ///< which of the three states it is
  Tick at{};                 ///< the state's own tick
  std::uint32_t size = 0;    ///< of the whole state, at most limits::evidence_state_bytes
  std::uint32_t offset = 0;  ///< of this piece
  Bytes piece{};             ///< at most evidence_piece_bytes

  bool operator==(const Evidence&) const = default;
};

/// Bytes of one piece of evidence.
inline constexpr std::size_t evidence_piece_bytes = 12'000;

}  // namespace tutti
