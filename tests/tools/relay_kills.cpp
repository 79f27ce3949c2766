// A real relay that is killed again and again at random times, with matches under way.

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>

#include "support/games.hpp"
#include "tools/process.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/storage.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// How often it is killed: TUTTI_KILLS=1000 for a release.
int kills_wanted() {
  const char* wanted = std::getenv("TUTTI_KILLS");
  return wanted != nullptr ? std::atoi(wanted) : 60;
}

/// What a session had been told was written, at some time.
struct Told {
  Tick horizon;
  Head head;
};

struct Player {
  AnySession session;
  std::vector<Told> told{};

  void note() {
    if (session.timeline() == nullptr) return;
    const Log& log = session.timeline()->log();
    if (told.empty() || told.back().horizon < log.horizon()) {
      told.push_back({log.horizon(), *log.head(log.horizon())});
    }
  }
};

class Crowd {
 public:
  explicit Crowd(std::string relay, std::string folder)
      : relay_(std::move(relay)), folder_(std::move(folder)) {}

  Player& enter(const std::string& room) {
    JoinOptions options{.relay = relay_, .room = room, .name = "player"};
    if (room.empty()) options.create = SoloOptions{.players = 2};
    options.state_folder = folder_ + "/state";
    Result<AnySession> session = AnySession::join(game_, std::move(options));
    REQUIRE(session);
    players_.push_back({.session = std::move(*session)});
    return players_.back();
  }
  void run(std::chrono::milliseconds time) {
    run_until(time, [] { return false; });
  }
  template <class Done>
  bool run_until(std::chrono::milliseconds most, const Done& is_done) {
    const auto deadline = std::chrono::steady_clock::now() + most;
    while (std::chrono::steady_clock::now() < deadline) {
      for (Player& player : players_) {
        player.session.advance(std::chrono::steady_clock::now());
        if (player.session.player() && random_.chance(5)) {
          player.session.act(*player.session.player(), game_.sample(random_));
        }
      }
      if (is_done()) return true;
      std::this_thread::sleep_for(4ms);
    }
    return is_done();
  }
  std::deque<Player>& players() { return players_; }
  Random& random() { return random_; }

 private:
  std::string relay_;
  std::string folder_;
  std::deque<Player> players_;
  Random random_{7};
  AnyGame game_ = any_game<Tally>();
};

/// The matches in a journal, by their rooms; the journal stays as it is.
std::map<std::string, MatchRecord> read_journal(const std::string& path) {
  const std::string copy = scratch("relay-kills-journal");
  std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
  Result<RecoveredJournal> found = recover_journal(posix_storage(), copy);
  REQUIRE(found);
  std::map<std::string, MatchRecord> matches;
  for (RecoveredJournal::Running& running : found->running)
    matches.emplace(running.record.room, std::move(running.record));
  return matches;
}

}  // namespace

TEST_CASE("a relay that is killed at random times loses nothing that it said was written",
          "[long]") {
  const std::string logs = scratch("relay-kills");
  std::filesystem::remove_all(logs);
  const auto begin_at = [&](const std::string& port) {
    return std::make_unique<Process>(
        scratch("relay-kills-output"),
        std::vector<std::string>{"relay", "--listen", "127.0.0.1:" + port, "--logs", logs});
  };
  const std::string label = "relay on 127.0.0.1:";
  auto relay = begin_at("0");
  std::string port = relay->word_after(label);
  port = port.substr(0, port.find(' '));
  Crowd crowd("127.0.0.1:" + port, logs);
  constexpr int rooms = 6;
  for (int i = 0; i < rooms; ++i) {
    Player& one = crowd.enter("");
    REQUIRE(crowd.run_until(5s, [&] { return !one.session.room().empty(); }));
    crowd.enter(one.session.room());
  }
  const auto is_playing = [&] {
    return std::all_of(crowd.players().begin(), crowd.players().end(), [](const Player& player) {
      return player.session.status() == Status::playing;
    });
  };
  REQUIRE(crowd.run_until(10s, is_playing));

  const int kills = kills_wanted();
  int came_back = 0;
  for (int i = 0; i < kills; ++i) {
    // In the middle of play, of returning, or of starting.
    crowd.run(std::chrono::milliseconds(crowd.random().below(i % 4 == 0 ? 6000 : 1500)));
    came_back += is_playing();
    relay->end(SIGKILL);
    const std::map<std::string, MatchRecord> written =
        read_journal(logs + "/relay-" + port + ".journal");
    for (Player& player : crowd.players()) {
      player.note();
      const auto match = written.find(player.session.room());
      REQUIRE(match != written.end());
      REQUIRE(match->second.log.head(player.told.back().horizon) == player.told.back().head);
    }
    relay = begin_at(port);
  }
  CHECK(crowd.run_until(30s, is_playing));
  crowd.run(1s);
  for (Player& player : crowd.players()) {
    player.note();
    CHECK(player.session.statistics().folds_back == 0);
    CHECK(player.told.size() > static_cast<std::size_t>(came_back) / 2);
  }
  CHECK(came_back > kills / 20);
  CHECK(relay->end(SIGINT) == 0);

  std::map<std::string, MatchRecord> files;
  for (const auto& entry : std::filesystem::directory_iterator(logs)) {
    if (entry.path().extension() != ".tutti") continue;
    Result<ReadMatch> read = read_match_file(entry.path().string());
    REQUIRE(read);
    files.emplace(read->record.room, std::move(read->record));
  }
  std::size_t compared = 0;
  for (const Player& player : crowd.players()) {
    const auto file = files.find(player.session.room());
    REQUIRE(file != files.end());
    CHECK(file->second.log.events().size() > 100);
    for (const Told& told : player.told) {
      CHECK(file->second.log.head(told.horizon) == told.head);
      ++compared;
    }
  }
  std::printf("%d kills, %d of them with all %d at play; %zu heads compared\n", kills, came_back,
              2 * rooms, compared);
}
