// The command line, read by CLI11; the only file of the program that includes it.

#include "program/options.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <limits>

#include "tutti/sim/limits.hpp"

namespace counterpoint {

namespace {

using tutti::Fault;

constexpr const char* keys_text = R"(Keys and buttons:
              left player   right player (--local)   controller
  directions  W, A, S, D    arrows                   stick or d-pad
  jump        space         right Ctrl               A
  light       F             ,                        X
  heavy       G             .                        Y
  special     H             /                        B
  shield      left Shift    right Shift              right shoulder
  grab        shield and light                       left shoulder

While playing: Escape or Start pauses. F1 network, F2 sound, F3 hit boxes, F4 inputs,
F8 keeps the last 30 seconds as a clip, F9 changes between playing and watching online,
F10 saves a bug report, F11 full screen. In your own room Ctrl+C copies the invitation;
if it asks you about newcomers, F5 lets one in, F6 turns it away.

While watching: space or K pauses; J and L jump 2 s, with Shift 10 s; comma and period step
one tick; 0 to 9, Home and End jump; up and down change the speed from 1/16 to 64; R plays
backwards; A, twice, repeats a stretch and, a third time, goes on; I and O cut a clip;
M marks a moment; T plays on from here; B saves a bug report.
By controller: A pauses, the shoulders jump, left and right step, up and down change the
speed, Back plays backwards, X plays on, Y marks, the sticks pressed repeat and cut, B leaves.

In training: F4 the dummy, F5 slower, F6 stand still, F7 one tick (or press the sticks),
F9 keeps the moment, F12 goes back to it. A round that ends begins again.

Scripts: each line is SECONDS tap|down|up KEY, SECONDS type TEXT, SECONDS plug or unplug (a
controller), SECONDS tap|down|up pad BUTTON, SECONDS stick X Y (percent), SECONDS point X Y
or SECONDS click X Y (pixels).

Exit status: 0 ended well, 1 the match failed, 2 wrong usage.)";

std::optional<std::int64_t> number_in(const std::string& text, std::int64_t low,
                                      std::int64_t high) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return is_whole && value >= low && value <= high ? std::optional(value) : std::nullopt;
}

std::optional<BotStrength> strength_in(const std::string& word) {
  if (word == "easy") return BotStrength::easy;
  if (word == "medium") return BotStrength::medium;
  return word == "hard" ? std::optional(BotStrength::hard) : std::nullopt;
}

struct Size {
  int width = 0, height = 0;  // pixels
};

std::optional<Size> size_in(const std::string& text) {
  Size size;
  int used = 0;
  const int read = std::sscanf(text.c_str(), "%5dx%5d%n", &size.width, &size.height, &used);
  const bool is_whole = read == 2 && static_cast<std::size_t>(used) == text.size();
  const bool is_possible =
      size.width >= 320 && size.height >= 180 && size.width <= 7680 && size.height <= 4320;
  return is_whole && is_possible ? std::optional(size) : std::nullopt;
}

/// The command line as CLI11 sees it; it fills `options`.
class CommandLine {
 public:
  CommandLine();
  tutti::Result<Options> parse(std::span<const char* const> arguments);
  std::string help() const { return app_.help(); }

 private:
  void add_modes();
  void add_match();
  void add_recordings();
  void add_program();

  /// An option that only chooses what is done.
  void mode(const char* name, Mode mode, const char* about) {
    app_.add_flag_callback(
            name, [this, mode] { options_.mode = mode; }, about)
        ->group("Modes");
  }
  /// One that takes a relay and, perhaps, a room's code.
  void room(const char* name, Mode mode, const char* about) {
    const auto take = [this, mode](const std::vector<std::string>& words) {
      options_.mode = mode;
      options_.relay = words.front();
      if (words.size() > 1) options_.room = words[1];
    };
    app_.add_option_function<std::vector<std::string>>(name, take, about)
        ->type_size(1)
        ->expected(1, 2)
        ->type_name("HOST[:PORT] CODE, or HOST:PORT/CODE#KEY")
        ->group("Modes");
  }
  void file(const char* name, Mode mode, const char* about) {
    const auto take = [this, mode](const std::string& path) {
      options_.mode = mode;
      options_.file = path;
    };
    app_.add_option_function<std::string>(name, take, about)->type_name("FILE")->group("Modes");
  }
  void text(const char* name, std::string& value, const char* type, const char* about) {
    app_.add_option(name, value, about)->type_name(type)->group(group_);
  }
  void flag(const char* name, bool& value, const char* about) {
    app_.add_flag(name, value, about)->group(group_);
  }
  /// A whole number from `low` through `high`; `rule` says so in words.
  template <class Set>
  void number(const char* name, std::int64_t low, std::int64_t high, const char* rule,
              const char* about, Set set) {
    const auto check = [=](const std::string& given) {
      return number_in(given, low, high) ? std::string() : fmt::format("{} ({})", rule, given);
    };
    const auto take = [=](const std::int64_t& value) { set(value); };
    app_.add_option_function<std::int64_t>(name, take, about)
        ->check(CLI::Validator(check, ""))
        ->type_name("N")
        ->group(group_);
  }

