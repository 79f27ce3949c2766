#include "program/options.hpp"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>

#include "tutti/sim/limits.hpp"

namespace counterpoint {

namespace {

using tutti::Fault;

/// Walks over the arguments.
class Reader {
 public:
  explicit Reader(std::span<const char* const> arguments) : arguments_(arguments) {}

  bool is_done() const { return next_ == arguments_.size(); }
  std::string take() { return arguments_[next_++]; }
  /// The next argument unless it is an option.
  std::optional<std::string> take_value() {
    if (is_done() || arguments_[next_][0] == '-') return std::nullopt;
    return take();
  }

 private:
  std::span<const char* const> arguments_;
  std::size_t next_ = 0;
};

std::optional<std::int64_t> number_in(const std::string& text, std::int64_t low,
                                      std::int64_t high) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) {
    return std::nullopt;
  }
  return value;
}

/// Options that are only said.
bool set_flag(const std::string& option, Options& options) {
  struct Flag {
    const char* name;
    bool Options::*member;
  };
  static constexpr Flag flags[] = {
      {"--open", &Options::is_opening},          {"--bot", &Options::is_bot},
      {"--headless", &Options::is_headless},     {"--mute", &Options::is_muted},
      {"--fullscreen", &Options::is_fullscreen}, {"--rehearse", &Options::is_rehearsing},
      {"--measure", &Options::is_measured},      {"--software", &Options::is_software}};
  for (const Flag& flag : flags) {
    if (option == flag.name) return options.*flag.member = true;
  }
  return false;
}

bool set_mode(const std::string& option, Options& options) {
  struct Named {
    const char* name;
    Mode mode;
  };
  static constexpr Named modes[] = {
      {"--cpu", Mode::bot},           {"--training", Mode::training},
      {"--local", Mode::local},       {"--host", Mode::host},
      {"--join", Mode::join},         {"--watch", Mode::watch},
      {"--spectate", Mode::spectate}, {"--take-over", Mode::take_over},
      {"--help", Mode::help},         {"-h", Mode::help},
      {"--version", Mode::version}};
  for (const Named& named : modes) {
    if (option != named.name) continue;
    options.mode = named.mode;
    return true;
  }
  return false;
}

