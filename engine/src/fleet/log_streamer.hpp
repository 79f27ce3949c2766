#pragma once
// Sends what a relay's journal gets to a fleet's store, match by match: in order, numbered, one
// entry of a match under way at a time. What comes meanwhile is gathered, and beyond a limit stays
// in the journal's file until there is room. An entry of which nobody says what became of it is
// looked up, and sent again if it is not there. It knows no clock and no NATS.

#include <cstring>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fleet/followed_journal.hpp"
#include "fleet/log_pages.hpp"
#include "tutti/engine/fleet.hpp"

namespace tutti::detail {

class LogStreamer {
 public:
  /// The store must outlive this.
  /// `page_bytes`: see LogPages.
  LogStreamer(FleetStore& store, RelayId owner, std::size_t page_bytes = 16 * 1024)
      : store_(&store), owner_(owner), page_bytes_(page_bytes) {}

  /// The journal before it, if there was one, gets nothing more.
  void follow(FollowedJournal journal);
  /// The latest journal is written through here.
  void reach(JournalPosition written);
  /// There is a journal that cannot be read.
  void note(const Error& error) { trouble_ = error.sentence; }
  /// A match that is to go on here, from a log that another one may have written: its opening
  /// comes. `fence`: the sequence of the entry that keeps others from writing there.
  void expect(const MatchId& match, std::uint64_t fence) { expected_[match] = fence; }

  /// The room's match is to go on elsewhere: once all that is written of it is stored, or cannot
  /// be, `take_ready` says so.
  void make_ready(const std::string& room) { leaving_.insert(room); }
  /// The room is another relay's: nothing more is sent of its match.
  void let_go(const std::string& room);

  void pass(Instant now);
  // As the last pass left it:
  /// Whether everything that was written is stored, as far as it can be.
  bool is_done() const;
  /// When to pass again at the latest, if nothing happens before.
  Instant next_due(Instant now) const;
  FleetStatus status() const;
  /// Rooms whose matches the journal has begun since the last call.
  std::vector<std::pair<std::string, MatchId>> take_openings() {
    return std::exchange(openings_, {});
  }
  /// How far rooms' logs are stored whole by now, those that have got on since the last call.
  std::vector<std::pair<std::string, Tick>> take_replicated() {
    return std::exchange(replicated_, {});
  }
  /// Rooms that may go elsewhere, and whether their logs are stored as they are written.
  std::vector<std::pair<std::string, bool>> take_ready() { return std::exchange(ready_, {}); }
  /// Matches that others were found to write since the last call.
  std::vector<MatchId> take_fenced() { return std::exchange(fenced_news_, {}); }

 private:
  struct Sent {
    LogEntry entry{};
    bool is_urgent = false;  // as in MatchLog
    Instant at{};
    Instant since{};  // when the oldest of it was read, but for later horizons
    Tick through{};   // with it, all through this tick is there
  };
  struct MatchLog {
    MatchId id{};
    std::string room{};
    std::uint32_t epoch = 1;
    std::uint64_t next = 0;      // the number of the next entry
    std::uint64_t sequence = 0;  // of the match's last entry; 0: none
    Bytes gathered{};
    Tick gathered_through{};       // the horizon of what was gathered last
    bool is_urgent = false;        // there is more in it than time that has passed
    std::uint64_t next_event = 0;  // the sequence number of the event that comes next; 0: unknown
    Tick through{};                // and of what is stored
    std::optional<Sent> sent{};    // until it is known to be stored
    bool must_look = false;        // what the last entry is, before the next is sent
    Instant next_look{};
    std::optional<Instant> looked_back{};  // since when older entries were said to be the last
    bool is_whole = false;                 // the next entry that takes all says so
    bool is_known_whole = false;
    bool is_over = false;
    bool is_stopped = false;
    bool is_fenced = false;
    LogPages pages;
    Instant since{};    // when the oldest of what is gathered was read, if that is urgent
    Instant sent_at{};  // the last time
  };

  /// What a pass leaves to be done.
  struct Left {
    bool wants_to_send = false;  // or waits for what becomes of something
    bool goes_on_soon = false;
    bool has_over = false;  // some log is stored to its end
    std::uint64_t matches = 0;
    Duration lag{};
  };
  struct MatchHash {
    std::size_t operator()(const MatchId& match) const {
      std::size_t first = 0;
      std::memcpy(&first, match.digest.bytes.data(), sizeof first);
      return first;
    }
  };

  void take_outcomes(Instant now);
  void take_stored(MatchLog& log, std::uint64_t sequence, Instant now);
  void look(MatchLog& log, Instant now);
  void look_at(MatchLog& log, const std::optional<StoredEntry>& last, Instant now);
  bool may_be_old(MatchLog& log, const std::optional<StoredEntry>& last, Instant now);
  void read_on(Instant now);
  void send_pages(Instant now);
  void finish_front();
  void forget(const MatchLog& log);
  void begin_anew();
  void take(const FollowedJournal& journal, const Record& record, Instant now);
  static bool follows(MatchLog& log, const EventsHead& head);
  void take_opening(const FollowedJournal& journal, const Record& record);
  void say_whole();
  void send(MatchLog& log, Instant now);
  void append(MatchLog& log, Instant now);
  void note_left(const MatchLog& log, Instant now);
  void stop(MatchLog& log);
  void look_who_is_ready();
  static bool wants_to_send(const MatchLog& log);
  static bool is_past(const MatchLog& log);

  FleetStore* store_;
  RelayId owner_;
  std::size_t page_bytes_;
  std::deque<FollowedJournal> journals_;      // the first one is being read
  std::map<MatchNumber, MatchId> numbers_{};  // of the matches in that one
  std::unordered_map<MatchId, MatchLog, MatchHash> logs_{};
  Left left_{};
  std::map<MatchId, std::uint64_t> expected_{};  // see `expect`
  std::vector<std::pair<std::string, MatchId>> openings_{};
  std::vector<MatchId> fenced_news_{};
  std::vector<std::pair<std::string, Tick>> replicated_{};
  std::set<std::string> leaving_{};  // see `make_ready`
  std::vector<std::pair<std::string, bool>> ready_{};
  std::set<MatchId> paged_{};      // of which there are pages to be sent
  std::set<MatchId> missing_{};    // begun before, and not found in the latest journal so far
  bool is_caught_up_ = false;      // all that is written was read
  bool are_copies_whole_ = false;  // all that the first journal had at its start has been read
  std::size_t waiting_bytes_ = 0;  // gathered or under way
  Instant next_try_{};             // after trouble
  std::uint64_t entries_ = 0;
  FleetStatus::Lags lags_;
  std::uint64_t repeated_ = 0;
  std::uint64_t fenced_ = 0;
  std::uint64_t lost_ = 0;
  std::string trouble_;
};

}  // namespace tutti::detail
