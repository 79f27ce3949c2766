#pragma once
// The agreement of a match's players: the digests that they report of compared ticks, the tick
// through which these agree, and the ticks at which they differ. It is pure; `settle` ends a
// difference.

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "tutti/net/messages.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti::detail {

class Agreement {
 public:
  /// A tick at which all agreed, and the digest that they had.
  struct Agreed {
    Tick tick{};
    Digest digest{};
  };
  struct Difference {
    Tick tick{};
    Head head{};    ///< of the log through it
    Agreed base{};  ///< the latest agreed tick before it; zeros for the start of the match
  };

  /// A player's word on a compared tick.
  struct Reported {
    Digest digest{};
    std::uint32_t between = 0;  ///< of the ticks before it, or 0 (see DigestReport)
  };

  /// Takes up what a relay that died had found out, as its journal tells, up to the log's horizon.
  void recall(std::span<const RecordedDigest> agreed, std::span<const DesyncFinding> findings,
              Tick horizon);
  /// The digest of a closed tick, folded from this very log, which has that head there.
  void report(PlayerId player, const DigestReport& report, const Head& head);
  /// Those who have left the match: the next player of a slot is somebody else.
  void forget(const std::function<bool(PlayerId)>& is_absent);

  /// Looks through what was reported since the last call, of a match with so many players. Returns
  /// the first difference, which is then to be settled.
  std::optional<Difference> compare(std::size_t players);
  /// The players' words on a tick.
  const std::map<PlayerId, Reported>& reported(Tick tick) const;

  /// How one player's state came out of a difference.
  struct Outcome {
    PlayerId player{};
    bool is_right = false;
    Tick through{};  ///< if it was wrong: its reports up to here are void
  };
  /// `head`: of the difference. `right`: the digest of that tick, if it was found.
  void settle(const DesyncFinding& finding, const Head& head, const std::optional<Digest>& right,
              std::span<const Outcome> outcomes);

  /// Whether this player's digests count: it does not compute otherwise for good.
  bool is_compared(PlayerId player) const { return !apart_.contains(player); }
  /// The latest compared tick at which all agreed, this player too; 0 at first.
  Tick agreed_with(PlayerId player) const;
  /// The next tick that was agreed on, each once.
  std::optional<RecordedDigest> next_agreed();

 private:
  struct Pending {
    Tick tick;
    Head head;
    std::map<PlayerId, Reported> reports{};

    bool is_same() const;
    bool has_majority() const;
  };

  void doubt();
  void agree(Tick tick, const Digest& digest, const Head& head);
  void agree_with(PlayerId player, Tick tick);
  bool is_void(PlayerId player, Tick tick) const;
  void drop_void_reports(Tick through);

  std::vector<Pending> pending_;  // by tick
  bool has_news_ = false;         // in pending_
  std::list<Agreed> agreed_;      // the latest few, by tick
  std::map<PlayerId, Tick> agreed_with_;
  std::map<PlayerId, Tick> void_through_;  // reports of ticks up to there mean nothing
  std::set<PlayerId> apart_;               // computes otherwise for good: compared no more
  int disputes_ = 0;                       // so far, that nobody could settle
  // Compared ticks at which the players have to agree before a difference between as many on both
  // sides is looked into again: they would only be asked the same. The first time one, then two,
  // four and so on, so that a player who lies now and then costs the others little.
  int agreements_wanted_ = 0;
  Tick doubted_through_;  // differences up to there are part of one that nobody could settle
  std::list<RecordedDigest> agreements_;
};

}  // namespace tutti::detail
