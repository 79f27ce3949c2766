// The inspector's window, drawn into pictures: needs no display. Not built without the window.

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "inspect/matches.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace tutti::inspect;

namespace {

struct Ran {
  int status = -1;
  std::string out;
};

/// `tutti inspect <arguments>` without a display, with nothing of this user's.
Ran inspect_with(const std::string& arguments) {
  const std::string home = TUTTI_TEST_SCRATCH "/home";
  for (const char* name : {"XDG_DATA_HOME", "XDG_STATE_HOME"})
    ::setenv(name, home.c_str(), 1);
  ::unsetenv("DISPLAY");
  const std::string line =
      TUTTI_PROGRAM " inspect --games-dir " TUTTI_TEST_GAMES "/good " + arguments + " 2>&1";
  std::FILE* pipe = ::popen(("timeout 20 " + line).c_str(), "r");
  REQUIRE(pipe != nullptr);
  Ran ran;
  char buffer[4096];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe))
    ran.out.append(buffer, size);
  const int status = ::pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

/// A picture, which failed checks do not print.
struct Picture {
  std::string bytes;
  bool operator==(const Picture&) const = default;
};

/// A PNG of this size that `tutti inspect <arguments>` draws.
Picture picture_of(const std::string& arguments, const std::string& name, int width, int height) {
  const std::string path = TUTTI_TEST_SCRATCH "/" + name + ".png";
  std::filesystem::remove(path);
  const Ran ran = inspect_with(arguments + " --size " + std::to_string(width) + "x" +
                               std::to_string(height) + " --picture " + path);
  CAPTURE(ran.out);
  REQUIRE(ran.status == 0);
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  REQUIRE(bytes.size() > 24);
  const auto number = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value = value * 256 + static_cast<unsigned char>(bytes[at + i]);
    return value;
  };
  CHECK(bytes.substr(1, 3) == "PNG");
  CHECK(number(16) == width);
  CHECK(number(20) == height);
  return {bytes};
}

}  // namespace

TEST_CASE("the window shows a match, and another one beside it") {
  const std::string path = TUTTI_TEST_SCRATCH "/window.tutti";
  LiveMatch match({.game = tally(), .seed = 5, .weather = bad_weather()});
  match.advance(std::chrono::seconds(3));
  const Result<MatchRecord> record = match.record();
  REQUIRE(record);
  REQUIRE(write_match_file(path, *record));
  const std::string other = TUTTI_TEST_SCRATCH "/window_other.tutti";
  REQUIRE(write_match_file(other, prefix(*record, Tick{100})));

  const Picture early = picture_of(path + " --at 20", "early", 1280, 720);
  CHECK(picture_of(path + " --at 20", "early_again", 1280, 720) == early);
  CHECK(picture_of(path + " --at 120", "late", 1280, 720) != early);
  CHECK(picture_of(path + " --at 20 --watch sums[0]", "watched", 1280, 720) != early);
  CHECK(picture_of(path + " --at 20 --as 1", "seen", 1280, 720) != early);
  CHECK(picture_of(path + " --at 20 --with " + other, "beside", 1280, 720) != early);
  picture_of(path, "large", 1920, 1080);
  picture_of(path, "small", 640, 400);
}

TEST_CASE("the window shows recordings to choose from, and a live match") {
  const Picture first = picture_of("", "first", 1280, 720);
  const Picture calm = picture_of("--live --game tally --seconds 2", "calm", 1280, 720);
  CHECK(calm != first);
  CHECK(picture_of("--live --game tally --seconds 2 --delay 80ms", "far", 1280, 720) != calm);
}

TEST_CASE("a picture of a room shows its match, and a room that is not there is a sentence") {
  HostOptions options{.listen = "127.0.0.1:0", .logs = TUTTI_TEST_SCRATCH "/rooms"};
  options.match.players = 2;
  Result<AnySession> host = AnySession::host(tally(), options);
  REQUIRE(host);
  const auto play = [&](Tick through) {
    for (int frame = 0; frame < 1000 && host->statistics().present < through; ++frame) {
      host->advance(std::chrono::steady_clock::now());
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    REQUIRE(host->statistics().present >= through);
  };
  play(Tick{60});
  const std::string room =
      "--game tally@1.2 --connect 127.0.0.1:" + std::to_string(host->port()) + " --room ";
  const Picture early = picture_of(room + host->room(), "early_room", 1280, 720);
  host->set_input(PlayerId{0}, Bytes{std::byte{1}});
  play(Tick{240});
  CHECK(picture_of(room + host->room(), "late_room", 1280, 720) != early);
  const Ran none = inspect_with(room + "QQQQQ --picture " TUTTI_TEST_SCRATCH "/none.png");
  CHECK(none.status == 3);
  CHECK_THAT(none.out, contains("QQQQQ"));
}

TEST_CASE("wrong words to the inspector are answered in a sentence") {
  const auto said = [](const std::string& arguments, int status) {
    const Ran ran = inspect_with(arguments);
    CHECK(ran.status == status);
    return ran.out;
  };
  CHECK_THAT(said("--help", 0), contains("tutti inspect [OPTIONS] [file]"));
  CHECK_THAT(said("--sise 3", 2), contains("did you mean --size?"));
  CHECK_THAT(said("there_is_none.tutti", 3), contains("there_is_none.tutti"));
  CHECK_THAT(said("--live", 2), contains("--game says which game to play"));
  CHECK_THAT(said("--size 1x1", 2), contains("WIDTHxHEIGHT"));
  CHECK_THAT(said("--live --game tally --seconds 1 --picture /no/such/folder/a.png", 3),
             contains("cannot be written"));
  // There is no display.
  ::setenv("SDL_VIDEODRIVER", "x11", 1);
  CHECK_THAT(said("--live --game tally", 3), contains("there is no display"));
  ::unsetenv("SDL_VIDEODRIVER");
}
