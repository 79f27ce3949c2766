// tutti replay play, take-over, export --video: matches in the game's own viewer. The game's module
// names this program, which understands the following and numbers players from 1:
//   VIEWER --watch FILE --from TICK [--as NUMBER]
//          [--to TICK --size WxH (--raw-frames FD | --pictures FOLDER)]
//   VIEWER --take-over FILE --from TICK --as NUMBER

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/child_process.hpp"
#include "base/match_rows.hpp"
#include "base/output_file.hpp"
#include "base/print.hpp"
#include "replay/parts.hpp"
#include "tutti/replay/telemetry.hpp"

namespace tutti::tool {

namespace {

using Words = std::vector<std::string>;

struct ViewOptions {
  GameChoice choice;
  std::string file;
  std::int64_t from = -1;
  std::int64_t as = -1;
};

/// The viewer of a match's game, and the first words of its command line.
Result<Words> viewer_of(const PlayableMatch& playable) {
  const std::string viewer = playable.game.viewer();
  if (viewer.empty()) {
    return fail(Fault::usage,
                fmt::format("the game {} names no viewer; tutti replay state and events show what "
                            "is in the file",
                            playable.game.name()));
  }
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / viewer;
  return Words{std::filesystem::exists(here, error) ? here.string() : viewer};
}

/// "--as NUMBER" for a slot whose screens the file has.
Result<void> add_seen(Words& words, const PlayableMatch& playable, std::int64_t as) {
  if (as < 0) return {};
  const PlayerId player{static_cast<std::uint8_t>(as)};
  const auto seen = SeenMatch::open(playable.game, playable.match.record, player);
  if (!seen) return Unexpected{seen.error()};
  words.insert(words.end(), {"--as", fmt::format("{}", as + 1)});
  return {};
}

Exit play(const ViewOptions& options) {
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  auto words = viewer_of(*playable);
  if (!words) return complain(words.error());
  const std::vector<Mark>& marks = playable->match.record.marks;
  const std::int64_t from = options.from >= 0 ? options.from
                            : marks.empty()   ? 0
                                              : marks.front().from.value;
  words->insert(words->end(), {"--watch", options.file, "--from", fmt::format("{}", from)});
  if (const auto added = add_seen(*words, *playable, options.as); !added) {
    return complain(added.error());
  }
  with_loss(playable->match.damage, Exit::done);
  return complain(become(*words));
}

Exit take_over(const ViewOptions& options) {
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  const Log& log = playable->match.record.log;
  const std::int64_t as = std::max<std::int64_t>(options.as, 0);
  const std::int64_t at = std::max<std::int64_t>(options.from, 0);
  if (as >= log.setup().players || Tick{at} > log.horizon()) {
    return complain({Fault::usage, fmt::format("the match has {} slots, from 0, and {} ticks",
                                               log.setup().players, log.horizon().value)});
  }
  auto words = viewer_of(*playable);
  if (!words) return complain(words.error());
  words->insert(words->end(), {"--take-over", options.file, "--from", fmt::format("{}", at), "--as",
                               fmt::format("{}", as + 1)});
  with_loss(playable->match.damage, Exit::done);
  return complain(become(*words));
}

bool has_ffmpeg() {
  const char* path = std::getenv("PATH");
  std::string left = path == nullptr ? "" : path;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find(':'), left.size());
    if (::access((left.substr(0, end) + "/ffmpeg").c_str(), X_OK) == 0) return true;
    left.erase(0, end + 1);
  }
  return false;
}

/// Hands frames from the viewer on, so that their number is known; false if either end broke.
bool carry(int from, int to, std::int64_t bytes_of_all) {
  Progress progress("filming");
  std::vector<char> buffer(1 << 20);
  std::int64_t carried = 0;
  for (;;) {
    const ::ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count <= 0) return count == 0;
    if (!write_all(to, {buffer.data(), static_cast<std::size_t>(count)})) return false;
    carried += count;
    progress.show(carried, bytes_of_all);
  }
}

struct Size {
  std::int64_t width = 0, height = 0;
};

std::optional<Size> size_of(const std::string& text) {
  Size size;
  char rest = 0;
  long long width = 0, height = 0;
  if (std::sscanf(text.c_str(), "%lldx%lld%c", &width, &height, &rest) != 2) return std::nullopt;
  size = {width, height};
  constexpr std::int64_t least = 64, most = 8192;
  if (width < least || height < least || width > most || height > most) return std::nullopt;
  if (width % 2 != 0 || height % 2 != 0) return std::nullopt;  // films have half as many colours
  return size;
}

