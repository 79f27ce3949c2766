// The projections of matches of Counterpoint.

#include "counterpoint/projections.hpp"

#include <algorithm>
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
      projection_tables<Counterpoint, Results, Moves, counterpoint::Damage, Combos, Highlights,
                        Reactions>();
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

TEST_CASE("a combo goes on while its target is not free to act, and may cost it its life") {
  State state;
  ComboFinder finder;
  const auto hit = [](std::uint8_t by, std::uint8_t on) {
    return Effect{.kind = Effect::hit, .player = by, .strength = 4, .target = on};
  };
  const auto at = [&](std::int64_t tick, std::vector<Effect> effects, std::uint8_t combo) {
    state.fighters[1].combo = combo;
    return finder.take(Tick{tick}, state, effects);
  };
  CHECK(at(10, {hit(0, 1)}, 1).empty());
  CHECK(at(20, {hit(0, 1)}, 2).empty());
  CHECK(at(25, {}, 0).empty());  // free again
  // A hit by itself is none; one by somebody else begins anew.
  auto complete = at(30, {hit(0, 1)}, 1);
  REQUIRE(complete.size() == 1);
  CHECK(complete[0].hits == 2);
  CHECK(complete[0].damage == 8);
  CHECK(complete[0].to == Tick{20});
  CHECK_FALSE(complete[0].is_knockout);
  CHECK(at(35, {hit(2, 1)}, 2).empty());
  CHECK(at(40, {hit(2, 1)}, 3).empty());
  CHECK(at(90, {}, 0).empty());
  const Effect gone{.kind = Effect::knockout, .player = 2, .target = 1};
  complete = at(100, {gone}, 0);
  REQUIRE(complete.size() == 1);
  CHECK(complete[0].player == 2);
  CHECK(complete[0].is_knockout);
  // Too long ago to have been the cause
  CHECK(at(200, {hit(0, 1)}, 1).empty());
  CHECK(at(210, {hit(0, 1)}, 2).empty());
  CHECK(at(451, {}, 0).size() == 1);
  CHECK(at(452, {gone}, 0).empty());
  CHECK(finder.finish().empty());
}

TEST_CASE(
    "results, moves, combos, reactions and damage of the same match agree with each other and its "
    "effects") {
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
  // There is one opponent who sees a swing, and at most one answer to it.
  CHECK(sum(rows["reactions"], "seen") <= effects[Effect::swing]);
  CHECK(sum(rows["reactions"], "seen") > effects[Effect::swing] * 9 / 10);
  std::int64_t answered = 0;
  for (const char* what : {"blocked", "countered", "dodged", "jumped", "attacked"})
    answered += sum(rows["reactions"], what);
  CHECK(answered > 20);
  CHECK(answered + sum(rows["reactions"], "hit") <= effects[Effect::swing]);
  CHECK(sum(rows["reactions"], "reaction_ticks") <= 30 * answered);
  // Combos are made of hits, highlights of combos.
  REQUIRE_FALSE(rows["combos"].empty());
  CHECK(sum(rows["combos"], "hits") <= effects[Effect::hit]);
  CHECK(sum(rows["combos"], "damage") <= damage);
  CHECK(sum(rows["combos"], "knockout") <= effects[Effect::knockout]);
  REQUIRE(rows["highlights"].size() == std::min<std::size_t>(rows["combos"].size(), 5));
  std::int64_t worth = std::stoll(rows["highlights"][0].at("worth"));
  for (const Row& row : rows["highlights"]) {
    CHECK(std::stoll(row.at("worth")) <= worth);
    worth = std::stoll(row.at("worth"));
    CHECK(std::any_of(rows["combos"].begin(), rows["combos"].end(), [&](const Row& combo) {
      return combo.at("tick") == row.at("tick") && combo.at("player") == row.at("player");
    }));
  }
  // And once more it is the same
  CHECK(project_all(log) == rows);
}
