#pragma once
// The client's side of the protocol: gets into a room, sends what the player does until the relay
// has it, and takes in the log. It knows ticks and bytes; what to simulate is the session's affair.

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tutti/net/client_statistics.hpp"
#include "tutti/net/link.hpp"
#include "tutti/net/match_clock.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

class Client {
 public:
  struct Options {
    Hello hello{};
    /// How long to wait for the relay to answer at first. If it dies meanwhile, a hello with a
    /// secret, or of a spectator, is said again: it cannot get two places.
    Duration timeout = std::chrono::seconds(10);
    /// How long to try to come back into a match after the relay has fallen silent.
    Duration reconnect_timeout = std::chrono::seconds(60);
  };
  enum class Phase {
    connecting,  ///< waiting for the link and the relay's answer
    playing,     ///< welcomed: the log arrives
    ended,       ///< MatchEnded has arrived
    failed,      ///< refused, unreachable or lost; see failure()
  };

  /// Talks to `relay`, to whom the link is connected or connecting. The link must outlive it.
  Client(Link& link, PeerId relay, Options options);

  /// Takes in what has arrived. Then read the accessors below.
  void receive(Instant now);

  Phase phase() const { return phase_; }
  /// Playing, but the relay is silent, and the way back is being sought.
  bool is_reconnecting() const { return is_reconnecting_; }
  /// Why the phase is `failed`.
  const Error& failure() const { return failure_; }
  bool is_spectator() const { return options_.hello.role == Role::spectator; }
  /// Asks to be something else in the room from now on: a player, if a slot is free, or a
  /// spectator, so far behind. Until the relay answers all goes on; then the log comes anew.
  void change_role(Role role, std::uint16_t delay_seconds, std::string name);
  bool is_changing_role() const { return wish_.has_value(); }
  /// How often the role has changed.
  std::uint32_t roles_taken() const { return roles_taken_; }
  /// Why the last wish to change it was not granted; empty if it was.
  const std::string& role_refusal() const { return role_refusal_; }
  /// Once welcomed.
  const std::optional<Welcome>& welcome() const { return welcome_; }
  /// The relay said that the players' states differ, or what came of that; each is taken once.
  std::optional<Diverged> next_diverged();
  std::optional<Settled> next_settled();
  /// The relay was started again, and asks what we have of the log behind a tick: to be answered
  /// with `tail_of` the log. Taken once.
  std::optional<TailWanted> next_tail_wanted();
  /// The latest compared tick at which all players agreed, we too; 0 at first.
  Tick agreed() const { return agreed_; }

  /// Takes the next event of the log that has arrived, in the order of acceptance; a spectator's
  /// come in canonical order.
  std::optional<Event> next_event();
  /// The log is final through this tick once all events taken so far are in it.
  Tick horizon() const { return horizon_; }
  /// Everything that the relay had accepted at its latest datagram has arrived.
  bool has_all() const { return has_all_; }
  /// Takes the counter of an own event that the relay did not accept.
  std::optional<std::uint32_t> next_refused();
  FollowedClock& clock() { return clock_; }
  const FollowedClock& clock() const { return clock_; }

  /// Queues an event of our own for a tick after the announced progress, and not before the last
  /// one's; returns its counter. Nothing if too many are under way: then the relay has been out of
  /// reach for seconds.
  std::optional<std::uint32_t> offer(Tick stamp, BytesView payload);
  /// No own event at or before this tick will follow.
  void announce(Tick progress);
  /// The match goes on from before what was announced: the relay lost power, and with it that part
  /// of the log.
  /// What had not been decided is dropped: it was stamped for a present that was not.
  void fold_back();
  /// Our digest of a confirmed tick, for comparison. A newer one replaces one not yet sent. The one
  /// of a match's last tick goes out at once, since its sender may be about to leave.
  void report(const DigestReport& report) {
    digest_ = report;
    has_news_ = has_news_ || phase_ == Phase::ended;
  }
  /// Sends an answer to `next_diverged`, `next_settled` or `next_tail_wanted`.
  void answer(const ControlMessage& message);
  /// Asks for a state near the present, to begin with: `take_snapshot`, after a while. Nothing if
  /// one is under way already.
  void want_snapshot();
  /// The one that has arrived; it is not to be believed before the log says so.
  std::optional<PackedSnapshot> take_snapshot();
  /// How much of one is here, 0 to 1.
  double snapshot_progress() const;
  /// The relay asks for one of the next tick whose digest is reported.
  bool is_snapshot_wanted() const { return is_snapshot_wanted_; }
  void give_snapshot(std::shared_ptr<const PackedSnapshot> snapshot);
  /// Sends what has to be said now, if anything.
  void send(Instant now);
  /// Asks the relay to remove a player, to write a referee's word into the log, or to end the
  /// match; it does so for who opened the room.
  void kick(PlayerId player);
  void correct(Correction correction, Tick about, std::string text);
  void end_match();
  /// Says goodbye and disconnects. Nothing is said or taken in after that; a few more `receive`
  /// bring it on its way.
  void leave();

