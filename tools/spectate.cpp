// tutti spectate: watches a match over the network without a screen.

#include <thread>

#include "archive/live_projection.hpp"
#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/interrupt.hpp"
#include "base/online_report.hpp"
#include "base/print.hpp"
#include "base/room_choice.hpp"
#include "tutti/net/messages.hpp"

namespace tutti::tool {

namespace {

struct SpectateOptions {
  GameChoice choice;
  RoomChoice room;
  std::int64_t behind = 0;
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
  if (const auto named = options.room.check_named(); !named) return complain(named.error());
  const auto password = options.room.secret();
  if (!password) return complain(password.error());
  auto session = AnySession::spectate(*game, {.relay = options.room.connect,
                                              .room = options.room.room,
                                              .relay_key = options.room.relay_key,
                                              .token = options.room.token,
                                              .delay_seconds = options.behind,
                                              .password = *password,
                                              .session = {.fold_digest = true}});
  if (!session) return complain(session.error());
  catch_interrupts();
  Result<void> folded;
  while (folded && session->status() < Status::ended && !is_interrupted()) {
    session->advance(std::chrono::steady_clock::now());
    if (const auto trouble = session->relay_trouble()) warn("{}", trouble->sentence);
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
  options->room.add_place_to(command);
  command.option("--behind", options->behind, 0, limits::spectator_delay_seconds,
                 "the seconds to stay behind the match");
  options->room.add_password_to(command);
  command.option(
      "--db", options->database,
      "the database for the game's projections, filled while the match is played: a file of "
      "SQLite, or postgresql://...");
  command.json(options->json);
  command.examples(R"(
The final events are folded until the match is over or you press Ctrl-C. The report has the digest
over all confirmed ticks, which is the players' own. With --db, the read models are those of tutti
archive project, from the match's beginning on; a spectator that is started again goes on and
writes nothing twice.
Examples:
  tutti spectate --game counterpoint --room K7Q2M
  tutti spectate --game counterpoint --connect play.example.org:4747 --room K7Q2M --behind 30
  tutti spectate --game counterpoint --connect 'play.example.org:4747/K7Q2M#5e1c...')");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