  CLI::App app_{
      "Counterpoint: a platform fighter for two to four.\n"
      "Without arguments it shows the title screen.",
      "counterpoint"};
  Options options_;
  std::string group_;  // of the options that are being added
};

CommandLine::CommandLine() {
  app_.get_formatter()->column_width(36);
  app_.footer(keys_text);
  app_.set_help_flag("-h,--help", "print this text and exit");
  add_modes();
  add_match();
  add_recordings();
  add_program();
}

void CommandLine::add_modes() {
  mode("--cpu", Mode::bot, "fight bots, without a network");
  mode("--local", Mode::local, "fight at one machine, two to four people");
  mode("--training", Mode::training, "train with a dummy");
  mode("--host", Mode::host, "open a room; the window shows its code");
  room("--join", Mode::join, "play in a room");
  room("--spectate", Mode::spectate, "watch a room");
  file("--watch", Mode::watch, "show a match file");
  file("--take-over", Mode::take_over, "play on from a moment of a match file, against bots");
  mode("--version", Mode::version, "print the rules id and exit");
}

void CommandLine::add_match() {
  group_ = "The match";
  Options& options = options_;
  text("--name", options.name, "NAME", "the name that the others see");
  number("--players", 2, static_cast<std::int64_t>(fighters_max), "a match has 2 to 4 players",
         "players of the match that this program opens, 2 to 4",
         [&](auto value) { options.players = static_cast<std::uint8_t>(value); });
  number("--local-players", 1, static_cast<std::int64_t>(fighters_max),
         "1 to 4 players are at this machine",
         "with --host and --join: players at this machine, 1 to 4",
         [&](auto value) { options.local_players = static_cast<std::uint8_t>(value); });
  number("--guests", 0, static_cast<std::int64_t>(fighters_max) - 1, "0 to 3 bots join as guests",
         "with --host: bots that join the room, 0 to 3",
         [&](auto value) { options.guests = static_cast<std::uint8_t>(value); });
  const auto strength = [&options](const std::string& word) {
    options.strength = strength_in(word).value_or(options.strength);
  };
  const auto is_strength = [](const std::string& word) {
    return strength_in(word) ? std::string()
                             : fmt::format("a bot is easy, medium or hard ({})", word);
  };
  app_.add_option_function<std::string>("--strength", strength, "of bots: easy, medium or hard")
      ->check(CLI::Validator(is_strength, ""))
      ->type_name("WORD")
      ->group(group_);
  flag("--bot", options.is_bot, "let a bot play for you");
  number("--delay", 0, tutti::limits::input_window_ticks, "the delay is 0 to 12 ticks",
         "with --host or --open: ticks from a press to its effect, 0 to 12; more means fewer "
         "corrections; without it, as many as the players' distance needs",
         [&](auto value) { options.delay_ticks = static_cast<std::uint8_t>(value); });
  flag("--open", options.is_opening,
       "with --join: open the room if there is none; without CODE, a new one");
  text("--password", options.password, "WORDS",
       "the room's password; with --host or --open, the one that it gets");
  flag("--ask", options.room_terms.asks_for_players,
       "with --host or --open: decide on each newcomer who wants to play");
  flag("--ask-spectators", options.room_terms.asks_for_spectators,
       "with --host or --open: decide on each newcomer who wants to watch");
  number(
      "--spectators", 0, std::numeric_limits<std::uint16_t>::max(),
      "--spectators is how many may watch, 0 for nobody",
      "with --host or --open: how many may watch, 0 for nobody; without it, as many as come",
      [&](auto value) { options.room_terms.spectators_max = static_cast<std::uint16_t>(value); });
  flag("--no-peek", options.room_terms.is_no_peek,
       "with --host or --open: tell players of another's move only when its tick is over; costs "
       "deeper corrections");
  text("--listen", options.listen, "ADDRESS", "with --host: address and port of the relay");
  text("--relay-key", options.relay_key, "KEY",
       "with --join and --spectate: the relay's key, unless it is in the invitation");
  text("--token", options.token, "TOKEN",
       "with --join and --spectate: an operator's token, for a relay that asks for one (tutti "
       "token)");
  text("--logs", options.logs, "FOLDER", "where match files are kept");
  number("--behind", 0, 300, "a spectator stays 0 to 300 seconds behind",
         "with --spectate: seconds behind the match, 0 to 300",
         [&](auto value) { options.behind_seconds = value; });
  number("--seed", 0, std::numeric_limits<std::int64_t>::max(), "a seed is a whole number",
         "of the match that this program opens",
         [&](auto value) { options.seed = static_cast<std::uint64_t>(value); });
}

