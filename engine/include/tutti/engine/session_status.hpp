#pragma once
// A session's status, its counters, and the differences between players' states that it knows of.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tutti/net/client_statistics.hpp"
#include "tutti/net/room_messages.hpp"
#include "tutti/replay/match_record.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/field_diff.hpp"
#include "tutti/sim/timeline.hpp"

namespace tutti {

/// A session's present occupation. It never waits silently (promise C6). From `ended` on nothing
/// happens any more.
enum class Status : std::uint8_t {
  connecting,    ///< it looks for the relay and asks to be let in; see `is_host_asked`
  catching_up,   ///< it folds the log up to the present
  playing,       ///< it shows the present
  reconnecting,  ///< the relay is silent; the session looks for it and goes on by itself
  waiting,       ///< nothing goes on: the log's horizon is too far behind, or a relay that was
                 ///< started again still waits for players; see `awaited`
  held,          ///< the match clock stands still until lost players are back; see `awaited`
  resyncing,     ///< this machine's state was wrong and has been put right; the relay has the word
  paused,        ///< a replay stands still
  ended,         ///< the match is over and its last tick is shown
  failed,        ///< it gave up; `failure` says why
};
/// The status in words for a screen, e.g. "catching up".
TUTTI_API const char* to_text(Status status);

/// A field of a confirmed state that is not a number, and the tick at which it was seen first.
struct NanFound {
  Tick tick;            ///< at which it was seen first
  std::string field{};  ///< its path, as `list_fields` gives it
};

/// Counters and measures of one session. Those of the match (ticks, events, facts, the timeline's)
/// begin again when the session begins the log again; the others count for as long as it lives.
struct SessionStatistics {
  Tick present;    ///< the tick that is shown
  Tick confirmed;  ///< the latest tick that is final
  /// No power loss of the relay changes the log through this tick any more.
  Tick durable;
  /// Nor does the loss of the relay's machine: others have the log through this tick. Told about
  /// once a second; 0 where the relay is by itself.
  Tick replicated;
  std::int64_t predicted_ticks = 0;  ///< `present` minus `confirmed`
  /// Ticks between an action and the first step that sees it, as the match has it now.
  std::int64_t input_delay_ticks = 0;
  TimelineStatistics timeline{};  ///< steps and rollbacks
  ClientStatistics network{};     ///< all zeros without a relay
  /// How many watch the match, as the relay tells its players; 0 for a session that is none.
  std::uint32_t spectators = 0;
  double clock_error_ticks = 0;   ///< match clock minus what is shown
  std::uint64_t events = 0;       ///< confirmed events, the relay's own among them
  std::uint64_t late_events = 0;  ///< own events that the relay moved to a later tick
  /// Own events that were to be sent, each as often as it was offered: a held input whose event is
  /// refused is offered again.
  std::uint64_t offered_events = 0;
  /// Those of them that went nowhere: the relay did not accept them, or they were replaced before
  /// they could be sent, because more is offered than the budget carries or the relay is out of
  /// reach.
  std::uint64_t refused_events = 0;
  /// By slot: the rollbacks that this player's events caused here, and the ticks that were
  /// re-simulated for them.
  std::vector<RollbackCause> rollbacks_by{};
  /// Times that a relay came back from a power loss without all that it had told. The match then
  /// goes on from where its log is whole.
  std::uint64_t folds_back = 0;
  std::map<std::string, std::uint64_t> facts{};  ///< effects of confirmed ticks, by kind
  double catch_up = 0;                           ///< how far it has come to the present, 0 to 1
  std::uint64_t snapshots = 0;  ///< times that it went on from a state that another player sent
  /// That state is one player's word; the log is still being folded to check it.
  bool is_unverified = false;
  /// The digest over every confirmed tick's state; nothing without SessionOptions::fold_digest.
  std::optional<Digest> fold{};
  /// Its bits differ between processors, so that other players may hold another state. Looked for
  /// at compared ticks in states of up to 64 KiB.
  std::optional<NanFound> nan{};
};

/// A difference of players' states at a compared tick, as this session knows it.
struct Desync {
  DesyncFinding finding{};  ///< the relay's word
  /// This machine was wrong. With the verdict `mended` it was put right. Otherwise it computes
  /// something else than the log says and goes on doing so: tell its player.
  bool is_ours = false;
  /// The differences between the state that this machine held at the first tick that differs, or
  /// soon after (`left`), and the one that its own fold gives (`right`). Empty if nothing was wrong
  /// here.
  std::vector<FieldDifference> fields{};
};

}  // namespace tutti
