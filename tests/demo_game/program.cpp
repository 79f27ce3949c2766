// The program around the game: its hands, wording and loop, without a display.

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "program/hands.hpp"
#include "program/match_sheet.hpp"
#include "program/options.hpp"
#include "program/playback_keys.hpp"
#include "program/seat.hpp"
#include "program/title.hpp"
#include "program/wording.hpp"
#include "recorded.hpp"

namespace counterpoint::test {

namespace {

SDL_Event key(SDL_Scancode code, bool is_down) {
  SDL_Event event{};
  event.type = is_down ? SDL_KEYDOWN : SDL_KEYUP;
  event.key.state = is_down ? SDL_PRESSED : SDL_RELEASED;
  event.key.keysym.scancode = code;
  return event;
}

}  // namespace

TEST_CASE("at one keyboard each half is a player's, and alone, both are") {
  Hands two(2), one(1);
  for (Hands* hands : {&two, &one}) {
    hands->take(key(SDL_SCANCODE_D, true));
    hands->take(key(SDL_SCANCODE_PERIOD, true));
  }
  CHECK(two.controls(0) == Controls::pad(right));
  CHECK(two.controls(1) == Controls::pad(heavy));
  CHECK(one.controls(0) == Controls::pad(right | heavy));
  two.take(key(SDL_SCANCODE_D, false));
  CHECK(two.controls(0) == Controls{});
}

TEST_CASE("keys that are held when the window loses the keyboard are let go") {
  Hands hands(1);
  hands.take(key(SDL_SCANCODE_LSHIFT, true));
  SDL_Event event{};
  event.type = SDL_WINDOWEVENT;
  event.window.event = SDL_WINDOWEVENT_FOCUS_LOST;
  hands.take(event);
  CHECK(hands.controls(0) == Controls{});
}

TEST_CASE("a game controller may come and go while the game runs") {
  setenv("SDL_VIDEODRIVER", "dummy", 1);
  SDL_SetHint(SDL_HINT_JOYSTICK_ALLOW_BACKGROUND_EVENTS, "1");
  REQUIRE(SDL_Init(SDL_INIT_VIDEO | SDL_INIT_GAMECONTROLLER) == 0);
  {
    Hands hands(2);
    const auto pump = [&] {
      SDL_Event event;
      while (SDL_PollEvent(&event) != 0)
        hands.take(event);
    };
    const int index = SDL_JoystickAttachVirtual(SDL_JOYSTICK_TYPE_GAMECONTROLLER, 6, 15, 0);
    REQUIRE(index >= 0);
    pump();
    REQUIRE(hands.controllers() == 1);
    SDL_Joystick* stick = SDL_JoystickFromInstanceID(SDL_JoystickGetDeviceInstanceID(index));
    REQUIRE(stick != nullptr);
    SDL_JoystickSetVirtualButton(stick, SDL_CONTROLLER_BUTTON_X, 1);
    SDL_JoystickSetVirtualAxis(stick, SDL_CONTROLLER_AXIS_LEFTX, -30'000);
    SDL_JoystickUpdate();
    pump();
    CHECK(hands.has_controller(1) > hands.has_controller(0));
    CHECK(hands.controls(1) == Controls::stick(-13, 0, light));
    CHECK(hands.controls(0) == Controls{});
    REQUIRE(SDL_JoystickDetachVirtual(index) == 0);
    pump();
    CHECK(hands.controllers() == 0);
    CHECK(hands.controls(1) == Controls{});
  }
  SDL_Quit();
}

TEST_CASE("from a press to the picture that shows it: each press is timed once") {
  REQUIRE(SDL_Init(SDL_INIT_EVENTS | SDL_INIT_TIMER) == 0);
  Stopwatch stopwatch;
  const Uint32 now = SDL_GetTicks();
  stopwatch.pressed(now, tutti::Tick{10});
  stopwatch.pressed(now, tutti::Tick{12});
  stopwatch.shown(tutti::Tick{9}, std::chrono::milliseconds(3), {});
  CHECK_THAT(stopwatch.report("none"), tutti::test::contains("0 inputs"));
  stopwatch.shown(tutti::Tick{10}, std::chrono::milliseconds(5), {});
  CHECK_THAT(stopwatch.report("none"), tutti::test::contains("1 inputs"));
  stopwatch.shown(tutti::Tick{15}, std::chrono::milliseconds(4), {});
  stopwatch.shown(tutti::Tick{16}, std::chrono::milliseconds(4), {});
  CHECK_THAT(stopwatch.report("none"), tutti::test::contains("2 inputs"));
  CHECK_THAT(stopwatch.report("none"), tutti::test::contains("4 pictures by none"));
  CHECK_THAT(stopwatch.report("none"), tutti::test::contains("drawing 4.0 ms"));
  SDL_Quit();
}

TEST_CASE("time reads like a clock") {
  CHECK(clock_text(0) == "0:00");
  CHECK(clock_text(59) == "0:00");
  CHECK(clock_text(67 * 60) == "1:07");
  CHECK(clock_text(600 * 60) == "10:00");
}

TEST_CASE("the loop runs in every way without a network, draws, and says what happened") {
  setenv("SDL_VIDEODRIVER", "dummy", 1);
  setenv("SDL_AUDIODRIVER", "dummy", 1);
  for (const char* way : {"--cpu", "--training", "--local"}) {
    const auto options = parse_options(
        std::vector<const char*>{way, "--bot", "--seconds", "1", "--size", "320x180"});
    REQUIRE(options);
    auto screen = Screen::open({.title = "test", .width = 320, .height = 180});
    REQUIRE(screen);
    Desk desk{.screen = std::move(*screen)};
    furnish(desk, false);
    auto session = tutti::solo<Counterpoint>({.players = 2});
    REQUIRE(session);
    const Ending ending = Seat(desk, std::move(*session), *options).run();
    CHECK(ending.status == 0);
    CHECK(ending.failure.empty());
    CHECK_FALSE(ending.is_back);
  }
  SDL_Quit();
}

TEST_CASE(
    "a script presses keys and takes pictures, and a line that it does not understand is named") {
  const std::string path = scratch("counterpoint_script_test.txt");
  const std::string picture = scratch("counterpoint_script_test.png");
  std::ofstream(path) << "# a remark\n0 tap Return\n0 type K7\n";
  Director director;
  REQUIRE(director.read(path));
  REQUIRE(director.add_picture("0.5:" + picture));
  Canvas canvas(64, 36);
  director.pass(0.2F);
  director.keep(canvas);
  CHECK_FALSE(director.is_done());
  CHECK_FALSE(std::filesystem::exists(picture));
  director.pass(0.6F);
  director.keep(canvas);
  CHECK(director.is_done());
  CHECK(std::filesystem::remove(picture));
  CHECK_FALSE(director.add_picture("soon:a.png"));
  CHECK_FALSE(director.add_picture("1:"));
  std::ofstream(path) << "1 push Return\n";
  const auto refused = Director().read(path);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().sentence, tutti::test::contains("line 1"));
  std::filesystem::remove(path);
  CHECK_FALSE(Director().read(path));
}

TEST_CASE("a script's presses are all seen, however long a frame takes") {
  const std::string path = scratch("counterpoint_slow_script_test.txt");
  std::ofstream(path) << "0 plug\n0.2 tap pad a\n0.3 tap pad a\n0.4 tap pad b\n";
  setenv("SDL_VIDEODRIVER", "dummy", 1);
  REQUIRE(SDL_Init(SDL_INIT_VIDEO | SDL_INIT_GAMECONTROLLER) == 0);
  std::string pressed;
  {
    Director director;
    REQUIRE(director.read(path));
    for (float seconds = 10; seconds < 200 && !director.is_done(); seconds += 10) {
      director.pass(seconds);
      SDL_Event event;
      while (SDL_PollEvent(&event) != 0) {
        if (event.type == SDL_CONTROLLERDEVICEADDED) SDL_GameControllerOpen(event.cdevice.which);
        if (event.type != SDL_CONTROLLERBUTTONDOWN) continue;
        pressed += event.cbutton.button == SDL_CONTROLLER_BUTTON_A ? 'a' : 'b';
      }
    }
    CHECK(director.is_done());
  }
  SDL_Quit();
  CHECK(pressed == "aab");
  std::filesystem::remove(path);
}

TEST_CASE("a replay is watched with the keys of video players, and stays on its last tick") {
  const std::string match = record_match(scratch("counterpoint_keys_test.tutti"));
  auto session = tutti::watch<Counterpoint>(match, counted());
  REQUIRE(session);
  tutti::Playback& playback = *session->playback();
  tutti::Instant now{};
  session->advance(now);
  const auto press = [&](SDL_Scancode code, int modifiers = 0) {
    SDL_Keysym key{};
    key.scancode = code;
    key.mod = static_cast<Uint16>(modifiers);
    CHECK(take_playback_key(key, playback));
    session->advance(now);
    return playback.position().value;
  };
  press(SDL_SCANCODE_K);
  CHECK(playback.is_paused());
  CHECK(press(SDL_SCANCODE_5) == 300);
  CHECK(press(SDL_SCANCODE_L) == 420);
  CHECK(press(SDL_SCANCODE_J) == 300);
  CHECK(press(SDL_SCANCODE_L, KMOD_LSHIFT) == 600);
  CHECK(press(SDL_SCANCODE_COMMA) == 599);
  CHECK(press(SDL_SCANCODE_COMMA) == 598);
  CHECK(press(SDL_SCANCODE_PERIOD) == 599);
  CHECK(press(SDL_SCANCODE_HOME) == 0);
  for (int i = 0; i < 9; ++i)
    press(SDL_SCANCODE_UP);
  CHECK(playback.speed() == 1024);
  for (int i = 0; i < 12; ++i)
    press(SDL_SCANCODE_DOWN);
  CHECK(playback.speed() == 1);
  press(SDL_SCANCODE_R);
  CHECK(playback.speed() == -1);
  CHECK(press(SDL_SCANCODE_END) == 600);
  Marks marks;
  marks.update(*session, 100'000);
  const auto is_round = [](const Mark& mark) { return mark.kind == Mark::round; };
  CHECK(std::any_of(marks.all().begin(), marks.all().end(), is_round));
  std::filesystem::remove(match);
}

TEST_CASE("the menu leads to every way to play, and back") {
  using Step = Menu::Step;
  Settings settings;
  Menu menu({}, settings);
  const auto go = [&](std::size_t line) {
    menu.point_at(line);
    menu.take(Step::accept);
  };
  go(0);  // the computer
  menu.take(Step::right);
  menu.take(Step::right);
  CHECK(menu.page().lines[0].value == "4");
  go(2);
  const auto cpu = menu.chosen();
  REQUIRE(cpu);
  CHECK(cpu->mode == Mode::bot);
  CHECK(cpu->players == 4);
  CHECK_FALSE(menu.chosen());
  menu.take(Step::back);
  go(4);
  CHECK(menu.chosen()->mode == Mode::training);
  go(3);  // join
  menu.point_at(2);
  CHECK(menu.is_typing());
  menu.take_text("k7q2");
  go(4);
  CHECK_FALSE(menu.chosen());
  CHECK_THAT(menu.page().message, tutti::test::contains("five letters and digits"));
  menu.point_at(2);
  menu.take_text("x");
  menu.erase();
  menu.take_text("m");
  go(4);
  const auto join = menu.chosen();
  REQUIRE(join);
  CHECK(join->mode == Mode::join);
  CHECK(join->room == "K7Q2M");
  CHECK(join->relay == "127.0.0.1");
  menu.take(Step::back);
  go(2);  // host
  menu.point_at(1);
  menu.take(Step::right);
  menu.take(Step::right);
  menu.take(Step::right);
  menu.take(Step::right);
  CHECK(menu.page().lines[1].value == "3");  // of the four that were chosen above
  menu.point_at(0);
  menu.take(Step::left);
  CHECK(menu.page().lines[1].value == "2");
  menu.point_at(3);
  CHECK(menu.is_typing());
  menu.point_at(4);
  menu.take_text("swordfish");
  go(5);  // newcomers: whom the host lets in, and then spectators too
  CHECK(menu.page().lines[5].value == "whom you let in");
  menu.take(Step::right);
  menu.point_at(6);
  menu.take(Step::left);
  CHECK(menu.page().lines[6].value == "none");
  go(7);
  const auto host = menu.chosen();
  REQUIRE(host);
  CHECK(host->mode == Mode::host);
  CHECK(host->players == 3);
  CHECK(host->guests == 2);
  CHECK(host->password == "swordfish");
  CHECK(host->room_terms.asks_for_players);
  CHECK(host->room_terms.asks_for_spectators);
  CHECK(host->room_terms.spectators_max == 0);
  menu.take(Step::back);
  CHECK_FALSE(menu.is_over());
  menu.take(Step::back);
  CHECK(menu.is_over());
}

TEST_CASE("a match that cannot be watched says why in the theatre, and the menu goes on") {
  const std::filesystem::path folder = scratch("counterpoint_theatre_test");
  std::filesystem::create_directories(folder);
  const std::string good = (folder / "20261120T122454Z-counterpoint-K7Q2M.tutti").string();
  const std::string bad = (folder / "20261121T122454Z-counterpoint-K7Q2M.tutti").string();
  record_match(good);
  std::filesystem::copy_file(good, bad, std::filesystem::copy_options::overwrite_existing);
  std::filesystem::resize_file(bad, 11);
  Settings settings;
  Menu menu({.logs = folder.string()}, settings);
  menu.point_at(5);
  menu.take(Menu::Step::accept);
  REQUIRE(menu.page().lines.size() == 2);
  CHECK(menu.page().lines[0].value == "cannot be watched");
  menu.take(Menu::Step::accept);
  CHECK_FALSE(menu.page().message.empty());
  CHECK_FALSE(menu.chosen());
  CHECK_THAT(menu.page().lines[1].label, tutti::test::contains("2026-11-20 12:24"));
  CHECK(menu.page().lines[1].value == "0:10");
  menu.point_at(1);
  menu.take(Menu::Step::accept);
  const auto chosen = menu.chosen();
  REQUIRE(chosen);
  CHECK(chosen->mode == Mode::watch);
  CHECK(chosen->file == good);
  std::filesystem::remove_all(folder);
}

TEST_CASE("keys are bound anew and remembered, and a file that is damaged gives the usual ones") {
  const std::string path = scratch("counterpoint_settings_test/tutti.conf");
  Settings settings;
  Menu menu({}, settings);
  menu.point_at(6);
  menu.take(Menu::Step::accept);  // settings
  menu.point_at(3);
  menu.take(Menu::Step::left);  // the window
  menu.point_at(6);
  menu.take(Menu::Step::accept);  // keys
  menu.take(Menu::Step::accept);  // the left player's jump
  REQUIRE(menu.awaits_key());
  menu.take_bound_key(SDL_SCANCODE_F);  // which was light
  CHECK(settings.keys[0][0] == SDL_SCANCODE_F);
  CHECK(settings.keys[0][1] == SDL_SCANCODE_SPACE);
  menu.take(Menu::Step::accept);
  menu.take_bound_key(SDL_SCANCODE_F3);  // which shows boxes
  CHECK_FALSE(menu.awaits_key());
  CHECK(settings.keys[0][0] == SDL_SCANCODE_F);
  CHECK(window_sizes[settings.window_size].width == 960);
  settings.volume = 3;
  settings.music = 0;
  settings.palette = Palette::distinct;
  settings.name = "Anna";
  REQUIRE(save_settings(settings, path));
  CHECK(load_settings(path) == settings);
  Hands hands(1);
  hands.set_keys(settings.keys);
  hands.take(key(SDL_SCANCODE_F, true));
  CHECK(hands.controls(0) == Controls::pad(jump));
  std::filesystem::resize_file(path, 70);
  CHECK(load_settings(path).keys == Settings::usual_keys());
  std::filesystem::remove_all(std::filesystem::path(path).parent_path());
  CHECK(load_settings(path) == Settings{});
  CHECK_FALSE(save_settings(settings, "/proc/none/tutti.conf"));
}

TEST_CASE("a match file becomes a contact sheet, and a file that is none is refused") {
  const std::string match = record_match(scratch("counterpoint_program_test.tutti"));
  const std::string picture = scratch("counterpoint_program_test.png");
  const auto drawn = draw_match_sheet(match, picture);
  if (!drawn) FAIL(drawn.error().sentence);
  CHECK(std::filesystem::file_size(picture) > 50'000);
  std::filesystem::remove(picture);
  std::filesystem::resize_file(match, 20);
  CHECK_FALSE(draw_match_sheet(match, picture));
  std::filesystem::remove(match);
  CHECK_FALSE(draw_match_sheet(match, picture));
}

}  // namespace counterpoint::test
