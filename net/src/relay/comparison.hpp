#pragma once
// The comparison of one match's states (promise C5): the players' digests are collected, a
// difference is looked into and judged, and its evidence gathered. A state machine without I/O:
// reports and answers go in, messages and findings come out. It knows a game only if it was given
// one as a referee.

#include <list>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "relay/agreement.hpp"
#include "relay/dispute.hpp"
#include "relay/evidence_desk.hpp"
#include "relay/referee.hpp"

namespace tutti::detail {

class Comparison {
 public:
  /// Takes up what a relay that died had found out, as its journal tells, up to the log's horizon.
  void recall(std::span<const RecordedDigest> agreed, std::span<const DesyncFinding> findings,
              Tick horizon) {
    agreement_.recall(agreed, findings, horizon);
  }

  /// The digest of a closed tick, folded from this very log, which has that head there.
  void report(PlayerId player, const DigestReport& report, const Head& head) {
    agreement_.report(player, report, head);
  }
  void answer(PlayerId player, const Refolded& refolded);
  void answer(PlayerId player, const Evidence& evidence);
  /// Folds the log itself where players cannot agree.
  void appoint(AnyGame referee) { referee_game_ = std::move(referee); }

  /// A player of the match; an absent one may come back.
  struct Member {
    PlayerId player{};
    bool is_connected = true;
  };
  /// The match so far, from its beginning.
  struct Played {
    const Setup& setup;
    FinalEvents& events;
  };
  /// Goes on with whatever can go on.
  void pass(Instant now, std::span<const Member> members, const Played& played);
  /// Ends what is under way with what is known, since nobody will answer any more.
  void finish(const Played& played);

  /// A difference is being looked into.
  bool is_busy() const { return dispute_.has_value() || evidence_.has_value(); }
  /// About the bytes of memory that a difference takes while it is looked into.
  std::size_t memory_bytes() const {
    return (dispute_ ? dispute_->memory_bytes() : 0) + (evidence_ ? evidence_->memory_bytes() : 0) +
           (referee_ ? referee_game_->state_size() : 0);
  }
  /// The latest compared tick at which all agreed, this player too; 0 at first.
  Tick agreed_with(PlayerId player) const { return agreement_.agreed_with(player); }

  /// Whether a difference was found since this was last asked.
  bool take_opened() { return std::exchange(is_opened_, false); }
  /// The results, each to be taken once.
  std::optional<std::pair<PlayerId, ControlMessage>> next_message();
  std::optional<RecordedDigest> next_agreed() { return agreement_.next_agreed(); }
  std::optional<DesyncFinding> next_finding();
  std::optional<DesyncBundle> next_bundle();

 private:
  /// How often in a row a player had to be mended.
  struct Mends {
    Tick last;
    int in_a_row = 0;
  };

  void forget_absent(std::span<const Member> members);
  void ask();
  bool is_answered(Instant now, std::span<const Member> members) const;
  void judge(Instant now, const Played& played);
  void escalate(DesyncFinding& finding);
  void settle(const DesyncFinding& finding, const DesyncSide* referee, Instant now);
  void close_evidence();

  Agreement agreement_;
  std::optional<Dispute> dispute_;
  std::optional<EvidenceDesk> evidence_;
  std::optional<AnyGame> referee_game_;
  std::optional<Referee> referee_;
  std::map<PlayerId, Mends> mends_;
  std::vector<Member> members_;  // of the last pass
  bool may_name_absent_ = true;  // something was found out since
  bool is_opened_ = false;

  // Lists: most matches have nothing in them, and an empty deque takes memory.
  std::list<std::pair<PlayerId, ControlMessage>> messages_;
  std::list<DesyncFinding> findings_;
  std::list<DesyncBundle> bundles_;
};

}  // namespace tutti::detail
