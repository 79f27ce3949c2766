// A host's own relay, on a thread: trouble with its disk reaches the host.

#include <unistd.h>

#include <filesystem>
#include <thread>

#include "engine/sockets.hpp"
#include "tutti/engine/session.hpp"

using namespace tutti;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A folder whose path is so long that its journal and key have names that fit, and its match files
/// have none: a disk that takes no match file, for root too.
fs::path tight_folder() {
  constexpr std::size_t path_most = 4095;
  constexpr std::size_t left = 36;  // for "relay-65535.journal.next", and less than for a match
  fs::path folder = fs::temp_directory_path() / ("tutti-tight-" + std::to_string(::getpid()));
  while (folder.native().size() < path_most - left) {
    const std::size_t missing = path_most - left - folder.native().size() - 1;
    folder /= std::string(std::min<std::size_t>(missing > 200 ? 100 : missing, 200), 'x');
  }
  return folder;
}

}  // namespace

TEST_CASE("a host whose disk takes no match file is told, at once and in the end") {
  const fs::path folder = tight_folder();
  auto session = tutti::host<test::Tally>({.listen = "127.0.0.1:0", .logs = folder.string()});
  REQUIRE(session);
  const auto run = [&](auto is_done) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!is_done() && std::chrono::steady_clock::now() < deadline) {
      session->advance(std::chrono::steady_clock::now());
      std::this_thread::sleep_for(2ms);
    }
    return is_done();
  };
  REQUIRE(run([&] { return session->status() == Status::playing; }));
  CHECK_FALSE(session->relay_trouble());
  // A match in which nobody does anything would be no file.
  session->set_input({.hold = 1});
  REQUIRE(run([&] { return session->state().score[0] > 60; }));
  session->end_match();
  std::optional<Error> trouble;
  REQUIRE(run([&] {
    if (!trouble) trouble = session->relay_trouble();
    return trouble.has_value();
  }));
  CHECK_THAT(trouble->sentence, test::contains("File name too long"));
  const std::optional<Error> left = session->close_relay();
  REQUIRE(left);
  CHECK_THAT(left->sentence, test::contains("only in the journal"));
  CHECK_FALSE(session->close_relay());
  session = tutti::solo<test::Tally>();
  fs::remove_all(fs::temp_directory_path() / ("tutti-tight-" + std::to_string(::getpid())));
}

TEST_CASE("a host's relay keeps to the options that the host gives it") {
  const test::Folder folder;
  HostOptions options{.listen = "127.0.0.1:0",
                      .logs = folder.path(),
                      .state_folder = folder.path(),
                      .relay = {.peers_max = 1}};
  auto session = tutti::host<test::Tally>(std::move(options));
  REQUIRE(session);
  REQUIRE(test::run({&*session}, 20s, [&] { return session->status() == Status::playing; }));
  auto other = tutti::join<test::Tally>({.relay = "127.0.0.1:" + std::to_string(session->port()),
                                         .room = session->room(),
                                         .state_folder = folder.path()});
  REQUIRE(other);
  REQUIRE(test::run({&*session, &*other}, 20s, [&] { return other->status() == Status::failed; }));
  CHECK_THAT(other->failure().sentence, test::contains("no room for more players"));
}
