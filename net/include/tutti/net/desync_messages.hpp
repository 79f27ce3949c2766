#pragma once
// What a client and the relay say to each other when players' states differ. All of it is control;
// messages.hpp has the variant and the codec's entry. net/PROTOCOL.md tells the story.

#include "tutti/replay/desync.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti {

/// The relay: the players' digests of `tick` differ. Fold again from your last agreed state, and
/// say what comes out.
struct Diverged {
  Tick tick{};            ///< compared
  Tick agreed{};          ///< the last one before that was agreed on; 0 for the start of the match
  Digest agreed_state{};  ///< its digest; zeros for the start

  bool operator==(const Diverged&) const = default;
};

/// A client's answer.
struct Refolded {
  Tick tick{};      ///< the compared tick
  Digest digest{};  ///< of the state there, folded again
  Tick through{};   ///< its states were looked through, and put right, up to here
  /// The first tick at which what it held was not what it folded again.
  std::optional<Tick> fault{};
  std::string build{};
  Tick first_hash{};
  /// The fast hashes of the states folded again, up to `tick`; the last
  /// limits::evidence_hashes of them.
  std::vector<std::uint64_t> hashes{};

  bool operator==(const Refolded&) const = default;
};

/// The relay: what came of it. Players whose states are in question send evidence now.
struct Settled {
  DesyncFinding finding{};

  bool operator==(const Settled&) const = default;
};

/// A client: a piece of a saved state, for the file of evidence. Each of the three is sent whole,
/// in this order, and one that is not kept or is too large is a single empty piece.
struct Evidence {
  enum class Kind : std::uint8_t {
    before = 0,    ///< a tick before the first difference
    held = 1,      ///< what it held there, before it put anything right
    refolded = 2,  ///< folded again
  };
  Tick tick{};  ///< the compared tick that the finding is about
  Kind kind = Kind::before;
  Tick at{};                 ///< the state's own tick
  std::uint32_t size = 0;    ///< of the whole state, at most limits::evidence_state_bytes
  std::uint32_t offset = 0;  ///< of this piece
  Bytes piece{};             ///< at most evidence_piece_bytes

  bool operator==(const Evidence&) const = default;
};

/// Bytes of one piece of evidence.
inline constexpr std::size_t evidence_piece_bytes = 12'000;

}  // namespace tutti
