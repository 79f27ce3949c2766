// The command line of the program around the game.

#include "program/options.hpp"

#include "support/catch.hpp"

namespace counterpoint::test {

namespace {

tutti::Result<Options> parse(std::vector<const char*> arguments) {
  return parse_options(arguments);
}

}  // namespace

TEST_CASE("without arguments the program asks") {
  const auto options = parse({});
  REQUIRE(options);
  CHECK(options->mode == Mode::title);
  CHECK_FALSE(options->delay_ticks);
}

TEST_CASE("every way to play is one option") {
  CHECK(parse({"--local"})->mode == Mode::local);
  CHECK(parse({"--cpu", "--players", "4", "--strength", "hard"})->strength == BotStrength::hard);
  CHECK(parse({"--training"})->mode == Mode::training);
  CHECK(parse({"--host", "--listen", "127.0.0.1:0"})->listen == "127.0.0.1:0");
  const auto join = parse({"--join", "play.example.org:4747", "K7Q2M", "--name", "Anna"});
  REQUIRE(join);
  CHECK(join->mode == Mode::join);
  CHECK(join->relay == "play.example.org:4747");
  CHECK(join->room == "K7Q2M");
  CHECK(join->name == "Anna");
  CHECK(parse({"--join", "localhost", "K7Q2M", "--token", "AAAA"})->token == "AAAA");
  CHECK(parse({"--join", "localhost", "--open"})->is_opening);
  CHECK(parse({"--watch", "a.tutti", "--sheet", "a.png"})->sheet == "a.png");
  const auto spectate = parse({"--spectate", "host", "K7Q2M", "--behind", "30"});
  CHECK(spectate->mode == Mode::spectate);
  CHECK(spectate->room == "K7Q2M");
  CHECK(spectate->behind_seconds == 30);
  CHECK(parse({"--size", "800x450", "--fullscreen", "--mute"})->width == 800);
  CHECK(parse({"--help", "--nonsense"})->mode == Mode::help);
}

TEST_CASE("an option that is not understood is named") {
  const auto complaint = [](std::vector<const char*> arguments) {
    const auto options = parse_options(arguments);
    REQUIRE_FALSE(options);
    CHECK(options.error().fault == tutti::Fault::usage);
    return options.error().sentence;
  };
  using tutti::test::contains;
  CHECK_THAT(complaint({"--nonsense"}), contains("--nonsense"));
  CHECK_THAT(complaint({"--join"}), contains("--join"));
  CHECK_THAT(complaint({"--join", "localhost"}), contains("code"));
  CHECK_THAT(complaint({"--watch"}), contains("match file"));
  CHECK_THAT(complaint({"--spectate", "host"}), contains("room's code"));
  CHECK_THAT(complaint({"--spectate", "host", "K7Q2M", "--behind", "301"}), contains("0 to 300"));
  CHECK_THAT(complaint({"--delay", "13"}), contains("0 to 12"));
  CHECK_THAT(complaint({"--delay", "-1"}), contains("--delay"));
  CHECK_THAT(complaint({"--seconds", "soon"}), contains("whole number"));
  CHECK_THAT(complaint({"--size", "800x450x3"}), contains("WIDTHxHEIGHT"));
  CHECK_THAT(complaint({"--sheet", "a.png"}), contains("--watch"));
  CHECK_THAT(complaint({"--name"}), contains("needs a value"));
  CHECK_THAT(complaint({"--players", "5"}), contains("2 to 4"));
  CHECK_THAT(complaint({"--strength", "mild"}), contains("easy, medium or hard"));
}

}  // namespace counterpoint::test
