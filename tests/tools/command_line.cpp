#include "tools/program.hpp"

using namespace tutti::test;

TEST_CASE("every subcommand explains itself with examples") {
  const Ran all = run_tutti("--help");
  CHECK(all.status == 0);
  for (const char* name : {"games", "match", "rehearse", "replay", "spectate"}) {
    CHECK_THAT(all.out, contains(name));
  }
  for (const char* name :
       {"games", "match", "rehearse", "replay info", "replay verify", "spectate"}) {
    const Ran one = run_tutti(std::string(name) + " --help");
    CHECK(one.status == 0);
    CHECK_THAT(one.out, contains("Example") && contains("tutti " + std::string(name)));
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
