// Pictures without a display: shapes cover what they should, every pose is a body, sheets are
// saved.

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "arena.hpp"
#include "recorded.hpp"
#include "render/contact_sheet.hpp"
#include "render/painter.hpp"

namespace counterpoint::test {

namespace {

constexpr Colour white{255, 255, 255, 255};

/// White on black: the covered area in pixels.
double area_of(const Canvas& canvas) {
  double area = 0;
  for (const std::uint32_t pixel : canvas.pixels())
    area += static_cast<double>(pixel & 0xFF) / 255;
  return area;
}

double area_of_polygon(std::span<const Point> corners) {
  Canvas canvas(64, 64);
  canvas.polygon(corners, white);
  return area_of(canvas);
}

float distance(Point a, Point b) { return length(a - b); }

void check_limb(const Limb& limb, float longest) {
  REQUIRE(std::isfinite(limb.joint.x + limb.joint.y + limb.end.x + limb.end.y));
  REQUIRE(distance(limb.root, limb.end) < longest);
}

}  // namespace

TEST_CASE("a shape covers exactly its area, wherever its edges fall between pixels") {
  const Point square[] = {{10.25F, 10.5F}, {20.75F, 10.5F}, {20.75F, 31.25F}, {10.25F, 31.25F}};
  CHECK(std::abs(area_of_polygon(square) - 10.5 * 20.75) < 0.6);
  const Point triangle[] = {{5.3F, 50.1F}, {60.2F, 44.7F}, {31.9F, 3.3F}};
  CHECK(std::abs(area_of_polygon(triangle) - 0.5 * std::abs(54.9 * -46.8 - 26.6 * -5.4)) < 4);
  const Point thin[] = {{2, 20.2F}, {60, 20.2F}, {60, 20.7F}, {2, 20.7F}};
  CHECK(std::abs(area_of_polygon(thin) - 58 * 0.5) < 0.6);
}

TEST_CASE("the direction of a shape's corners does not matter, nor do dents") {
  const Point arrow[] = {{10, 10}, {50, 30}, {10, 50}, {20, 30}};
  const Point reversed[] = {{20, 30}, {10, 50}, {50, 30}, {10, 10}};
  CHECK(std::abs(area_of_polygon(arrow) - 600) < 3);
  CHECK(std::abs(area_of_polygon(reversed) - 600) < 3);
}

TEST_CASE("shapes that stick out of the picture are cut, not wrapped") {
  const Point wide[] = {{-500, 10}, {500, 10}, {500, 20}, {-500, 20}};
  CHECK(std::abs(area_of_polygon(wide) - 640) < 1);
  const Point far_away[] = {{100, 100}, {200, 100}, {200, 200}};
  CHECK(area_of_polygon(far_away) == 0);
  const Point slanted[] = {{-20, -20}, {84, 84}, {-20, 84}};
  CHECK(std::abs(area_of_polygon(slanted) - 2048) < 40);
  Canvas canvas(64, 64);
  canvas.circle({0, 0}, 1000, white);
  CHECK(std::abs(area_of(canvas) - 4096) < 1);
  Mask mask{3, 2, {255, 255, 255, 255, 255, 255}};
  Canvas small(4, 4);
  small.mask(mask, -1, -1, white);
  small.mask(mask, 3, 3, white);
  CHECK(std::abs(area_of(small) - 3) < 0.1);
}

TEST_CASE("half opaque is half of each") {
  Canvas canvas(8, 8);
  canvas.rectangle({0, 0, 8, 8}, white.faded(0.5F));
  CHECK(std::abs(area_of(canvas) - 32) < 0.5);
}

TEST_CASE("in every action of a fighter, at any time in it, its pose is a body") {
  Fighter fighter;
  for (int action = 0; action < action_count; ++action) {
    for (int move = 0; move < move_count; ++move) {
      for (float ticks = 0; ticks < 90; ticks += 0.7F) {
        fighter.action = static_cast<Action>(action);
        fighter.move = static_cast<Move>(move);
        fighter.action_length = static_cast<std::uint16_t>(move * 20);
        const Joints joints = joints_of(pose_of(fighter, ticks, ticks / 60));
        for (const Limb* leg : {&joints.lead_leg, &joints.rear_leg}) {
          check_limb(*leg, 0.87F);
          REQUIRE(leg->end.y > 0);
        }
        check_limb(joints.lead_arm, 0.6F);
        check_limb(joints.rear_arm, 0.6F);
        REQUIRE(joints.head.y > 0);
      }
    }
  }
}

TEST_CASE("the camera keeps both fighters in the picture") {
  const Canvas canvas(1280, 720);
  const float edge = to_float(stage_half_width);
  for (float first = -edge; first <= edge; first += 0.5F) {
    for (float second = -edge; second <= edge; second += 0.5F) {
      const Point places[] = {{first, 0}, {second, 1.5F}};
      const Camera camera = frame(places, canvas);
      for (const float x : {first, second}) {
        REQUIRE(camera.place({x - 0.35F, 0}).x > 0);
        REQUIRE(camera.place({x + 0.35F, 0}).x < canvas.width());
      }
      REQUIRE(camera.place({second, 3.2F}).y > 0);
      REQUIRE(camera.place({first, 0}).y < canvas.height());
    }
  }
}

TEST_CASE("a fighter who falls past the stage or flies above it stays in the picture") {
  const Canvas canvas(1280, 720);
  for (float height = -3; height <= 7; height += 0.5F) {
    const Point places[] = {{0, 0}, {7.5F, height}};
    const Camera camera = frame(places, canvas);
    const Point feet = camera.place(places[1]), head = camera.place(places[1] + Point{0, 1.9F});
    INFO("at " << height << " m");
    CHECK(head.y > 0);
    CHECK(feet.y < canvas.height());
    CHECK(feet.x < canvas.width());
  }
}

TEST_CASE("the three fighters are told apart by their shapes alone") {
  std::set<int> areas;
  for (int character = 0; character < character_count; ++character) {
    Canvas canvas(200, 200);
    const auto who = static_cast<Character>(character);
    const Figure figure = figure_standing(who, Pose{}, 0);
    Look blank;
    for (Colour* colour : {&blank.cloth, &blank.cloth_dark, &blank.sleeve, &blank.skin,
                           &blank.skin_dark, &blank.belt, &blank.hair, &blank.band}) {
      *colour = white;
    }
    draw_figure(canvas, camera_at({100, 190}, 85), figure, blank);
    const double area = area_of(canvas);
    CHECK(area > 2000);
    areas.insert(static_cast<int>(area / 700));
  }
  CHECK(areas.size() == character_count);
}

TEST_CASE("every move is drawn in its own way, and back to how it began") {
  Fighter fighter;
  fighter.action = Action::attacking;
  fighter.footing = 1;
  std::set<std::pair<int, int>> hands;
  for (int move = 1; move < move_count; ++move) {
    fighter.move = static_cast<Move>(move);
    const MoveData& data = data_of(fighter.character, fighter.move);
    const auto active = static_cast<float>(data.frames.startup) + 1;
    const Joints out = joints_of(pose_of(fighter, active, 0));
    hands.emplace(static_cast<int>(out.lead_arm.end.x * 100),
                  static_cast<int>(out.lead_arm.end.y * 100));
    const Joints end = joints_of(pose_of(fighter, static_cast<float>(data.total()), 0));
    CHECK(distance(end.lead_leg.end, joints_of(Pose{}).lead_leg.end) < 0.01F);
  }
  CHECK(hands.size() > move_count - 6);
}

TEST_CASE("choosing and the result are drawn for one to four players, on screens of any shape") {
  Painter painter;
  for (std::uint8_t players = 1; players <= fighters_max; ++players) {
    Arena arena(1, players);
    for (std::uint8_t slot = 0; slot < players; ++slot)
      arena.join(slot);
    arena.run(30);
    for (const Phase phase : {Phase::selecting, Phase::result}) {
      State state = arena.state;
      state.phase = phase;
      for (Fighter& fighter : state.fighters)
        fighter.is_in_match = fighter.is_present;
      for (const auto& [width, height] :
           {std::pair(1280, 720), {320, 180}, {500, 700}, {900, 200}}) {
        Canvas canvas(width, height);
        painter.draw(canvas, {state, state}, {.room = "K7Q2M"}, {.is_cut = true});
        const std::set<std::uint32_t> colours(canvas.pixels().begin(), canvas.pixels().end());
        CHECK(colours.size() > 100);
      }
    }
  }
}

TEST_CASE("a minute of a fight is drawn, between ticks too, with everything that sparks") {
  Arena arena(3);
  arena.join(0);
  arena.join(1);
  Random random(3);
  Canvas canvas(320, 180);
  Painter painter;
  CHECK(painter.complaint().empty());
  std::set<std::uint32_t> colours;
  std::size_t shown = 0;
  State previous = arena.state;
  for (int i = 0; i < 3600; ++i) {
    previous = arena.state;
    arena.let_bots_play(random);
    arena.tick();
    for (; shown < arena.effects.size(); ++shown)
      painter.sparks().add(arena.effects[shown]);
    if (i % 40 != 0) continue;
    painter.draw(canvas, {previous, arena.state, 0.4F}, {}, {.seconds = 1.0F / 60});
    if (i % 400 == 0) colours.insert(canvas.pixels().begin(), canvas.pixels().end());
  }
  CHECK(colours.size() > 1000);
}

TEST_CASE("the longest name stays within the picture, whoever wins") {
  State state = Arena::in_a_fight().state;
  state.outcome = Outcome::won;
  const std::string longest(tutti::limits::name_bytes, 'W');
  for (const Phase phase : {Phase::round_over, Phase::result}) {
    state.phase = phase;
    state.phase_ticks = 80;
    const auto edge_of = [&](const std::string& name) {
      Canvas canvas(960, 540);
      Painter painter;
      painter.draw(canvas, {state, state}, {.names = {name, "B", "C", "D"}}, {.is_cut = true});
      std::vector<std::uint32_t> edge;
      for (std::size_t row = 0; row < 540; ++row)
        edge.push_back(canvas.pixels()[row * 960 + 1]);
      return edge;
    };
    CHECK(edge_of(longest) == edge_of("A"));
  }
}

TEST_CASE("a spark that did not happen is taken back") {
  Sparks sparks;
  const Effect hit{.kind = Effect::hit, .player = 1, .move = 2, .strength = 14};
  sparks.add(hit);
  CHECK_FALSE(sparks.shake(100) == Point{});
  Effect elsewhere = hit;
  elsewhere.position.x = 1_fx;
  sparks.cancel(elsewhere);
  CHECK(sparks.shake(100) == Point{});
}

TEST_CASE(
    "a contact sheet is a picture file, and a sheet that cannot be drawn is refused with a "
    "reason") {
  const std::string path = scratch("counterpoint_sheet_test.png");
  const std::vector<Shot> shots(5, Shot{Arena::in_a_fight().state, "the same moment", {}});
  REQUIRE(save_contact_sheet(shots, path, {.columns = 3, .width = 160, .height = 90}));
  std::ifstream file(path, std::ios::binary);
  char magic[4] = {};
  file.read(magic, 4);
  CHECK(std::string(magic + 1, 3) == "PNG");
  CHECK(std::filesystem::file_size(path) > 10'000);
  std::filesystem::remove(path);

  CHECK_FALSE(save_contact_sheet({}, path));
  CHECK_FALSE(save_contact_sheet(shots, path, {.columns = 1, .width = 9000, .height = 9000}));
  const auto refused = save_contact_sheet(shots, "/no/such/folder/sheet.png");
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().sentence, tutti::test::contains("/no/such/folder/sheet.png"));
}

TEST_CASE("the frame meter says who is free sooner after both were busy") {
  FrameMeter meter;
  State state;
  const auto tick = [&](Action first, Action second) {
    state.fighters[0].action = first;
    state.fighters[1].action = second;
    meter.add(state);
  };
  tick(Action::standing, Action::reeling);
  tick(Action::standing, Action::standing);
  CHECK_FALSE(meter.advantage);
  tick(Action::landing, Action::reeling);
  tick(Action::standing, Action::reeling);
  tick(Action::standing, Action::reeling);
  tick(Action::standing, Action::standing);
  REQUIRE(meter.advantage);
  CHECK(*meter.advantage == 2);
  tick(Action::landing, Action::reeling);
  tick(Action::landing, Action::standing);
  tick(Action::standing, Action::standing);
  CHECK(*meter.advantage == -1);
}

TEST_CASE("where the usual font is missing, another one is found that can be read") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "counterpoint_fonts_test";
  std::filesystem::create_directories(folder / "deep");
  CHECK(readable_font({folder.string(), "/nowhere"}).empty());
  for (const char* name : {"A-Serif.ttf", "NotoSansSymbols.ttf", "deep/B-Sans-Bold.otf",
                           "deep/C-Sans.ttf", "deep/D-Sans.ttf", "deep/A-Sans.txt"})
    std::ofstream(folder / name) << "font";
  CHECK(readable_font({"/nowhere", folder.string()}) == (folder / "deep/C-Sans.ttf").string());
  std::filesystem::remove_all(folder);
}

}  // namespace counterpoint::test
