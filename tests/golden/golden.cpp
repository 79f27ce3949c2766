// Recorded matches that every build must fold to the same states, on every machine. After a change
// of a game's rules (and of its version) `tests/golden/record` plays and records them anew.

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "counterpoint/counterpoint.hpp"
#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/verify.hpp"

using namespace tutti;

namespace {

/// One recorded match: how it was played, and under which name it lies in matches/.
struct Recording {
  std::string name;
  StormOptions options;
};

std::vector<Recording> recordings() {
  const WeatherOptions weather{.delay = std::chrono::milliseconds(40),
                               .jitter = std::chrono::milliseconds(20),
                               .loss_ppm = 100'000};
  return {
      {"counterpoint-storm",
       {.game = any_game<counterpoint::Counterpoint>(),
        .ticks = Tick{7200},
        .seed = 1,
        .weather = weather}},
      {"counterpoint-calm",
       {.game = any_game<counterpoint::Counterpoint>(), .ticks = Tick{7200}, .seed = 2}},
      {"tally-eight",
       {.game = any_game<test::Tally>(),
        .players = 8,
        .ticks = Tick{3600},
        .seed = 3,
        .weather = weather}},
  };
}

std::string folder() { return TUTTI_GOLDEN_FOLDER; }
std::string path_of(const Recording& recording) {
  return folder() + "/matches/" + recording.name + ".tutti";
}

/// name -> digest over all ticks, as digests.txt says.
std::map<std::string, std::string> golden_digests() {
  std::ifstream file(folder() + "/digests.txt");
  std::map<std::string, std::string> digests;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string name;
    std::string digest;
    if (words >> name >> digest) digests[name] = digest;
  }
  return digests;
}

}  // namespace

TEST_CASE("recorded matches fold to their golden digests") {
  const auto digests = golden_digests();
  for (const Recording& recording : recordings()) {
    CAPTURE(recording.name);
    const Result<ReadMatch> match = read_match_file(path_of(recording));
    REQUIRE(match);
    CHECK_FALSE(match->damage);
    const auto verified = verify(recording.options.game, match->record, {.folds_all_ticks = true});
    REQUIRE(verified);
    CHECK(verified->tick == recording.options.ticks);
    CHECK(verified->verdict() == Verdict::agrees);
    CHECK(verified->digests_compared >= 12);
    REQUIRE(digests.contains(recording.name));
    CHECK(to_hex(verified->all_ticks->value()) == digests.at(recording.name));
  }
}

TEST_CASE("record the golden matches anew", "[.record]") {
  const auto known = golden_digests();
  std::ofstream digests(folder() + "/digests.txt");
  digests << "Digest over the digests of all ticks of each match; see golden.cpp.\n";
  for (const Recording& recording : recordings()) {
    CAPTURE(recording.name);
    // A match by the same rules stays as it was recorded, whatever the network does by now.
    const Result<MatchSummary> old = read_summary_file(path_of(recording));
    const bool is_known = old && known.contains(recording.name) &&
                          old->opening.setup.rules == recording.options.game.rules();
    if (is_known) {
      digests << recording.name << ' ' << known.at(recording.name) << '\n';
      continue;
    }
    StormMatch match(recording.options);
    const StormReport& report = match.run();
    CAPTURE(report.problems);
    REQUIRE(report.problems.empty());
    REQUIRE(write_match_file(path_of(recording), match.record()));
    digests << recording.name << ' ' << to_hex(report.replay_fold) << '\n';
  }
}