void CommandLine::add_recordings() {
  group_ = "With a match file";
  Options& options = options_;
  number("--from", 0, std::numeric_limits<std::uint32_t>::max(), "--from is a tick of the match",
         "begin at this tick", [&](auto value) { options.from_tick = value; });
  number("--to", 0, std::int64_t{1} << 32, "--to is a tick of the match",
         "with --raw-frames or --pictures: end at this tick",
         [&](auto value) { options.to_tick = value; });
  number("--as", 1, static_cast<std::int64_t>(fighters_max),
         "--as is the number of a fighter, 1 to 4",
         "with --take-over: the fighter that you play, 1 to 4; with --watch: show this player's "
         "screen, wrong predictions included, if the file has its telemetry",
         [&](auto value) {
           options.seat = static_cast<std::uint8_t>(value - 1);
           options.is_as = true;
         });
  text("--sheet", options.sheet, "PICTURE", "with --watch: draw the best moments as a PNG instead");
  text("--pictures", options.pictures, "FOLDER", "with --watch: draw every tick as a numbered PNG");
  number("--raw-frames", 0, 1023, "--raw-frames is the number of an open file",
         "with --watch: write every tick to this file descriptor as raw BGRA pictures",
         [&](auto value) { options.raw_frames = static_cast<int>(value); });
}

void CommandLine::add_program() {
  group_ = "The program";
  Options& options = options_;
  const auto check_size = [](const std::string& given) {
    return size_in(given) ? std::string()
                          : fmt::format("a size is WIDTHxHEIGHT, 320x180 to 7680x4320 ({})", given);
  };
  const auto take_size = [&options](const std::string& given) {
    const Size size = size_in(given).value_or(Size{});
    options.width = size.width;
    options.height = size.height;
    options.is_sized = true;
  };
  app_.add_option_function<std::string>("--size", take_size, "of the window or the pictures")
      ->check(CLI::Validator(check_size, ""))
      ->type_name("WxH")
      ->group(group_);
  flag("--fullscreen", options.is_fullscreen, "fill the screen");
  flag("--mute", options.is_muted, "be silent");
  flag("--software", options.is_software, "show pictures by SDL's software renderer");
  flag("--headless", options.is_headless,
       "open no window; useful with --bot, --spectate and --watch");
  number("--seconds", 1, 1'000'000, "seconds are a whole number, at least 1",
         "end after so many seconds",
         [&](auto value) { options.seconds = static_cast<int>(value); });
  text("--script", options.script, "FILE", "press keys by a script; see below");
  app_.add_option("--screenshot", options.screenshots,
                  "save the window as a PNG then; end after the last one and the script")
      ->type_size(1)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("SECONDS:FILE")
      ->group(group_);
  flag("--measure", options.is_measured,
       "press a key again and again; report at the end how long pictures take, and how long it is "
       "from a press to the picture that shows it");
  flag("--rehearse", options.is_rehearsing,
       "simulate the last 8 ticks again at every tick and compare");
}

/// CLI11's complaint as a sentence of ours.
std::string sentence_of(const CLI::ParseError& error) {
  const std::string said = error.what();
  const std::string name = said.substr(0, said.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr) return said;
  if (name == "--join" || name == "--spectate")
    return fmt::format("{} needs HOST[:PORT] and the room's code", name);
  const bool is_file = name == "--watch" || name == "--take-over";
  return fmt::format("{} needs {}", name, is_file ? "a match file" : "a value");
}

tutti::Result<Options> CommandLine::parse(std::span<const char* const> arguments) {
  // CLI11 takes them from the end.
  std::vector<std::string> words(arguments.rbegin(), arguments.rend());
  try {
    app_.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    options_.mode = Mode::help;
  } catch (const CLI::ExtrasError&) {
    return tutti::fail(Fault::usage, fmt::format("there is no option {}; see counterpoint --help",
                                                 app_.remaining().front()));
  } catch (const CLI::ParseError& error) {
    return tutti::fail(Fault::usage, sentence_of(error));
  }
  return std::move(options_);
}

}  // namespace

tutti::Result<Options> parse_options(std::span<const char* const> arguments) {
  auto parsed = CommandLine().parse(arguments);
  if (!parsed) return parsed;
  const Options& options = *parsed;
  if (options.mode == Mode::help || options.mode == Mode::version) return parsed;
  const bool has_room = !options.room.empty() || options.relay.find('/') != std::string::npos;
  if (options.mode == Mode::join && !has_room && !options.is_opening) {
    return tutti::fail(Fault::usage, "--join needs the room's code, or --open to open a new room");
  }
  if (options.mode == Mode::spectate && !has_room) {
    return tutti::fail(Fault::usage, "--spectate needs the room's code");
  }
  if (!options.sheet.empty() && options.mode != Mode::watch) {
    return tutti::fail(Fault::usage, "--sheet draws a match file: it needs --watch FILE");
  }
  return parsed;
}

std::string help_text() { return CommandLine().help(); }

}  // namespace counterpoint
