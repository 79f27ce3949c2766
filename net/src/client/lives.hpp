#pragma once
// A client's knowledge, by how long it holds true: as long as its process, its role in the room,
// one life of the relay (an epoch), or one connection. Where one of these begins again, its struct
// is made anew as a whole.

#include "client/own_events.hpp"
#include "client/path_meter.hpp"
#include "client/relay_search.hpp"
#include "client/snapshot_trade.hpp"
#include "client/told_log.hpp"
#include "flow/spares.hpp"
#include "flow/take_front.hpp"
#include "tutti/net/admission.hpp"
#include "tutti/net/client.hpp"
#include "tutti/net/match_clock.hpp"

namespace tutti::detail {

/// Knowledge that holds for one connection: the relay at its other end counts its datagrams anew,
/// and knows of no snapshot under way.
struct ClientConnection {
  std::optional<std::uint8_t> last_number{};  ///< of the newest datagram
  bool has_lost = false;                      ///< datagrams, since we last said so
  SnapshotTrade snapshots{};
  SpareReader spares{};
};

/// Knowledge that holds for one life of the relay: the next one numbers its log anew, its clock may
/// have gone back, and after a power loss its horizon too.
struct ClientEpoch {
  explicit ClientEpoch(std::uint16_t tick_rate) : clock(tick_rate) {}

  ToldLog told{};
  FollowedClock clock;
  Tick known_through{};  ///< the log is told from behind this tick
  Tick agreed{};
  Tick durable{};
  /// The relay was started again and has not told all of the log that it found. Our offers wait,
  /// since that log may end before them.
  bool is_recovering = false;
};

/// Knowledge that holds for one role in the room.
struct ClientRole {
  explicit ClientRole(Hello said) : hello(std::move(said)) {}
  /// The relay let us in.
  ClientRole(Hello said, const Welcome& answer, std::uint32_t roles)
      : hello(std::move(said)),
        number(roles),
        welcome(answer),
        own(answer.next_counter, answer.bytes_per_second),
        first_own(answer.next_counter),
        epoch(answer.setup.tick_rate) {}

  std::uint8_t generation() const;
  /// Whether a message is of this role, and of the relay's present life.
  bool is_present(const PlayMessage& message) const;
  /// Whether this is of a relay that was cut off from its fleet, where another one has gone on with
  /// the match since.
  bool is_outdated(const Welcome& answer) const;
  /// Back into the room that it is in, as what it is or wants to be.
  Hello hello_again();
  /// The relay has let us in again: over a new connection, perhaps in a new life of it.
  void come_back(const Welcome& again);
  /// Asks for another role from now on.
  void wish_for(Role wanted, std::uint16_t delay_seconds, std::string name);
  /// Events of others behind a gap in the log.
  std::vector<Event> ahead() const;

  Hello hello;               ///< by which it was asked for
  std::uint32_t number = 0;  ///< roles that this client had before
  std::optional<Welcome> welcome{};
  std::optional<Hello> wish{};  ///< for another role
  std::string refusal{};        ///< of the last wish
  OwnEvents own{0, limits::bytes_per_second};
  std::vector<OfferedEvent> sent_events{};  ///< of the last datagram, for their memory
  std::uint32_t first_own = 0;           ///< own events from here on are known to be what they were
  bool is_contradicted = false;          ///< the relay told one of them otherwise
  Tick vouched{};                        ///< what was signed last
  KnownLog known{};                      ///< the log that our caller keeps
  KnownLog known_said{};                 ///< of it, by the latest hello
  std::optional<DigestReport> digest{};  ///< that the relay does not have yet
  std::deque<Diverged> diverged{};
  std::deque<Settled> settled{};
  std::optional<TailWanted> tail_wanted{};
  std::optional<PackedSnapshot> snapshot{};
  bool has_news = false;  ///< the relay waits for what only we can say
  ClientEpoch epoch{60};
  ClientConnection connection{};
};

/// Knowledge of the room beside the match. The relay tells it anew to those whom it welcomes.
struct ClientRoom {
  RoomNews news{};
  Tick replicated{};    ///< the latest that was told
  Duration patience{};  ///< that our host has for its answer

  /// False for a message about something else.
  bool take(const ControlMessage& message);
  void forget(NewcomerId id);
};

/// Knowledge that holds as long as the process lives.
struct ClientProcess {
  Link* link;
  PeerId relay;
  Duration timeout;
  Duration reconnect_timeout;
  std::optional<ClientIdentity> identity;
  std::uint64_t log_bytes_max;
  ClientRole role;
  Client::Phase phase = Client::Phase::connecting;
  Error failure{};
  std::deque<RelayStops> stops{};
  ClientRoom room{};
  RelaySearch search{};
  PathMeter meter{};
  bool has_left = false;
  bool is_stale = false;  ///< messages taken in now waited while we stood still
  Instant last_sent{};
  Bytes scratch{};
};

/// Puts a proof of the client's key into its hellos; it is for the present connection.
void prove_identity(ClientProcess& own);
/// Goes to another relay with the same key. A client that was sent on too often, or cannot go
/// there, looks for its relay again.
void follow(ClientProcess& own, const SentOn& sent);
/// Connects anew, wherever relays were first looked for. False if this link cannot.
bool search_again(ClientProcess& own);
/// The signature of the log through a tick; nothing if there is nothing new to be signed.
std::optional<Vouch> vouch_for(ClientProcess& own, Tick tick, const Head& head);

}  // namespace tutti::detail
