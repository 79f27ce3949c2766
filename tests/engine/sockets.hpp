#pragma once
// A relay and sessions of Tally on real sockets, for the tests of playing online.

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/engine/session.hpp"

namespace tutti::test {

/// A folder of its own for the logs of one test.
class Folder {
 public:
  Folder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("tutti-online-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }
  std::vector<std::string> matches() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (entry.path().extension() == ".tutti") files.push_back(entry.path().string());
    }
    return files;
  }

 private:
  std::filesystem::path path_;
};

/// A relay on a free port with a thread of its own.
struct Relay {
  Folder folder;
  std::unique_ptr<HostedRelay> hosted;

  Relay() {
    // With a journal that is begun anew again and again while they play
    Result<std::unique_ptr<RelayService>> service = RelayService::open(
        {.listen = "127.0.0.1:0", .logs = folder.path(), .journal_bytes_max = 500});
    REQUIRE(service);
    hosted = std::make_unique<HostedRelay>(std::move(*service));
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(hosted->port()); }
};

inline Session<Tally> enter(const Relay& relay, JoinOptions options) {
  options.relay = relay.address();
  options.session.fold_digest = true;
  options.state_folder = relay.folder.path() + "/state";
  Result<Session<Tally>> session = tutti::join<Tally>(std::move(options));
  REQUIRE(session);
  return std::move(*session);
}

using Sessions = std::vector<Session<Tally>*>;

/// Lets all sessions run until `is_done` or the time is over; answers whether it was done.
template <class Done>
bool run(const Sessions& sessions, std::chrono::seconds most, Done is_done) {
  const auto deadline = std::chrono::steady_clock::now() + most;
  Random random(5);
  while (std::chrono::steady_clock::now() < deadline) {
    for (Session<Tally>* session : sessions) {
      session->advance(std::chrono::steady_clock::now());
      if (random.chance(20)) session->set_input(Tally::sample(random));
    }
    if (is_done()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  return false;
}

inline bool is_over(const Session<Tally>& session) { return session.status() >= Status::ended; }

}  // namespace tutti::test
