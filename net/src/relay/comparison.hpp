#pragma once
// The comparison of one match's states: collects the players' digests, notices that they differ,
// has everyone fold again, finds who is wrong and gathers the evidence (promise C5). A state
// machine without I/O: reports and answers go in, messages and findings come out. It knows a game
// only if it was given one as a referee.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "tutti/net/messages.hpp"
#include "tutti/net/time.hpp"
#include "tutti/replay/desync.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/log.hpp"

namespace tutti {

class Comparison {
 public:
  /// What a relay that died had found out, as its journal tells, up to the log's horizon.
  void recall(std::span<const RecordedDigest> agreed, std::span<const DesyncFinding> findings,
              Tick horizon);

  /// The digest of a closed tick, folded from this very log: its head has been compared.
  void report(PlayerId player, const DigestReport& report);
  void answer(PlayerId player, const Refolded& refolded);
  void answer(PlayerId player, const Evidence& evidence);
  /// Folds the log itself where players cannot agree.
  void appoint(AnyGame referee) { referee_game_ = std::move(referee); }

  /// A player of the match; one who is not connected may come back.
  struct Member {
    PlayerId player{};
    bool is_connected = true;
  };
  /// Goes on with whatever can go on.
  void pass(Instant now, std::span<const Member> members, const Log& log);
  /// Ends what is under way with what is known, since nobody will answer any more.
  void finish(const Log& log);

  /// A difference is being looked into.
  bool is_busy() const { return dispute_.has_value() || gathering_.has_value(); }
  /// The latest compared tick at which all agreed, this player too; 0 at first.
  Tick agreed_with(PlayerId player) const;

  /// Whether a difference was found since this was last asked.
  bool take_opened() { return std::exchange(is_opened_, false); }
  /// What came of it, each to be taken once.
  std::optional<std::pair<PlayerId, ControlMessage>> next_message();
  std::optional<RecordedDigest> next_agreed();
  std::optional<DesyncFinding> next_finding();
  std::optional<DesyncBundle> next_bundle();

 private:
  struct Pending {
    Tick tick;
    std::map<PlayerId, Digest> digests{};
  };
  struct Agreed {
    Tick tick;
    Digest digest;
  };
  struct Side {
    DesyncSide side{};
    Tick through{};
    bool has_answered = false;
    std::set<Evidence::Kind> kinds{};  // that have come whole
  };
  struct Dispute {
    Tick tick;
    Agreed base{};
    Instant until{};
    std::map<PlayerId, Side> sides{};
    std::optional<Digest> right{};  ///< once it is known
  };
  struct Gathering {
    Dispute dispute{};
    DesyncFinding finding{};
    std::optional<DesyncSide> referee{};
    Instant until{};
  };
  struct Referee {
    StateBox state;
    Tick present{};
    DesyncSide side{};
  };

  void forget_absent(std::span<const Member> members);
  bool is_compared(PlayerId player) const { return !apart_.contains(player) && !is_disputed_; }
  void compare(std::size_t members, const Log& log);
  void open(const Pending& pending);
  void ask();
  bool is_answered(Instant now, std::span<const Member> members) const;
  void judge(Instant now, const Log& log);
  bool referee(const Log& log);
  DesyncFinding find();
  std::optional<Tick> first_difference() const;
  void escalate(DesyncFinding& finding);
  void settle(const DesyncFinding& finding, Instant now, const Log& log);
  void void_reports(const DesyncFinding& finding);
  void gather(Instant now);
  void agree(Tick tick, const Digest& digest, const Log& log);

  std::vector<Pending> pending_;  // by tick
  bool has_news_ = false;         // in pending_
  std::deque<Agreed> agreed_;     // the latest few, by tick
  std::map<PlayerId, Tick> agreed_with_;
  std::map<PlayerId, Tick> mended_through_;  // what was reported of ticks up to there is void
  struct Mends {
    Tick last;
    int in_a_row = 0;
  };
  std::map<PlayerId, Mends> mends_;
  std::set<PlayerId> apart_;  // computes otherwise for good: compared no more
  bool is_disputed_ = false;
  std::optional<Dispute> dispute_;
  bool is_opened_ = false;
  std::optional<Gathering> gathering_;
  std::optional<AnyGame> referee_game_;
  std::optional<Referee> referee_;

  std::deque<std::pair<PlayerId, ControlMessage>> messages_;
  std::deque<RecordedDigest> agreements_;
  std::deque<DesyncFinding> findings_;
  std::deque<DesyncBundle> bundles_;
};

}  // namespace tutti
