#pragma once
// The witness of a storm: sees everything that any player is told, and says what should not be.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tutti/engine/session.hpp"
#include "tutti/net/relay_match.hpp"

namespace tutti::detail {

class StormWitness {
 public:
  /// Spectators are machines behind those of the players.
  StormWitness(AnyGame game, std::size_t players, std::size_t spectators, bool is_no_peek)
      : game_(std::move(game)),
        players_(players),
        is_no_peek_(is_no_peek),
        heard_(players + spectators) {}

  /// A new process on this machine: it has heard nothing.
  void begin(std::size_t machine) { heard_[machine] = {}; }
  /// The facts about its machine that a look at a session needs.
  struct Circumstances {
    Instant now{};
    /// How many ticks it may have to predict, if nothing is wrong with it or with the relay.
    std::optional<std::int64_t> bound{};
  };
  /// After every `advance` of a machine's session.
  void look(std::size_t machine, const AnySession& session, const Circumstances& around);
  /// The session goes; its events remain to be compared with the log.
  void look_last(std::size_t machine, const AnySession& session);
  /// After every pass of the relay.
  void look(const RelayMatch& match);
  /// The relay dies in a pass in which it may have told of this horizon.
  void note_closed(Tick horizon) { closed_through_ = std::max(closed_through_, horizon); }
  /// The disk of a relay that was started again lost what had been told: from now on its new life
  /// alone binds anybody.
  void forgive(std::uint32_t epoch);
  /// The log with which a restarted relay goes on, and the events that its players brought back.
  /// It may lack told events only if its disk lost them.
  void look_recovered(const RelayMatch& match, bool may_lose);
  /// The log as it was in the end.
  void look_final(const Log& log);
  /// A session in the end: its effects are those of the log, each told once.
  void look_effects(std::size_t machine, const AnySession& session,
                    const std::map<std::string, std::uint64_t>& facts);

  void complain(std::string sentence);
  /// Sentences; the first ones if there are many.
  const std::vector<std::string>& problems() const { return problems_; }
  /// A hash over everything that anybody was told, and when.
  std::uint64_t trace() const { return trace_; }
  /// Events that were told and that a power loss took back.
  std::uint64_t taken_back() const { return taken_back_; }

 private:
  struct Place {
    Tick tick;
    std::uint64_t payload = 0;  // its hash
    bool operator==(const Place&) const = default;
  };
  struct Heard {
    Tick horizon;
    Tick present;
    Tick compared;
    std::size_t events = 0;
    std::uint64_t folds_back = 0;
    bool is_watching = false;
    bool has_changed = false;  // between playing and watching
    std::uint64_t steps = 0;
    std::uint64_t rollbacks = 0;
    std::uint64_t depth_total = 0;
    std::optional<Instant> beyond_since;            // predicting more than its bound since then
    std::map<std::uint16_t, std::int64_t> effects;  // told and not cancelled, by kind
  };
  struct Compared {
    Head head;
    Digest digest;
  };
  /// Final through `horizon` with this head, as somebody was told.
  struct Final {
    Tick horizon;
    Head head;
  };

  void mix(std::uint64_t value);
  void look_events(std::size_t machine, const AnySession& session);
  void look_peeking(std::size_t machine, const AnySession& session, const EventView& event);
  void look_digests(std::size_t machine, const Timeline& timeline);
  void look_rollbacks(std::size_t machine, const Timeline& timeline, const Circumstances& around);
  /// Events that a relay told and its disk then lost bind nobody, whenever they arrive.
  bool is_binding(std::uint32_t epoch) const { return binding_epochs_.contains(epoch); }

  std::string who(std::size_t machine) const;

  AnyGame game_;
  std::size_t players_;
  bool is_no_peek_;
  std::vector<Heard> heard_;
  std::map<std::uint64_t, Place> told_;  // by author and counter
  std::map<Tick, Compared> digests_;
  std::vector<Final> finals_;
  Tick horizon_told_;
  std::uint64_t losses_allowed_ = 0;
  // Of the relay's lives since its disk last lost something. Not those from a number on: a log that
  // lost a life does not know its number, and the next one may be lower.
  std::set<std::uint32_t> binding_epochs_{0};
  std::uint64_t taken_back_ = 0;
  Tick relay_horizon_;
  Tick closed_through_;  // the furthest that any relay's log was final
  std::uint64_t trace_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace tutti::detail
