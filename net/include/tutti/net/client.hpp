#pragma once
// The client's side of the protocol: gets into a room, sends what its player does until the relay
// has it, and takes in the log. It knows ticks and bytes; the session decides what to simulate.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/net/admission.hpp"
#include "tutti/net/client_statistics.hpp"
#include "tutti/net/link.hpp"
#include "tutti/net/match_clock.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

namespace detail {
struct ClientProcess;
}  // namespace detail

/// What a client knows of its room beside the match.
struct RoomNews {
  std::vector<Newcomer> newcomers{};  ///< those on whom this client, as the host, is to decide
  std::uint16_t spectators = 0;       ///< how many watch; told to players
  /// The host decides on this client: whether it comes in, or gets the role that it wants.
  bool is_host_asked = false;
};

/// One player or spectator of one room, over connections and lives of the relay.
class TUTTI_API Client {
 public:
  /// How a client enters, and what it expects of the relay.
  struct Options {
    Hello hello{};  ///< the first message to the relay
    /// The time to wait for the relay's first answer. If the relay dies meanwhile, the client
    /// repeats a hello with a secret, or a spectator's, since it cannot get two places by that.
    Duration timeout = std::chrono::seconds(10);
    /// By which relays know this client, and it signs what its players did; nothing to stay
    /// unknown.
    std::optional<ClientIdentity> identity{};
    /// The time to try to come back into a match after the relay has fallen silent.
    Duration reconnect_timeout = std::chrono::seconds(60);
    /// The most that the log may take in memory, about, in bytes: some 2.5 million events. A relay
    /// that tells more is not believed.
    std::uint64_t log_bytes_max = 256 * 1024 * 1024;
  };
  /// How far it has come.
  enum class Phase {
    connecting,  ///< waiting for the link and the relay's answer
    playing,     ///< welcomed: the log arrives
    ended,       ///< MatchEnded has arrived
    failed,      ///< refused, unreachable or lost; see failure()
  };

  /// Talks to the peer `relay`, to which `link` is connected or connecting. The link must outlive
  /// the client.
  Client(Link& link, PeerId relay, Options options);
  ~Client();

  /// Takes in what has arrived. Then read the accessors below.
  void receive(Instant now);

  Phase phase() const;  ///< How far it has come.
  /// Playing, but the relay is silent and the client looks for it.
  bool is_reconnecting() const;
  /// Why the phase is `failed`.
  const Error& failure() const;
  bool is_spectator() const;
  /// Asks for another role in the room: a player's, if a slot is free, or a spectator's, so many
  /// seconds behind. Until the relay answers all goes on; then the log comes anew.
  void change_role(Role role, std::uint16_t delay_seconds, std::string name);
  /// The number of changes of role so far.
  std::uint32_t roles_taken() const;
  /// Why the last wish to change the role was not granted; empty if it was, or is not decided yet.
  const std::string& role_refusal() const;
  /// What is new in the room. `decide` answers its newcomers.
  const RoomNews& room() const;
  /// The relay's answer, once it has let this client in.
  const std::optional<Welcome>& welcome() const;
  /// Takes the next word of the relay that the players' states differ.
  std::optional<Diverged> next_diverged();
  /// Takes the next word of the relay on what came of such a difference.
  std::optional<Settled> next_settled();
  /// Takes the question of a relay that was started again: what does this client have of the log
  /// behind a tick? Answer it with `tail_of` the log.
  std::optional<TailWanted> next_tail_wanted();
  /// Takes the relay's word that its operator is about to stop it.
  std::optional<RelayStops> next_relay_stops();
  /// The latest compared tick at which all players agreed, this one too; 0 at first.
  Tick agreed() const;

