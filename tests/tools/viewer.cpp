// The pictures of a game's own viewer, by the bundled game: needs no display. Not built without the
// game.

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "tools/process.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// A match of 15 s with what both players saw of it, in a folder of its own.
std::string write_fight(const std::string& name) {
  const std::string folder = scratch(name);
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  std::string file = folder + "/fight.tutti";
  const Ran played = run_tutti(
      "match --game counterpoint --seconds 15 --delay 100ms --loss 5% --telemetry --log " + file);
  CAPTURE(played.out, played.err);
  REQUIRE(played.status == 0);
  return file;
}

/// No display, no sound, and nothing of this user's.
void be_nobody(const std::string& folder) {
  ::setenv("SDL_VIDEODRIVER", "dummy", 1);
  ::setenv("SDL_AUDIODRIVER", "dummy", 1);
  for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"})
    ::setenv(name, folder.c_str(), 1);
}

/// A PATH with nothing in it but a program `ffmpeg`, if there is any text for it.
class OtherPath {
 public:
  explicit OtherPath(const std::string& folder, const std::string& ffmpeg) : before_(path()) {
    std::filesystem::create_directories(folder);
    if (!ffmpeg.empty()) {
      std::ofstream(folder + "/ffmpeg") << ffmpeg;
      std::filesystem::permissions(folder + "/ffmpeg", std::filesystem::perms::owner_all);
    }
    ::setenv("PATH", folder.c_str(), 1);
  }
  OtherPath(const OtherPath&) = delete;
  OtherPath& operator=(const OtherPath&) = delete;
  ~OtherPath() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  static std::string path() {
    const char* found = std::getenv("PATH");
    return found == nullptr ? "" : found;
  }
  std::string before_;
};

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Bytes read_all(const std::string& path) {
  auto bytes = posix_storage().read(path);
  REQUIRE(bytes);
  return std::move(*bytes);
}

/// Width and height: the big-endian words at 16 and 20.
std::array<unsigned, 2> size_of_png(BytesView bytes) {
  constexpr std::size_t width_at = 16, height_at = 20, end_at = 24;
  if (bytes.size() < end_at || as_text(bytes.subspan(1, 3)) != "PNG") return {};
  const auto word = [&](std::size_t at) {
    unsigned value = 0;
    for (const std::byte byte : bytes.subspan(at, 4))
      value = value << 8U | std::to_integer<unsigned>(byte);
    return value;
  };
  return {word(width_at), word(height_at)};
}

/// A film or a picture as ffmpeg decodes it: three bytes for each pixel, frame after frame.
Bytes decoded(const std::string& path, const std::string& folder) {
  const std::string raw = folder + "/decoded";
  const std::string line = "ffmpeg -loglevel error -y -i '" + path +
                           "' -fps_mode passthrough -f rawvideo -pix_fmt rgb24 '" + raw + "'";
  REQUIRE(std::system(line.c_str()) == 0);
  return read_all(raw);
}

/// A viewer shows its match once it wants to hear when it is to end.
void wait_until_it_runs(const Process& viewer) {
  const unsigned long long terminate = 1ULL << (SIGTERM - 1U);
  for (int tries = 0; tries < 500; ++tries, std::this_thread::sleep_for(10ms)) {
    std::ifstream status("/proc/" + std::to_string(viewer.id()) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("SigCgt:")) continue;
      if ((std::stoull(line.substr(7), nullptr, 16) & terminate) != 0) return;
    }
  }
  FAIL("the viewer does not come up");
}

}  // namespace

TEST_CASE("replay export draws a picture of every tick where there is no ffmpeg") {
  const std::string file = write_fight("drawn");
  const std::string folder = scratch("drawn");
  be_nobody(folder);
  const OtherPath path(folder + "/bin", "");
  const std::string line = "replay export " + file + " --from 600 --to 612 --size 320x180";
  const Ran ran = run_tutti(line + " --video " + folder + "/match.mp4");
  CAPTURE(ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.out == folder + "/match-frames\n");
  CHECK_THAT(ran.err, contains("ffmpeg -framerate 60 -i " + folder + "/match-frames/frame-"));
  const std::vector<std::string> names = files_in(folder + "/match-frames");
  REQUIRE(names.size() == 13);
  CHECK(names.front() == "frame-000000.png");
  CHECK(names.back() == "frame-000012.png");
  for (const std::string& name : names)
    CHECK(size_of_png(read_all(folder + "/match-frames/" + name)) == std::array{320U, 180U});

  // A player at the other end of 100 ms did not see everything as it happened.
  const Ran seen = run_tutti(line + " --as 1 --video " + folder + "/seen.mp4");
  CAPTURE(seen.err);
  CHECK(seen.status == 0);
  REQUIRE(files_in(folder + "/seen-frames").size() == 13);
  CHECK(std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return read_all(folder + "/match-frames/" + name) != read_all(folder + "/seen-frames/" + name);
  }));
  CHECK(run_tutti(line + " --as 3 --video " + folder + "/nobody.mp4").status == 3);
  for (const char* size : {"10x10", "321x180", "320x180x", "big"}) {
    CAPTURE(size);
    const std::string sized = std::string(" --video x.mp4 --size ") + size;
    CHECK(run_tutti("replay export " + file + sized).status == 2);
  }
}

