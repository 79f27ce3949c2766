// The interface for C: libtutti beside the engine in one process, a game in C beside the same one
// in C++, and calls that make no sense.

#include <filesystem>
#include <future>

#include "engine/sockets.hpp"
#include "games/tug.h"
#include "games/tug.hpp"
#include "support/catch.hpp"
#include "tutti/tutti.hpp"

namespace {

using test_games::Tug;

/// Closes the session at the end.
struct OpenedInC {
  explicit OpenedInC(const tutti_options& options) : session(tutti_open(&options)) {}
  ~OpenedInC() { tutti_close(session); }
  OpenedInC(const OpenedInC&) = delete;
  OpenedInC& operator=(const OpenedInC&) = delete;
  tutti_session* session;
};

tutti_options solo_in_c() {
  tutti_options options{};
  options.abi = TUTTI_ABI;
  options.way = TUTTI_SOLO;
  options.table = tug_table();
  options.seed = 3;
  return options;
}

constexpr std::int64_t c_tick = 16'666'667;

/// The reason why no session could be opened; empty if one could.
std::string why_not(const tutti_options& options) {
  const OpenedInC opened(options);
  return opened.session == nullptr ? tutti_error() : "";
}

bool says(const std::string& sentence, const char* part) {
  INFO(sentence);
  return sentence.find(part) != sentence.npos;
}

}  // namespace

TEST_CASE("a game in C, driven from C, plays the one in C++ online with equal digests") {
  const tutti::test::Folder files;  // outlives the host, which writes until it is gone
  const std::string folder = files.path();
  tutti::HostOptions options;
  options.listen = "127.0.0.1:0";
  options.logs = options.state_folder = folder;
  options.match.game_options = {std::byte{42}};
  options.match.terms.ends_at = 120;
  options.session.fold_digest = true;
  auto host = tutti::host<Tug>(options);
  REQUIRE(host);
  const auto frame = [&] {
    host->advance(std::chrono::steady_clock::now());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  };
  for (int i = 0; i < 1000 && host->room().empty(); ++i)
    frame();
  const std::string relay = "127.0.0.1:" + std::to_string(host->port()), room = host->room();
  auto in_c = std::async(std::launch::async,
                         [&] { return tug_play(relay.c_str(), room.c_str(), folder.c_str()); });
  for (int i = 0; i < 4000 && host->status() < tutti::Status::ended; ++i) {
    // Never 0, so that it pulls whenever the match ends.
    if (i % 20 == 0) host->set_input({static_cast<std::int8_t>(i / 20 % 4 - 4)});
    frame();
  }
  const tug_result result = in_c.get();
  INFO(result.failure);
  const tutti::SessionStatistics statistics = host->statistics();
  REQUIRE(host->status() == tutti::Status::ended);
  CHECK(result.status == TUTTI_ENDED);
  CHECK(result.rules == tutti::any_game<Tug>().rules());
  CHECK(result.statistics.confirmed == 120);
  REQUIRE(statistics.fold);
  CHECK(std::equal(statistics.fold->bytes.begin(), statistics.fold->bytes.end(),
                   reinterpret_cast<const std::byte*>(result.statistics.fold)));
  // It was really played: by both, and the rope slipped.
  CHECK(host->state().pulls[0] != 0);
  CHECK(host->state().slips > 0);
  CHECK(result.statistics.events > 10);
  CHECK(result.slips_heard > 0);
}

TEST_CASE("C plays solo, writes the match down, watches it and takes it over") {
  const tutti::test::Folder files;
  const std::string file = files.path() + "/tug.tutti";
  const uint8_t* bytes = nullptr;
  std::size_t size = 0;
  tutti_options options = solo_in_c();
  options.keeps_fold_digest = 1;
  {
    const OpenedInC solo(options);
    REQUIRE(solo.session != nullptr);
    CHECK(tutti_save_recording(solo.session, file.c_str()) == TUTTI_USAGE);
    const uint8_t pull = 7;
    for (std::int64_t i = 0; i <= 90; ++i) {
      if (i == 10) CHECK(tutti_set_input(solo.session, 1, &pull, 1) == TUTTI_OK);
      CHECK(tutti_advance(solo.session, i * c_tick) == TUTTI_OK);
    }
    CHECK(tutti_status(solo.session) == TUTTI_PLAYING);
    CHECK(tutti_status_text(TUTTI_PLAYING) == std::string("playing"));
    CHECK(tutti_failure(solo.session) == nullptr);
    REQUIRE(tutti_state_bytes(solo.session, &bytes, &size) == TUTTI_OK);
    REQUIRE(size == 10);
    CHECK(bytes[1] == 7);
    CHECK(tutti_facts(solo.session, "slip") > 0);
    std::string fields;
    const tutti_field_sink sink{&fields, [](void* context, const char* path, const char* value) {
                                  static_cast<std::string*>(context)->append(path).append(value);
                                }};
    CHECK(tutti_describe_state(solo.session, &sink) == TUTTI_OK);
    CHECK(says(fields, "pulls[1]7"));
    REQUIRE(tutti_save_recording(solo.session, file.c_str()) == TUTTI_OK);
    const char* report = tutti_report_bug(solo.session, "it slips", (file + ".bug").c_str());
    REQUIRE(report != nullptr);
    CHECK(std::filesystem::exists(report));
  }
  options.file = file.c_str();
  options.way = TUTTI_WATCH;
  {
    const OpenedInC watch(options);
    REQUIRE(watch.session != nullptr);
    CHECK(tutti_is_watching(watch.session) == 1);
    CHECK(tutti_playback_pause(watch.session, 1) == TUTTI_OK);
    CHECK(tutti_playback_speed(watch.session, 32) == TUTTI_OK);
    const std::int64_t length = tutti_playback_length(watch.session);
    CHECK(length > 80);
    CHECK(tutti_playback_seek(watch.session, length + 1) == TUTTI_USAGE);
    CHECK(tutti_playback_seek(watch.session, 50) == TUTTI_OK);
    for (std::int64_t i = 0; i < 5; ++i)
      tutti_advance(watch.session, i * c_tick);
    CHECK(tutti_playback_position(watch.session) == 50);
    CHECK(tutti_status(watch.session) == TUTTI_PAUSED);
    REQUIRE(tutti_state_bytes(watch.session, &bytes, &size) == TUTTI_OK);
    CHECK(bytes[1] == 7);
    const uint8_t pull = 1;
    CHECK(tutti_set_input(watch.session, 1, &pull, 1) == TUTTI_REFUSED);
  }
  options.way = TUTTI_TAKE_OVER;
  options.at_tick = 40;
  {
    const OpenedInC branch(options);
    REQUIRE(branch.session != nullptr);
    for (std::int64_t i = 0; i < 5; ++i)
      tutti_advance(branch.session, i * c_tick);
    tutti_statistics statistics;
    CHECK(tutti_get_statistics(branch.session, &statistics) == TUTTI_OK);
    CHECK(statistics.present >= 40);
    CHECK(statistics.present < 50);
    CHECK(tutti_playback_length(branch.session) == -1);
  }
}

