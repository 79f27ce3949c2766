#pragma once
// The wishes of the command line.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "counterpoint/bot.hpp"
#include "tutti/net/room_terms.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

/// The ways to use the program.
enum class Mode {
  title,      ///< shows the title screen, where the player chooses one of the others
  bot,        ///< plays against bots, without a network
  local,      ///< several people play at one machine
  training,   ///< plays alone with a dummy; shows hit boxes, frame data and inputs
  host,       ///< runs a relay and plays through it
  join,       ///< plays through somebody else's relay
  spectate,   ///< watches a match that others play
  watch,      ///< shows a match file
  take_over,  ///< plays on from a moment of a match file; bots play the other fighters
  help,
  version,
};

/// Whether the match goes through a relay.
constexpr bool is_online(Mode mode) {
  return mode == Mode::host || mode == Mode::join || mode == Mode::spectate;
}

struct Options {
  Mode mode = Mode::title;
  std::string relay{};  ///< join, spectate: `host` or `host:port`
  std::string
      room{};  ///< join, spectate: the room's code; join with `is_opening` may leave it empty
  std::string file{};                      ///< watch, take_over
  std::string sheet{};                     ///< watch: write this contact sheet and show nothing
  std::string script{};                    ///< keys to press at given times; see Director
  std::vector<std::string> screenshots{};  ///< each SECONDS:FILE
  std::string relay_key{};                 ///< join, spectate: the relay's key; empty if unknown
  std::string listen = "[::]:4747";        ///< host: the relay's own address
  std::string logs{};                      ///< folder for match files; empty for the platform's
  std::string name{};                      ///< of the player; empty for none
  std::string password{};                  ///< of the room; empty for none
  std::string token{};                     ///< join, spectate: an operator's; empty for none
  /// The terms of the room that this program opens.
  tutti::RoomTerms room_terms{};
  std::uint64_t seed = 1;
  /// Input delay of the match that this program opens; empty for as much as the paths need.
  std::optional<std::uint8_t> delay_ticks{};
  std::int64_t from_tick = 0;       ///< watch, take_over: the first tick
  std::int64_t behind_seconds = 0;  ///< spectate: how far behind the match
  int seconds = 0;                  ///< the program ends after so long; 0 for never
  std::int64_t to_tick = -1;        ///< watch, for pictures: the last tick; -1 for the end
  int raw_frames = -1;              ///< watch: write raw pictures to this file descriptor; see film
  std::string pictures{};           ///< watch: write numbered pictures into this folder; see film
  /// take_over: the slot that the player gets; watch with `is_as`: the player whose screen is
  /// shown.
  std::uint8_t seat = 0;
  std::uint8_t players = 2;        ///< slots of the match that this program opens
  std::uint8_t guests = 0;         ///< host: bots that join through the relay
  std::uint8_t local_players = 1;  ///< host, join: players at this machine
  BotStrength strength = BotStrength::medium;
  int width = 1280;  ///< pixels, of the window or the pictures
  int height = 720;
  bool is_sized = false;    ///< the command line gave the size; else the settings do
  bool is_as = false;       ///< watch: show what the player of `seat` saw
  bool is_opening = false;  ///< join: open the room if there is none
  bool is_bot = false;      ///< a bot plays for the local player
  bool is_headless = false;
  bool is_muted = false;
  bool is_fullscreen = false;
  bool is_measured = false;  ///< press a key again and again, and report times at the end
  bool is_software = false;  ///< show the pictures by SDL's software renderer
  bool is_rehearsing = false;
};

/// `arguments`: without the program's name. Faults: usage, with a sentence that names the option.
tutti::Result<Options> parse_options(std::span<const char* const> arguments);

/// The text of --help.
std::string help_text();

}  // namespace counterpoint
