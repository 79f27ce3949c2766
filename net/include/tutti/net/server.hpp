#pragma once
// The relay around its matches: it finds rooms by their codes, lets clients in, and hands each
// message to its sender's room. One write into the journal a pass comes before everything that the
// rooms tell (promise O5). One server hosts many matches of any games over one link, and knows no
// game.

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tutti/net/link.hpp"
#include "tutti/net/match_follower.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/net/relay_match.hpp"
#include "tutti/net/relay_news.hpp"
#include "tutti/net/relay_options.hpp"
#include "tutti/net/room_directory.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

class UsedTokens;

namespace detail {
struct Commons;
class DirectoryDesk;
struct WaitingHello;
class Gate;
class Mirror;
class Room;
class VenueQueue;
}  // namespace detail

/// See the top of this file.
class TUTTI_API RelayServer {
 public:
  using Options = RelayOptions;            ///< See RelayOptions.
  using Statistics = RelayStatistics;      ///< See RelayStatistics.
  using FoundDesync = tutti::FoundDesync;  ///< See tutti::FoundDesync.

  /// The link and the journal must outlive the server.
  RelayServer(Link& link, Journal& journal, Options options);
  ~RelayServer();

  /// From now on nobody comes without a token that has this operator's signature. `used` must
  /// outlive the server. It needs RelayOptions::utc, since tokens expire.
  void require_tokens(const PublicKey& operator_key, UsedTokens& used);

  /// From now on this is one relay of several. The directory must outlive the server.
  void use_directory(RoomDirectory& directory);

  /// From now on spectators of other relays' matches are served here. Precondition: there is a
  /// directory. The follower must outlive the server.
  void use_follower(MatchFollower& follower);

  /// One pass: drains the link, lets every match take what arrived, advances the clocks, writes,
  /// tells. Call it at least once per tick of the fastest match.
  void pass(Instant now);

  /// Goes on with a match that a dead relay left in this journal, under its number there. Its
  /// players come back by their secrets. `epoch`: the relay's life for this match, if a directory
  /// has said which; greater than all before. Precondition: it has not ended, and its room does not
  /// exist.
  void restore(MatchNumber number, const MatchRecord& record, Instant now,
               std::optional<std::uint32_t> epoch = {});

  /// Opens a room in which a branch is played on: a match that ends with the event `Branched` (see
  /// `branch`). Newcomers take the slots that it names, the lowest first; the clock stands still
  /// until all of them are taken, at most for RelayOptions::branch_time. Precondition: it has not
  /// ended, and its room does not exist.
  void open_branch(const MatchRecord& record, Instant now);

  /// Writes every running match, as it is, into another journal; nothing else changes. Errors: the
  /// disk's, which does not give back an older part of one.
  Result<std::vector<MatchNumber>> copy_matches(Journal& journal);
  /// From now on writes into that journal, under the numbers that `copy_matches` has just given.
  void continue_in(Journal& journal, std::span<const MatchNumber> numbers);

  /// From now on no room is opened, for this reason; nothing opens rooms again.
  void refuse_rooms(std::optional<std::string> sentence) { no_rooms_ = std::move(sentence); }

  /// Ends every match, by the operator's word. Each is finished by the passes that follow, as soon
  /// as its players have confirmed the end or the closing time is over.
  void end_all();

  /// From now on opens no new rooms, and tells the players that it is about to be stopped, `within`
  /// this time, unless it has a directory: then their matches can go on elsewhere. They go on here;
  /// to stop them, to hand them over or not is its owner's affair.
  void drain(Duration within, Instant now);
  bool is_draining() const;
  /// Hands all matches that run to other relays of its directory, some at a time. A match that none
  /// can take stays.
  void hand_over_all();
  /// From now on keeps to these limits and times; `seed`, `utc` and `referee` stay as they are, and
  /// so does what rooms and connections have already.
  void change_options(const Options& options);

  /// Takes a match that is over, complete with its digests, to be made into a file. The older part
  /// of a long one is in the journal.
  std::optional<JournaledMatch> next_finished();
  /// Takes a difference between players' states that has been looked into. The latest few are kept
  /// until they are taken.
  std::optional<FoundDesync> next_desync();

  /// Takes the oldest of the news that nobody has taken, at most limits::relay_news of which wait.
  std::optional<RelayNews> next_news();
  /// The newest rooms, at most so many, the newest first.
  std::vector<RoomSummary> summaries(std::size_t most, Instant now) const;
  /// A new code that no room has, of RelayOptions::code_characters.
  std::string free_code();

