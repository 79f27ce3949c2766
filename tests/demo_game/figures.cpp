// How fighters and the camera are drawn over time: the impact of a blow, jumps and single steps of
// a replay, what the cards hide.

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "program/seat.hpp"
#include "recorded.hpp"
#include "render/arena.hpp"
#include "render/cast.hpp"
#include "render/painter.hpp"
#include "render/picture.hpp"
#include "render/strokes.hpp"

namespace counterpoint::test {

namespace {

float apart(Point one, Point other) { return length(one - other); }

bool is_struck(const Fighter& fighter) {
  return fighter.freeze > 0 && fighter.action_ticks == 0 &&
         (fighter.action == Action::reeling || fighter.action == Action::launched ||
          fighter.action == Action::shield_stunned);
}

/// The rows of a picture between the clock and the cards.
std::vector<std::uint32_t> middle_of(const Canvas& canvas) {
  const auto pixels = canvas.pixels();
  const auto columns = static_cast<std::size_t>(canvas.columns());
  const auto rows = static_cast<std::size_t>(canvas.rows());
  return {pixels.begin() + static_cast<long>(rows * 35 / 100 * columns),
          pixels.begin() + static_cast<long>(rows * 70 / 100 * columns)};
}

}  // namespace

TEST_CASE("in the impact of a blow the weapon is out and the victim recoils, from its first tick") {
  Arena arena(7);
  arena.join(0);
  arena.join(1);
  Random random(7);
  Cast cast;
  State previous = arena.state;
  int blows = 0, victims = 0;
  for (int tick = 0; tick < 7200; ++tick) {
    previous = arena.state;
    arena.let_bots_play(random);
    arena.tick();
    for (const float fraction : {0.3F, 0.8F}) {
      const Moment moment{previous, arena.state, fraction};
      for (std::size_t slot = 0; slot < 2; ++slot) {
        const Fighter& fighter = arena.fighter(slot);
        const Figure figure = cast.figure_of(moment, slot, {.seconds = 1.0F / 120});
        if (is_struck(fighter)) {
          ++victims;
          REQUIRE(figure.joints.neck.x < figure.joints.pelvis.x - 0.05F);
        }
        const bool is_striking = fighter.freeze > 0 && stretch_of(fighter) == Stretch::active;
        const Stroke& stroke = stroke_of(fighter.move);
        if (!is_striking || stroke.turns != 0) continue;
        ++blows;
        INFO("tick " << tick << ", " << name_of(fighter.move.value));
        const Joints out = joints_of(stroke.out);
        REQUIRE(apart(figure.joints.lead_arm.end - figure.joints.lead_arm.root,
                      out.lead_arm.end - out.lead_arm.root) < 0.01F);
      }
    }
  }
  CHECK(blows > 200);
  CHECK(victims > 200);
}

TEST_CASE("a fighter that is thrown through the air is drawn where it can be hit") {
  for (int character = 0; character < character_count; ++character) {
    for (const Fixed rising : {0.3_fx, 0.08_fx, 0_fx, -0.1_fx, -0.3_fx}) {
      Fighter fighter;
      fighter.character = static_cast<Character>(character);
      fighter.action = Action::launched;
      fighter.velocity = {0.2_fx, rising};
      const CharacterData& data = data_of(fighter.character);
      const float scale = build_of(fighter.character).scale;
      const Joints joints = joints_of(pose_of(fighter, 10, 0), -100);
      Point sum{};
      const Point body[] = {joints.head,           joints.neck,         joints.pelvis,
                            joints.lead_leg.joint, joints.lead_leg.end, joints.rear_leg.joint,
                            joints.rear_leg.end};
      for (const Point& point : body) {
        const Point at = point * scale;
        INFO(name_of(fighter.character.value) << " at " << at.x << ", " << at.y);
        CHECK(std::abs(at.x) < to_float(data.half_width) + 0.2F);
        CHECK(at.y > -0.05F);
        CHECK(at.y < to_float(data.height) + 0.05F);
        sum = sum + at;
      }
      CHECK(std::abs(sum.x / 7) < 0.12F);
    }
  }
}

TEST_CASE("boxes are drawn as far along as the body that they belong to") {
  Arena arena = Arena::at_distance(3_fx);
  const State previous = arena.state;
  State current = previous;
  current.fighters[0].position.x += 0.5_fx;
  const auto left_of = [&](float fraction) {
    Canvas canvas(640, 360);
    draw_boxes(canvas, camera_at({320, 300}, 60), {previous, current, fraction});
    const auto row = canvas.pixels().subspan(270 * 640, 640);
    std::size_t column = 0;
    while ((row[column] & 0xFFFFFF) == 0)
      ++column;
    return static_cast<float>(column);
  };
  CHECK(std::abs(left_of(1) - left_of(0) - 30) < 2);
  CHECK(std::abs(left_of(0.5F) - left_of(0) - 15) < 2);
}

TEST_CASE("the light of a swing ends at the weapon as soon as it can hit") {
  Fighter fighter;
  fighter.action = Action::attacking;
  fighter.move = Move::side_light;
  const MoveData& data = data_of(fighter.character, fighter.move);
  fighter.action_ticks = data.frames.startup;
  const auto ticks = static_cast<float>(fighter.action_ticks);
  Figure figure = figure_standing(fighter.character, pose_of(fighter, ticks, 0), 0);
  Canvas canvas(400, 400);
  const Camera camera = camera_at({200, 300}, 100);
  draw_swing(canvas, camera, fighter, figure, ticks);
  const float to = stroke_of(fighter.move).to;
  const float reach = to_float(data.boxes[0].far);
  const Point hub = figure.joints.pelvis + Point{0, 0.34F};
  float brightest = 0;
  for (float part = 0.6F; part < 1; part += 0.02F) {
    const Point at =
        camera.place(hub + Point{std::cos(to + 0.05F), std::sin(to + 0.05F)} * (reach * part));
    const std::size_t index = static_cast<std::size_t>(at.y) * 400 + static_cast<std::size_t>(at.x);
    brightest = std::max(brightest, static_cast<float>(canvas.pixels()[index] & 0xFF));
  }
  CHECK(brightest > 80);
}

TEST_CASE("a picture that is cut shows its moment alone, whatever was drawn before") {
  Arena arena = Arena::at_distance(3_fx);
  arena.run(30);
  const State early = arena.state;
  Random random(5);
  Canvas canvas(320, 180), fresh(320, 180);
  Painter used;
  for (int tick = 0; tick < 200; ++tick) {
    const State previous = arena.state;
    arena.let_bots_play(random);
    arena.tick();
    used.draw(canvas, {previous, arena.state, 0.5F}, {}, {.seconds = 1.0F / 60});
  }
  used.draw(canvas, {early, early}, {}, {.is_cut = true});
  Painter().draw(fresh, {early, early}, {}, {.is_cut = true});
  CHECK(std::equal(canvas.pixels().begin(), canvas.pixels().end(), fresh.pixels().begin()));
}

TEST_CASE("a replay that stands still shows the tick that it jumps or steps to, exactly") {
  const std::string match = record_match(scratch("counterpoint_step_test.tutti"));
  const std::string script = scratch("counterpoint_step_test.txt");
  const std::string picture = scratch("counterpoint_step_test.png");
  struct Way {
    const char* keys;
    std::int64_t tick;
  };
  for (const Way& way : {Way{"0.3 tap Space\n0.6 tap 7\n", 420},
                         Way{"0.3 tap Space\n0.6 tap 7\n0.8 tap .\n1.0 tap .\n", 422},
                         Way{"0.3 tap Space\n0.6 tap 9\n0.8 tap ,\n", 539}}) {
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    setenv("SDL_AUDIODRIVER", "dummy", 1);
    std::ofstream(script) << way.keys;
    auto screen = Screen::open({.title = "test", .width = 640, .height = 360});
    REQUIRE(screen);
    std::vector<std::uint32_t> shown;
    {
      Desk desk{.screen = std::move(*screen)};
      furnish(desk, true);
      REQUIRE(desk.director.read(script));
      REQUIRE(desk.director.add_picture("1.5:" + picture));
      auto session = tutti::watch<Counterpoint>(match, counted());
      REQUIRE(session);
      Seat(desk, std::move(*session), {.mode = Mode::watch, .file = match}).run();
      shown = middle_of(desk.screen.canvas());
    }
    SDL_Quit();
    auto session = tutti::watch<Counterpoint>(match, counted());
    session->playback()->seek(tutti::Tick{way.tick});
    session->playback()->set_paused(true);
    for (int pass = 0; pass < 2; ++pass)
      session->advance(tutti::Instant{});
    Captions captions;
    captions.progress.emplace();
    Canvas canvas(640, 360);
    Painter().draw(canvas, {session->previous_state(), session->state(), 1}, captions,
                   {.is_cut = true});
    INFO("tick " << way.tick);
    CHECK(shown == middle_of(canvas));
  }
  for (const std::string& file : {match, script, picture})
    std::filesystem::remove(file);
}

TEST_CASE("nobody hangs or falls behind the cards, with a timeline below them or without") {
  State state = Arena::in_a_fight().state;
  Canvas canvas(1280, 720);
  for (const bool has_timeline : {false, true}) {
    Captions captions;
    if (has_timeline) captions.progress.emplace();
    const Covered covered = covered_by_hud(canvas, state, captions);
    CHECK(covered.foot > 90);
    CHECK(covered.foot < 200);
    // Somebody falls as fast as anybody does, and the camera follows.
    Camera camera;
    bool is_first = true;
    for (float height = 3; height > -5.5F; height -= 0.24F) {
      const Point places[] = {{0, 0}, {6.5F, height}};
      const Camera wanted = frame(places, canvas, covered);
      camera = is_first ? wanted : follow(camera, wanted, 1.0F / 60);
      is_first = false;
      INFO("at " << height << " m, timeline " << has_timeline);
      REQUIRE(wanted.place(places[1]).y < 720 - covered.foot);
      REQUIRE(camera.place(places[1]).y < 720 - covered.foot);
      REQUIRE(camera.place(places[0]).y < 720 - covered.foot);
    }
  }
}

}  // namespace counterpoint::test
