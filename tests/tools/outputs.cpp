// Files that the command line writes: asked about before anything is played, and no reason to keep
// a report back.

#include <filesystem>

#include "tools/tally_match.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// `tutti <arguments>` in a shell where no file may get larger than 5 KiB.
Ran run_with_small_files(const std::string& arguments) {
  const std::string script = scratch("small-files.sh");
  std::ofstream(script) << "trap '' XFSZ\nulimit -f 10\n" TUTTI_PROGRAM " " << arguments << "\n";
  const std::string out = scratch("small-files.out");
  const int status = std::system(("sh " + script + " >" + out + " 2>" + out + ".err").c_str());
  const auto text = [](const std::string& path) {
    std::ostringstream content;
    content << std::ifstream(path).rdbuf();
    return content.str();
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text(out), text(out + ".err")};
}

}  // namespace

TEST_CASE("a file that cannot be written is said at the start, before anything is played") {
  const std::string file = tally_match("outputs.tutti");
  const std::string nowhere = scratch("no-such-folder/file");
  // Nobody answers at this address, and an hour would take a while.
  const std::vector<std::string> lines = {
      "match --game tally@1.9 --seconds 3600 --log " + nowhere,
      "bot --game tally@1.9 --connect 127.0.0.1:9 --create --record " + nowhere,
      "spectate --game tally@1.9 --connect 127.0.0.1:9 --room K7Q2M --db " + nowhere,
      "replay branch --at 60 --ticks 100000000 --out " + nowhere + " " + file,
      "replay slice --out " + nowhere + " " + file,
      "replay merge --out " + nowhere + " " + file,
      "replay recover --out " + nowhere + " " + file,
      "replay correct --by Ada --void --out " + nowhere + " " + file,
      "replay export --out " + nowhere + " " + file,
      "archive project " + scratch("") + " --db " + nowhere};
  for (const std::string& line : lines) {
    const bool takes_games = !line.starts_with("replay merge") &&
                             !line.starts_with("replay recover") &&
                             !line.starts_with("replay correct");
    const Ran ran = run_tutti(line + (takes_games ? good_games : ""));
    CAPTURE(line, ran.out, ran.err);
    CHECK(ran.status == 3);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, contains(nowhere));
  }
  const Ran folder =
      run_tutti("match --game tally@1.9 --seconds 3600 --log " + scratch("") + good_games);
  CHECK(folder.status == 3);
  CHECK_THAT(folder.err, contains("Is a directory"));
}

TEST_CASE("a match whose file does not fit on the disk is reported all the same") {
  const Ran ran = run_with_small_files(
      "match --json --game tally@1.9 --seconds 60 --delay 50ms --telemetry --log " +
      scratch("too-large.tutti") + good_games);
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 3);
  CHECK_THAT(ran.out, contains("\"equal\": true") && !contains("\"log\""));
  CHECK_THAT(ran.err, contains("cannot write") && contains("too-large.tutti"));
  CHECK_FALSE(std::filesystem::exists(scratch("too-large.tutti")));
}
