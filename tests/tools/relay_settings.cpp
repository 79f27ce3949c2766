// The options of tutti relay: the file and the flags, and what is said about wrong ones before
// anything is served.

#include <filesystem>
#include <fstream>

#include "tools/relay_process.hpp"

using namespace tutti::test;
namespace fs = std::filesystem;

namespace {

std::string written(const std::string& name, const std::string& text) {
  const std::string path = scratch(name);
  std::ofstream(path) << text;
  return path;
}

/// The line of an option in a shown configuration.
std::string shown(const std::string& text, const std::string& option) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(option + " = ") || line.starts_with("# " + option + " = ")) return line;
  }
  return "";
}

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("relay: a flag counts more than the file, and the file more than the default") {
  const std::string file = written("both.toml",
                                   "rooms-max = 7\nlog-format = \"json\"\n"
                                   "games-dir = [\"one\", \"two\"]\nreferee = true\n");
  const Ran plain = run_tutti("relay --show-config");
  CHECK(shown(plain.out, "rooms-max") == "# rooms-max = 1000");
  const Ran by_file = run_tutti("relay --show-config --config " + file);
  CHECK(by_file.status == 0);
  CHECK(shown(by_file.out, "rooms-max") == "rooms-max = 7");
  CHECK(shown(by_file.out, "log-format") == "log-format = \"json\"");
  CHECK(shown(by_file.out, "games-dir") == "games-dir = [\"one\", \"two\"]");
  const Ran by_both =
      run_tutti("relay --rooms-max 1000 --games-dir three --referee=false --config " + file +
                " --show-config");
  CHECK(shown(by_both.out, "rooms-max") == "# rooms-max = 1000");
  CHECK(shown(by_both.out, "log-format") == "log-format = \"json\"");
  CHECK(shown(by_both.out, "games-dir") == "games-dir = [\"three\"]");
  CHECK(shown(by_both.out, "referee") == "# referee = false");
}

TEST_CASE("relay: the shown configuration is one that it reads, with every option in it") {
  const std::string options =
      "--rooms-max 9 --drain-time 1.5s --reconnect-time 2m --logs '/tmp/a \"b\" \xc3\xa9\x7f' "
      "--games-dir one --status off --log-level warning --peers-max 12 --joins-per-room 0.00001";
  const Ran first = run_tutti("relay " + options + " --show-config");
  REQUIRE(first.status == 0);
  CHECK(shown(first.out, "drain-time") == "drain-time = \"1500ms\"");
  CHECK(shown(first.out, "reconnect-time") == "reconnect-time = \"2m\"");
  CHECK(shown(first.out, "joins-per-room") == "joins-per-room = 1e-05");
  const Ran second =
      run_tutti("relay --config " + written("shown.toml", first.out) + " --show-config");
  CHECK(second.err.empty());
  CHECK(second.out == first.out);
  const std::string help = run_tutti("relay --help").out;
  std::istringstream lines(first.out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t end = line.find(" = ");
    if (end == std::string::npos) continue;
    const std::size_t begin = line.starts_with("# ") ? 2 : 0;
    CHECK_THAT(help, contains("--" + line.substr(begin, end - begin)));
    ++count;
  }
  CHECK(count >= 18);
}

TEST_CASE("relay: a wrong line of the file is a sentence with its place, and status 2") {
  const auto [text, sentence] = GENERATE(
      std::pair<std::string, std::string>{
          "\nroom-max = 7\n", ":2: there is no option room-max; did you mean rooms-max?"},
      std::pair<std::string, std::string>{"rooms-max = \"many\"\n",
                                          ":1: rooms-max takes a whole number from 1 to "},
      std::pair<std::string, std::string>{"rooms-max = 0\n", ":1: rooms-max takes"},
      std::pair<std::string, std::string>{"rooms-max = 1.5\n", "not '1.5'"},
      std::pair<std::string, std::string>{"rooms-max = -1\n", "not '-1'"},
      std::pair<std::string, std::string>{"rooms-max = [1]\n", "rooms-max takes one value"},
      std::pair<std::string, std::string>{"drain-time = 60\n", ":1: drain-time takes a time"},
      std::pair<std::string, std::string>{"log-format = \"xml\"\n", "one of text json, not 'xml'"},
      std::pair<std::string, std::string>{"referee = 1\n", "is true or false, not '1'"},
      std::pair<std::string, std::string>{"games-dir = \"one\"\n", "takes a list of texts"},
      std::pair<std::string, std::string>{"games-dir = [1]\n", "games-dir takes texts"},
      std::pair<std::string, std::string>{"[limits]\nrooms = 1\n", ":1: there is no option limits"},
      std::pair<std::string, std::string>{"rooms-max = 7\nrooms-max = 8\n", ":2: "},
      std::pair<std::string, std::string>{"rooms-max = 7\nlogs = 'open\n", ":2: "},
      std::pair<std::string, std::string>{"rooms-max: 7\n", ":1: "});
  CAPTURE(text);
  const std::string file = written("wrong.toml", text);
  for (const std::string more : {"", " --show-config"}) {
    const Ran ran = run_tutti("relay --config " + file + more);
    CHECK(ran.status == 2);
    CHECK(ran.out.empty());
    CHECK(lines_of(ran.err) == 1);
    CHECK_THAT(ran.err, contains("tutti: " + file) && contains(sentence));
  }
}

TEST_CASE("relay: what keeps it from starting is one sentence, and nothing is served") {
  const std::string folder = scratch("no-start");
  fs::remove_all(folder);
  fs::create_directories(folder + "/with-bad-key");
  std::ofstream(folder + "/with-bad-key/relay.key") << "secret";
  fs::create_directories(folder + "/with-no-key/relay.key");
  fs::create_directories(folder + "/with-bad-journal");
  std::ofstream(folder + "/file") << "a file";
  RelayProcess other("no-start-other", {});
  const std::string here = "--listen 127.0.0.1:0 --logs " + folder;
  struct Case {
    std::string options, sentence;
    int status;
  };
  for (const Case& wrong : {
           Case{"--listen 127.0.0.1:" + other.port() + " --logs " + folder, other.port(), 3},
           Case{"--listen 127.0.0.1:many --logs " + folder, "many", 2},
           Case{"--listen 256.1.1.1:0 --logs " + folder, "256.1.1.1", 3},
           Case{"--listen 127.0.0.1:0 --logs " + folder + "/file/x", folder + "/file/x", 3},
           Case{"--listen 127.0.0.1:0 --logs /proc/nowhere", "/proc/nowhere", 3},
           Case{here + "/with-bad-key", "relay.key is no key", 3},
           Case{here + "/with-no-key", "relay.key", 3},
           Case{here + " --status 127.0.0.1:" + other.status_port(), "Address already in use", 3},
           Case{here + " --status 192.0.2.1:4747", "192.0.2.1:4747", 3},
           Case{here + " --status nobody:many", "many", 2},
           Case{here + " --config " + folder + "/missing.toml", "missing.toml", 3},
           Case{here + " --config " + folder, folder, 3},
           Case{here + " --rooms-max none", "rooms-max", 2},
       }) {
    CAPTURE(wrong.options);
    const Ran ran = run_tutti("relay " + wrong.options);
    CAPTURE(ran.err);
    CHECK(ran.status == wrong.status);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, contains(wrong.sentence));
    CHECK(lines_of(ran.err) <= 2);  // of a command line, where help is, too
    // The secret half of no key is told.
    CHECK(ran.err.find("secret") == std::string::npos);
  }
}