/// What is wrong with the value of an option; nothing if all is well.
std::optional<std::string> set_value(const std::string& option, const std::string& value,
                                     Options& options) {
  const auto is = [&](const char* name) { return option == name; };
  if (is("--listen")) return options.listen = value, std::nullopt;
  if (is("--logs")) return options.logs = value, std::nullopt;
  if (is("--name")) return options.name = value, std::nullopt;
  if (is("--sheet")) return options.sheet = value, std::nullopt;
  if (is("--gif")) return options.gif = value, std::nullopt;
  if (is("--script")) return options.script = value, std::nullopt;
  if (is("--screenshot")) return options.screenshots.push_back(value), std::nullopt;
  if (is("--seed")) {
    const auto seed = number_in(value, 0, std::numeric_limits<std::int64_t>::max());
    if (!seed) return "a seed is a whole number";
    options.seed = static_cast<std::uint64_t>(*seed);
    return std::nullopt;
  }
  if (is("--delay")) {
    const auto ticks = number_in(value, 0, tutti::limits::input_window_ticks);
    if (!ticks) return "the delay is 0 to 12 ticks";
    options.delay_ticks = static_cast<std::uint8_t>(*ticks);
    return std::nullopt;
  }
  if (is("--from")) {
    const auto tick = number_in(value, 0, std::numeric_limits<std::uint32_t>::max());
    if (!tick) return "--from is a tick of the match";
    options.from_tick = *tick;
    return std::nullopt;
  }
  if (is("--as")) {
    const auto slot = number_in(value, 1, static_cast<std::int64_t>(fighters_max));
    if (!slot) return "--as is the number of a fighter, 1 to 4";
    options.seat = static_cast<std::uint8_t>(*slot - 1);
    options.is_as = true;
    return std::nullopt;
  }
  if (is("--to")) {
    const auto tick = number_in(value, 0, std::int64_t{1} << 32);
    if (!tick) return "--to is a tick of the match";
    options.to_tick = *tick;
    return std::nullopt;
  }
  if (is("--raw-frames")) {
    const auto file = number_in(value, 0, 1023);
    if (!file) return "--raw-frames is the number of an open file";
    options.raw_frames = static_cast<int>(*file);
    return std::nullopt;
  }
  if (is("--pictures")) {
    options.pictures = value;
    return std::nullopt;
  }
  if (is("--behind")) {
    const auto seconds = number_in(value, 0, 300);
    if (!seconds) return "a spectator stays 0 to 300 seconds behind";
    options.behind_seconds = *seconds;
    return std::nullopt;
  }
  if (is("--seconds")) {
    const auto seconds = number_in(value, 1, 1'000'000);
    if (!seconds) return "seconds are a whole number, at least 1";
    options.seconds = static_cast<int>(*seconds);
    return std::nullopt;
  }
  if (is("--players")) {
    const auto players = number_in(value, 2, static_cast<std::int64_t>(fighters_max));
    if (!players) return "a match has 2 to 4 players";
    options.players = static_cast<std::uint8_t>(*players);
    return std::nullopt;
  }
  if (is("--guests")) {
    const auto guests = number_in(value, 0, static_cast<std::int64_t>(fighters_max) - 1);
    if (!guests) return "0 to 3 bots come as guests";
    options.guests = static_cast<std::uint8_t>(*guests);
    return std::nullopt;
  }
  if (is("--strength")) {
    static constexpr const char* names[] = {"easy", "medium", "hard"};
    for (std::size_t i = 0; i < std::size(names); ++i) {
      if (value != names[i]) continue;
      options.strength = static_cast<BotStrength>(i);
      return std::nullopt;
    }
    return "a bot is easy, medium or hard";
  }
  if (is("--size")) {
    int width = 0, height = 0, used = 0;
    const int read = std::sscanf(value.c_str(), "%5dx%5d%n", &width, &height, &used);
    const bool is_whole = read == 2 && static_cast<std::size_t>(used) == value.size();
    if (!is_whole || width < 320 || height < 180 || width > 7680 || height > 4320) {
      return "a size is WIDTHxHEIGHT, 320x180 to 7680x4320";
    }
    options.width = width;
    options.height = height;
    options.is_sized = true;
    return std::nullopt;
  }
  return "there is no such option";
}

tutti::Result<void> take_option(const std::string& option, Reader& reader, Options& options) {
  if (set_flag(option, options)) return {};
  if (set_mode(option, options)) {
    if (options.mode == Mode::join || options.mode == Mode::spectate) {
      const auto relay = reader.take_value();
      if (!relay)
        return tutti::fail(Fault::usage, option + " needs HOST[:PORT] and the room's code");
      options.relay = *relay;
      if (const auto room = reader.take_value()) options.room = *room;
    } else if (options.mode == Mode::watch || options.mode == Mode::take_over) {
      const auto file = reader.take_value();
      if (!file) return tutti::fail(Fault::usage, option + " needs a match file");
      options.file = *file;
    }
    return {};
  }
  static constexpr const char* with_value[] = {
      "--listen",   "--logs",   "--name",       "--sheet",      "--seed",
      "--delay",    "--behind", "--seconds",    "--size",       "--players",
      "--strength", "--script", "--screenshot", "--from",       "--as",
      "--guests",   "--gif",    "--to",         "--raw-frames", "--pictures"};
  for (const char* name : with_value) {
    if (option != name) continue;
    const auto value = reader.take_value();
    if (!value) return tutti::fail(Fault::usage, option + " needs a value");
    if (const auto complaint = set_value(option, *value, options)) {
      return tutti::fail(Fault::usage, option + " " + *value + ": " + *complaint);
    }
    return {};
  }
  return tutti::fail(Fault::usage, "there is no option " + option + "; see counterpoint --help");
}

}  // namespace

tutti::Result<Options> parse_options(std::span<const char* const> arguments) {
  Options options;
  Reader reader(arguments);
  while (!reader.is_done()) {
    const std::string option = reader.take();
    if (const auto taken = take_option(option, reader, options); !taken) {
      return tutti::Unexpected{taken.error()};
    }
    if (options.mode == Mode::help || options.mode == Mode::version) return options;
  }
  if (options.mode == Mode::join && options.room.empty() && !options.is_opening) {
    return tutti::fail(Fault::usage, "--join needs the room's code, or --open to open a new room");
  }
  if (options.mode == Mode::spectate && options.room.empty()) {
    return tutti::fail(Fault::usage, "--spectate needs the room's code");
  }
  if (!(options.sheet + options.gif).empty() && options.mode != Mode::watch) {
    return tutti::fail(Fault::usage, "--sheet and --gif draw a match file: they need --watch FILE");
  }
  return options;
}

