// The command line of Tutti.

#include "base/commands.hpp"

int main(int argc, char** argv) {
  using namespace tutti::tool;
  Command tutti("tutti",
                "Tutti: every machine plays the same game from the same score.\n"
                "A match is a log of events. These tools host matches, play them, and read their\n"
                "logs with the game that wrote them.\n");
  add_relay(tutti);
  add_token(tutti);
  add_bot(tutti);
  add_spectate(tutti);
  add_weather(tutti);
  add_match(tutti);
  add_storm(tutti);
  add_replay(tutti);
  add_inspect(tutti);
  add_desync(tutti);
  add_archive(tutti);
  add_fleet(tutti);
  add_rehearse(tutti);
  add_check(tutti);
  add_games(tutti);
  tutti.examples(
      "Exit status: 0 done; 1 a check failed; 2 wrong usage; 3 a file, a module, the other side "
      "or\n"
      "this system cannot be used. Each subcommand explains itself:\n"
      "  tutti rehearse --help");
  return static_cast<int>(tutti.run(argc, argv));
}
