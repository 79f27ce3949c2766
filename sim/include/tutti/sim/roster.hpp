#pragma once
// The roster says who is in a match and how the match stands, folded from the relay's events. It is
// the only reader of these events besides `step`: a session, a relay that takes up a log again,
// tools and the theatre ask it instead of folding for themselves. Players' own events are no part
// of it.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tutti/sim/event.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/log.hpp"

namespace tutti {

/// One player who joined a match.
struct Participant {
  PlayerId player;     ///< its slot
  Tick joined;         ///< from which tick on it was in
  std::string name{};  ///< UTF-8, as it called itself
  bool operator==(const Participant&) const = default;
};

/// The fold of a log's relay events. It takes them in canonical order or in the order in which the
/// relay accepted them. Both give the same roster, but for `is_lost` of a player who joined just
/// before a relay died: the relay's next life may begin, by its tick, before that player joined. To
/// begin again, assign a new one: `roster = Roster(setup)`.
class TUTTI_API Roster {
 public:
  /// One slot, as the log has it. Its latest player is the one in it, or the last one that was.
  struct Slot {
    bool is_in = false;        ///< a player fills it: between `joined` and `left`
    bool is_lost = false;      ///< it is in and the relay has lost it: silent, and not back yet
    std::string latest_name;   ///< of the latest player, UTF-8; kept when it leaves
    std::uint32_t joined = 0;  ///< how many players have joined here so far
    std::optional<Tick> joined_at;  ///< when the latest player joined
    std::optional<Tick> left_at;    ///< when a player last left
    /// The ticks between an action and the step that sees it; the setup's until an event changes
    /// it.
    std::uint32_t input_delay_ticks = 0;
    /// The hash of the secret by which the latest player may come back; zeros if there is none.
    std::array<std::byte, 16> resume_hash{};

    bool operator==(const Slot&) const = default;
  };

  /// The roster at tick 0: nobody is in. It has as many slots as the setup has players.
  explicit Roster(const Setup& setup);
  /// The roster after the events of a log through a tick; by default after all of them.
  static Roster of(const Log& log, Tick through = Tick{INT64_MAX});

  /// Takes the next event. Players' events, bytes that are none of the relay's events, and events
  /// about a slot that the setup does not have change nothing.
  void take(const EventView& event);
  /// Takes the next event of the relay, which is decoded already.
  void take(const RelayEvent& event, Tick tick);

  /// All slots, in order.
  std::span<const Slot> slots() const { return slots_; }
  /// One slot. A slot that the setup does not have looks as if nobody had ever joined there.
  const Slot& slot(PlayerId player) const;
  bool is_in(PlayerId player) const { return slot(player).is_in; }
  /// The first player of the same client, who has the same secret, if that is another one. Slots
  /// that are open for newcomers have none.
  std::optional<PlayerId> beside(PlayerId player) const;
  bool is_lost(PlayerId player) const { return slot(player).is_lost; }
  /// The input delay of a player, in ticks.
  std::uint32_t input_delay(PlayerId player) const { return slot(player).input_delay_ticks; }
  /// How many slots are filled.
  std::size_t player_count() const;
  /// The players whom the relay has lost, by slot.
  std::vector<PlayerId> lost() const;
  /// By slot, the name of the player who is in; empty where nobody is.
  std::vector<std::string> names() const;
  /// By slot, the name of the latest player, also of one who left: for readers of a whole match.
  std::vector<std::string> latest_names() const;
  /// All who have joined so far, in that order; a player who comes again is named again.
  const std::vector<Participant>& participants() const { return participants_; }
  /// Whether this player opened the room: the first one in slot 0, for as long as it is in.
  bool is_creator(PlayerId player) const;

  /// The tick that the match clock does not pass while the match is held; nothing while it runs.
  /// The event comes ahead of the clock, which may not have reached that tick yet.
  std::optional<Tick> held_at() const { return held_at_; }
  /// The tick from which on the clock runs again, after the latest hold that is over.
  std::optional<Tick> resumed_at() const { return resumed_at_; }
  /// The referee's words so far, each a `RelayEvent` of kind `corrected`.
  const std::vector<RelayEvent>& corrections() const { return corrections_; }
  /// The latest life of the relay: 0 until it is started again.
  std::uint32_t epoch() const { return epoch_; }
  /// The slots that the latest branch is played anew in: bit i is slot i. 0 if the log is no
  /// branch.
  std::uint64_t open_slots() const { return open_slots_; }
  /// The tick of the match's end.
  std::optional<Tick> ended_at() const { return ended_at_; }

  bool operator==(const Roster&) const = default;

 private:
  void take_about_slot(const RelayEvent& event, Tick tick);

  std::uint32_t first_delay_ticks_;  // with which players begin
  std::vector<Slot> slots_;
  std::vector<Participant> participants_;
  std::vector<RelayEvent> corrections_;
  std::optional<Tick> held_at_;
  std::optional<Tick> resumed_at_;
  std::optional<Tick> ended_at_;
  std::uint32_t epoch_ = 0;
  std::uint64_t open_slots_ = 0;
};

}  // namespace tutti
