#include "tools/program.hpp"

using namespace tutti::test;

namespace {

/// The first words of the lines below "Subcommands:".
std::vector<std::string> subcommands_of(const std::string& help) {
  std::vector<std::string> names;
  std::istringstream lines(help);
  bool is_below = false;
  for (std::string line; std::getline(lines, line);) {
    if (is_below && !line.starts_with("  ")) break;
    if (is_below && line.size() > 2 && line[2] != ' ') {
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
    is_below = is_below || line == "Subcommands:";
  }
  return names;
}

}  // namespace

TEST_CASE("every subcommand explains itself with examples") {
  std::vector<std::string> names = subcommands_of(run_tutti("--help").out);
  CHECK(names.size() == 15);
#ifndef TUTTI_HAS_INSPECT  // it explains itself where its window is built
  std::erase(names, "inspect");
#endif
  std::vector<std::string> whole;
  for (const std::string& name : names) {
    const std::vector<std::string> inner = subcommands_of(run_tutti(name + " --help").out);
    if (inner.empty()) whole.push_back(name);
    for (const std::string& part : inner)
      whole.push_back(name + " " + part);
  }
  CHECK(whole.size() > 25);
  for (const std::string& name : whole) {
    const Ran one = run_tutti(name + " --help");
    CAPTURE(name, one.out);
    CHECK(one.status == 0);
    CHECK_THAT(one.out, contains("Example") && contains("\n  tutti " + name));
  }
}

TEST_CASE("a wrong command line is answered by a sentence that helps, and status 2") {
  const auto [line, part] = GENERATE(
      std::pair<std::string, std::string>{"", "it takes a subcommand"},
      std::pair<std::string, std::string>{"rehers", "no subcommand rehers; did you mean rehearse?"},
      std::pair<std::string, std::string>{"replay verfy x", "did you mean verify?"},
      std::pair<std::string, std::string>{"rehearse --gam x", "option --gam; did you mean --game?"},
      std::pair<std::string, std::string>{"rehearse", "--game is required"},
      std::pair<std::string, std::string>{"rehearse --game x --ticks", "--ticks needs a value"},
      std::pair<std::string, std::string>{"rehearse --game x --ticks 0", "from 1 to"},
      std::pair<std::string, std::string>{"rehearse --game x --ticks many", "--ticks"},
      std::pair<std::string, std::string>{"rehearse --game x y", "it does not take y"},
      std::pair<std::string, std::string>{"replay info", "file is required"});
  CAPTURE(line);
  const Ran ran = run_tutti(line);
  CHECK(ran.status == 2);
  CHECK(ran.out.empty());
  CHECK_THAT(ran.err, contains(part) && contains("--help"));
}
