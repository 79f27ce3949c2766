#pragma once
// A room of the relay: one match, the peers in it and what each of them has been told.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "relay/comparison.hpp"
#include "relay/feed.hpp"
#include "relay/snapshot_desk.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/net/relay_match.hpp"
#include "tutti/net/server.hpp"

namespace tutti {

/// In silence the horizon is written and told every so many ticks: it only has to keep predictions
/// within bounds. Once it covers an event that somebody waits for, it is told at once.
inline constexpr std::int64_t quiet_horizon_ticks = 8;
/// In lockstep it is all that can be shown.
inline constexpr std::int64_t lockstep_horizon_ticks = 2;

/// A snapshot on its way to one connection.
struct RelayServer::Delivery {
  bool is_wanted = false;
  std::optional<SnapshotSender> sender{};
};

/// One player's connection.
struct RelayServer::Member {
  PeerId peer{};  ///< means nothing while the connection is lost
  PlayerId player{};
  ResumeSecret secret{};
  std::array<std::byte, 16> resume_hash{};
  bool is_connected = true;
  /// Of a branch: the slot is anybody's who comes.
  bool is_open = false;
  /// Own events from this counter on are this member's, not those of the slot's last player.
  std::uint32_t first_counter = 0;
  detail::Feed feed{};
  Delivery delivery{};
  std::optional<Tick> digest_known{};
  /// A digest has come since the last datagram: what became of it is told in the next.
  bool is_digest_told = true;
};

/// The connection of somebody who only watches: told what is final, counted by nobody.
struct RelayServer::Spectator {
  PeerId peer{};
  ResumeSecret secret{};
  std::int64_t delay_ticks = 0;
  detail::Feed feed{};
  Delivery delivery{};
};

/// A relay that was started again does not know what its disk has lost: until those who come back
/// have said what they know, or have had the time to, nothing is told and the clock stands still.
struct Recovery {
  explicit Recovery(Log log) : found(std::move(log)) {}

  Log found;  ///< as the journal has it
  Instant until{};
  Instant now{};  ///< of the latest pass
  std::map<PlayerId, Tail> tails{};
  /// Who is nobody that the log knows, and who said goodbye: they come and go when it is decided.
  std::vector<std::pair<PeerId, Hello>> hellos{};
  std::vector<PlayerId> goodbyes{};
  /// Players who are not waited for: they have said that they will leave their slots.
  std::vector<PlayerId> leaving{};
};

struct RelayServer::Room {
  Room(std::string room_code, RelayMatch room_match, Instant now)
      : code(std::move(room_code)), match(std::move(room_match)), origin(now), empty_since(now) {
    origin = now - tick_length() * match.clock().value;
  }

  std::string code;
  RelayMatch match;
  MatchNumber journal_match;
  std::uint32_t epoch = 0;
  std::optional<Recovery> recovery;
  /// The match clock stands still until then, or until all its players are back.
  std::optional<Instant> waits_until;
  std::vector<Member> members;
  std::vector<Spectator> spectators;
  detail::SnapshotDesk desk;
  /// When the match clock stood at zero; moved when the relay could not keep up.
  Instant origin;
  std::optional<Instant> empty_since;
  std::optional<Instant> over_since;
  bool is_finished = false;  ///< recorded and left by its players; spectators may still watch it
  EndReason end_reason = EndReason::time_over;  ///< if nothing else ends it
  std::uint32_t written = 0;                    ///< accepted events below this are in the journal
  Tick horizon_written;
  /// The journal has everything of it once it is written through here.
  JournalPosition written_at;
  /// Something was told that the journal did not hold at that moment (promise O5).
  bool is_unwritten = false;
  std::int64_t started_utc = 0;
  Comparison comparison;
  std::vector<RecordedDigest> digests;
  std::vector<DesyncFinding> desyncs;
  std::vector<ArrivalMargins> margins;

  /// Where the match is now, in ticks and time into the tick. It goes on after the end, for those
  /// who watch from behind.
  std::pair<Tick, Duration> position(Instant now) const {
    if (over_since) {
      const Duration since = now - *over_since;
      return {match.clock() + since / tick_length(), since % tick_length()};
    }
    return {match.clock(), now - origin - tick_length() * match.clock().value};
  }

  bool is_standing() const { return match.is_standing() || waits_until; }
  Duration tick_length() const {
    return Duration(std::chrono::seconds(1)) / match.log().setup().tick_rate;
  }
};

/// Whether the horizon has moved so that this member should hear of it now.
bool is_horizon_due(const RelayServer::Room& room, const RelayServer::Member& member, Tick horizon,
                    Instant now);

}  // namespace tutti
