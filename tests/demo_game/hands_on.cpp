// Counterpoint used as a player uses it, by scripts: menus, training and the theatre with nothing
// but a game controller.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "desk.hpp"
#include "program/seat.hpp"
#include "program/title.hpp"
#include "recorded.hpp"

namespace counterpoint::test {

namespace {

/// One press after the other, beginning with the plug.
std::string presses(const std::vector<std::string>& buttons) {
  std::string script = "0 plug\n";
  float at = 0.2F;
  for (const std::string& button : buttons) {
    script += std::to_string(at) + " tap pad " + button + "\n";
    at += 0.1F;
  }
  return script;
}

/// Long after the script has ended, on the slowest machine: a run that ends by it has hung.
constexpr int seconds_most = 900;

}  // namespace

TEST_CASE("a room is joined with a controller alone, its code letter by letter") {
  const std::string script = presses(
      {"dpdown", "dpdown", "dpdown", "a",              // to the page
       "dpdown", "dpdown", "dpright", "rightshoulder"  // to the code: A, turned into B
       ,
       "dpright", "dpright", "dpleft", "dpright", "dpright", "dpright", "leftshoulder",  // AAA9
       "dpdown", "dpdown", "a"});
  at_desk(script, [](Desk& desk) {
    Menu menu({}, desk.settings);
    const auto chosen = ask(desk, menu, {.seconds = seconds_most});
    REQUIRE(chosen);
    CHECK(chosen->mode == Mode::join);
    CHECK(chosen->room == "BAAA9");
    CHECK(chosen->relay == "127.0.0.1");
  });
}

TEST_CASE("after a mistyped room's code the player is back at it, and changes a letter") {
  Settings settings;
  Menu menu({}, settings);
  menu.correct({.mode = Mode::spectate, .relay = "play.example.org", .room = "K7Q2N"});
  CHECK(menu.is_typing());
  menu.erase();
  menu.take_text("m");
  menu.point_at(5);
  menu.take(Menu::Step::accept);
  const auto chosen = menu.chosen();
  REQUIRE(chosen);
  CHECK(chosen->mode == Mode::spectate);
  CHECK(chosen->relay == "play.example.org");
  CHECK(chosen->room == "K7Q2M");
}

TEST_CASE("a controller goes back from page to page and leaves the program") {
  at_desk(presses({"dpup", "dpup", "a", "dpdown", "b", "b"}), [](Desk& desk) {
    Menu menu({}, desk.settings);
    CHECK_FALSE(ask(desk, menu, {.seconds = seconds_most}));
    CHECK(desk.settings == Settings{});
  });
}

TEST_CASE("a controller's buttons are bound anew with it, kept, and mean what they are bound to") {
  std::vector<std::string> buttons{"dpup", "dpup", "a"};         // the settings
  buttons.insert(buttons.end(), {"dpup", "a"});                  // its keys and buttons
  buttons.insert(buttons.end(), 11, "dpup");                     // from the end: the pad's jump
  buttons.insert(buttons.end(), {"a", "b"});                     // B, which was special
  buttons.insert(buttons.end(), {"dpdown", "a", "start"});       // light stays as it is
  buttons.insert(buttons.end(), {"dpup", "dpup", "a", "dpup"});  // a keyboard's: no button is one
  buttons.insert(buttons.end(), {"b"});                          // not awaited any more
  buttons.insert(buttons.end(), 5, "dpdown");
  buttons.insert(buttons.end(), {"a", "lefttrigger", "b", "b", "b"});  // the shield; and out
  const std::string path = scratch("counterpoint_pad_test.conf");
  Settings kept;
  at_desk(presses(buttons), [&](Desk& desk) {
    desk.settings_path = path;
    Menu menu({}, desk.settings);
    CHECK_FALSE(ask(desk, menu, {.seconds = seconds_most}));
    kept = desk.settings;
  });
  Settings expected;
  expected.pad[0] = SDL_CONTROLLER_BUTTON_B;
  expected.pad[3] = SDL_CONTROLLER_BUTTON_A;
  expected.pad[4] = left_trigger;
  CHECK(kept == expected);
  CHECK(load_settings(path) == expected);
  std::ofstream(path) << "pad jump = start\npad light = nothing\npad grab = y\n";
  const Settings damaged = load_settings(path);
  CHECK(damaged.pad[0] == Settings::usual_pad()[0]);
  CHECK(damaged.pad[1] == Settings::usual_pad()[1]);
  CHECK(damaged.pad[9] == SDL_CONTROLLER_BUTTON_Y);
  std::filesystem::remove(path);
  setenv("SDL_VIDEODRIVER", "dummy", 1);
  REQUIRE(SDL_Init(SDL_INIT_VIDEO | SDL_INIT_GAMECONTROLLER) == 0);
  {
    auto pad = VirtualPad::plug();
    REQUIRE(pad);
    Hands hands(1);
    hands.set_pad(expected.pad);
    const auto pump = [&] {
      SDL_Event event;
      while (SDL_PollEvent(&event) != 0)
        hands.take(event);
    };
    pump();
    const auto held_after = [&](PadInput input, bool is_down) {
      pad->press(input, is_down);
      pump();
      return hands.controls(0);
    };
    CHECK(held_after(SDL_CONTROLLER_BUTTON_B, true) == Controls::pad(jump));
    CHECK(held_after(SDL_CONTROLLER_BUTTON_B, false) == Controls{});
    CHECK(held_after(left_trigger, true) == Controls::pad(shield));
    CHECK(held_after(SDL_CONTROLLER_BUTTON_LEFTSHOULDER, true) == Controls::pad(shield | light));
    CHECK(held_after(SDL_CONTROLLER_BUTTON_LEFTSHOULDER, false) == Controls::pad(shield));
    CHECK(held_after(left_trigger, false) == Controls{});
  }
  SDL_Quit();
}

TEST_CASE("a replay is paused, marked, gone through and left with a controller") {
  const std::string match = record_match(scratch("counterpoint_hands_on_test.tutti"));
  const Options options{.mode = Mode::watch, .file = match, .seconds = seconds_most};
  const std::string script =
      presses({"a", "rightshoulder", "dpright", "dpleft", "dpup", "dpdown", "leftstick", "y", "b"});
  at_desk(script, [&](Desk& desk) {
    auto session = tutti::watch<Counterpoint>(match, counted());
    REQUIRE(session);
    const Ending ending = Seat(desk, std::move(*session), options).run();
    CHECK(ending.is_back);
    CHECK_FALSE(ending.next);
  });
  const auto marked = tutti::read_match_file(match);
  REQUIRE(marked);
  REQUIRE(marked->record.marks.size() == 1);
  CHECK(marked->record.marks[0].from >= tutti::Tick{120});  // the jump
  at_desk(presses({"x"}), [&](Desk& desk) {
    auto session = tutti::watch<Counterpoint>(match, counted());
    REQUIRE(session);
    const Ending ending = Seat(desk, std::move(*session), options).run();
    REQUIRE(ending.next);
    CHECK(ending.next->mode == Mode::take_over);
  });
  std::filesystem::remove(match);
}

TEST_CASE("in training a moment is kept and gone back to, from the pause of a controller") {
  const Options options{.mode = Mode::training, .seconds = seconds_most};
  const std::string script =
      presses({"start", "dpdown", "dpdown", "dpright", "dpdown", "dpdown", "a",  // keep
               "start", "dpdown", "dpdown", "dpdown", "dpdown", "dpdown", "a",   // go back
               "rightstick", "start", "dpup", "a"});
  at_desk(script, [&](Desk& desk) {
    auto session = tutti::solo<Counterpoint>({.players = 2});
    REQUIRE(session);
    const Ending ending = Seat(desk, std::move(*session), options).run();
    CHECK(ending.is_back);
    CHECK(ending.failure.empty());
  });
}

TEST_CASE("the host declares the match void, and it is in its file") {
  const std::filesystem::path folder = scratch("counterpoint_void_test");
  const Options options{.mode = Mode::host, .seconds = seconds_most};
  const std::string script =
      "0 plug\n2 tap pad start\n2.1 tap pad dpup\n2.2 tap pad dpup\n2.3 tap pad a\n"
      "3.5 tap pad start\n3.6 tap pad dpup\n3.7 tap pad a\n";
  at_desk(script, [&](Desk& desk) {
    auto session = tutti::host<Counterpoint>(
        {.listen = "127.0.0.1:0", .logs = folder.string(), .name = "Ada"});
    REQUIRE(session);
    CHECK(session->port() != 0);
    CHECK(Seat(desk, std::move(*session), options).run().failure.empty());
  });
  int matches = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".tutti") continue;
    const auto match = tutti::read_match_file(file.path().string());
    REQUIRE(match);
    const auto said = tutti::corrections(match->record.log);
    REQUIRE(said.size() == 1);
    CHECK(ruling_text(said[0]) == "void, says Ada");
    CHECK(said[0].number > 60);
    ++matches;
  }
  CHECK(matches == 1);
  std::filesystem::remove_all(folder);
}

