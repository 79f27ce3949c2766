// The relay's process on a disk that takes no new file: its messages, its remains, and the next
// one's use of them. A tmpfs in a mount namespace of its own needs no privileges; where the
// system allows not even that, the case is left out.

#include <chrono>
#include <filesystem>
#include <fstream>

#include "tools/process.hpp"

using namespace tutti::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A disk with room for a dozen files.
class SmallDisk {
 public:
  SmallDisk()
      : folder_(scratch("small-disk")),
        holder_(scratch("small-disk-holder"), {},
                {"unshare", "-Urm", "sh", "-c",
                 "mount -t tmpfs -o size=1m,nr_inodes=12 none '" + prepared() +
                     "' && echo ready && exec sleep 120"}) {
    for (int tries = 0; tries < 200 && !is_there(); ++tries)
      std::this_thread::sleep_for(10ms);
  }
  bool is_there() const { return holder_.output().starts_with("ready"); }
  /// As a process on that disk sees it, and as we do.
  const std::string& folder() const { return folder_; }
  fs::path view() const { return "/proc/" + std::to_string(holder_.id()) + "/root" + folder_; }
  /// The words before a command line that is to run on that disk.
  std::vector<std::string> inside() const {
    return {"nsenter", "-t", std::to_string(holder_.id()), "-U", "-m", "--preserve-credentials"};
  }
  void fill() const {
    for (int i = 0; std::ofstream(view() / ("dummy" + std::to_string(i))).is_open(); ++i) {
    }
  }
  void empty() const {
    for (const fs::path& path : files("")) {
      if (path.filename().string().starts_with("dummy")) fs::remove(path);
    }
  }
  std::vector<fs::path> files(const std::string& extension) const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(view())) {
      if (extension.empty() || entry.path().extension() == extension) found.push_back(entry.path());
    }
    return found;
  }

 private:
  const std::string& prepared() const {
    fs::create_directories(folder_);
    return folder_;
  }

  std::string folder_;
  Process holder_;
};

}  // namespace

TEST_CASE(
    "a relay that can write no match file keeps the journal and says so, and the next one writes",
    "[long]") {
  const SmallDisk disk;
  if (!disk.is_there()) {
    WARN("left out: this system lets nobody mount a tmpfs in a namespace");
    return;
  }
  const auto relay_at = [&](const std::string& port) {
    return std::vector<std::string>{"relay",  "--listen",    "127.0.0.1:" + port,
                                    "--logs", disk.folder(), "--json"};
  };
  const std::string label = "relay on 127.0.0.1:";
  Process first(scratch("small-disk-relay"), relay_at("0"), disk.inside());
  const std::string port = first.word_after(label);
  disk.fill();
  Process bot(scratch("small-disk-bot"),
              {"bot", "--game", "tally", "--games-dir", TUTTI_TEST_GAMES "/good", "--connect",
               "127.0.0.1:" + port, "--create", "--players", "1", "--seconds", "2"});
  CHECK(bot.wait() == 0);
  CHECK(first.end(SIGINT) == 3);
  CHECK_THAT(first.output(), contains("\"matches_only_in_journal\": 1"));
  CHECK(disk.files(".tutti").empty());
  REQUIRE(disk.files(".journal").size() == 1);
  // There is room again.
  disk.empty();
  Process second(scratch("small-disk-again"), relay_at(port), disk.inside());
  CHECK(second.word_after(label) == port);
  CHECK(second.end(SIGINT) == 0);
  CHECK_THAT(second.output(), contains("\"matches_only_in_journal\": 0"));
  CHECK(disk.files(".tutti").size() == 1);
  CHECK(disk.files(".journal").empty());
}
