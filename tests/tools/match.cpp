#include "tools/program.hpp"
#include "tutti/net/weather.hpp"
#include "tutti/sim/setup.hpp"

using namespace tutti::test;

namespace {

/// The text after `"name": ` in JSON, to the end of the line.
std::string value_of(const std::string& json, const std::string& name) {
  const std::string key = "\"" + name + "\": ";
  const std::size_t at = json.find(key);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + key.size();
  return json.substr(begin, json.find_first_of(",\n", begin) - begin);
}
}  // namespace

TEST_CASE("match plays in bad weather, and its log verifies with the same digest") {
  const std::string log = scratch("match.tutti");
  const Ran match =
      run_tutti("match --json --game tally --seconds 15 --delay 60ms --jitter 20ms" +
                (" --loss 10% --duplicate 2% --reorder 2% --log " + log) + good_games);
  CAPTURE(match.out, match.err);
  REQUIRE(match.status == 0);
  CHECK(value_of(match.out, "equal") == "true");
  CHECK(value_of(match.out, "ticks") == "900");
  CHECK(value_of(match.out, "lost") != "0");
  CHECK(value_of(match.out, "rollbacks") != "0");
  CHECK(value_of(match.out, "replay_digest") == value_of(match.out, "digest"));

  const Ran verify = run_tutti("replay verify --json --fold " + log + good_games);
  CAPTURE(verify.out, verify.err);
  CHECK(verify.status == 0);
  CHECK(value_of(verify.out, "digest_of_all_ticks") == value_of(match.out, "replay_digest"));
}

TEST_CASE("match says how much each event of another player made a player do") {
  const Ran ran =
      run_tutti("match --json --game tally --seconds 60 --delay 60ms --jitter 10ms --log " +
                scratch("load.tutti") + good_games);
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 0);
  const double rollbacks = std::stod(value_of(ran.out, "rollbacks_per_foreign_event"));
  const double resimulated = std::stod(value_of(ran.out, "resimulated_per_foreign_event"));
  CHECK(rollbacks > 0.1);
  CHECK(rollbacks < 1.2);
  CHECK(resimulated > rollbacks);
  CHECK(value_of(ran.out, "events_refused") == "0");
}

TEST_CASE("match judges a game that has no bot by what its sample events do") {
  const Ran ran = run_tutti("match --json --seconds 60 --delay 50ms --game burst --log " +
                            scratch("sample.tutti") + " --games-dir " TUTTI_TEST_GAMES "/faulty");
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, !contains("nothing was proven"));
  CHECK(std::stoi(value_of(ran.out, "events_offered")) > 100);
  CHECK(std::stoi(value_of(ran.out, "rollbacks")) > 100);
}

TEST_CASE("match fails where more than one in a hundred events of a player is refused") {
  const Ran ran = run_tutti(
      "match --json --game tally --seconds 30 --delay 30ms --player 2:up:loss=80% --log " +
      scratch("refused.tutti") + good_games);
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, contains("player 2: ") && contains(" events were refused"));
  // The path's own breaks excuse it.
  const Ran broken = run_tutti(
      "match --json --game tally --seconds 30 --delay 30ms --outage 2s --outage-every 6s --log " +
      scratch("broken.tutti") + good_games);
  CHECK_THAT(broken.out, !contains("events were refused"));
}

TEST_CASE("match fails where one player simulates far more again than another on an even path") {
  const std::string line = "match --json --game uneven --seconds 120 --delay 80ms --log " +
                           scratch("load.tutti") + " --games-dir " TUTTI_TEST_GAMES "/faulty ";
  const Ran ran = run_tutti(line);
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, contains("the paths are even, and yet player 1 simulated "));
  // On uneven paths it is no wonder.
  CHECK_THAT(run_tutti(line + "--player 2:delay=90ms").out, !contains("the paths are even"));
}

TEST_CASE("match is the same for the same seed") {
  const std::string line = "match --json --game tally --seconds 30 --delay 30ms --seed 4 --log " +
                           scratch("same.tutti") + good_games;
  const Ran first = run_tutti(line);
  CAPTURE(first.out, first.err);
  CHECK(first.status == 0);
  CHECK(first.out == run_tutti(line).out);
}