  /// The match of a room; null if there is no such room. Valid until the next pass. Of a long match
  /// its log has the latest events only, unless RelayOptions::puts_away is false.
  const RelayMatch* match(const std::string& room) const;
  /// Whether the relay was started again, and asks this room's players what they know of the log.
  bool is_recovering(const std::string& room) const;
  /// The same, of any room.
  bool is_recovering() const;
  /// Why somebody who came now would be turned away or could open no room: the relay drains, is
  /// full or has no memory for another match. Nothing while all may come.
  std::optional<std::string> why_no_newcomers() const;
  std::size_t room_count() const { return rooms_.size(); }
  /// Rooms whose match is not over, or not finished yet: `next_finished` has not had it.
  std::size_t running_count() const;
  /// The codes of all rooms.
  std::vector<std::string> rooms() const;
  std::size_t peer_count() const;
  /// Matches of other relays that are watched here, and by how many.
  std::size_t mirror_count() const { return mirrors_.size(); }
  std::size_t mirrored_spectators() const;
  const Statistics& statistics() const;

 private:
  void take(const Arrival& arrival, Instant now);
  void connect(PeerId peer, Instant now);
  bool take_control(PeerId peer, BytesView bytes, Instant now);
  void take_hello(PeerId peer, const Hello& hello, Instant now);
  // `code`: of the hello's room, or that which a new one is to get.
  void admit(PeerId peer, const Hello& hello, const std::string& code, Instant now);
  void let_in(PeerId peer, const Hello& hello, const std::string& code, Instant now);
  void take_opening(PeerId peer, const Hello& hello, const std::string& code, Instant now);
  void look_into_directory(Instant now);
  void hand_over_some();
  void take_moved(const RoomMoved& moved);
  bool ask_directory(PeerId peer, const Hello& hello);
  void take_answer(RoomAnswer answer, const detail::WaitingHello& waiting, Instant now);
  void look_at_mirrors(Instant now);
  void take_news(FollowedNews news, Instant now);
  detail::Mirror* mirror_for(const Hello& hello) const;
  bool watch_elsewhere(PeerId peer, const Hello& hello, const Address& owner, Instant now);
  bool enter_mirror(PeerId peer, const Hello& hello, Instant now);
  bool spread(PeerId peer, const Hello& hello, const detail::Room& room);
  void leave_mirror(PeerId peer, Instant now);
  void close_mirror(detail::Mirror& mirror);
  bool has_place_for_mirror() const;
  void send_on(PeerId peer, const Address& relay);
  void send_away(detail::Room& room, const std::optional<Address>& to);
  void turn_away(PeerId peer, const std::string& sentence);
  std::size_t places_for_returning() const;
  detail::Room& open_room(PeerId peer, const Hello& hello, const std::string& code, Instant now);
  detail::Room& take_up(MatchNumber number, const MatchRecord& record,
                        std::optional<std::uint32_t> epoch, Instant now);
  void close_room(detail::Room& room);
  void forget_room(detail::Room& room);
  detail::Room& keep(std::unique_ptr<detail::Room> room);
  const detail::Room* find(const std::string& room) const;
  bool has_snapshot_room() const;
  std::optional<std::string> why_no_rooms() const;

  Link* link_;
  Journal* journal_;
  std::unique_ptr<detail::Commons> commons_;     // shared by the rooms
  std::unique_ptr<detail::Gate> gate_;           // of a relay that asks for tokens
  std::unique_ptr<detail::DirectoryDesk> desk_;  // of a relay that is one of several
  std::map<std::string, std::unique_ptr<detail::Room>> rooms_;
  MatchFollower* follower_ = nullptr;  // of a relay that has mirrors
  std::map<std::string, std::unique_ptr<detail::Mirror>> mirrors_;
  std::unique_ptr<detail::VenueQueue> queue_;  // of rooms and mirrors, by when they are due
  std::optional<std::string> no_rooms_;        // why none is opened
  std::deque<std::string> to_hand_over_;       // rooms that are to go to other relays
  std::vector<std::string> stopped_;           // those of them that go once all is written
};

/// A journal that takes the place of another, with the server's running matches in it and others
/// that are over.
struct RenewedJournal {
  Journal journal;                     ///< the new one
  std::vector<MatchNumber> numbers{};  ///< for RelayServer::continue_in
};
/// Writes a new journal, at once or not at all, when the old one has grown or a sync of it has
/// failed. It keeps the matches in `over`, which are over, beside the running ones; their pages are
/// in the new one from then on. Errors: the storage's; everything then is as it was.
TUTTI_API Result<RenewedJournal> renew_journal(Storage& storage, const std::string& path,
                                               RelayServer& server,
                                               std::span<JournaledMatch> over = {});

}  // namespace tutti
