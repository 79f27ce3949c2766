#pragma once
// A relay's match as the tests of this folder talk to it: commands in, and what happened as short
// texts in the field's words, so that a test reads as given, when, then.

#include <string>
#include <utility>
#include <vector>

#include "tutti/net/relay_match.hpp"

namespace tutti::test {

inline constexpr std::int64_t input_window = limits::input_window_ticks;

using Happened = std::vector<std::string>;

inline constexpr PlayerId ada{0};
inline constexpr PlayerId bob{1};
inline constexpr PlayerId eve{2};

inline Setup setup_for(std::uint8_t players) { return {.rules = "tally@1+0", .players = players}; }

inline RelayMatch::Options with_terms(std::uint8_t players, const MatchTerms& terms) {
  RelayMatch::Options options{.setup = setup_for(players)};
  options.setup.terms = terms;
  return options;
}

inline const char* word_for(OfferRefusal reason) {
  switch (reason) {
    case OfferRefusal::expired:
      return "expired";
    case OfferRefusal::too_early:
      return "too early";
    case OfferRefusal::over_budget:
      return "over budget";
    case OfferRefusal::over_limit:
      return "over limit";
    case OfferRefusal::not_playing:
      return "not playing";
    case OfferRefusal::after_end:
      return "after the end";
  }
  return "";
}

inline std::string text_of_relay_event(const RelayEvent& event) {
  const std::string player = std::to_string(event.player.value);
  switch (event.kind) {
    case EventKind::joined:
      return "joined " + player + " as " + event.name;
    case EventKind::left:
      return "left " + player + (event.reason == LeaveReason::timed_out ? " by time-out" : "") +
             (event.reason == LeaveReason::kicked ? " by kick" : "");
    case EventKind::silenced:
      return "silenced " + player;
    case EventKind::returned:
      return "returned " + player;
    case EventKind::match_ended:
      return "ended";
    case EventKind::held:
      return "held";
    case EventKind::resumed:
      return "resumed";
    case EventKind::delay_changed:
      return "delay of " + player + " is " + std::to_string(event.number);
    case EventKind::restarted:
      return "restarted as " + std::to_string(event.number);
    default:
      return "kind " + std::to_string(static_cast<int>(event.kind));
  }
}

/// "joined 0 as ada at 11", "0#3 at 7", or "0#3 at 9, asked for 7" if it was moved.
inline std::string text_of(const RelayMatch& match, const outcome::Accepted& accepted) {
  const EventView& event = match.accepted(accepted.sequence).event;
  const std::string at = " at " + std::to_string(event.tick.value);
  if (event.author.is_relay()) return text_of_relay_event(*decode_relay_event(event.payload)) + at;
  return std::to_string(event.author.player().value) + "#" + std::to_string(event.counter) + at +
         (accepted.stamp ? ", asked for " + std::to_string(accepted.stamp->value) : "");
}

inline std::string text_of(const RelayMatch& match, const Outcome& what) {
  if (const auto* admitted = std::get_if<outcome::Admitted>(&what)) {
    return "admitted " + std::to_string(admitted->player.value);
  }
  if (const auto* accepted = std::get_if<outcome::Accepted>(&what)) {
    return text_of(match, *accepted);
  }
  if (const auto* refused = std::get_if<outcome::Refused>(&what)) {
    return std::to_string(refused->player.value) + "#" + std::to_string(refused->counter) +
           " refused: " + word_for(refused->reason);
  }
  if (const auto* moved = std::get_if<outcome::HorizonMoved>(&what)) {
    return "horizon " + std::to_string(moved->horizon.value);
  }
  return "not admitted";
}

class Relay {
 public:
  explicit Relay(std::uint8_t players) : match_({.setup = setup_for(players)}) {}
  explicit Relay(RelayMatch::Options options) : match_(std::move(options)) {}
  explicit Relay(RelayMatch match) : match_(std::move(match)) {}

  /// With a secret of its own.
  Happened admit(const std::string& name) {
    return handle(command::Admit{name, {std::byte{++admitted_}}});
  }
  /// Another player of the same client as this one.
  Happened admit_beside(const std::string& name, PlayerId first) {
    return handle(command::Admit{name, match_.resume_hash(first), first});
  }
  Happened announce(PlayerId player, std::int64_t progress) {
    return handle(command::Announce{player, Tick{progress}});
  }
  /// The player's next event, whatever its counter.
  Happened offer(PlayerId player, std::int64_t stamp, const Bytes& payload = Bytes(1)) {
    return repeat(player, match_.counted(player), stamp, payload);
  }
  Happened repeat(PlayerId player, std::uint32_t counter, std::int64_t stamp,
                  const Bytes& payload = Bytes(1)) {
    return handle(command::Offer{player, counter, Tick{stamp}, payload});
  }
  /// The player's next event, which is a command.
  Happened say(PlayerId player, std::int64_t stamp) {
    return handle(command::Offer{player, match_.counted(player), Tick{stamp}, Bytes(1),
                                 PlayerEvent::command});
  }
  Happened leave(PlayerId player, LeaveReason reason = LeaveReason::quit) {
    return handle(command::Leave{player, reason});
  }
  Happened advance(std::int64_t clock) { return handle(command::Advance{Tick{clock}}); }
  Happened end() { return handle(command::End{}); }

  /// The clock goes on tick by tick while each of these players announces it without any delay.
  void play(std::int64_t clock, const std::vector<PlayerId>& players) {
    for (std::int64_t tick = match_.clock().value + 1; tick <= clock; ++tick) {
      advance(tick);
      for (const PlayerId player : players)
        announce(player, tick);
    }
  }

  const RelayMatch& match() const { return match_; }
  std::int64_t clock() const { return match_.clock().value; }
  std::int64_t horizon() const { return match_.horizon().value; }

 private:
  Happened handle(const Command& command) {
    Happened happened;
    for (const Outcome& what : match_.handle(command))
      happened.push_back(text_of(match_, what));
    return happened;
  }

  RelayMatch match_;
  std::uint8_t admitted_ = 0;
};

/// Ada, and bob if there is a slot for him, play since tick 1; the clock and the horizon are at 20.
inline Relay match_at_20(std::uint8_t players = 2, const MatchTerms& terms = {}) {
  Relay relay(with_terms(players, terms));
  std::vector<PlayerId> playing;
  for (std::uint8_t slot = 0; slot < players && slot < 2; ++slot) {
    relay.admit(slot == 0 ? "ada" : "bob");
    playing.push_back(PlayerId{slot});
  }
  relay.play(20, playing);
  return relay;
}

}  // namespace tutti::test