TEST_CASE("training has no end: a round whose clock runs out begins again, and moments stay kept") {
  // A fight in which nobody moves, until half a second before its time is up.
  const tutti::AnyGame game = tutti::any_game<Counterpoint>();
  tutti::MatchRecord record({.room = "TESTS", .setup = game.setup(4, 2)});
  State state = Counterpoint::start(record.log.setup());
  tutti::Effects<Effect> nobody(nullptr);
  std::uint32_t counter = 0;
  std::int64_t tick = 0;
  while (state.phase != Phase::fighting || state.round_ticks_left > 30) {
    ++tick;
    std::vector<Arena::Row> rows;
    for (std::uint8_t slot = 0; slot < 2 && tick == 1; ++slot) {
      const PlayerId player{slot};
      tutti::Event event{tutti::Tick{tick}, tutti::relay_author, counter++, {}};
      event.payload = tutti::encode({.kind = EventKind::joined, .player = player});
      REQUIRE(record.log.add(event) == tutti::Log::Added::yes);
      rows.push_back({EventKind::joined, player, {}});
    }
    Counterpoint::step(state, rows, nobody);
  }
  record.log.close(tutti::Tick{tick});
  const std::filesystem::path folder = scratch("counterpoint_training_test");
  const Options options{.mode = Mode::training, .logs = folder.string(), .seconds = seconds_most};
  at_desk("0.1 tap F9\n5 tap F8\n5.2 tap F12\n5.4 tap F8\n", [&](Desk& desk) {
    auto session = tutti::take_over<Counterpoint>(record, tutti::Tick{tick}, {});
    REQUIRE(session);
    CHECK(Seat(desk, std::move(*session), options).run().failure.empty());
  });
  // The clips end where the clock was at 5 and at 5.4 seconds: in the round that began again, and
  // soon after the moment that was kept.
  std::vector<int> clocks;
  for (const auto& clip : std::filesystem::directory_iterator(folder)) {
    auto session = tutti::watch<Counterpoint>(clip.path().string());
    REQUIRE(session);
    session->playback()->seek(session->playback()->length());
    for (int pass = 0; pass < 2; ++pass)
      session->advance(tutti::Instant{});
    CHECK(session->state().match == 1);
    clocks.push_back(session->state().round_ticks_left);
  }
  std::sort(clocks.begin(), clocks.end());
  REQUIRE(clocks.size() == 2);
  CHECK(clocks[0] <= 30);
  CHECK(clocks[1] > 170 * Counterpoint::tick_rate);
  std::filesystem::remove_all(folder);
}

}  // namespace counterpoint::test