  ClientStatistics statistics() const;

 private:
  /// A relay says something every 0.1 s; after this many of those it is gone, or the path is.
  static constexpr std::chrono::milliseconds silence_before_reconnect{2500};

  struct Underway {
    std::uint32_t counter;
    OfferedEvent event;
    bool is_sent = false;
  };

  void fail_with(Fault fault, std::string sentence);
  void take(const Arrival& arrival, Instant now);
  std::uint8_t generation() const;
  Hello hello_again() const;
  void take_welcome(const Welcome& welcome);
  void take_role(const Welcome& welcome);
  bool take_back_wish(const Refused& refused);
  void begin_epoch(std::uint32_t epoch);
  bool may_ask_again() const { return has_asked_ && (options_.hello.resume || is_spectator()); }
  void look_for_answer(Instant now);
  void look_for_relay(Instant now);
  void connect_again();
  void take(const ControlMessage& message);
  void take_snapshot_message(const ControlMessage& message);
  void begin_snapshots();
  void take(const PlayDown& message, Instant now);
  void take_events(const PlayDown& message);
  void settle_counters(std::uint32_t counted);
  void measure(const PlayDown& message, Instant now);
  std::uint16_t wire_time(Instant now) const;

  Link* link_;
  PeerId relay_;
  Options options_;
  Phase phase_ = Phase::connecting;
  Error failure_;
  std::optional<Instant> started_;
  bool has_asked_ = false;        // to be let in, over this connection
  std::uint64_t link_heard_ = 0;  // datagrams
  bool is_reconnecting_ = false;
  bool has_left_ = false;
  Instant next_attempt_{};
  // Of the latest search for the relay: connections that were begun and given up for a newer one.
  int abandoned_ = 0;
  std::optional<Welcome> welcome_;
  std::optional<Hello> wish_;  // to be something else
  std::string role_refusal_;
  std::uint32_t roles_taken_ = 0;
  std::deque<Diverged> diverged_;
  std::deque<Settled> settled_;
  std::optional<TailWanted> tail_wanted_;
  Tick agreed_;

  std::deque<Event> arrived_;
  std::deque<std::uint32_t> refused_;
  std::vector<Underway> decided_;  // decided by the relay, their place in the log not yet known
  std::uint32_t received_ = 0;     // sequence numbers below this have arrived
  // The relay was started again and has not told all of the log that it found: what we offer waits,
  // since that log may end before it.
  bool is_recovering_ = false;
  Tick horizon_;
  bool has_all_ = false;
  FollowedClock clock_;

  std::deque<Underway> underway_;
  std::uint32_t next_counter_ = 0;
  Tick progress_;
  Tick progress_sent_;
  std::optional<DigestReport> digest_;
  bool is_snapshot_wanted_ = false;  // from us
  std::optional<SnapshotSender> snapshot_sent_;
  bool has_asked_for_snapshot_ = false;
  std::optional<SnapshotReceiver> snapshot_coming_;
  std::optional<PackedSnapshot> snapshot_;
  Tick event_sent_at_;                // progress when an event last went for the first time
  std::int64_t events_in_a_row_ = 0;  // ticks up to then that all had one
  bool has_news_ = false;             // the relay waits for what only we can say
  Instant last_sent_{};
  Instant last_heard_{};
  Instant received_at_{};  // when `receive` was last called
  bool is_stale_ = false;  // what is taken in now waited while we stood still

  std::optional<std::uint8_t> last_number_;
  bool has_rtt_ = false;
  ClientStatistics statistics_;
  Bytes scratch_;
};

}  // namespace tutti
