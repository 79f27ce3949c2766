// The comforts of the window: seats that nobody has hands for, names, pages that remember their
// rows, signs for the player whose screen is shown.

#include <filesystem>
#include <fstream>

#include "desk.hpp"
#include "program/choices.hpp"
#include "program/seat.hpp"
#include "program/title.hpp"
#include "recorded.hpp"
#include "render/arena.hpp"
#include "render/painter.hpp"
#include "render/panel.hpp"

namespace counterpoint::test {

namespace {

using tutti::test::contains;

std::size_t white_pixels(const Canvas& canvas) {
  return static_cast<std::size_t>(
      std::count_if(canvas.pixels().begin(), canvas.pixels().end(), [](std::uint32_t pixel) {
        return (pixel & 0xFF) > 200 && (pixel >> 8 & 0xFF) > 200 && (pixel >> 16 & 0xFF) > 200;
      }));
}

Canvas drawn(const State& state, const Captions& captions) {
  Canvas canvas(640, 360);
  Painter().draw(canvas, {state, state}, captions, {.is_cut = true});
  return canvas;
}

bool are_equal(const Canvas& one, const Canvas& other) {
  return std::equal(one.pixels().begin(), one.pixels().end(), other.pixels().begin());
}

}  // namespace

TEST_CASE("four at one machine without controllers fight: the computer plays for two of them") {
  const Hands hands(4);
  auto session = tutti::solo<Counterpoint>({.players = 4});
  REQUIRE(session);
  Round round(std::move(*session), {.mode = Mode::local, .players = 4});
  REQUIRE(round.hands() == 4);
  for (std::size_t slot = 0; slot < 4; ++slot)
    round.fill(slot, !hands.can_play(slot));
  CHECK(round.filled() == 2);
  CHECK_FALSE(round.has_hands(3));
  tutti::Instant now{};
  for (int tick = 0; tick < 900; ++tick) {
    // Both players are ready at once.
    const Controls held = Controls::pad(tick % 20 == 10 ? button::light : 0);
    round.hold(0, held);
    round.hold(1, held);
    round.pass(now += std::chrono::microseconds(16'667), now);
  }
  CHECK(round.state().match == 1);
  // A controller comes, and its player has empty hands.
  round.fill(3, false);
  CHECK(round.has_hands(3));
  round.hold(3, Controls::pad(button::shield));
  for (int tick = 0; tick < 5; ++tick)
    round.pass(now += std::chrono::microseconds(16'667), now);
  CHECK(round.state().fighters[3].held == Controls::pad(button::shield));
}

TEST_CASE("a player's name is known where nobody else is, too") {
  auto session = tutti::solo<Counterpoint>({.players = 2});
  REQUIRE(session);
  session->advance(tutti::Instant{});
  for (const Mode mode : {Mode::bot, Mode::local, Mode::training}) {
    Wording wording({.mode = mode, .name = "Anna"});
    const Captions captions = wording.captions(*session, 1);
    CHECK(captions.names[0] == "Anna");
    CHECK(captions.names[1] != "Anna");
  }
  CHECK(Wording({.mode = Mode::bot}).captions(*session, 1).names[0] == "Vermilion");
}

TEST_CASE("a replay says whose screen it shows, and a spectator how far behind it is") {
  const std::string match = record_match(scratch("counterpoint_view_test.tutti"));
  auto session = tutti::watch<Counterpoint>(match);
  REQUIRE(session);
  session->advance(tutti::Instant{});
  const auto view = [&](const Options& options) {
    return Wording(options).captions(*session, 1).progress->view;
  };
  CHECK(view({.mode = Mode::watch}).empty());
  CHECK(view({.mode = Mode::watch, .seat = 1, .is_as = true}) == "as Azure saw it");
  CHECK(view({.mode = Mode::spectate}) == "10 s behind");
  session->playback()->seek(session->playback()->length());
  session->advance(tutti::Instant{});
  CHECK(view({.mode = Mode::spectate}) == "LIVE");
  CHECK(view({.mode = Mode::spectate, .behind_seconds = 30}) == "30 s behind");
  std::filesystem::remove(match);
}

TEST_CASE("every page of the menu remembers its row") {
  const std::filesystem::path folder = scratch("counterpoint_rows_test");
  std::filesystem::create_directories(folder);
  for (const char* name :
       {"20261120T122454Z-counterpoint-K7Q2M.tutti", "20261121T122454Z-counterpoint-K7Q2M.tutti",
        "20261122T122454Z-counterpoint-K7Q2M.tutti"})
    record_match((folder / name).string());
  Settings settings;
  Menu menu({.logs = folder.string()}, settings);
  constexpr std::size_t theatre = 5;
  menu.point_at(theatre);
  menu.take(Menu::Step::accept);
  CHECK_THAT(menu.page().title, contains("UTC"));
  menu.point_at(1);
  menu.take(Menu::Step::accept);
  REQUIRE(menu.chosen());
  // While it was watched another match was recorded.
  record_match((folder / "20261123T122454Z-counterpoint-K7Q2M.tutti").string());
  menu.refresh();
  CHECK(menu.page().selected == 2);
  CHECK_THAT(menu.recording()->path, contains("20261121"));
  menu.take(Menu::Step::back);
  CHECK(menu.page().selected == theatre);
  menu.take(Menu::Step::accept);
  CHECK(menu.page().selected == 2);
  std::filesystem::remove_all(folder);
}

TEST_CASE("the theatre says how many files it does not list") {
  const std::filesystem::path folder = scratch("counterpoint_many_test");
  std::filesystem::create_directories(folder);
  for (int i = 0; i < 302; ++i) {
    const std::string name = "20261120T122454Z-counterpoint-K" + std::to_string(i) + ".tutti";
    std::ofstream(folder / name) << "cut off";
  }
  Settings settings;
  Menu menu({.logs = folder.string()}, settings);
  constexpr std::size_t theatre = 5;
  menu.point_at(theatre);
  menu.take(Menu::Step::accept);
  REQUIRE(menu.page().lines.size() == 301);
  CHECK_THAT(menu.page().lines.front().label, contains("20261120T122454Z") || contains("12:24"));
  CHECK(menu.page().lines.back().label == "2 older files are not listed");
  std::filesystem::remove_all(folder);
}

TEST_CASE("Escape gives up while the relay does not answer") {
  at_desk("0.5 tap Escape\n600 tap F\n", [](Desk& desk) {
    auto session = tutti::join<Counterpoint>({.relay = "127.0.0.1:9", .room = "K7Q2M"});
    REQUIRE(session);
    const Ending ending =
        Seat(desk, std::move(*session), {.mode = Mode::join, .relay = "127.0.0.1:9"}).run();
    CHECK(ending.is_back);
    CHECK(ending.failure.empty());
  });
}

TEST_CASE("names over fighters who stand in one place are both read") {
  Text text;
  const Point place{};
  const Camera camera = frame(std::span(&place, 1), Canvas(1280, 720));
  Figure figure = figure_standing(Character::viola, Pose{}, 0);
  const auto white = [&](bool is_first, bool is_second) {
    Canvas canvas(1280, 720);
    Tags tags;
    if (is_first) tags.draw(canvas, text, camera, figure, look_of(0), "WWWWW");
    if (is_second) tags.draw(canvas, text, camera, figure, look_of(1), "HHHHH");
    return white_pixels(canvas);
  };
  const std::size_t first = white(true, false), second = white(false, true);
  REQUIRE(first > 20);
  CHECK(white(true, true) == first + second);
}

TEST_CASE("two who have chosen the same team are no team, whichever it is") {
  Arena arena(1, 2);
  arena.join(0);
  arena.join(1);
  arena.run(30);
  const auto chosen = [&](std::uint8_t one, std::uint8_t other) {
    State state = arena.state;
    state.fighters[0].pick.team = one;
    state.fighters[1].pick.team = other;
    return drawn(state, {});
  };
  CHECK(are_equal(chosen(0, 0), chosen(1, 1)));
  CHECK_FALSE(are_equal(chosen(0, 1), chosen(1, 0)));
}

TEST_CASE("a team takes no room from the name on a fighter's card") {
  State state = Arena::in_a_fight().state;
  const auto name_row = [&](bool is_team_match) {
    state.is_team_match = is_team_match;
    Canvas canvas(1280, 720);
    Painter().draw(canvas, {state, state}, {}, {.is_cut = true});
    constexpr std::ptrdiff_t width = 1280, head = 632, foot = 654;
    const auto begin = canvas.pixels().begin();
    return std::vector<std::uint32_t>(begin + head * width, begin + foot * width);
  };
  CHECK(name_row(true) == name_row(false));
  Text text;
  const TextStyle style{.size = 15};
  for (const std::string& name : Captions{}.names)
    CHECK(fitted(text, name, style, 146) == name);
}

TEST_CASE("the latest deed covers no heading, no line of keys and nothing that is held") {
  const Arena fight = Arena::in_a_fight({.characters = std::vector(4, Character::viola)});
  InputHistory held;
  for (int i = 0; i < 40; ++i) {
    State state = fight.state;
    for (Fighter& fighter : state.fighters)
      fighter.held = Controls::pad(i % 2 == 0 ? jump : light);
    held.add(state);
  }
  const FrameMeter meter;
  const std::string news =
      "The last 30 seconds are in the theatre, in the file with the name "
      "20261130T021335Z-counterpoint-LOCAL-own-clip0-2.tutti";
  struct Screen {
    std::string what;
    State state;
    Captions captions;
    std::ptrdiff_t x, y, width, height;  ///< of what has to be readable
  };
  State beginning = fight.state;
  beginning.phase_ticks = 20;  // of the word "Fight!"
  State later = fight.state;
  later.phase_ticks = 100;
  State choosing = fight.state;
  choosing.phase = Phase::selecting;
  State two = Arena::in_a_fight().state;
  two.phase_ticks = 100;
  Captions with_inputs;
  with_inputs.extras.inputs = &held;
  with_inputs.extras.input_lines = InputHistory::lines_few;
  Captions in_training;
  in_training.extras.inputs = &held;
  in_training.extras.meter = &meter;
  const Screen screens[] = {
      {"the columns' edges", choosing, {}, 120, 70, 1040, 600},
      {"the clock", beginning, {}, 600, 7, 80, 70},
      {"a banner", beginning, {}, 0, 149, 1280, 90},
      {"a banner, with what is held", beginning, with_inputs, 0, 149, 1280, 90},
      {"the controls of four", beginning, with_inputs, 14, 84, 700, 114},
      {"the controls of four later", later, with_inputs, 14, 84, 700, 114},
      {"the controls of two in training", two, in_training, 14, 84, 344, 254},
      {"the frame meter", two, in_training, 600, 84, 670, 76}};
  for (const Screen& screen : screens) {
    CAPTURE(screen.what);
    const auto part = [&](bool has_news) {
      Captions captions = screen.captions;
      if (has_news) captions.news = news;
      Canvas canvas(1280, 720);
      Painter().draw(canvas, {screen.state, screen.state}, captions, {.is_cut = true});
      std::vector<std::uint32_t> pixels;
      for (std::ptrdiff_t y = screen.y; y < screen.y + screen.height; ++y) {
        const auto row = canvas.pixels().begin() + y * 1280 + screen.x;
        pixels.insert(pixels.end(), row, row + screen.width);
      }
      return pixels;
    };
    CHECK((part(true) == part(false)));
  }
}

TEST_CASE("a deed while the match is paused is told below the page, and not dimmed") {
  Pause pause({.mode = Mode::training}, "");
  Canvas page(1280, 720), both(1280, 720);
  Text text;
  draw_menu(page, text, pause.page(), 0);
  draw_menu(both, text, pause.page(), 0);
  draw_news(both, text, "The last 30 seconds are in the theatre: " + std::string(70, 'x'));
  constexpr std::ptrdiff_t foot = 1280 * 640;  // below the line of keys
  CHECK(std::equal(page.pixels().begin(), page.pixels().begin() + foot, both.pixels().begin()));
  CHECK(white_pixels(both) > white_pixels(page) + 100);
}

TEST_CASE("the page to pause on says what is shown, whichever key or row has shown it") {
  const Options options{.mode = Mode::bot};
  Pause pause(options, "");
  Overlays overlays(options.mode);
  const auto shown = [&] {
    show_choices(pause, overlays, nullptr);
    std::string words;
    for (const MenuLine& line : pause.page().lines) {
      if (line.value == "shown") words += line.label + ";";
    }
    return words;
  };
  CHECK(shown().empty());
  CHECK(overlays.take_key(SDL_SCANCODE_F1));
  CHECK(shown() == "Network;");
  CHECK(overlays.take_key(SDL_SCANCODE_F3));
  CHECK(shown() == "Network;Hit boxes;");
  CHECK(change_choice({Pause::Choice::network}, overlays, nullptr));
  CHECK(overlays.take_key(SDL_SCANCODE_F4));
  CHECK(shown() == "Hit boxes;Inputs;");
}

TEST_CASE("under the page to pause on there are neither cards nor banners") {
  State state = Arena::in_a_fight().state;
  State hurt = state;
  hurt.fighters[0].damage = 77;
  hurt.round_ticks_left = 100;
  CHECK_FALSE(are_equal(drawn(state, {}), drawn(hurt, {})));
  CHECK(are_equal(drawn(state, {.has_hud = false}), drawn(hurt, {.has_hud = false})));
}

}  // namespace counterpoint::test
