// Texts of strangers in match files do not steer the terminal.

#include <filesystem>

#include "tools/tally_match.hpp"
#include "tutti/sim/text.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// A match as an older relay may have written it: every text in it is made to steer a terminal.
std::string hostile_match(const std::string& path) {
  const std::string steering = "a\x1b[2J\n\u009b31mb\u202Ec\xff";
  const auto game = GameCatalog({TUTTI_TEST_GAMES "/good"}).find_any("tally@1.9");
  REQUIRE(game);
  MatchRecord record({.room = steering, .build = steering, .setup = game->setup(9, 2)});
  const Bytes joined = encode({.kind = EventKind::joined, .player = PlayerId{0}, .name = steering});
  REQUIRE(record.log.add({Tick{1}, relay_author, 0, joined}) == Log::Added::yes);
  record.log.close(Tick{60});
  record.marks = {{Tick{1}, Tick{2}, steering}};
  correct(record, Correction::voided, Tick{3}, steering, steering);
  record.end = EndReason::everyone_left;
  REQUIRE(write_match_file(path, record));
  return path;
}

/// Whether a terminal shows all of it as it is, but for line ends and tabs.
bool is_harmless(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\t'; });
  return is_presentable(text);
}

}  // namespace

TEST_CASE("texts of strangers in a match do not steer the terminal") {
  const std::string folder = scratch("strangers\x1b[31m");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::string file = "'" + hostile_match(folder + "/hostile.tutti") + "'";
  const std::string branched = scratch("strangers.tutti");
  for (const std::string& line : std::vector<std::string>{
           "archive list '" + folder + "'", "archive list --json '" + folder + "'",
           "archive check '" + folder + "' --candidate tally@1.9" + good_games,
           "replay info " + file, "replay info --json " + file, "replay events " + file,
           "replay events --json " + file, "replay export --format csv " + file,
           "replay state " + file + good_games, "replay diff " + file + good_games,
           "replay verify " + file + good_games, "replay slice --out " + branched + " " + file,
           "replay info nowhere'\x1b[2J'"}) {
    const Ran ran = run_tutti(line);
    CAPTURE(line, ran.out, ran.err);
    CHECK(is_harmless(ran.out));
    CHECK(is_harmless(ran.err));
  }
  const Ran list = run_tutti("archive list '" + folder + "'");
  CHECK_THAT(list.out, contains("a?[2J??31mb?c?") && contains("strangers?[31m/hostile.tutti"));
  CHECK(std::count(list.out.begin(), list.out.end(), '\n') == 1);
  // JSON keeps what was written, escaped.
  CHECK_THAT(run_tutti("replay info --json " + file).out,
             contains("a\\u001b[2J\\n\\u009b31mb\\u202ec"));
}
