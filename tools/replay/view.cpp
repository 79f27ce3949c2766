// tutti replay play, take-over, export --video: what a game's own viewer shows. It is a program
// that understands
//   VIEWER --watch FILE --from TICK [--as NUMBER] [--to TICK --size WxH (--raw-frames FD |
//   --pictures FOLDER)] VIEWER --take-over FILE --from TICK --as NUMBER
// with players numbered from 1. The game's module names it.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "replay/file.hpp"
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
    return fail(Fault::usage, "the game " + playable.game.name() +
                                  " names no viewer; tutti replay state and events show what is "
                                  "in the file");
  }
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / viewer;
  return Words{std::filesystem::exists(here, error) ? here.string() : viewer};
}

/// Becomes another program; returns only if that cannot be run.
Error become(Words words) {
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  return {Fault::system, words.front() + " is neither beside tutti nor in PATH"};
}

/// "--as NUMBER" for a slot whose screens the file has.
Result<void> add_seen(Words& words, const PlayableMatch& playable, std::int64_t as) {
  if (as < 0) return {};
  const PlayerId player{static_cast<std::uint8_t>(as)};
  const auto seen = SeenMatch::open(playable.game, playable.match.record, player);
  if (!seen) return Unexpected{seen.error()};
  words.insert(words.end(), {"--as", std::to_string(as + 1)});
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
  words->insert(words->end(), {"--watch", options.file, "--from", std::to_string(from)});
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
    return complain({Fault::usage, "the match has " + std::to_string(log.setup().players) +
                                       " slots, from 0, and " +
                                       std::to_string(log.horizon().value) + " ticks"});
  }
  auto words = viewer_of(*playable);
  if (!words) return complain(words.error());
  words->insert(words->end(), {"--take-over", options.file, "--from", std::to_string(at), "--as",
                               std::to_string(as + 1)});
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

/// A program with some of its files changed: `files` are pairs of a descriptor and the one that it
/// becomes.
::pid_t run_with(const Words& words, std::span<const std::pair<int, int>> files) {
  std::fflush(nullptr);
  const ::pid_t child = ::fork();
  if (child != 0) return child;
  std::signal(SIGPIPE, SIG_DFL);
  for (const auto& [from, to] : files) {
    if (::dup2(from, to) < 0 || ::fcntl(to, F_SETFD, 0) < 0) ::_exit(1);
  }
  complain(become(words));
  ::_exit(static_cast<int>(Exit::bad));
}

