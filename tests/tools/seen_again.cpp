// A report of a failure has the line that shows it again. Whoever copies it into a shell sees it.

#include <filesystem>
#include <regex>

#include "tools/program.hpp"

using namespace tutti::test;

namespace {

/// The line in a report: from "tutti" to the end of the line, or the bracket around it.
std::string line_to_see_it_again(const std::string& report) {
  std::smatch line;
  REQUIRE(std::regex_search(report, line, std::regex("to see it again:? +tutti ([^\n)]*)")));
  return line[1];
}

/// A game that differs from itself, in a folder that a shell would take for two words.
std::string module_in_two_words() {
  const std::string folder = scratch("two words " + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::filesystem::copy(TUTTI_TEST_GAMES "/faulty/static_counter@1.so", folder,
                        std::filesystem::copy_options::overwrite_existing);
  return folder + "/static_counter@1.so";
}

struct Leaves {
  std::string file;
  ~Leaves() { std::filesystem::remove_all(std::filesystem::path(file).parent_path()); }
};

}  // namespace

TEST_CASE("the line of a check's finding shows the difference again") {
  const Leaves module{module_in_two_words()};
  const Ran ran = run_tutti("check --alone --ticks 100 --seed 3 '" + module.file + "'");
  CAPTURE(ran.out, ran.err);
  REQUIRE(ran.status == 1);
  const Ran again = run_tutti(line_to_see_it_again(ran.out));
  CAPTURE(again.out, again.err);
  CHECK(again.status == 1);
  CHECK_THAT(again.out, contains("differs at tick"));
}

TEST_CASE("the line of a failed rehearsal, match or storm shows it again, wherever its game lies") {
  const std::string command = GENERATE("rehearse --ticks 200", "match --seconds 5 --delay 30ms",
                                       "storm --seeds 3 --hours 0.01");
  const Leaves module{module_in_two_words()};
  const std::string folder = std::filesystem::path(module.file).parent_path().string();
  const std::string log = command.starts_with("match") ? " --log " + scratch("again.tutti") : "";
  const bool is_by_name = GENERATE(false, true);
  const Ran ran = run_tutti(command + log +
                            (is_by_name ? " --game static_counter --games-dir '" + folder + "'"
                                        : " --game '" + module.file + "'"));
  CAPTURE(ran.out, ran.err);
  REQUIRE(ran.status == 1);
  const Ran again = run_tutti(line_to_see_it_again(ran.out) + log);
  CAPTURE(again.out, again.err);
  CHECK(again.status == 1);
  CHECK_THAT(again.out, contains("to see it again"));
}
