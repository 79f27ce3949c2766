#pragma once
// The relay around its matches: finds rooms by their codes, lets clients in, carries their play
// messages to the match and the match's outcomes to them, and writes everything down before anyone
// is told (promise O5). One server hosts many matches of any games over one link; it is game-blind.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tutti/net/link.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/net/relay_match.hpp"
#include "tutti/replay/desync.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/random.hpp"

namespace tutti {

class RelayServer {
 public:
  struct Options {
    std::size_t rooms_max = 1000;
    std::size_t peers_max = 4000;
    /// Who may watch one match.
    std::size_t spectators_max = 1000;
    /// Packed snapshots of all matches together, for who comes late. Where there is no room for
    /// another one, who comes late folds the log.
    std::size_t snapshot_bytes_max = 256 * 1024 * 1024;
    /// A connection on which nothing is heard for this long is taken for lost.
    Duration peer_timeout = std::chrono::seconds(10);
    /// How long the slot of a player whose connection was lost is kept; then it leaves the match.
    Duration reconnect_time = std::chrono::seconds(60);
    /// How long a match whose relay was started again waits for its players before its clock runs.
    Duration return_time = std::chrono::seconds(10);
    /// How long it waits, at most, for what they know of a log whose end the disk may have lost.
    /// Less than a client's patience: who is new waits as long to be let in.
    Duration tail_time = std::chrono::seconds(6);
    /// How long a branch waits for those who are to play on.
    Duration branch_time = std::chrono::minutes(5);
    /// A room into which nobody comes is closed after this long.
    Duration empty_room_timeout = std::chrono::seconds(60);
    /// How long a match that is over waits for its players' last digests.
    Duration closing_time = std::chrono::seconds(5);
    /// Seeds the room codes and the players' secrets; take it from a good source outside of tests.
    std::array<std::uint64_t, 4> seed{1, 0, 0, 0};
    /// Seconds since 1970 in UTC, written into logs; 0 if unknown.
    std::int64_t utc_at_start = 0;
    /// Finds the game with these rules, to judge where players' states differ and they cannot agree
    /// who is right; nothing if the relay knows no games, as usual.
    std::function<std::optional<AnyGame>(const std::string& rules)> referee{};
  };
  /// The link and the journal must outlive the server.
  RelayServer(Link& link, Journal& journal, Options options);
  ~RelayServer();

  /// One pass: drain the link, let every match take what arrived, advance the clocks, write, tell.
  /// Call it at least once per tick of the fastest match.
  void pass(Instant now);

  /// Goes on with a match that a dead relay left in this journal, under its number there. Its
  /// players come back by their secrets. Precondition: it has not ended, and its room does not
  /// exist.
  void restore(MatchNumber number, const MatchRecord& record, Instant now);

  /// Opens a room in which a branch is played on: a match that ends with the event `Branched` (see
  /// `branch`). The slots that it names are anybody's who comes, the lowest first; the clock stands
  /// still until all of them are taken, at most for Options::branch_time. Precondition: it has not
  /// ended, and its room does not exist.
  void open_branch(const MatchRecord& record, Instant now);

  /// Writes every running match, as it is, into another journal; nothing else changes.
  std::vector<MatchNumber> copy_matches(Journal& journal);
  /// From now on writes into that journal, under the numbers that `copy_matches` has just given.
  void continue_in(Journal& journal, std::span<const MatchNumber> numbers);

  /// Ends every match, by the operator's word. Each is finished by the passes that follow, as soon
  /// as its players have confirmed the end or the closing time is over.
  void end_all();

  /// Takes a match that is over, complete with its digests, to be made into a file.
  std::optional<MatchRecord> next_finished();

  /// A difference between players' states that has been looked into: the match so far, and the
  /// evidence.
  struct FoundDesync {
    MatchRecord match;
    DesyncBundle bundle{};
  };
  std::optional<FoundDesync> next_desync();

  /// What is played in a room; null if there is no such room. Valid until the next pass.
  const RelayMatch* match(const std::string& room) const;
  /// Whether the relay was started again and waits for what this room's players know of the log.
  bool is_recovering(const std::string& room) const;
  std::size_t room_count() const { return rooms_.size(); }
  std::size_t peer_count() const { return peers_.size(); }

  // Private to the implementation.
  struct Member;
  struct Spectator;
  struct Delivery;
  struct Room;