bool is_well(::pid_t child) {
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

/// Hands frames from the viewer on, so that their number is known; false if either end broke.
bool carry(int from, int to, std::int64_t bytes_of_all) {
  Progress progress("filming");
  std::vector<char> buffer(1 << 20);
  std::int64_t carried = 0;
  for (;;) {
    const ::ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count <= 0) return count == 0;
    for (::ssize_t done = 0; done < count;) {
      const ::ssize_t written =
          ::write(to, buffer.data() + done, static_cast<std::size_t>(count - done));
      if (written <= 0) return false;
      done += written;
    }
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
  std::array<int, 2> drawn{};
  std::array<int, 2> encoded{};
  if (::pipe2(drawn.data(), O_CLOEXEC) != 0 || ::pipe2(encoded.data(), O_CLOEXEC) != 0) {
    return complain({Fault::system, "no pipe to the viewer"});
  }
  constexpr int frames_file = 3;
  const Words encoder = {"ffmpeg",     "-loglevel",          "error", "-y", "-f",
                         "rawvideo",   "-pix_fmt",           "bgra",  "-s", options.size,
                         "-framerate", std::to_string(rate), "-i",    "-",  "-pix_fmt",
                         "yuv420p",    options.out};
  viewer.insert(viewer.end(), {"--raw-frames", std::to_string(frames_file)});
  std::signal(SIGPIPE, SIG_IGN);
  const std::array viewer_files = {std::pair{drawn[1], frames_file}};
  const std::array encoder_files = {std::pair{encoded[0], STDIN_FILENO}};
  const ::pid_t drawing = run_with(viewer, viewer_files);
  const ::pid_t encoding = run_with(encoder, encoder_files);
  ::close(drawn[1]);
  ::close(encoded[0]);
  const bool is_carried = carry(drawn[0], encoded[1], frames * size.width * size.height * 4);
  ::close(drawn[0]);
  ::close(encoded[1]);
  const bool is_drawn = is_well(drawing);
  const bool is_encoded = is_well(encoding);
  if (is_carried && is_drawn && is_encoded) return Exit::done;
  // A viewer whose frames nobody takes fails too: that is not its fault.
  return complain({Fault::system, is_encoded ? "the viewer could not draw the match"
                                             : "ffmpeg could not write " + options.out});
}

/// The viewer writes numbered pictures; how many there are tells how far it is.
Exit draw_pictures(Words viewer, const std::string& folder, std::int64_t frames) {
  viewer.insert(viewer.end(), {"--pictures", folder});
  const ::pid_t drawing = run_with(viewer, {});
  int status = 0;
  {
    Progress progress("drawing");
    constexpr ::useconds_t look_every_us = 200'000;
    std::int64_t shown = 0;
    while (::waitpid(drawing, &status, WNOHANG) == 0) {
      char name[32];
      for (;; ++shown) {
        std::snprintf(name, sizeof name, "/frame-%06lld.png", static_cast<long long>(shown));
        if (::access((folder + name).c_str(), F_OK) != 0) break;
      }
      progress.show(shown, frames);
      ::usleep(look_every_us);
    }
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return Exit::done;
  return complain({Fault::system, "the viewer could not draw the match"});
}

}  // namespace

Exit export_video(const VideoOptions& options) {
  const auto playable = open_playable(options.file, options.choice);
  if (!playable) return complain(playable.error());
  const auto size = size_of(options.size);
  if (!size)
    return complain({Fault::usage, "--size is WIDTHxHEIGHT, even numbers from 64 to 8192"});
  auto viewer = viewer_of(*playable);
  if (!viewer) return complain(viewer.error());
  const Log& log = playable->match.record.log;
  const std::int64_t length = log.horizon().value;
  const std::int64_t last = options.to < 0 ? length : std::min(options.to, length);
  if (options.from > last) {
    return complain({Fault::usage, "the match has " + std::to_string(length) +
                                       " ticks: nothing lies between --from and --to"});
  }
  viewer->insert(viewer->end(), {"--watch", options.file, "--from", std::to_string(options.from),
                                 "--to", std::to_string(last), "--size", options.size});
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
    std::fprintf(stderr,
                 "tutti: no ffmpeg is installed; where there is one:\n"
                 "  ffmpeg -framerate %d -i %s/frame-%%06d.png -pix_fmt yuv420p %s\n",
                 int{log.setup().tick_rate}, folder.c_str(), options.out.c_str());
  }
  std::printf("%s\n", is_encoded ? options.out.c_str() : folder.c_str());
  return with_loss(playable->match.damage, Exit::done);
}

void add_replay_view(Command& replay) {
  auto options = std::make_shared<ViewOptions>();

  Command& show = replay.subcommand("play", "Watch a match in its game's viewer");
  show.argument("file", options->file, "a match file (.tutti)");
  options->choice.add_to(show, false);
  show.option("--from", options->from, 0, limits::match_ticks,
              "the tick to begin with; else where the file's first mark begins");
  show.option("--as", options->as, 0, 63,
              "show what the player in this slot saw; the file must hold its telemetry");
  show.examples(
      "Runs the program that the game module names, from beside tutti or from PATH:\n"
      "  VIEWER --watch FILE --from TICK [--as NUMBER]\n"
      "Examples:\n"
      "  tutti replay play match.tutti --from 3600\n"
      "  tutti replay play bug.tutti --as 1");
  show.action([options] { return play(*options); });

  Command& over = replay.subcommand("take-over", "Play on yourself from a tick of a match");
  over.argument("file", options->file, "a match file (.tutti)");
  options->choice.add_to(over, false);
  over.option("--at", options->from, 0, limits::match_ticks, "the last tick that stays; else 0");
  over.option("--as", options->as, 0, 63, "the slot whose hands you have; else 0");
  over.examples(
      "Runs the game's viewer: VIEWER --take-over FILE --from TICK --as NUMBER. To play on with\n"
      "others over the network: tutti replay branch --online.\n"
      "Example:\n"
      "  tutti replay take-over match.tutti --at 3600 --as 1");
  over.action([options] { return take_over(*options); });
}

}  // namespace tutti::tool