  /// Takes the next event of the log that has arrived: for a player in the order of acceptance, for
  /// a spectator in canonical order.
  std::optional<Event> next_event();
  /// In this life of the relay the log is told from behind this tick; through it, the log is the
  /// one that the caller kept. 0 where it is told as a whole.
  Tick known_through() const;
  /// Events of other players that have arrived while events before them are missing. The log will
  /// have them as they are, unless a power loss of the relay takes them back.
  std::vector<Event> ahead() const;
  /// The log is final through this tick once all events taken so far are in it.
  Tick horizon() const;
  /// No power loss of the relay changes the log through this tick any more. It begins anew with
  /// each life of the relay; at the end of a match, its relay lets its clients go once all of it is
  /// durable, or its disk has failed.
  Tick durable() const;
  /// No loss of the relay's machine changes the log through this tick any more: a fleet has it too.
  /// 0 of a relay by itself. It only grows.
  Tick replicated() const;
  /// Everything that the relay had accepted at its latest datagram has arrived.
  bool has_all() const;
  /// Takes the counter of an own event that the relay did not accept.
  std::optional<std::uint32_t> next_refused();
  FollowedClock& clock();
  const FollowedClock& clock() const;

  /// Queues an event of this player for a tick after the announced progress, and not before the
  /// last event's; returns its counter. Nothing if the event is refused: more is offered than the
  /// budget carries (`Welcome::bytes_per_second`), or the relay has been out of reach so long that
  /// limits::events_under_way are under way. `ClientStatistics::refused_events` counts them.
  /// `local`: which of the client's players it is of, 0 for the first.
  std::optional<std::uint32_t> offer(Tick stamp, BytesView payload,
                                     PlayerEvent is = PlayerEvent::input, std::uint8_t local = 0);
  /// Promises that no own event at or before this tick will follow.
  void announce(Tick progress);
  /// Takes back what was announced and drops what the relay has not decided: the relay lost power,
  /// and with it that part of the log.
  void fold_back();
  /// Reports the digest of a confirmed tick, for comparison. A newer one replaces one that is not
  /// yet sent. That of a match's last tick goes out at once, since its sender may be about to
  /// leave.
  void report(const DigestReport& report);
  /// Sends an answer to `next_diverged`, `next_settled` or `next_tail_wanted`.
  void answer(const ControlMessage& message);
  /// Asks for a state near the present to begin with; `take_snapshot` has it after a while. Does
  /// nothing while one is under way.
  void want_snapshot();
  /// Takes the snapshot that has arrived. Do not believe it before the log confirms its digest.
  std::optional<PackedSnapshot> take_snapshot();
  /// How much of the snapshot is here, 0 to 1.
  double snapshot_progress() const;
  /// The relay asks for a snapshot of the next tick whose digest is reported.
  bool is_snapshot_wanted() const;
  void give_snapshot(std::shared_ptr<const PackedSnapshot> snapshot);
  /// Sends what has to be said now, if anything.
  void send(Instant now);
  /// The host's word on a newcomer.
  void decide(NewcomerId id, HostWish wish);
  /// Asks the relay to remove a player. It obeys the player who opened the room only, here and in
  /// the two below.
  void kick(PlayerId player);
  /// Asks the relay to write a referee's word into the log.
  void correct(Correction correction, Tick about, std::string text);
  /// Asks the relay to end the match.
  void end_match();
  /// The caller keeps this much of the log, and need not be told it again should the relay be
  /// started again, or another one go on with the match: see `known_through`. To be said anew as
  /// the log grows; with tick 0 first where it becomes another one. It is of use where the relay
  /// has the log through that tick: in a fleet, `replicated` is the latest that is sure to be.
  void know(const KnownLog& log);
  /// Signs the log through a final tick, which has this head, for the relay to keep with the match.
  /// Does nothing without an identity, for a spectator, and where the relay has told an own event
  /// otherwise than it was.
  void vouch(Tick tick, const Head& head);
  /// Says goodbye and disconnects. Nothing is said or taken in after that; a few more `receive`
  /// bring the goodbye on its way.
  void leave();

  ClientStatistics statistics() const;  ///< Measures of its connection, as of now.

 private:
  void take(const Arrival& arrival, Instant now);
  void take(const ControlMessage& message, Instant now);
  /// Learns about path and clock from the datagram's arrival now.
  void measure(const PlayDown& message, Instant now);
  void take(const PlayDown& message, Instant now);
  void take_welcome(const Welcome& welcome);
  void take_refused(const Refused& refused);
  void look_for_relay(Instant now);
  void connect_again();
  void fail_with(Fault fault, std::string_view sentence);
  void send_play(Instant now);
  void say(const ControlMessage& message);

  std::unique_ptr<detail::ClientProcess> process_;
};

}  // namespace tutti
