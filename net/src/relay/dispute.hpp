#pragma once
// A dispute is one difference between players' states, until it is judged: everybody folds again
// from the last agreed state, and the results show whose memory or whose build is wrong. It is
// pure.

#include <map>
#include <optional>
#include <vector>

#include "relay/agreement.hpp"
#include "tutti/net/desync_messages.hpp"
#include "tutti/net/time.hpp"

namespace tutti::detail {

/// The bytes of memory that a side takes beside itself.
std::size_t memory_bytes(const DesyncSide& side);

class Dispute {
 public:
  struct Side {
    DesyncSide side{};
    Tick through{};  ///< its states were looked through, and put right, up to here
    /// Its word on the ticks before the compared one (see DigestReport); 0 if it said nothing, or
    /// found that word wrong itself.
    std::uint32_t between = 0;
    bool has_answered = false;
  };

  /// The dispute waits for the players' answers until then. A player who has not answered by then
  /// is judged by its first digest.
  Dispute(const Agreement::Difference& difference, Instant until)
      : difference_(difference), until_(until) {}

  Tick tick() const { return difference_.tick; }
  const Head& head() const { return difference_.head; }
  Instant until() const { return until_; }
  const std::map<PlayerId, Side>& sides() const { return sides_; }

  Diverged question() const {
    return {difference_.tick, difference_.base.tick, difference_.base.digest};
  }
  /// This player reported that; false if it is in the dispute already. It is to be asked.
  bool add(PlayerId player, const Agreement::Reported& reported);
  void answer(PlayerId player, const Refolded& refolded);

  /// Folded again, all have the same states: of the compared tick, and of those before it. Of who
  /// has not folded again, its first word counts.
  bool is_unanimous() const { return camps().size() == 1; }
  /// The first of the ticks whose hashes may show the first difference, for the referee's fold.
  Tick first_hash() const;
  /// The finding, by the relay's own fold if it has one. Without a right digest it is disputed.
  DesyncFinding judge(const DesyncSide* referee);
  std::size_t memory_bytes() const;
  /// The right digest, once it is judged and if it was found.
  const std::optional<Digest>& right() const { return right_; }

 private:
  /// Sides with the same states.
  using Camp = std::vector<const Side*>;
  static bool are_alike(const Side& left, const Side& right);
  std::vector<Camp> camps() const;
  std::optional<Tick> first_difference(const DesyncSide* referee) const;

  Agreement::Difference difference_;
  Instant until_;
  std::map<PlayerId, Side> sides_;
  std::optional<Digest> right_;
};

}  // namespace tutti::detail
