// What matches of Counterpoint are projected into.

#include "counterpoint/projections.hpp"

#include <map>
#include <string>

#include "support/catch.hpp"
#include "tutti/replay/projection.hpp"

using namespace tutti;
using namespace counterpoint;

namespace {

using Row = std::map<std::string, std::string>;

/// Two bots, as a log.
Log bots_at_play(std::int64_t ticks) {
  const AnyGame game = any_game<Counterpoint>();
  Log log(game.setup(3, 2));
  StateBox state = start(game, log.setup());
  Random random(3);
  std::uint32_t counter = 0;
  for (Tick tick{1}; tick.value <= ticks; ++tick) {
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      if (tick == Tick{1}) {
        const RelayEvent joined{.kind = EventKind::joined, .player = PlayerId{slot}};
        log.add({tick, relay_author, ++counter, encode(joined)});
      } else if (const auto wish = game.play(state.get(), PlayerId{slot}, random)) {
        log.add({tick, author_of(PlayerId{slot}), ++counter, *wish});
      }
    }
    log.close(tick);
    step_state(game, state.get(), log.events_at(tick), nullptr);
  }
  return log;
}

std::map<std::string, std::vector<Row>> project_all(const Log& log) {
  const tutti_projection* const* tables =
      projection_tables<Counterpoint, Results, Moves, counterpoint::Damage>();
  std::vector<AnyProjection> projections;
  for (; *tables != nullptr; ++tables) {
    Result<AnyProjection> projection = AnyProjection::from_table(*tables);
    REQUIRE(projection);
    projections.push_back(std::move(*projection));
  }
  std::map<std::string, std::vector<Row>> rows;
  const auto take = [&](std::size_t index, std::span<const tutti_cell> cells) {
    Row& row = rows[projections[index].name()].emplace_back();
    for (const tutti_cell& cell : cells)
      row[cell.column] = cell.text != nullptr ? cell.text : std::to_string(cell.number);
  };
  const Result<std::int64_t> ticks = project(any_game<Counterpoint>(), log, projections, take);
  REQUIRE(ticks);
  CHECK(*ticks == log.horizon().value);
  return rows;
}

std::int64_t sum(const std::vector<Row>& rows, const std::string& column) {
  std::int64_t total = 0;
  for (const Row& row : rows)
    total += std::stoll(row.at(column));
  return total;
}

}  // namespace

TEST_CASE("results, moves and damage of the same match agree with each other and its effects") {
  const Log log = bots_at_play(36'000);
  auto rows = project_all(log);
  // Counted by hand from the effects
  std::map<int, std::int64_t> effects;
  std::int64_t damage = 0;
  const AnyGame game = any_game<Counterpoint>();
  StateBox state = start(game, log.setup());
  for (Tick tick{1}; tick <= log.horizon(); ++tick) {
    std::vector<EffectRecord> records;
    step_state(game, state.get(), log.events_at(tick), &records);
    for (const EffectRecord& record : records) {
      Effect effect;
      REQUIRE(read_canonical(record.view(), effect));
      ++effects[effect.kind];
      if (effect.kind == Effect::hit) damage += effect.strength;
    }
  }
  REQUIRE(effects[Effect::hit] > 20);
  REQUIRE(effects[Effect::match_won] > 0);
  CHECK(sum(rows["moves"], "hit") == effects[Effect::hit]);
  CHECK(sum(rows["moves"], "used") == effects[Effect::swing]);
  CHECK(sum(rows["moves"], "damage") == damage);
  CHECK(sum(rows["damage"], "hits") == effects[Effect::hit]);
  CHECK(sum(rows["damage"], "damage") == damage);
  CHECK(sum(rows["damage"], "knockouts") == effects[Effect::knockout]);
  CHECK(std::int64_t(rows["results"].size()) ==
        2 * (effects[Effect::match_won] + effects[Effect::match_drawn]));
  std::int64_t won = 0;
  for (const Row& row : rows["results"])
    won += row.at("result") == "won" ? 1 : 0;
  CHECK(won == effects[Effect::match_won]);
  // And once more it is the same
  CHECK(project_all(log) == rows);
}
