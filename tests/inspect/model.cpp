// The inspector's model of a match, without its window: trees of fields, changes, tracks.

#include <algorithm>

#include "inspect/matches.hpp"
#include "model/changes.hpp"
#include "model/state_tree.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace tutti::inspect;

namespace {

std::vector<std::string> labels_of(const std::vector<TreeRow>& rows) {
  std::vector<std::string> labels;
  for (const TreeRow& row : rows)
    labels.push_back(std::string(row.depth, ' ') + row.label);
  return labels;
}

const std::vector<Field> fields_here{{"round", "1"},
                                     {"fighters[0].position.x", "120"},
                                     {"fighters[0].position.y", "7"},
                                     {"fighters[1].position.x", "300"},
                                     {"shots[0]", "3"}};
const std::vector<Field> fields_there{{"round", "1"},
                                      {"fighters[0].position.x", "121"},
                                      {"fighters[0].position.y", "7"},
                                      {"fighters[1].position.x", "300"},
                                      {"shots[0]", "3"},
                                      {"shots[1]", "4"}};

Change searched(Cursor& cursor, const std::string& path, Tick from, Towards towards) {
  ChangeSearch search(cursor, path, from, towards);
  int calls = 0;
  while (!search.advance(7))
    REQUIRE(++calls < 10'000);
  return search.found().value_or(Change{Tick{-1}, "", ""});
}

}  // namespace

TEST_CASE("a state is a tree of the parts of its fields' names") {
  const StateTree tree(fields_here, {});
  CHECK(tree.fields() == 5);
  CHECK(labels_of(tree.rows({}, "")) == std::vector<std::string>{"round", "fighters", "shots"});
  CHECK(labels_of(tree.rows({"fighters", "fighters[0].position"}, "")) ==
        std::vector<std::string>{"round", "fighters", " [0]", " [1]", "shots"});
  CHECK(labels_of(tree.rows({"fighters", "fighters[0]", "fighters[0].position"}, "")) ==
        std::vector<std::string>{"round", "fighters", " [0]", "  position", "   x", "   y", " [1]",
                                 "shots"});
  const std::vector<TreeRow> closed = tree.rows({"fighters"}, "");
  CHECK(closed[0].value == "1");
  CHECK_FALSE(closed[0].is_branch);
  CHECK(closed[2].path == "fighters[0]");
  CHECK(closed[2].value == "position {...}");
}

TEST_CASE("a filter opens what it finds and hides the rest") {
  const StateTree tree(fields_here, {});
  CHECK(labels_of(tree.rows({}, "POSITION.X")) ==
        std::vector<std::string>{"fighters", " [0]", "  position", "   x", " [1]", "  position",
                                 "   x"});
  CHECK(tree.rows({}, "nothing").empty());
}

TEST_CASE("two states stand side by side, and branches say whether anything in them differs") {
  const StateTree tree(fields_here, fields_there);
  CHECK(tree.differences() == 2);
  const std::vector<TreeRow> rows = tree.rows(tree.branches_that_differ(), "");
  REQUIRE(labels_of(rows) == std::vector<std::string>{"round", "fighters", " [0]", "  position",
                                                      "   x", "   y", " [1]", "shots", " [0]",
                                                      " [1]"});
  CHECK_FALSE(rows[0].differs);
  CHECK(rows[1].differs);
  CHECK(rows[4].differs);
  CHECK(rows[4].value == "120");
  CHECK(rows[4].other == "121");
  CHECK_FALSE(rows[5].differs);
  CHECK_FALSE(rows[6].differs);
  CHECK(rows[9].value == "-");
  CHECK(rows[9].other == "4");
}

TEST_CASE("the last and the next change of a field are those that stepping through finds") {
  const MatchRecord record = scored_match();
  Result<Cursor> cursor = Cursor::open(tally(), record.log);
  REQUIRE(cursor);
  // Player 0 holds 1 from tick 301 to 303, and 2 from tick 2900 on.
  const Change last = searched(*cursor, "sums[0]", Tick{2800}, Towards::earlier);
  CHECK(last.tick == Tick{303});
  CHECK(last.before == "24");
  CHECK(last.after == "36");
  CHECK(searched(*cursor, "sums[0]", Tick{303}, Towards::earlier).tick == Tick{303});
  CHECK(searched(*cursor, "sums[0]", Tick{302}, Towards::earlier).tick == Tick{302});
  CHECK(searched(*cursor, "sums[0]", Tick{303}, Towards::later).tick == Tick{2900});
  CHECK(searched(*cursor, "sums[0]", Tick{300}, Towards::earlier).tick == Tick{-1});
  CHECK(searched(*cursor, "sums[1]", Tick{0}, Towards::later).tick == Tick{-1});
  CHECK(searched(*cursor, "no.such.field", Tick{900}, Towards::earlier).tick == Tick{-1});
}

TEST_CASE("a history has every value of the fields that it follows") {
  const MatchRecord record = scored_match();
  Result<ChangeHistory> history = ChangeHistory::open(tally(), record.log);
  REQUIRE(history);
  history->follow({"pulls[0]", "sums[0]"});
  while (!history->advance(100)) {
  }
  CHECK(history->known() == record.log.horizon());
  CHECK(history->values(0) ==
        std::map<Tick, std::string>{
            {Tick{0}, "0"}, {Tick{301}, "1"}, {Tick{304}, "0"}, {Tick{2900}, "2"}});
  CHECK(history->values(1).at(Tick{302}) == "24");
}

TEST_CASE("what a match's telemetry tells is what was seen while it was played") {
  LiveMatch match({.game = tally(), .seed = 5, .weather = bad_weather()});
  match.advance(std::chrono::seconds(8));
  const Result<MatchRecord> record = match.record();
  REQUIRE(record);
  for (std::uint8_t player = 0; player < 2; ++player) {
    const Track& live = match.track(player);
    REQUIRE(live.rollbacks.size() > 10);
    const auto seen = SeenTrack::open(tally(), *record, PlayerId{player});
    REQUIRE(seen);
    while (!(*seen)->advance(50)) {
    }
    const Track& read = (*seen)->track();
    REQUIRE(read.rollbacks.size() == live.rollbacks.size());
    for (std::size_t i = 0; i < read.rollbacks.size(); ++i) {
      CHECK(read.rollbacks[i].present == live.rollbacks[i].present);
      CHECK(read.rollbacks[i].depth == live.rollbacks[i].depth);
      CHECK(read.rollbacks[i].by == live.rollbacks[i].by);
    }
    CHECK(read.resimulated == live.resimulated);
    // No player's own events contradict what it shows, but where the relay moved them.
    const auto by_other =
        std::count_if(read.rollbacks.begin(), read.rollbacks.end(), [&](const Rollback& each) {
          return each.by == author_of(PlayerId{static_cast<std::uint8_t>(1 - player)});
        });
    CHECK(by_other > static_cast<std::ptrdiff_t>(read.rollbacks.size()) / 2);
  }
}

TEST_CASE("a rollback is a tick that was shown otherwise than it was in the end") {
  LiveMatch match({.game = tally(), .seed = 6, .weather = bad_weather()});
  match.advance(std::chrono::seconds(8));
  const Result<MatchRecord> record = match.record();
  REQUIRE(record);
  const auto seen = SeenTrack::open(tally(), *record, PlayerId{0});
  REQUIRE(seen);
  Result<Cursor> truth = Cursor::open(tally(), record->log);
  REQUIRE(truth);
  std::size_t wrong = 0, right = 0;
  for (Tick tick{60}; tick < Tick{300}; ++tick) {
    const std::vector<Field>* shown = (*seen)->fields_at(tick);
    REQUIRE(shown != nullptr);
    truth->seek(tick);
    const bool is_right = field_diff(*shown, list_fields(truth->game(), truth->state())).empty();
    ++(is_right ? right : wrong);
  }
  CHECK(wrong > 10);
  CHECK(right > 10);
  CHECK((*seen)->fields_at(record->log.horizon() + 1000) == nullptr);
}
