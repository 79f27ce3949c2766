#pragma once
// What can be read from matches of Counterpoint: who won, which moves were used and met, where it
// hurt. The game module offers them to every tool.

#include <array>
#include <map>

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

static_assert(tutti::Projection<Results, Counterpoint>);
static_assert(tutti::Projection<Moves, Counterpoint>);
static_assert(tutti::Projection<Damage, Counterpoint>);

}  // namespace counterpoint