TEST_CASE("replay export hands every tick's picture to ffmpeg where there is one") {
  const std::string file = write_fight("encoded");
  const std::string folder = scratch("encoded");
  be_nobody(folder);
  const OtherPath path(folder + "/bin",
                       "#!/bin/sh\nfor last; do :; done\n/usr/bin/wc -c > \"$last\"\n"
                       "echo \"$*\" >> \"$last\"\n");
  const std::string out = folder + "/match.mp4";
  const Ran ran =
      run_tutti("replay export " + file + " --from 600 --to 609 --size 320x180 --video " + out);
  CAPTURE(ran.err);
  CHECK(ran.status == 0);
  CHECK(ran.out == out + "\n");
  const std::string said(as_text(read_all(out)));
  CHECK_THAT(said, contains(std::to_string(10 * 320 * 180 * 4) + "\n") &&
                       contains("-pix_fmt bgra -s 320x180 -framerate 60"));
}

TEST_CASE("a film by the real ffmpeg shows what the viewer draws, tick by tick", "[long]") {
  if (std::system("ffmpeg -version >/dev/null 2>&1") != 0) {
    WARN("skipped: no ffmpeg is installed");
    return;
  }
  const std::string file = write_fight("filmed");
  const std::string folder = scratch("filmed");
  be_nobody(folder);
  constexpr std::size_t frames = 30, frame_bytes = std::size_t{320} * 180 * 3;
  const std::string line = "replay export " + file + " --from 600 --to 629 --size 320x180 --video ";
  const Ran ran = run_tutti(line + folder + "/film.mp4");
  CAPTURE(ran.err);
  REQUIRE(ran.status == 0);
  const Bytes film = decoded(folder + "/film.mp4", folder);
  REQUIRE(film.size() == frames * frame_bytes);
  {
    const OtherPath path(folder + "/bin", "");
    REQUIRE(run_tutti(line + folder + "/drawn.mp4").status == 0);
  }
  for (const std::size_t frame : {std::size_t{0}, frames / 2, frames - 1}) {
    char name[32];
    std::snprintf(name, sizeof name, "/frame-%06zu.png", frame);
    const Bytes drawn = decoded(folder + "/drawn-frames" + name, folder);
    REQUIRE(drawn.size() == frame_bytes);
    std::int64_t apart = 0;
    for (std::size_t i = 0; i < frame_bytes; ++i) {
      apart += std::abs(std::to_integer<int>(film[frame * frame_bytes + i]) -
                        std::to_integer<int>(drawn[i]));
    }
    // Compression loses 5 a byte; another tick is 14 and other colours 43 away.
    CHECK(apart < static_cast<std::int64_t>(8 * frame_bytes));
  }
  const Ran unknown = run_tutti(line + folder + "/film.unknown");
  CHECK(unknown.status == 3);
  CHECK_THAT(unknown.err, contains("ffmpeg could not write " + folder + "/film.unknown"));
}

TEST_CASE("replay take-over plays on from a tick, and keeps the match that comes of it") {
  const std::string file = write_fight("taken");
  const std::string folder = scratch("taken");
  be_nobody(folder);
  Process viewer(folder + "/output", {"replay", "take-over", file, "--at", "700", "--as", "1"});
  wait_until_it_runs(viewer);
  std::this_thread::sleep_for(5s);  // it gives its player two seconds to get ready
  viewer.end(SIGTERM);
  CHECK_THAT(viewer.output(), contains("of play"));
  const std::vector<std::string> kept = files_in(folder + "/tutti/matches");
  REQUIRE(kept.size() == 1);
  const auto parent = read_match_file(file);
  const auto taken = read_match_file(folder + "/tutti/matches/" + kept[0]);
  REQUIRE(parent);
  REQUIRE(taken);
  const Log& log = taken->record.log;
  CHECK(log.horizon() > Tick{700});
  CHECK(log.head(Tick{700}) == parent->record.log.head(Tick{700}));
  const auto branched = decode_relay_event(log.events_at(Tick{701}).front().payload);
  REQUIRE(branched);
  CHECK(branched->kind == EventKind::branched);
  CHECK(branched->number == 700);
  CHECK(run_tutti("replay take-over " + file + " --at 100000").status == 2);
  CHECK(run_tutti("replay take-over " + file + " --as 2").status == 2);
}

TEST_CASE("replay play shows a player's screens if the file has them") {
  const std::string file = write_fight("shown");
  const std::string folder = scratch("shown");
  be_nobody(folder);
  Process viewer(folder + "/output", {"replay", "play", file, "--from", "660", "--as", "1"});
  wait_until_it_runs(viewer);
  std::this_thread::sleep_for(300ms);
  std::ifstream words("/proc/" + std::to_string(viewer.id()) + "/cmdline");
  std::string line((std::istreambuf_iterator<char>(words)), {});
  std::replace(line.begin(), line.end(), '\0', ' ');
  // Viewers count players from 1.
  CHECK_THAT(line, contains("/counterpoint --watch " + file + " --from 660 --as 2 "));
  viewer.end(SIGTERM);
  CHECK_THAT(viewer.output(), contains("0:1") && contains("of play"));
  const Ran nobody = run_tutti("replay play " + file + " --as 2");
  CHECK(nobody.status == 3);
}
