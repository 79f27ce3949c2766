// Ratings: folded from the results of all matches, in the order in which the matches began.

#include <algorithm>
#include <cmath>
#include <map>

#include "archive/read_models.hpp"

namespace tutti::tool {

namespace {

constexpr double rating_first = 1500;
constexpr double points_a_match = 32;
constexpr double scale = 400;  // points ahead by which one wins ten times as often

struct Rating {
  double points = rating_first;
  std::int64_t matches = 0, won = 0, lost = 0, drawn = 0;
};
/// By game and name.
using Ratings = std::map<std::pair<std::string, std::string>, Rating>;

struct Played {
  Rating* rating = nullptr;
  std::string result{};
};

double score_of(const std::string& result) {
  return result == "won" ? 1 : result == "drawn" ? 0.5 : 0;
}

/// Everybody against everybody whose result is another one, or drawn.
void rate(const std::vector<Played>& players) {
  std::vector<double> gains(players.size(), 0);
  for (std::size_t i = 0; i < players.size(); ++i) {
    std::size_t opponents = 0;
    double gain = 0;
    for (std::size_t k = 0; k < players.size(); ++k) {
      const bool is_ally = players[i].result == players[k].result && players[i].result != "drawn";
      if (i == k || is_ally || players[i].rating == players[k].rating) continue;
      const double ahead = players[i].rating->points - players[k].rating->points;
      gain += score_of(players[i].result) - 1 / (1 + std::pow(10, -ahead / scale));
      ++opponents;
    }
    if (opponents > 0) gains[i] = points_a_match * gain / static_cast<double>(opponents);
  }
  for (std::size_t i = 0; i < players.size(); ++i) {
    Rating& rating = *players[i].rating;
    rating.points += gains[i];
    ++rating.matches;
    ++(players[i].result == "won"    ? rating.won
       : players[i].result == "lost" ? rating.lost
                                     : rating.drawn);
  }
}

/// The table of results that serves, if it has the columns; empty if there is none.
Result<std::string> results_table(Database& database) {
  std::string table;
  Result<void> read = database.run(
      "select version from serving where name = 'results'", {}, [&](const auto& cells) {
        table = "results_v" + std::to_string(std::get<std::int64_t>(cells[0]));
      });
  if (!read) return Unexpected{read.error()};
  if (table.empty()) return table;
  const auto columns = database.columns(table);
  if (!columns) return Unexpected{columns.error()};
  for (const char* needed : {"tick", "number", "player", "result"}) {
    if (std::ranges::find(*columns, needed) == columns->end()) return std::string();
  }
  return table;
}

Result<Ratings> fold_results(Database& database, const std::string& table) {
  Ratings ratings;
  std::vector<Played> players;
  std::pair<std::int64_t, std::int64_t> now{-1, -1};  // match of the archive, and number in it
  const Result<void> read = database.run(
      "select r.\"match\", r.number, r.result, m.rules, p.name from " + table +
          " r join matches m on m.id = r.\"match\" join participants p on p.\"match\" = m.id "
          "and p.player = r.player and p.joined_tick = (select max(q.joined_tick) from "
          "participants q where q.\"match\" = m.id and q.player = r.player and "
          "q.joined_tick <= r.tick) where not exists (select 1 from corrections c where "
          "c.\"match\" = m.id and c.kind = 'void') and p.name != '' "
          "order by m.started_utc, m.head, r.number, r.player",
      {}, [&](const auto& cells) {
        const std::pair place{std::get<std::int64_t>(cells[0]), std::get<std::int64_t>(cells[1])};
        if (place != now) {
          rate(players);
          players.clear();
          now = place;
        }
        const std::string& rules = std::get<std::string>(cells[3]);
        Rating& rating =
            ratings[{rules.substr(0, rules.find('@')), std::get<std::string>(cells[4])}];
        players.push_back({&rating, std::get<std::string>(cells[2])});
      });
  if (!read) return Unexpected{read.error()};
  rate(players);
  return ratings;
}

}  // namespace

Result<void> rate_players(Database& database) {
  const Result<std::string> table = results_table(database);
  if (!table) return Unexpected{table.error()};
  if (table->empty()) return {};
  const Result<Ratings> ratings = fold_results(database, *table);
  if (!ratings) return Unexpected{ratings.error()};
  Result<void> done = database.begin_alone();
  if (done) done = database.run("delete from ratings");
  for (const auto& [who, rating] : *ratings) {
    if (!done) return done;
    done =
        database.run("insert into ratings values (?, ?, ?, ?, ?, ?, ?)",
                     {who.first, who.second, static_cast<std::int64_t>(std::llround(rating.points)),
                      rating.matches, rating.won, rating.lost, rating.drawn});
  }
  return done ? database.run("commit") : done;
}

}  // namespace tutti::tool
