// Rooms that are not open to everybody, on the command line.

#include <filesystem>
#include <fstream>

#include "tools/process.hpp"

using namespace tutti::test;

TEST_CASE("a bot's room has a password, counts who watches, and lets in whom it is told to") {
  const std::string logs = scratch("private");
  std::filesystem::remove_all(logs);
  std::filesystem::create_directories(logs);
  const std::string secret = scratch("private-password");
  std::ofstream(secret) << "swordfish\n";
  Process relay(scratch("private-relay"),
                {"relay", "--listen", "127.0.0.1:0", "--logs", logs, "--code-characters", "10"});
  const std::string address = "127.0.0.1:" + relay.word_after("relay on 127.0.0.1:");
  const auto entering = [&](const std::string& command, const std::string& where,
                            std::vector<std::string> more) {
    std::vector<std::string> all{
        command, "--game", "tally", "--games-dir", TUTTI_TEST_GAMES "/good", "--connect", where};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  Process ada(scratch("private-ada"),
              entering("bot", address,
                       {"--create", "--players", "2", "--seconds", "4", "--password-file", secret,
                        "--ask", "players", "--let-in", "Ben", "--no-peek"}));
  const std::string room = ada.word_after("room ");
  CHECK(room.size() == 10);
  const std::string invitation = ada.word_after("invitation ");
  CHECK_THAT(invitation, contains(address + "/" + room + "#"));
  Process without(scratch("private-without"), entering("bot", invitation, {"--name", "Ben"}));
  CHECK(without.wait() == 3);
  Process eve(scratch("private-eve"),
              entering("bot", invitation, {"--name", "Eve", "--password", "swordfish"}));
  CHECK(eve.wait() == 3);
  Process ben(scratch("private-ben"),
              entering("bot", invitation, {"--name", "Ben", "--password-file", secret}));
  Process cleo(scratch("private-cleo"),
               entering("spectate", invitation, {"--room", room, "--password-file", secret}));
  CHECK(ada.wait() == 0);
  CHECK(ben.wait() == 0);
  CHECK(cleo.wait() == 0);
  CHECK_THAT(ada.output(), contains("Eve asks to play: turned away") &&
                               contains("Ben asks to play: let in") && contains("spectators"));
  relay.end(SIGINT);
  for (const auto& entry : std::filesystem::directory_iterator(logs)) {
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    CHECK(text.str().find("swordfish") == std::string::npos);
  }
}

TEST_CASE("terms of a room that make no sense are one sentence each") {
  const std::string bot = "bot --game tally --create" + good_games;
  for (const auto& [words, sentence] :
       {std::pair("--ask everybody", "--ask everybody: it is 'nobody'"),
        std::pair("--spectators many", "--spectators many: it is 0 to 65535"),
        std::pair("--spectators 70000", "--spectators 70000"),
        std::pair("--password a --password-file b", "one of them is enough"),
        std::pair("--password-file /dev/null", "there is no password in")}) {
    const Ran ran = run_tutti(bot + words);
    CAPTURE(words);
    CHECK(ran.status != 0);
    CHECK_THAT(ran.err, contains(sentence));
  }
  CHECK_THAT(run_tutti("relay --code-characters 21").err,
             contains("code-characters takes a whole"));
}
