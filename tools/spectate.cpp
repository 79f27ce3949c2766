// tutti spectate: watches a match over the network without a screen.

#include <thread>

#include "archive/live_projection.hpp"
#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/interrupt.hpp"
#include "base/online_report.hpp"
#include "base/room_choice.hpp"
#include "tutti/net/messages.hpp"

namespace tutti::tool {

namespace {

struct SpectateOptions {
  GameChoice choice;
  std::string connect = "127.0.0.1:4747";
  std::string relay_key;
  std::string token;
  std::string room;
  std::int64_t behind = 0;
  RoomChoice password;
  std::string database;
  bool json = false;
};

constexpr std::chrono::milliseconds pass{16};

Exit run(const SpectateOptions& options) {
  const auto game = options.choice.load();
  if (!game) return complain(game.error());
  std::optional<LiveProjection> projection;
  if (!options.database.empty()) {
    const auto file = options.choice.catalog().find_file(game->rules());
    if (!file) return complain(file.error());
    auto offered = GameCatalog::load_projections(file->path);
    if (!offered) return complain(offered.error());
    auto opened = LiveProjection::open(options.database, std::move(*offered));
    if (!opened) return complain(opened.error());
    projection.emplace(std::move(*opened));
  }
  const auto password = options.password.secret();
  if (!password) return complain(password.error());
  auto session = AnySession::spectate(*game, {.relay = options.connect,
                                              .room = options.room,
                                              .relay_key = options.relay_key,
                                              .token = options.token,
                                              .delay_seconds = options.behind,
                                              .password = *password,
                                              .session = {.fold_digest = true}});
  if (!session) return complain(session.error());
  catch_interrupts();
  Result<void> folded;
  while (folded && session->status() < Status::ended && !is_interrupted()) {
    session->advance(std::chrono::steady_clock::now());
    if (projection) folded = projection->follow(*session);
    std::this_thread::sleep_for(pass);
  }
  if (projection && folded) folded = projection->finish(*session);
  session->leave();
  session->advance(std::chrono::steady_clock::now());  // sends the goodbye
  if (session->timeline() != nullptr) describe_online(*session).print(options.json);
  if (!folded) return complain(folded.error());
  return session->status() == Status::failed ? complain(session->failure()) : Exit::done;
}

}  // namespace

void add_spectate(Command& tutti) {
  Command& command = tutti.subcommand("spectate", "Watch a match online, without a screen");
  auto options = std::make_shared<SpectateOptions>();
  options->choice.add_to(command, true);
  command.option("--connect", options->connect,
                 "the relay's HOST:PORT, or an invitation HOST:PORT/CODE#KEY");
  command.option("--relay-key", options->relay_key,
                 "the relay's key (its file relay.pub): nobody else may answer");
  command.option("--token", options->token,
                 "an operator's token, for a relay that asks for one (tutti token)");
  command.option("--room", options->room, "the room's code");
  command.require("--room");
  command.option("--behind", options->behind, 0, limits::spectator_delay_seconds,
                 "the seconds to stay behind the match");
  options->password.add_password_to(command);
  command.option(
      "--db", options->database,
      "the SQLite database for the game's projections, filled while the match is played");
  command.json(options->json);
  command.examples(R"(
The final events are folded until the match is over or you press Ctrl-C. The report has the digest
over all confirmed ticks, which is the players' own. With --db, the read models are those of tutti
archive project, from the match's beginning on; a spectator that is started again goes on and
writes nothing twice.
Examples:
  tutti spectate --game counterpoint --room K7Q2M
  tutti spectate --game counterpoint --connect play.example.org:4747 --room K7Q2M --behind 30)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
