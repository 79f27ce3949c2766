#pragma once
// What the command line asks for.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "counterpoint/bot.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

enum class Mode {
  title,      ///< asks
  bot,        ///< against bots, without a network
  local,      ///< people at one machine
  training,   ///< alone with a dummy, and everything that is otherwise hidden
  host,       ///< runs a relay and plays through it
  join,       ///< plays through somebody's relay
  spectate,   ///< watches a match that others play
  watch,      ///< a match file
  take_over,  ///< plays on from a moment of a match file, the others are bots
  help,
  version,
};

/// Through a relay.
constexpr bool is_online(Mode mode) {
  return mode == Mode::host || mode == Mode::join || mode == Mode::spectate;
}

struct Options {
  Mode mode = Mode::title;
  std::string relay{};   ///< join, spectate: `host` or `host:port`
  std::string room{};    ///< join, spectate: its code; for join it may be empty with `is_opening`
  std::string file{};    ///< watch, take_over
  std::string sheet{};   ///< watch: draw this contact sheet and show nothing
  std::string gif{};     ///< watch: make this moving picture of `seconds` from `from_tick` on
  std::string script{};  ///< keys at given times; see Director
  std::vector<std::string> screenshots{};  ///< SECONDS:FILE
  std::string listen = "0.0.0.0:4747";
  std::string logs{};
  std::string name{};
  std::uint64_t seed = 1;
  /// Of the match that this program opens; empty for as much as the paths need.
  std::optional<std::uint8_t> delay_ticks{};
  std::int64_t from_tick = 0;       ///< watch, take_over: where to begin
  std::int64_t behind_seconds = 0;  ///< spectate: how far behind the match
  int seconds = 0;                  ///< ends by itself after that long; 0 for never
  std::int64_t to_tick = -1;        ///< watch, for pictures: the last one; -1 for the end
  int raw_frames = -1;              ///< watch: write all pictures to this file descriptor; see film
  std::string pictures{};           ///< watch: write all pictures into this folder; see film
  std::uint8_t seat = 0;  ///< take_over: whose hands the player has; watch: whose eyes, if `is_as`
  std::uint8_t players = 2;  ///< slots of the match that this program opens
  std::uint8_t guests = 0;   ///< host: bots that join by themselves
  BotStrength strength = BotStrength::medium;
  int width = 1280;
  int height = 720;
  bool is_sized = false;    ///< these were said; else the window is as it is set
  bool is_as = false;       ///< watch: what the player of that seat saw
  bool is_opening = false;  ///< join: open the room if there is none
  bool is_bot = false;      ///< a bot has the local player's hands
  bool is_headless = false;
  bool is_muted = false;
  bool is_fullscreen = false;
  bool is_measured = false;  ///< keys are pressed by themselves, and times are reported at the end
  bool is_software = false;  ///< the software renderer shows the pictures
  bool is_rehearsing = false;
};

/// Faults: usage, naming what is not understood.
tutti::Result<Options> parse_options(std::span<const char* const> arguments);

/// The text of --help.
const char* help_text();

}  // namespace counterpoint
