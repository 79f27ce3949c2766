#pragma once
// Projections, read from matches of Counterpoint: the winners, the moves that were used and the
// answers to them, the places of hits, the hits that followed from one another. The game module
// offers them to every tool.

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "counterpoint/counterpoint.hpp"
#include "tutti/sim/projection.hpp"

namespace counterpoint {

using Seen = std::span<const Effect>;

/// A row for each fighter of each match that was decided.
class Results {
 public:
  static constexpr const char* name = "results";
  static constexpr std::uint32_t version = 1;
  explicit Results(const tutti::Setup&) {}

  void take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows& rows);
  void finish(const State&, tutti::Rows&) {}

 private:
  tutti::Tick begun_;
};

/// How often each player used each move, and what it met.
class Moves {
 public:
  static constexpr const char* name = "moves";
  static constexpr std::uint32_t version = 1;
  explicit Moves(const tutti::Setup&) {}

  void take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows& rows);
  void finish(const State& state, tutti::Rows& rows);

 private:
  struct Count {
    std::int64_t used = 0, hit = 0, blocked = 0, countered = 0, damage = 0;
  };
  struct Key {
    std::uint8_t player = 0;
    Character character{};
    Move move = Move::none;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, Count> counts_;
};

/// The damage and the knock-outs of each square metre of the stages.
class Damage {
 public:
  static constexpr const char* name = "damage";
  static constexpr std::uint32_t version = 1;
  explicit Damage(const tutti::Setup&) {}

  void take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows& rows);
  void finish(const State& state, tutti::Rows& rows);

 private:
  struct Place {
    Stage stage{};
    std::int64_t x = 0, y = 0;
    auto operator<=>(const Place&) const = default;
  };
  struct Hurt {
    std::int64_t hits = 0, damage = 0, knockouts = 0;
  };
  std::map<Place, Hurt> places_;
};

/// Hits of one player on another who was not free to act between them.
struct Combo {
  tutti::Tick from{};
  tutti::Tick to{};  ///< of the last hit
  std::uint8_t player = 0;
  std::uint8_t target = 0;
  std::int64_t hits = 0;
  std::int64_t damage = 0;
  bool is_knockout = false;  ///< it cost a life within a few seconds, and nobody else helped
};

/// Finds the combos of a match, for Combos and Highlights.
class ComboFinder {
 public:
  /// Those that are complete with this tick.
  std::vector<Combo> take(tutti::Tick tick, const State& state, Seen effects);
  std::vector<Combo> finish();

 private:
  void close(std::size_t target, std::vector<Combo>& complete);

  std::array<std::optional<Combo>, fighters_max> open_;  // by target
  std::array<bool, fighters_max> is_running_{};          // else only a knock-out may be added
};

/// A row for each combo of at least two hits.
class Combos {
 public:
  static constexpr const char* name = "combos";
  static constexpr std::uint32_t version = 1;
  explicit Combos(const tutti::Setup&) {}

  void take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows& rows);
  void finish(const State&, tutti::Rows& rows);

 private:
  ComboFinder finder_;
};

/// The moments of a match that are worth a look, read from its combos: the best first.
class Highlights {
 public:
  static constexpr const char* name = "highlights";
  static constexpr std::uint32_t version = 1;
  explicit Highlights(const tutti::Setup&) {}

  void take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows&);
  void finish(const State&, tutti::Rows& rows);

 private:
  void keep(const std::vector<Combo>& complete);

  ComboFinder finder_;
  std::vector<Combo> best_;
};

/// Each player's reactions to each move of an opponent, within half a second of its beginning.
class Reactions {
 public:
  static constexpr const char* name = "reactions";
  static constexpr std::uint32_t version = 1;
  explicit Reactions(const tutti::Setup&) {}

  void take(tutti::Tick tick, const State& state, Seen effects, tutti::Rows&);
  void finish(const State&, tutti::Rows& rows);

 private:
  struct Key {
    std::uint8_t player = 0;  // the one that reacts
    Character character{};    // of the attacker
    Move move = Move::none;
    auto operator<=>(const Key&) const = default;
  };
  struct Count {
    std::int64_t seen = 0, hit = 0, blocked = 0, countered = 0, dodged = 0, jumped = 0,
                 attacked = 0, ticks = 0;
  };
  struct Swing {
    tutti::Tick tick{};
    Key key{};
  };
  void see(tutti::Tick tick, const State& state, const Effect& swing);
  void answer(tutti::Tick tick, std::size_t player, std::size_t attacker,
              std::int64_t Count::*what);
  void answer_all(tutti::Tick tick, std::size_t player, std::int64_t Count::*what);

  // By the player that reacts.
  std::array<std::array<std::optional<Swing>, fighters_max>, fighters_max> open_;
  std::map<Key, Count> counts_;
};

static_assert(tutti::Projection<Results, Counterpoint>);
static_assert(tutti::Projection<Moves, Counterpoint>);
static_assert(tutti::Projection<Damage, Counterpoint>);
static_assert(tutti::Projection<Combos, Counterpoint>);
static_assert(tutti::Projection<Highlights, Counterpoint>);
static_assert(tutti::Projection<Reactions, Counterpoint>);

}  // namespace counterpoint