  struct Statistics {
    std::uint64_t refused_hellos = 0;
    std::uint64_t refused_messages = 0;  ///< undecodable, out of place, or from peers in no room
    std::uint64_t events = 0;
    std::uint64_t moved = 0;
    std::uint64_t matches_finished = 0;
    /// Of those: something was told before it was written, because the disk failed or was slow.
    std::uint64_t matches_unwritten = 0;
    std::uint64_t diverged = 0;           ///< times that players' states were found to differ
    std::uint64_t mended = 0;             ///< of these, settled by folding again
    std::uint64_t disputed = 0;           ///< of these, settled by nobody
    std::uint64_t resumed = 0;            ///< players who came back by their secret
    std::uint64_t adopted = 0;            ///< matches whose lost end the players brought back
    std::uint64_t spectators = 0;         ///< who came to watch, or began to
    std::uint64_t snapshots = 0;          ///< handed on to who came late
    std::uint64_t snapshots_refused = 0;  ///< of players who sent something else, in matches so far
  };
  const Statistics& statistics() const { return statistics_; }

 private:
  struct PeerEntry {
    Room* room = nullptr;
    Instant since{};
  };

  void take(const Arrival& arrival, Instant now);
  void take_hello(PeerId peer, const Hello& hello, Instant now);
  void enter(Room& room, PeerId peer, const Hello& hello, Instant now);
  void change_role(Room& room, PeerId peer, const Hello& hello, Instant now);
  bool give_up_slot(Room& room, PeerId peer, const Hello& hello);
  ResumeSecret secret_of(const Hello& hello);
  Room* open_room(const Hello& hello, Instant now);
  void watch(Room& room, PeerId peer, const Hello& hello, Instant now);
  void refuse(PeerId peer, Refusal reason, std::string sentence);
  void take_play(Room& room, Member& member, const PlayUp& message, Instant now);
  void take_play(Room& room, Spectator& spectator, const PlayUp& message, Instant now);
  void take_digest(Room& room, Member& member, const DigestReport& report);
  bool take_answer(PeerId peer, const ControlMessage& message);
  void compare(Room& room, Instant now);
  void take_findings(Room& room);
  void appoint_referee(Room& room) const;
  static MatchRecord record_of(const Room& room);
  bool resume(Room& room, PeerId peer, const Hello& hello, Instant now);
  bool take_over(Room& room, PeerId peer, const Hello& hello, Instant now);
  void welcome(Room& room, const Member& member);
  void ask_for_tail(const Room& room, const Member& member);
  bool take_tail(PeerId peer, const ControlMessage& message);
  static void note_leaving(Room& room, const Hello& hello);
  void recover(Room& room, Instant now);
  void settle_recovery(Room& room);
  void write_recovered(Room& room, const Log& found);
  void match_members(Room& room, Instant now);
  ResumeSecret next_secret();
  void lose_member(PeerId peer);
  void remove_member(PeerId peer, LeaveReason reason);
  void drop_spectators(Room& room, Instant now);
  /// What only the creator of a room may ask for. False for anything and anybody else.
  bool take_order(PeerId peer, const ControlMessage& message);
  void remove_gone(Room& room);
  void drop_lost(Room& room, Instant now);
  void drop_strangers(Instant now);
  void run_room(Room& room, Instant now);
  void write_down(Room& room, Instant now);
  void take_snapshot_message(PeerId peer, const ControlMessage& message, Instant now);
  bool has_snapshot_room() const;
  void ask_for_snapshot(Room& room, bool is_wanted, Tick oldest, Instant now);
  void hand_on_snapshots(Room& room, Instant now);
  void hand_on(Room& room, PeerId peer, Delivery& delivery, Tick seen, Instant now);
  void tell(Room& room, Instant now);
  void tell_member(Room& room, Member& member, Instant now);
  void tell_spectator(Room& room, Spectator& spectator, Instant now);
  void send(PeerId peer, const PlayDown& message);
  bool is_finished(const Room& room, Instant now) const;
  void finish(Room& room);

  Link* link_;
  Journal* journal_;
  Options options_;
  Random random_;
  std::map<std::string, std::unique_ptr<Room>> rooms_;
  std::map<PeerId, PeerEntry> peers_;
  std::vector<MatchRecord> finished_;
  std::deque<FoundDesync> desyncs_;
  Instant first_pass_{};
  Instant strangers_dropped_at_{};
  std::uint64_t secrets_given_ = 0;
  Statistics statistics_;
  Bytes scratch_;
};

/// A journal that takes the place of another, with the server's running matches in it.
struct RenewedJournal {
  Journal journal;
  std::vector<MatchNumber> numbers{};  ///< for RelayServer::continue_in
};
/// Writes it, at once or not at all: because the old one has grown, or since a sync of it failed.
/// Errors: the storage's; everything then is as it was.
Result<RenewedJournal> renew_journal(Storage& storage, const std::string& path,
                                     RelayServer& server);

}  // namespace tutti