TEST_CASE("a call of C that makes no sense is a sentence, and changes nothing") {
  const OpenedInC solo(solo_in_c());
  REQUIRE(solo.session != nullptr);
  const std::vector<uint8_t> large(256);
  CHECK(tutti_advance(nullptr, 0) == TUTTI_USAGE);
  CHECK(says(tutti_error(), "no session"));
  CHECK(tutti_state(nullptr) == nullptr);
  CHECK(tutti_status(nullptr) == TUTTI_FAILED);
  CHECK(tutti_room(nullptr) == std::string());
  tutti_close(nullptr);
  CHECK(tutti_set_input(solo.session, 0, large.data(), large.size()) == TUTTI_USAGE);
  CHECK(says(tutti_error(), "256 bytes is too large"));
  CHECK(tutti_set_input(solo.session, 0, nullptr, 1) == TUTTI_USAGE);
  CHECK(tutti_set_input(solo.session, 64, large.data(), 1) == TUTTI_USAGE);
  CHECK(tutti_send(solo.session, -2, large.data(), 1) == TUTTI_USAGE);
  CHECK(tutti_advance(solo.session, 5 * c_tick) == TUTTI_OK);
  CHECK(tutti_advance(solo.session, 4 * c_tick) == TUTTI_USAGE);
  CHECK(says(tutti_error(), "time went back by"));
  CHECK(tutti_advance(solo.session, 5 * c_tick) == TUTTI_OK);
  CHECK(tutti_state_bytes(solo.session, nullptr, nullptr) == TUTTI_USAGE);
  CHECK(tutti_get_statistics(solo.session, nullptr) == TUTTI_USAGE);
  CHECK(tutti_effects(solo.session, nullptr) == 0);
  CHECK(tutti_playback_seek(solo.session, 0) == TUTTI_USAGE);
  CHECK(tutti_become_spectator(solo.session, 301) == TUTTI_USAGE);
  CHECK(tutti_correct(solo.session, 9, 0, "") == TUTTI_USAGE);
  CHECK(tutti_correct(solo.session, TUTTI_VOIDED, 0, std::string(256, 'a').c_str()) == TUTTI_USAGE);
  CHECK(tutti_kick(solo.session, 99) == TUTTI_USAGE);
  CHECK(tutti_name(solo.session, 9) == std::string());
}

TEST_CASE("options of C that make no sense open no session, and a sentence says which") {
  CHECK(tutti_open(nullptr) == nullptr);
  tutti_options options = solo_in_c();
  options.abi = TUTTI_ABI + 1;
  const std::string built = "was built with interface " + std::to_string(TUTTI_ABI + 1);
  CHECK(says(why_not(options), (built + " of tutti.h").c_str()));
  options = solo_in_c();
  options.way = 9;
  CHECK(says(why_not(options), "way 9 is none"));
  options = solo_in_c();
  options.module = "tug.so";
  CHECK(says(why_not(options), "either its module or its table"));
  options.table = nullptr;
  CHECK(says(why_not(options), "there is no file"));
  options = solo_in_c();
  options.players = 300;
  CHECK(says(why_not(options), "out of its range"));
  options.players = 3;
  CHECK(says(why_not(options), "1 to 2 players"));
  options = solo_in_c();
  options.way = TUTTI_WATCH;
  CHECK(says(why_not(options), "no file to watch"));
  options = solo_in_c();
  options.way = TUTTI_JOIN;
  CHECK(says(why_not(options), "room code"));
}

TEST_CASE("a table that is no game opens no session, and a sentence says why") {
  tutti_game table = *tug_table();
  tutti_options options = solo_in_c();
  options.table = &table;
  table.step = nullptr;
  CHECK(says(why_not(options), "step"));
  table = *tug_table();
  table.abi = 99;
  CHECK(says(why_not(options), "99"));
  table = *tug_table();
  table.load = [](void*, const uint8_t*, std::size_t) { return 0; };
  CHECK(says(why_not(options), "load refuses the bytes that save wrote"));
  table.load = [](void* state, const uint8_t*, std::size_t) {
    tug_table()->construct(state);
    return 1;
  };
  CHECK(says(why_not(options), "loaded from its own bytes it saves others"));
}