const char* help_text() {
  return R"(counterpoint: a platform fighter for two to four

  counterpoint                          asks on the screen
  counterpoint --cpu                    against bots, without a network
  counterpoint --local                  people at one machine
  counterpoint --training               alone with a dummy
  counterpoint --host                   opens a room; the window shows its code
  counterpoint --join HOST[:PORT] CODE  plays in that room
  counterpoint --spectate HOST[:PORT] CODE   watches that room
  counterpoint --watch FILE             shows a match file
  counterpoint --take-over FILE         plays on from a moment of it, against bots

  --name NAME       what the others see
  --delay TICKS     with --host or --open: between a press and its effect, 0 to 12; more means
                    fewer corrections; without it as much as the players' distance needs
  --players NUMBER  of the match that this program opens, 2 to 4
  --guests NUMBER   with --host: bots that join the room, 0 to 3
  --strength WORD   of the bots: easy, medium or hard
  --bot             a bot has your hands
  --from TICK       with --watch and --take-over: begins there
  --as NUMBER       with --take-over: whose hands you have, 1 to 4; with --watch: whose screen is
                    shown, with all that was predicted wrongly, if the file has its telemetry
  --to TICK  --raw-frames FD  --pictures FOLDER   with --watch: draws every tick from --from
                    through --to, as raw pictures (BGRA, --size) or numbered PNGs
  --behind SECONDS  with --spectate: stays so far behind the match, 0 to 300
  --open            with --join: open the room if there is none; without CODE, a new one
  --listen ADDRESS  with --host: address and port of the relay (0.0.0.0:4747)
  --logs FOLDER     with --host: where the match file goes
  --sheet PICTURE   with --watch: draws the best moments as a PNG instead
  --gif PICTURE    with --watch: makes a GIF of --seconds from --from on instead
  --seed NUMBER     of the match that this program opens
  --seconds NUMBER  ends by itself after that long
  --script FILE     plays by itself: lines SECONDS tap|down|up KEY, SECONDS type TEXT, SECONDS plug
                    and unplug a controller, tap|down|up pad BUTTON, stick X Y (percent),
                    point X Y, click X Y
  --screenshot SECONDS:FILE   a PNG of the window then; ends after the last one and the script
  --measure         presses a key again and again; says at the end how long pictures take, and
                    from a press to the picture that shows it
  --software        shows pictures by SDL's software renderer
  --headless        no window and no sound; only useful with --bot, --spectate or --watch
  --rehearse        re-simulates the last 8 ticks at every tick and compares
  --size WxH  --fullscreen  --mute

              left player   right player (--local)   controller
  directions  W, A, S, D    arrows                   stick or d-pad
  jump        space         right Ctrl               A
  light       F             ,                        X
  heavy       G             .                        Y
  special     H             /                        B
  shield      left Shift    right Shift              right shoulder
  grab        shield and light                       left shoulder

  F11 full screen, F1 the network, F2 sound, F3 hit boxes, F4 what is held, F8 keeps the last
  30 seconds as a clip, F9 goes from playing online to watching and back where a place is free,
  F10 saves a bug report, Escape or Start pauses or goes back
  watching: space or K pauses, J and L jump 2 s (with Shift 10 s), comma and period one tick,
  0 to 9 tenths, Home and End, up and down change the speed (1/16 to 64), R turns round,
  A from here, to here, and again: repeats; I and O cut a clip, M marks, T plays on from here,
  B saves a bug report; by controller A pauses, the shoulders jump, left and right one tick, up and
  down the speed, Back turns round, X plays on, Y marks, the sticks pressed repeat and cut, B leaves
  training: F4 what the dummy does, F5 slower, F6 stands still, F7 one tick (or the sticks
  pressed), F9 keeps the moment, F12 goes back to it; a round that ends begins again

Exit status: 0 ended well, 1 the match failed, 2 wrong usage.
)";
}

}  // namespace counterpoint
