// The inspector's desk: what keys and clicks do, without a window.

#include <filesystem>
#include <thread>

#include "inspect/matches.hpp"
#include "model/desk.hpp"
#include "model/recordings.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace tutti::inspect;
using namespace std::chrono_literals;

namespace {

std::string scratch_file(const std::string& name) { return TUTTI_TEST_SCRATCH "/" + name; }

/// A match in bad weather, with what both players saw, in a file.
std::string write_match(const std::string& name, std::uint64_t seed = 5) {
  LiveMatch match({.game = tally(), .seed = seed, .weather = bad_weather()});
  match.advance(5s);
  const Result<MatchRecord> record = match.record();
  REQUIRE(record);
  const std::string path = scratch_file(name);
  REQUIRE(write_match_file(path, *record));
  return path;
}

/// Opens a file, and says why if that fails.
void open(Desk& desk, const std::string& path) {
  const Result<void> opened = desk.open(path);
  CAPTURE(opened ? "" : opened.error().sentence);
  REQUIRE(opened);
}

void finish(Desk& desk) {
  int calls = 0;
  while (desk.work())
    REQUIRE(++calls < 100'000);
}

}  // namespace

TEST_CASE("a file is opened with the game of its rules, and every player's track is read") {
  Desk desk(games);
  open(desk, write_match("opened.tutti"));
  finish(desk);
  REQUIRE(desk.run() != nullptr);
  CHECK(desk.run()->title() == "opened.tutti");
  CHECK(desk.run()->names() == std::vector<std::string>{"bot 1", "bot 2"});
  CHECK_FALSE(desk.is_live());
  const std::vector<const Track*> tracks = desk.tracks();
  REQUIRE(tracks.size() == 2);
  CHECK(tracks[0]->frames.size() > 100);
  CHECK(tracks[1]->rollbacks.size() > 10);

  desk.go(Tick{100});
  desk.go_to_rollback(Towards::later);
  CHECK(desk.tick() > Tick{100});
  const Tick rollback = desk.tick();
  desk.go_to_rollback(Towards::earlier);
  CHECK(desk.tick() < rollback);
  desk.step(-5);
  desk.go(Tick{1'000'000});
  CHECK(desk.tick() == desk.length());
}

TEST_CASE("a desk stays as it was if a file cannot be opened") {
  Desk desk(games);
  open(desk, write_match("stays.tutti"));
  const Result<void> opened = desk.open(scratch_file("there_is_no_such.tutti"));
  REQUIRE_FALSE(opened);
  CHECK(opened.error().sentence.find("there_is_no_such.tutti") != std::string::npos);
  CHECK(desk.run()->title() == "stays.tutti");
}

TEST_CASE("a match plays at its own speed, up to its end") {
  Desk desk(games);
  open(desk, write_match("plays.tutti"));
  desk.playing() = {.is_on = true, .speed = 2};
  for (int frame = 0; frame < 60; ++frame)
    desk.advance(Duration(1s) / 60, {});
  CHECK(std::abs(desk.tick() - Tick{120}) <= 1);
  for (int frame = 0; frame < 60; ++frame)
    desk.advance(1s, {});
  CHECK(desk.tick() == desk.length());
  CHECK_FALSE(desk.playing().is_on);
}

TEST_CASE("when did this change: the desk goes to the tick, and says from what to what") {
  Desk desk(games);
  const std::string path = scratch_file("scored.tutti");
  REQUIRE(write_match_file(path, scored_match()));
  open(desk, path);
  desk.go(Tick{2950});
  desk.search("pulls[0]", Towards::earlier);
  finish(desk);
  CHECK(desk.tick() == Tick{2900});
  CHECK(desk.notice() == "pulls[0] changes at tick 2900 from 0 to 2");
  desk.search("pulls[0]", Towards::earlier);  // again: the one before
  finish(desk);
  CHECK(desk.tick() == Tick{304});
  desk.search("pulls[1]", Towards::later);
  finish(desk);
  CHECK(desk.tick() == Tick{304});
  CHECK(desk.notice() == "pulls[1] keeps this value to the end");
  desk.search("pulls[1]", Towards::earlier);
  finish(desk);
  CHECK(desk.notice() == "pulls[1] has this value since the match began");

  desk.watch("pulls[0]");
  desk.watch("sums[0]");
  finish(desk);
  REQUIRE(desk.history() != nullptr);
  CHECK(desk.history()->values(0).size() == 4);
  desk.watch("pulls[0]");
  CHECK(desk.history()->paths() == std::vector<std::string>{"sums[0]"});
  CHECK_FALSE(desk.is_watched("pulls[0]"));
}

TEST_CASE("a field that the state has not is watched, and the desk says that it is not there") {
  Desk desk(games);
  open(desk, write_match("no_such_field.tutti"));
  desk.watch("sums[0]");
  CHECK(desk.notice().empty());
  desk.watch("damage");
  CHECK(desk.notice() == "the state at tick 0 has no field damage");
  CHECK(desk.is_watched("damage"));
}

TEST_CASE("a field is watched from the first tick of a match that is not there yet") {
  Desk desk(games);
  desk.play({.game = tally(), .seed = 3});
  desk.watch("sums[0]");
  CHECK_FALSE(desk.is_watched("sums[0]"));
  for (int frame = 0; frame < 20; ++frame)
    desk.advance(50ms, {});
  CHECK(desk.is_watched("sums[0]"));
  CHECK(desk.notice().empty());
}

TEST_CASE("two runs stand side by side at their first difference") {
  const std::string path = scratch_file("left.tutti");
  const std::string changed = scratch_file("right.tutti");
  MatchRecord left = scored_match();
  REQUIRE(write_match_file(path, left));
  MatchRecord right = branch(left, Tick{600}, 1);
  const Bytes payload{std::byte{3}};
  right.log.add({Tick{700}, author_of(PlayerId{1}), 0, payload});
  right.log.close(Tick{3000});
  REQUIRE(write_match_file(changed, right));

  Desk desk(games);
  open(desk, path);
  CHECK_FALSE(desk.go_to_difference());
  REQUIRE(desk.compare_with(changed, games));
  finish(desk);
  CHECK(desk.other()->begins_alike());
  CHECK(desk.other()->first_events() == Tick{601});  // that it is a branch
  CHECK(desk.other()->first_states() == Tick{700});
  REQUIRE(desk.go_to_difference());
  CHECK(desk.tick() == Tick{700});
  REQUIRE(desk.fields_beside() != nullptr);
  const auto fields = field_diff(desk.run()->fields(), *desk.fields_beside());
  REQUIRE(fields.size() == 2);
  CHECK(fields[0].path == "pulls[1]");
  desk.go(Tick{699});
  CHECK(field_diff(desk.run()->fields(), *desk.fields_beside()).empty());
}

TEST_CASE("what a player saw stands beside what was true") {
  Desk desk(games);
  open(desk, write_match("seen.tutti"));
  finish(desk);
  CHECK(desk.fields_beside() == nullptr);
  desk.show_seen(PlayerId{7});
  CHECK_FALSE(desk.seen());
  desk.show_seen(PlayerId{1});
  desk.go(Tick{60});
  std::size_t wrong = 0;
  for (int i = 0; i < 10; ++i) {
    desk.go_to_rollback(Towards::later);
    desk.step(-1);  // the tick before it was still shown as predicted
    REQUIRE(desk.fields_beside() != nullptr);
    wrong += field_diff(desk.run()->fields(), *desk.fields_beside()).empty() ? 0 : 1;
    desk.step(1);
  }
  CHECK(wrong > 5);
}

TEST_CASE("a live match grows under the eyes, and worse weather makes it roll back further") {
  Desk desk(games);
  desk.play({.game = tally(), .seed = 3});
  const auto play = [&](int frames) {
    for (int frame = 0; frame < frames; ++frame)
      desk.advance(50ms, {});
  };
  play(80);
  REQUIRE(desk.run() != nullptr);
  CHECK(desk.length() > Tick{180});
  CHECK(desk.tick() == desk.length());
  const std::size_t calm = desk.tracks()[0]->rollbacks.size();
  const Track& track = *desk.tracks()[0];
  const WeatherOptions way{.delay = 120ms};
  for (std::size_t player = 0; player < 2; ++player)
    desk.live()->set_weather(player, {way, way});
  play(80);
  REQUIRE(track.rollbacks.size() > calm);
  const auto deepest = [&](std::size_t from, std::size_t to) {
    std::int64_t most = 0;
    for (std::size_t i = from; i < to; ++i)
      most = std::max(most, track.rollbacks[i].depth);
    return most;
  };
  CHECK(deepest(0, calm) < 6);
  CHECK(deepest(calm, track.rollbacks.size()) > 10);

  desk.go(Tick{50});  // looking back: it goes on meanwhile
  const Tick length = desk.length();
  play(20);
  CHECK(desk.tick() == Tick{50});
  CHECK(desk.length() > length);
  desk.playing().is_on = false;
  const Tick stopped = desk.length();
  play(20);
  CHECK(desk.length() == stopped);

  REQUIRE(desk.save(scratch_file("live.tutti")));
  Desk again(games);
  open(again, scratch_file("live.tutti"));
  finish(again);
  CHECK(again.tracks().size() == 2);
  CHECK(again.tracks()[0]->rollbacks.size() == track.rollbacks.size());
}

TEST_CASE("a room is followed to its end, and looked through like a file from then on") {
  HostOptions options{.listen = "127.0.0.1:0", .logs = scratch_file("rooms")};
  Result<AnySession> host = AnySession::host(tally(), options);
  REQUIRE(host);
  Desk desk(games);
  const auto pass_until = [&](const auto& holds) {
    for (int frame = 0; frame < 2000 && !holds(); ++frame) {
      const auto now = std::chrono::steady_clock::now();
      host->advance(now);
      desk.advance(5ms, now);
      std::this_thread::sleep_for(5ms);
    }
    REQUIRE(holds());
  };
  pass_until([&] { return host->status() == Status::playing; });
  Result<AnySession> watching = AnySession::spectate(
      tally(), {.relay = "127.0.0.1:" + std::to_string(host->port()), .room = host->room()});
  REQUIRE(watching);
  desk.follow(std::move(*watching));
  pass_until([&] { return desk.length() > Tick{30}; });
  CHECK(desk.is_live());
  CHECK(desk.tick() == desk.length());
  host->end_match();
  pass_until([&] { return desk.session()->status() == Status::ended; });
  desk.advance(5ms, std::chrono::steady_clock::now());
  CHECK_FALSE(desk.is_live());
  CHECK_FALSE(desk.playing().is_on);
  CHECK(desk.tick() == desk.run()->log().ended());
  desk.step(-1);
  desk.playing().is_on = true;
  desk.advance(100ms, std::chrono::steady_clock::now());
  CHECK(desk.tick() == desk.length());
  CHECK_FALSE(desk.playing().is_on);
}

TEST_CASE("the newest recordings come first") {
  namespace files = std::filesystem;
  const std::string folder = scratch_file("recordings");
  files::remove_all(folder);
  files::create_directories(folder + "/bugs");
  for (const char* name : {"/old.tutti", "/bugs/new.tutti", "/middle.tutti"})
    REQUIRE(write_match_file(folder + name, scored_match()));
  const auto now = files::file_time_type::clock::now();
  files::last_write_time(folder + "/old.tutti", now - 2h);
  files::last_write_time(folder + "/middle.tutti", now - 1h);
  const auto found = find_recordings({folder, folder + "/none"}, 2);
  REQUIRE(found.size() == 2);
  CHECK(found[0].path == folder + "/bugs/new.tutti");
  CHECK(found[1].path == folder + "/middle.tutti");
  CHECK(found[0].summary.last == Tick{3000});
}
