#pragma once
// The options of a session: one struct for each way to begin one, with a default for every member.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tutti/net/lookup.hpp"
#include "tutti/net/relay_options.hpp"
#include "tutti/net/room_terms.hpp"
#include "tutti/net/time.hpp"
#include "tutti/sim/bytes.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/setup.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// The clock by which a session measures what its own work costs.
class TUTTI_API CostClock {
 public:
  virtual ~CostClock() = default;
  /// A moment that is never before the last one.
  virtual Instant now() = 0;
};

/// Counts instead of measuring: each look takes `look`. For tests and simulations, which have to go
/// the same way every time.
class CountingClock final : public CostClock {
 public:
  /// A clock of which each look takes so long.
  explicit CountingClock(Duration look = std::chrono::microseconds(2)) : look_(look) {}
  Instant now() override { return now_ += look_; }

 private:
  Duration look_;
  Instant now_{};
};

/// Settings that no game should need to change; tests do.
struct SessionTuning {
  /// Ticks that the timeline keeps; see Timeline::Options.
  std::size_t ring_ticks = limits::prediction_ticks + 2;
  /// Ticks that one `advance` folds at most to catch up, however fast they are.
  std::int64_t catch_up_ticks = 20'000;
  /// For a session that watches: ticks that each `advance` folds ahead, so that going anywhere in
  /// the match is quick soon.
  std::int64_t fill_ticks = 256;
  /// Null for the system's monotonic clock. It must outlive the session.
  CostClock* cost_clock = nullptr;
  /// How the names of relays are looked up; null for the system's resolver.
  Resolver resolver = nullptr;
};

/// Options of every session.
struct SessionOptions {
  /// Re-simulates the last so many confirmed ticks at every tick and compares; 0 for no rehearsal.
  std::size_t rehearse_depth = 0;
  /// Keeps a running digest over every confirmed tick's state (`SessionStatistics::fold`). With
  /// this or with `rehearse_depth` every tick is folded, and nothing is begun at a snapshot.
  bool fold_digest = false;
  /// The time that one `advance` may spend on catching up (coming late, checking a snapshot,
  /// seeking). It begins no further step once so much is spent, so it takes longer by one step of
  /// the game, or one copy of its state, at most; by a 64th where it seeks by short steps. 0 for
  /// one step at a time.
  Duration catch_up_cost = std::chrono::milliseconds(8);
  /// For a player: remembers what was shown frame by frame (some KB a minute), for `recording`.
  bool keeps_telemetry = true;
  SessionTuning tuning{};  ///< settings for tests
};

/// A match that this session opens.
struct SoloOptions {
  /// The seed of the game's own dice (`Setup::seed`).
  std::uint64_t seed = 1;
  /// Slots; 0 for two, or the nearest number that the game allows.
  std::uint8_t players = 0;
  /// The game's own options, at most limits::options_bytes.
  Bytes game_options{};
  /// When the match ends by itself, how it deals with lost players, and its input delay.
  MatchTerms terms{};
  SessionOptions session{};  ///< those that every session has
};

/// A match in a relay's room, to play in.
struct JoinOptions {
  /// The relay's address: `host`, `host:port` or `[2001:db8::1]:port`; the default port is 4747. Or
  /// a whole invitation, `host:port/CODE#key`.
  std::string relay = "127.0.0.1";
  /// The room's code, unless it is in `relay`. Leave it empty with `create` to be given a new one.
  std::string room{};
  /// The relay's key, 64 hexadecimal digits (its file `relay.pub`), unless it is in `relay`. With
  /// it nobody else can answer in the relay's place. Without it whoever answers is believed, and
  /// `AnySession::relay_trouble` says when that is another one than the time before.
  std::string relay_key{};
  /// An operator's token, for a relay that lets in nobody without one (`tutti token make`). It is
  /// for the key of this player's `state_folder`.
  std::string token{};
  /// The player's name for the others, UTF-8, at most limits::name_bytes.
  std::string name{};
  /// The names of further players at this machine, who get a slot each. All of them come or none
  /// does, and they go together. At most limits::local_players - 1 (net/messages.hpp).
  std::vector<std::string> others{};
  /// The match that is opened if there is no such room.
  std::optional<SoloOptions> create{};
  /// With `create`: how the room is kept.
  RoomTerms room_terms{};
  /// The room's password, UTF-8, empty for none; with `create` the one that it gets. No machine
  /// but this one is told it: a hash of it travels.
  std::string password{};
  /// The folder for the ticket by which a player comes back after its process died: joining the
  /// same room of the same relay again then gives it its slot back, for as long as the match keeps
  /// it. Empty for `default_state_folder()`.
  std::string state_folder{};
  /// The input of empty hands. A player who has come back by a ticket holds it at first, since
  /// nobody knows what its hands do now. The typed `join` fills it in.
  std::optional<Bytes> neutral{};
  SessionOptions session{};  ///< those that every session has
};

/// A match that this session opens on a relay of its own.
struct HostOptions {
  /// The address at which the relay listens, `address:port`; port 0 takes a free one.
  std::string listen = "[::]:4747";
  /// The folder for match logs; empty for `default_matches_folder()`.
  std::string logs{};
  /// The room's code, as in JoinOptions. If it is empty and a relay that died on this port left a
  /// room in which this player was, it is that one; else a new one.
  std::string room{};
  /// The player's name for the others, UTF-8, at most limits::name_bytes.
  std::string name{};
  /// As in JoinOptions.
  std::vector<std::string> others{};
  /// As in JoinOptions: a host whose process died gets its slot back from its recovered relay.
  std::string state_folder{};
  /// As in JoinOptions; the typed `host` fills it in.
  std::optional<Bytes> neutral{};
  SoloOptions match{};     ///< the match that is opened
  RoomTerms room_terms{};  ///< how its room is kept
  std::string password{};  ///< the room's, as in JoinOptions
  /// The relay's own: how much it takes, and how long it waits. Its `seed` means nothing here, and
  /// it asks the system for `utc` if there is none.
  RelayOptions relay{};
  /// The relay judges by this game where players' states differ and they cannot agree.
  bool is_referee = false;
  /// As in RelayService::Options.
  std::uint64_t journal_bytes_max = 16 * 1024 * 1024;
  SessionOptions session{};  ///< those that every session has
};

/// A match in a relay's room, to watch.
struct SpectateOptions {
  /// As in JoinOptions.
  std::string relay = "127.0.0.1";
  /// The room's code, unless it is in `relay`.
  std::string room{};
  /// As in JoinOptions.
  std::string relay_key{};
  /// As in JoinOptions.
  std::string token{};
  /// The seconds to stay behind the match, 0 to limits::spectator_delay_seconds. A spectator who
  /// sees the match late cannot help a player with it.
  std::int64_t delay_seconds = 0;
  std::string password{};  ///< the room's, as in JoinOptions
  /// As in JoinOptions, should the spectator become a player.
  std::string state_folder{};
  SessionOptions session{};  ///< those that every session has
};

/// A match file, to watch.
struct WatchOptions {
  /// Shows what this participant saw, mispredictions and rollbacks included; the file must hold its
  /// telemetry. A tick of `Playback` then is the time of one tick, counted so that the last frame's
  /// is the tick that it showed.
  std::optional<PlayerId> as{};
  SessionOptions session{};  ///< those that every session has
};

}  // namespace tutti
