#pragma once
// A room of the relay: one match, the peers in it and what each of them has been told.

#include <optional>
#include <string>
#include <vector>

#include "tutti/net/messages.hpp"
#include "tutti/net/relay_match.hpp"
#include "tutti/net/server.hpp"

namespace tutti {

/// In silence the horizon is written and told every so many ticks: it only has to keep predictions
/// within bounds. Once it covers an event that somebody waits for, it is told at once.
inline constexpr std::int64_t quiet_horizon_ticks = 8;

/// One player's connection.
struct RelayServer::Member {
  PeerId peer{};  ///< means nothing while the connection is lost
  PlayerId player{};
  ResumeSecret secret{};
  std::array<std::byte, 16> resume_hash{};
  bool is_connected = true;
  /// Own events from this counter on are this member's, not those of the slot's last player.
  std::uint32_t first_counter = 0;
  Instant heard{};  ///< when a play datagram last arrived
  bool has_echo = false;
  std::uint16_t echo = 0;
  std::uint32_t received = 0;  ///< it has all accepted events below this
  std::uint32_t told = 0;      ///< accepted events below this have been sent at least once
  std::uint32_t repeated = 0;  ///< accepted events below this have been sent at least twice
  Tick horizon_told{};
  /// The event whose acknowledgement is being timed, since when, and how long that takes.
  std::uint32_t probe = 0;
  Instant probe_sent{};
  std::optional<Duration> acknowledges_after{};
  /// Until then everything unacknowledged is in every datagram: something was lost.
  Instant eager_until{};
  Instant told_at{};
  std::uint8_t number = 0;
  std::optional<Tick> digest_known{};
  bool is_diverged_told = false;
};

/// A tick whose digests are being collected.
struct PendingDigest {
  Tick tick;
  std::vector<std::pair<PlayerId, DigestReport>> reports;
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
  /// The match clock stands still until then, or until all its players are back.
  std::optional<Instant> waits_until;
  std::vector<Member> members;
  /// When the match clock stood at zero; moved when the relay could not keep up.
  Instant origin;
  std::optional<Instant> empty_since;
  std::optional<Instant> over_since;
  EndReason end_reason = EndReason::time_over;  ///< if nothing else ends it
  std::uint32_t written = 0;                    ///< accepted events below this are in the journal
  Tick horizon_written;
  std::int64_t started_utc = 0;
  std::vector<PendingDigest> pending;
  std::vector<RecordedDigest> digests;
  std::optional<Tick> diverged;

  Duration tick_length() const {
    return Duration(std::chrono::seconds(1)) / match.log().setup().tick_rate;
  }
};

/// Whether the horizon has moved so that this member should hear of it now.
bool is_horizon_due(const RelayServer::Room& room, const RelayServer::Member& member, Tick horizon,
                    Instant now);

}  // namespace tutti