/// The viewer draws, ffmpeg encodes, and this process carries the frames from one to the other.
Exit encode_video(Words viewer, const VideoOptions& options, const Size& size, std::int64_t frames,
                  std::uint16_t rate) {
  auto drawn = Pipe::open();
  if (!drawn) return complain(drawn.error());
  auto encoded = Pipe::open();
  if (!encoded) return complain(encoded.error());
  constexpr int frames_file = 3;
  const Words encoder = {
      "ffmpeg",   "-loglevel", "error",    "-y",         "-f",         "rawvideo",
      "-pix_fmt", "bgra",      "-s",       options.size, "-framerate", fmt::format("{}", rate),
      "-i",       "-",         "-pix_fmt", "yuv420p",    options.out};
  viewer.insert(viewer.end(), {"--raw-frames", fmt::format("{}", frames_file)});
  std::signal(SIGPIPE, SIG_IGN);
  auto drawing =
      ChildProcess::run(viewer, std::array{HandedFile{drawn->writing_end(), frames_file}});
  if (!drawing) return complain(drawing.error());
  auto encoding =
      ChildProcess::run(encoder, std::array{HandedFile{encoded->reading_end(), STDIN_FILENO}});
  if (!encoding) return complain(encoding.error());
  drawn->close_writing_end();
  encoded->close_reading_end();
  const bool is_carried =
      carry(drawn->reading_end(), encoded->writing_end(), frames * size.width * size.height * 4);
  drawn->close_reading_end();
  encoded->close_writing_end();
  const bool is_drawn = drawing->wait().is_good();
  const bool is_encoded = encoding->wait().is_good();
  if (is_carried && is_drawn && is_encoded) return Exit::done;
  // A viewer whose frames nobody takes fails too: that is not its fault.
  return complain({Fault::system, is_encoded
                                      ? "the viewer could not draw the match"
                                      : fmt::format("ffmpeg could not write {}", options.out)});
}

/// The viewer writes numbered pictures; how many there are tells how far it is.
Exit draw_pictures(Words viewer, const std::string& folder, std::int64_t frames) {
  viewer.insert(viewer.end(), {"--pictures", folder});
  auto drawing = ChildProcess::run(std::move(viewer));
  if (!drawing) return complain(drawing.error());
  std::optional<Ending> ending;
  {
    Progress progress("drawing");
    constexpr ::useconds_t look_every_us = 200'000;
    std::int64_t shown = 0;
    while (!(ending = drawing->poll())) {
      while (::access(fmt::format("{}/frame-{:06}.png", folder, shown).c_str(), F_OK) == 0)
        ++shown;
      progress.show(shown, frames);
      ::usleep(look_every_us);
    }
  }
  if (ending->is_good()) return Exit::done;
  return complain({Fault::system, "the viewer could not draw the match"});
}

}  // namespace

Exit export_video(const VideoOptions& options) {
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  const auto size = size_of(options.size);
  if (!size)
    return complain({Fault::usage, "--size is WIDTHxHEIGHT, even numbers from 64 to 8192"});
  if (const auto writable = check_output(options.out); !writable) return complain(writable.error());
  auto viewer = viewer_of(*playable);
  if (!viewer) return complain(viewer.error());
  const Log& log = playable->match.record.log;
  const std::int64_t length = log.horizon().value;
  const std::int64_t last = options.to < 0 ? length : std::min(options.to, length);
  if (options.from > last) {
    return complain(
        {Fault::usage,
         fmt::format("the match has {} ticks: nothing lies between --from and --to", length)});
  }
  viewer->insert(viewer->end(), {"--watch", options.file, "--from", fmt::format("{}", options.from),
                                 "--to", fmt::format("{}", last), "--size", options.size});
  if (const auto added = add_seen(*viewer, *playable, options.as); !added) {
    return complain(added.error());
  }
  const std::int64_t frames = last - options.from + 1;
  const bool is_encoded = has_ffmpeg();
  const std::filesystem::path out(options.out);
  const std::string folder = (out.parent_path() / out.stem()).string() + "-frames";
  const Exit ended = is_encoded
                         ? encode_video(*viewer, options, *size, frames, log.setup().tick_rate)
                         : draw_pictures(*viewer, folder, frames);
  if (ended != Exit::done) return ended;
  if (!is_encoded) {
    warn("no ffmpeg is installed; where there is one:");
    print_line(stderr,
               fmt::format("  ffmpeg -framerate {} -i {}/frame-%06d.png -pix_fmt yuv420p {}",
                           log.setup().tick_rate, folder, options.out));
  }
  say("{}", is_encoded ? options.out : folder);
  return with_loss(playable->match.damage, Exit::done);
}

void add_replay_view(Command& replay) {
  auto options = std::make_shared<ViewOptions>();

  Command& show = replay.subcommand("play", "Watch a match in its game's viewer");
  show.match_file(options->file);
  options->choice.add_to(show, false);
  show.tick("--from", options->from,
            "the first tick to show; else where the file's first mark begins");
  show.option("--as", options->as, 0, 63,
              "show what the player in this slot saw; needs its telemetry");
  show.examples(R"(
The viewer is the program that the game's module names, from beside tutti or from PATH:
  VIEWER --watch FILE --from TICK [--as NUMBER]
Examples:
  tutti replay play match.tutti --from 3600
  tutti replay play bug.tutti --as 1)");
  show.action([options] { return play(*options); });

  Command& over = replay.subcommand("take-over", "Play on yourself from a tick of a match");
  over.match_file(options->file);
  options->choice.add_to(over, false);
  over.tick("--at", options->from, "the last tick that stays as it was; else 0");
  over.option("--as", options->as, 0, 63, "the slot that you play; else 0");
  over.examples(R"(
The game's viewer runs: VIEWER --take-over FILE --from TICK --as NUMBER. To play on with others
over the network, see tutti replay branch --online.
Example:
  tutti replay take-over match.tutti --at 3600 --as 1)");
  over.action([options] { return take_over(*options); });
}

}  // namespace tutti::tool
