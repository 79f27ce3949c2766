#pragma once
// The minutes of a room: the part of its match that the journal has. Nobody is told of an event or
// a horizon that is not in here (promise O5, "written before told").
//
// In each pass of the relay a room first writes down what its match has accepted. Then the relay
// flushes the journal for all rooms at once. Only then the rooms tell: of `events()` and
// `horizon()`, never of what the match knows beyond them. A disk that fails stops no match. Events
// that are told while it fails would be lost with this process, so the match is marked as unwritten
// for good, in its end record and in its file.

#include <deque>
#include <map>
#include <vector>

#include "relay/history.hpp"
#include "tutti/net/messages.hpp"

namespace tutti::detail {

/// A player's slot, and the key of its client.
struct Signer {
  PlayerId player{};
  PublicKey key{};
};

class Minutes {
 public:
  /// Minutes of a match that begins. The journal must outlive them, or be replaced by
  /// `continue_in`.
  Minutes(Journal& journal, const MatchOpening& opening);
  /// Minutes of a match that a dead relay left in the journal under this number.
  Minutes(Journal& journal, MatchNumber number, const MatchRecord& record);

  /// Accepted events with sequence numbers below this are written.
  std::uint32_t events() const { return events_; }
  Tick horizon() const { return horizon_; }
  /// No power loss changes the log through this tick any more.
  Tick durable() const { return durable_; }
  bool has_all_events_of(const RelayMatch& match) const {
    return events_ == match.accepted_count();
  }
  bool has_all_of(const RelayMatch& match) const {
    return has_all_events_of(match) && horizon_ == match.horizon();
  }

  /// Writes all that the match has accepted, and its horizon; returns how many events those were.
  std::size_t write(const RelayMatch& match);
  /// Writes the events of a match that was taken up again which the journal lacks (it has `found`):
  /// those that its players brought back, and the one by which this life of the relay begins.
  std::size_t write_recovered(const RelayMatch& match, const Log& found);
  void write(const RecordedDigest& digest);
  void write(const DesyncFinding& finding);
  void write(std::span<const ArrivalMargins> margins);
  /// The key of a client that joined, or comes back. The first one of a hash counts; where that one
  /// is in a page, it is written once more, and means nothing.
  void write(const ClientKey& key);
  /// A client's signature, which is right. Of each client in each slot the latest is kept, and
  /// those that are in pages.
  void write(const PlayerSignature& signature);
  /// Writes a client's signature of the log, if it is one: one a minute of each, and one at the
  /// end, since each is to be checked, and is a record.
  bool take(const Signer& signer, const Vouch& vouch, const RelayMatch& match);
  /// Whether the client with this key in this slot has signed the log through a tick.
  bool has_signed(PlayerId player, const PublicKey& key, Tick tick) const;
  /// Precondition: the match is over.
  void write_end(const Log& log, EndReason reason);

  /// Writes an older part of the match once more as a page, if there is enough of it.
  void put_away(const RelayMatch& match);

  /// After the flush: how far the match is durable, and whether the journal holds what is about to
  /// be told. If not, the match is unwritten from now on. The match forgets what was put away.
  void look_whether_written(RelayMatch& match);
  /// The match's log as far as it goes back, and for those to whom it is told.
  History& history() { return history_; }
  bool is_unwritten() const { return is_unwritten_; }

  /// The match as it is now, without what was put away, which the journal has. `end`: why it is
  /// over, if it is.
  JournaledMatch journaled(const RelayMatch& match, std::optional<EndReason> end) const;
  /// Writes the match into another journal; gives its number there. Errors: the disk's, which does
  /// not give back what was put away.
  Result<MatchNumber> copy_into(Journal& journal, const RelayMatch& match,
                                std::optional<EndReason> end);
  /// From now on in that journal.
  void continue_in(Journal& journal, MatchNumber number, const RelayMatch& match);
  std::size_t memory_bytes() const;

 private:
  /// The log through `horizon` is durable once the journal is through here.
  struct Mark {
    JournalPosition through;
    Tick horizon;
  };

  void note_written(std::optional<JournalPosition> at);
  void forget_put();

  Journal* journal_;
  MatchNumber number_;
  std::string room_;
  std::int64_t started_utc_ = 0;
  Bytes door_;
  std::uint32_t events_ = 0;
  Tick horizon_;
  JournalPosition through_;  // the journal has everything once it is written through here
  std::deque<Mark> marks_;   // what is not durable yet
  Tick durable_;
  bool is_unwritten_ = false;
  History history_;
  // What is in no page. In the order of writing:
  std::vector<RecordedDigest> digests_;
  std::vector<DesyncFinding> desyncs_;
  std::vector<ArrivalMargins> margins_;
  std::vector<ClientKey> client_keys_;  // each hash once
  std::map<std::pair<PlayerId, std::array<std::byte, 32>>, PlayerSignature> player_signatures_;
  // Of them, into the page that is not settled yet; of all but the signatures the first ones.
  struct Put {
    std::size_t digests = 0;
    std::size_t desyncs = 0;
    std::size_t margins = 0;
    std::size_t client_keys = 0;
    std::vector<PlayerSignature> player_signatures{};
  } put_;
};

}  // namespace tutti::detail
