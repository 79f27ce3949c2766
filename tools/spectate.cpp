// tutti spectate: watches a match over the network without a screen.

#include <cstdio>
#include <thread>

#include "commands.hpp"
#include "game_choice.hpp"
#include "interrupt.hpp"
#include "online_report.hpp"

namespace tutti::tool {

namespace {

struct SpectateOptions {
  GameChoice choice;
  std::string connect = "127.0.0.1:4747";
  std::string room;
  std::int64_t behind = 0;
  bool json = false;
};

constexpr std::chrono::milliseconds pass{16};

Exit run(const SpectateOptions& options) {
  const auto game = options.choice.load();
  if (!game) return complain(game.error());
  auto session = AnySession::spectate(*game, {.relay = options.connect,
                                              .room = options.room,
                                              .delay_seconds = options.behind,
                                              .session = {.fold_digest = true}});
  if (!session) return complain(session.error());
  catch_interrupts();
  while (session->status() < Status::ended && !is_interrupted()) {
    session->advance(std::chrono::steady_clock::now());
    std::this_thread::sleep_for(pass);
  }
  session->leave();
  session->advance(std::chrono::steady_clock::now());  // sends the goodbye
  if (session->timeline() != nullptr) describe_online(*session).print(options.json);
  return session->status() == Status::failed ? complain(session->failure()) : Exit::done;
}

}  // namespace

void add_spectate(Command& tutti) {
  Command& command =
      tutti.subcommand("spectate", "Watch a match that others play, without a screen");
  auto options = std::make_shared<SpectateOptions>();
  options->choice.add_to(command, true);
  command.option("--connect", options->connect, "the relay, HOST:PORT");
  command.option("--room", options->room, "the room's code");
  command.require("--room");
  command.option("--behind", options->behind, 0, limits::spectator_delay_seconds,
                 "seconds to stay behind the match");
  command.flag("--json", options->json, "print JSON");
  command.examples(
      "Folds the match's final events until it is over or this is interrupted (Ctrl-C), then\n"
      "prints what happened; the digest over all confirmed ticks is the players' own.\n"
      "Examples:\n"
      "  tutti spectate --game counterpoint --room K7Q2M\n"
      "  tutti spectate --game counterpoint --connect play.example.org:4747 --room K7Q2M --behind "
      "30");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
