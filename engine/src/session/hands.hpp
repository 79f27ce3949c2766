#pragma once
// The local players' inputs and commands, for as long as the session lives: each input until the
// relay has the current one, and each command until its outcome is final.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "tutti/engine/commands.hpp"
#include "tutti/sim/event.hpp"

namespace tutti {

class Hands {
 public:
  /// An event that was given to the source.
  struct Given {
    std::uint32_t counter;
    Tick stamp;
  };
  /// Gives an event to the source; nothing if that cannot take it now.
  using Give = std::function<std::optional<Given>(PlayerId, BytesView payload, PlayerEvent is)>;

  /// The player holds this from now on. The same again changes nothing. Whether it takes the place
  /// of another one that found no way out.
  bool hold(PlayerId player, Bytes payload);
  /// The player holds this if nobody has said what it holds.
  void hold_at_first(PlayerId player, Bytes payload);
  /// The player says this.
  CommandId say(PlayerId player, Bytes payload);
  /// A command that cannot be said.
  CommandId refuse(PlayerId player, CommandRefusal why);
  /// The game may have taken the player for one without hands: what it holds is offered again.
  void hold_again(PlayerId player);
  /// Offers what the relay does not have, as far as it can be taken.
  void offer(const Give& give);

  /// An event of the log.
  void take(const EventView& event);
  /// The relay did not take the player's event with this counter.
  void take_refusal(PlayerId player, std::uint32_t counter, CommandRefusal why);
  /// The log says that the player joined at this tick.
  void take_join(PlayerId player, Tick at) { joined_[player.value] = at; }
  /// The log says that the player left at this tick: what is not in it by then was not taken.
  void take_leave(PlayerId player, Tick at);
  /// How far the log goes.
  struct Reach {
    Tick horizon;
    Tick durable;
    bool is_over = false;  ///< its end is at or before the horizon
  };
  /// Tells the outcomes that are known by now.
  void settle(const Reach& reach);
  /// The session failed or has left: what has no final outcome gets none.
  void give_up();

  /// The log comes again from its beginning, and may lack events that it had. Those are
  /// offered again.
  void begin_again();
  /// The same as another role in the match, in which the session holds nothing.
  void change_role();
  /// The slot that was meant before the relay had named one.
  void name(PlayerId meant, PlayerId player);

  /// A new `advance` begins: `outcomes` are those since the last one, and what is told during this.
  void begin_advance();
  std::span<const CommandOutcome> outcomes() const { return outcomes_; }

 private:
  struct Held {
    Bytes payload{};
    bool must_offer = false;  // the relay does not have it
    std::uint32_t counter = 0;
  };
  enum class Where : std::uint8_t { waiting, offered, in_log };
  struct Said {
    CommandId id;
    PlayerId player;
    Bytes payload{};
    Where where = Where::waiting;
    std::optional<std::uint32_t> counter{};  // by which it was last offered
    std::optional<Tick> meant_for{};         // the tick for which it was first offered
    Tick joined_at{};                        // since when its player was in the match then
    Tick tick{};                             // in the log
    std::optional<Tick> told{};              // the tick of its last outcome
    std::optional<Tick> left_at{};           // its player left
  };

  std::size_t count(PlayerId player, Where where) const;
  Said* find(PlayerId player, std::uint32_t counter);
  static CommandOutcome outcome_of(const Said& said);
  static CommandOutcome refusal_of(const Said& said, CommandRefusal why);
  bool settle(Said& said, const Reach& reach);

  std::map<std::uint8_t, Held> held_;    // by slot
  std::map<std::uint8_t, Tick> joined_;  // the latest join that the log has
  std::deque<Said> said_;                // in order; those whose outcome is not final
  CommandId last_id_;
  std::vector<CommandOutcome> outcomes_;
  std::vector<CommandOutcome> since_;  // told since the last `advance`
};

}  // namespace tutti
