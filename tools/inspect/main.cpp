// tutti-inspect: the command line, the desk, and the window around it.

#include <fmt/format.h>

#include <array>

#include "base/bot_choice.hpp"
#include "base/room_choice.hpp"
#include "base/terms_choice.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/sim/text.hpp"
#include "window/inspector.hpp"

namespace tutti::inspect {

namespace {

using tool::Command;
using tool::complain;
using tool::Exit;

struct Options {
  tool::GameChoice choice;
  tool::GameChoice other;  // of the second match
  tool::WeatherChoice weather;
  tool::BotChoice bots;
  tool::TermsChoice terms;
  std::string file;
  std::string with;
  tool::RoomChoice room;
  std::string size = "1280x720";
  std::string picture;
  std::vector<std::string> watched;
  std::int64_t at = -1;
  std::int64_t as = -1;
  std::int64_t seconds = 0;
  std::uint64_t seed = 1;
  std::uint8_t players = 0;
  bool is_live = false;
};

struct Size {
  int width = 0, height = 0;
};

Result<Size> read_size(const std::string& text) {
  Size size;
  char rest = 0;
  constexpr int least = 320, most = 8192;
  const bool is_read = std::sscanf(text.c_str(), "%dx%d%c", &size.width, &size.height, &rest) == 2;
  if (is_read && size.width >= least && size.height >= least / 2 && size.width <= most &&
      size.height <= most) {
    return size;
  }
  return fail(Fault::usage, fmt::format("--size {}: it is WIDTHxHEIGHT, such as 1280x720", text));
}

Result<void> begin_live(Desk& desk, const Options& options) {
  Result<AnyGame> game = options.choice.load();
  if (!game) return Unexpected{game.error()};
  const auto players = tool::players_of(*game, options.players);
  if (!players) return Unexpected{players.error()};
  auto game_options = options.choice.option_bytes();
  if (!game_options) return Unexpected{game_options.error()};
  const auto terms = options.terms.terms(0);
  if (!terms) return Unexpected{terms.error()};
  const auto bots = options.bots.style();
  if (!bots) return Unexpected{bots.error()};
  LiveMatch::Options live{.game = *game,
                          .players = *players,
                          .seed = options.seed,
                          .game_options = std::move(*game_options),
                          .bots = *bots,
                          .terms = *terms};
  for (std::uint8_t player = 0; player < *players; ++player) {
    const auto ways = options.weather.ways(player);
    if (!ways) return Unexpected{ways.error()};
    live.weather.push_back(*ways);
  }
  desk.play(std::move(live));
  constexpr Duration part = std::chrono::milliseconds(50);
  for (Duration played{}; played < std::chrono::seconds(options.seconds); played += part)
    desk.advance(part, {});
  return {};
}

Result<void> follow_room(Desk& desk, const Options& options) {
  const Result<AnyGame> game = options.choice.load();
  if (!game) return Unexpected{game.error()};
  const auto password = options.room.secret();
  if (!password) return Unexpected{password.error()};
  Result<AnySession> session = AnySession::spectate(*game, {.relay = options.room.connect,
                                                            .room = options.room.room,
                                                            .relay_key = options.room.relay_key,
                                                            .token = options.room.token,
                                                            .password = *password});
  if (!session) return Unexpected{session.error()};
  desk.follow(std::move(*session));
  return {};
}

/// Puts on the desk what was asked for.
Result<void> furnish(Desk& desk, const Options& options) {
  if ((options.is_live || options.room.is_named()) && options.choice.game.empty()) {
    return fail(Fault::usage, "--game says which game to play or to watch; tutti games lists them");
  }
  if (options.is_live) return begin_live(desk, options);
  if (options.room.is_named()) return follow_room(desk, options);
  if (options.file.empty()) return {};
  if (const auto opened = desk.open(options.file); !opened) return opened;
  if (!options.with.empty()) {
    tool::GameChoice other = options.other;
    if (other.game.empty()) other.game = options.choice.game;
    other.folders = options.choice.folders;
    if (const auto opened = desk.compare_with(options.with, other); !opened) return opened;
  }
  if (options.at >= 0) desk.go(Tick{options.at});
  if (options.as >= 0) {
    const PlayerId player{static_cast<std::uint8_t>(options.as)};
    desk.show_seen(player);
    if (desk.seen() != player) {
      return fail(Fault::usage, fmt::format("the file has no telemetry of player {}", options.as));
    }
  }
  return {};
}

Exit run(const Options& options) {
  const auto size = read_size(options.size);
  if (!size) return complain(size.error());
  Desk desk(options.choice);
  if (const auto furnished = furnish(desk, options); !furnished) {
    return complain(furnished.error());
  }
  for (const std::string& path : options.watched)
    desk.watch(path);
  auto screen = options.picture.empty()
                    ? Screen::open_window("Tutti inspect", size->width, size->height)
                    : Screen::open_picture(size->width, size->height);
  if (!screen) return complain(screen.error());
  Inspector inspector(desk, **screen, options.choice);
  if (options.picture.empty()) {
    inspector.run();
    return Exit::done;
  }
  const Result<void> drawn = inspector.picture(options.picture);
  return drawn ? Exit::done : complain(drawn.error());
}

void add_options(Command& command, Options& options) {
  command.optional_argument("file", options.file, "a match file; else the newest are shown");
  command.option("--with", options.with, "the match file to put beside it");
  command.tick("--at", options.at, "the tick to show first");
  command.option("--as", options.as, 0, 63,
                 "put beside it what the player in this slot saw; needs its telemetry");
  command.option("--watch", options.watched, "a field to watch, such as score[0]; repeatable");
  options.choice.add_to(command, false);
  command.option("--game-b", options.other.game, "the game of the match beside it; else the same");
  command.flag("--live", options.is_live, "play a match of bots of --game, under changing weather");
  command.option("--players", options.players, 1, 64,
                 "with --live: the number of players; else two, if the game allows");
  command.option("--seed", options.seed, 0, INT64_MAX, "with --live: of everything random");
  command.option("--seconds", options.seconds, 0, 86'400,
                 "with --live: the seconds that are played before the window opens");
  options.choice.add_options_to(command);
  options.bots.add_to(command);
  options.terms.add_to(command);
  options.weather.add_to(command);
  options.weather.add_players_to(command);
  options.room.add_place_to(command);
  options.room.add_password_to(command);
  command.option("--size", options.size, "the window's WIDTHxHEIGHT");
  command.option("--picture", options.picture,
                 "write the window as a PNG and open none; needs no display");
}

}  // namespace

Exit run_command_line(int argc, char** argv) {
  Command command(
      "tutti inspect",
      "Tutti inspect: a match in a window, tick by tick and field by field.\n"
      "It opens match files, branches and bug reports, watches a match through a relay,\n"
      "or plays one of bots whose weather you change with sliders.\n");
  Options options;
  add_options(command, options);
  command.examples(R"(
F1 shows all keys. Without a file, the newest recordings are shown to choose from; a file can be
dropped on the window too. Each player's lane shows its events; below, if the file has telemetry,
how far that machine predicted, and in red how far it had to roll back.
Examples:
  tutti inspect
  tutti inspect match.tutti --watch fighters[0].damage
  tutti inspect match.tutti --with what-if.tutti
  tutti inspect bug.tutti --as 1
  tutti inspect --live --game counterpoint --delay 60ms --loss 5%
  tutti inspect --room K7Q2M --game counterpoint
  tutti inspect --connect 'play.example.org:4747/K7Q2M#5e1c...' --game counterpoint)");
  command.action([&options] { return run(options); });
  return command.run(argc, argv);
}

}  // namespace tutti::inspect

int main(int argc, char** argv) {
  return static_cast<int>(tutti::inspect::run_command_line(argc, argv));
}
