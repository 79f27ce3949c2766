// tutti bot: a player without a person, over the real network.

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/bot_choice.hpp"
#include "base/commands.hpp"
#include "base/game_choice.hpp"
#include "base/interrupt.hpp"
#include "base/match_rows.hpp"
#include "base/online_report.hpp"
#include "base/output_file.hpp"
#include "base/print.hpp"
#include "base/room_choice.hpp"
#include "base/terms_choice.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/sim/text.hpp"

namespace tutti::tool {

namespace {

struct BotOptions {
  GameChoice choice;
  std::string name = "bot";
  std::uint64_t seed = 1;
  bool create = false;
  std::uint8_t players = 0;
  std::int64_t seconds = 0;
  TermsChoice terms;
  RoomChoice room;
  std::vector<std::string> let_in;
  BotChoice bots;
  std::string record;
  bool json = false;
};

/// Bots look a little oftener than the game ticks, as people's screens do.
constexpr std::chrono::milliseconds frame{4};

/// Lets those in who are named, and nobody else; says who has come.
void decide(AnySession& session, const BotOptions& options) {
  for (const Newcomer& newcomer : session.newcomers()) {
    const bool is_wanted =
        std::all_of(newcomer.names.begin(), newcomer.names.end(), [&](const std::string& name) {
          return std::find(options.let_in.begin(), options.let_in.end(), name) !=
                 options.let_in.end();
        });
    is_wanted ? session.let_in(newcomer.id) : session.turn_away(newcomer.id);
    if (options.json) continue;
    say("{} asks to {}: {}", presentable(joined(newcomer.names, ", ")),
        newcomer.role == Role::player ? "play" : "watch", is_wanted ? "let in" : "turned away");
  }
}

/// Plays until the match is over or Ctrl-C.
void play(AnySession& session, const BotOptions& options, BotStyle style) {
  Random random(options.seed, 17);
  Tick acted;
  Progress progress("playing " + session.game().name());
  const std::int64_t last = options.seconds * session.game().table().tick_rate;
  bool is_room_told = options.json || !options.create;
  bool is_asking_told = false;
  while (session.status() < Status::ended && !is_interrupted()) {
    session.advance(std::chrono::steady_clock::now());
    if (const auto trouble = session.relay_trouble()) warn("{}", trouble->sentence);
    decide(session, options);
    const Timeline* timeline = session.timeline();
    if (!is_room_told && !session.room().empty()) {
      say("room {}", session.room());
      say("invitation {}", session.invitation());
      is_room_told = true;
    }
    if (session.is_host_asked() && !std::exchange(is_asking_told, true) && !options.json) {
      say("the room's host has been asked");
    }
    if (timeline != nullptr && timeline->present() > acted) {
      acted = timeline->present();
      if (last > 0) progress.show(acted.value, last);
      const PlayerId me = *session.player();
      if (const auto event = act(session.game(), session.state(), me, random, style)) {
        session.act(me, *event);
      }
    }
    std::this_thread::sleep_for(frame);
  }
}

Exit run(const BotOptions& options) {
  const auto game = options.choice.load();
  if (!game) return complain(game.error());
  if (const auto able = check_anybody_plays(*game); !able) return complain(able.error());
  const auto bots = options.bots.style();
  if (!bots) return complain(bots.error());
  if (const auto writable = check_output(options.record); !writable) {
    return complain(writable.error());
  }
  if (!options.create) {
    if (const auto named = options.room.check_named(); !named) return complain(named.error());
  }
  const auto password = options.room.secret();
  if (!password) return complain(password.error());
  const auto room_terms = options.room.terms();
  if (!room_terms) return complain(room_terms.error());
  JoinOptions join{.relay = options.room.connect,
                   .room = options.room.room,
                   .relay_key = options.room.relay_key,
                   .token = options.room.token,
                   .name = options.name,
                   .password = *password,
                   .session = {.fold_digest = true}};
  join.room_terms = *room_terms;
  if (options.create) {
    const auto terms =
        options.terms.terms(static_cast<std::uint32_t>(options.seconds * game->table().tick_rate));
    if (!terms) return complain(terms.error());
    auto game_options = options.choice.option_bytes();
    if (!game_options) return complain(game_options.error());
    join.create = SoloOptions{.seed = options.seed,
                              .players = options.players,
                              .game_options = std::move(*game_options),
                              .terms = *terms};
  }
  auto session = AnySession::join(*game, join);
  if (!session) return complain(session.error());
  catch_interrupts();
  play(*session, options, *bots);
  const auto recording = session->recording();
  session->leave();
  // The goodbye has to leave the machine before the socket does.
  session->advance(std::chrono::steady_clock::now());
  if (session->timeline() != nullptr) describe_online(*session).print(options.json);
  Exit exit = Exit::done;
  if (!options.record.empty()) {
    const auto written = recording ? write_match_file(options.record, *recording)
                                   : Result<void>(Unexpected{recording.error()});
    if (!written) exit = complain(written.error());
  }
  if (session->status() == Status::failed) return complain(session->failure());
  if (const auto tick = session->diverged()) {
    warn("the players' states differ since tick {}", tick->value);
    return Exit::check_failed;
  }
  return exit;
}

}  // namespace

void add_bot(Command& tutti) {
  Command& command = tutti.subcommand("bot", "Play online as the game's own bot");
  auto options = std::make_shared<BotOptions>();
  options->choice.add_to(command, true);
  options->room.add_place_to(command);
  command.flag("--create", options->create,
               "open the room if it is not there; without --room, open a new one");
  command.option("--players", options->players, 1, 64, "with --create: the number of players");
  command.option("--seconds", options->seconds, 0, 86'400,
                 "with --create: the match's length; 0 for no end");
  options->choice.add_options_to(command);
  options->bots.add_to(command);
  options->terms.add_to(command);
  options->room.add_password_to(command);
  options->room.add_terms_to(command);
  command.option("--let-in", options->let_in,
                 "with --ask: a name that the bot lets in; it turns others away");
  command.option("--name", options->name, "the name that the others see");
  command.option("--seed", options->seed, 0, INT64_MAX,
                 "the seed of the bot, and of a match that it opens");
  command.option("--record", options->record,
                 "the file for this machine's own recording, with what it saw");
  command.json(options->json);
  command.examples(R"(
The bot plays until the match is over or you press Ctrl-C. A game without a bot (a function play) is
played by arbitrary legal events (its function sample). The report has the digest over all confirmed
ticks, which is equal for all players and for the replay.
Examples:
  tutti bot --game counterpoint --create --seconds 60
  tutti bot --game counterpoint --connect play.example.org:4747 --room K7Q2M
A room with a password; one into which only Ada and Ben come, to play or to watch:
  tutti bot --game counterpoint --create --password-file secret.txt
  tutti bot --game counterpoint --create --ask all --let-in Ada --let-in Ben)");
  command.action([options] { return run(*options); });
}

}  // namespace tutti::tool