TEST_CASE("match says how to see a failure again") {
  const Ran ran =
      run_tutti("match --json --seconds 5 --delay 30ms --loss 0.5% --game static_counter --log " +
                scratch("faulty.tutti") + " --games-dir " TUTTI_TEST_GAMES "/faulty");
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, contains("\"equal\": false") &&
                          contains("tutti match --game static_counter --games-dir " TUTTI_TEST_GAMES
                                   "/faulty --seed 1 --seconds 5 --delay 30ms --loss 0.5%"));
}

TEST_CASE("players have weather of their own, each way of it, and outages") {
  const std::string line =
      "match --json --game tally --seconds 20 --delay 20ms --log " + scratch("uneven.tutti");
  const auto lost = [&](const std::string& options) {
    const Ran ran = run_tutti(line + good_games + options);
    CAPTURE(ran.out, ran.err);
    CHECK(ran.status == 0);
    return std::stoi(value_of(ran.out, "lost"));
  };
  CHECK(lost("") == 0);
  const int both = lost("--player 2:loss=20%");
  const int up = lost("--player 2:up:loss=20%");
  CHECK(up > 50);
  CHECK(both > up + 50);
  CHECK(lost("--down loss=20%") > up);
  CHECK(lost("--outage 200ms --outage-every 2s") > 50);
  CHECK_THAT(run_tutti(line + good_games + "--player loss=2%").err,
             contains("such as 2:delay=120ms"));
  CHECK_THAT(run_tutti(line + good_games + "--outage 1s").err, contains("--outage-every"));
  CHECK_THAT(run_tutti(line + good_games + "--up fog=2%").err, contains("'fog' is no weather"));
  CHECK_THAT(run_tutti(line + good_games + "--up loss=2").err, contains("such as 10%"));
}

TEST_CASE("a spectator sees a match's states, from as far behind as it likes") {
  const Ran ran = run_tutti("match --json --game tally --seconds 15 --delay 40ms --loss 5% --log " +
                            scratch("watched.tutti") + good_games + "--spectators 3 --behind 4");
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 0);
  CHECK(value_of(ran.out, "spectators") == "3");
}

TEST_CASE("match and weather offer everything that a match's terms and the weather have") {
  // A new member of these needs an option, and a name here.
  [[maybe_unused]] const auto [ends_at, on_loss, patience, policy, input_delay, lockstep, dense] =
      tutti::MatchTerms();
  // Only storms' own networks have a width and a queue.
  [[maybe_unused]] const auto [delay, jitter, loss, duplicate, reorder, outage, every, mtu, width,
                               queue] = tutti::WeatherOptions();
  const std::string match = run_tutti("match --help").out;
  for (const char* option :
       {"--seconds", "--on-loss", "--patience", "--input-delay", "--lockstep", "--dense-digests",
        "--player", "--up", "--down", "--players", "--spectators", "--behind"})
    CHECK_THAT(match, contains(option));
  for (const std::string& help : {match, run_tutti("weather --help").out}) {
    for (const char* option : {"--delay", "--jitter", "--loss", "--duplicate", "--reorder",
                               "--outage", "--outage-every", "--mtu", "--seed"})
      CHECK_THAT(help, contains(option));
  }
}

TEST_CASE("durations and percentages have units") {
  const std::string line =
      "match --game tally --seconds 10 --log " + scratch("units.tutti") + good_games;
  CHECK_THAT(run_tutti(line + "--delay 40").err, contains("such as 40ms"));
  CHECK_THAT(run_tutti(line + "--loss 10").err, contains("such as 10%"));
  CHECK(run_tutti(line + "--loss 101%").status == 2);
  CHECK(run_tutti(line + "--delay 0.01s --loss 0").status == 0);
}

TEST_CASE("bots' styles and strengths are chosen by name, and kept in the line to repeat") {
  const std::string line =
      "match --game tally --seconds 5 --log " + scratch("bots.tutti") + good_games;
  CHECK(run_tutti(line + "--input analog --strength hard").status == 0);
  const Ran stick = run_tutti(line + "--input stick");
  CHECK(stick.status == 2);
  CHECK_THAT(stick.err, contains("'pad' or 'analog'"));
  CHECK_THAT(run_tutti(line + "--strength brutal").err, contains("'easy', 'medium' or 'hard'"));
  const Ran ran =
      run_tutti("match --json --seconds 5 --game static_counter --input analog --log " +
                scratch("faulty_bots.tutti") + " --games-dir " TUTTI_TEST_GAMES "/faulty");
  CHECK_THAT(ran.out, contains("--seconds 5 --input analog"));
}
