// Controllers that go and come back, through pads that SDL makes up.

#include <cstdlib>
#include <memory>
#include <optional>

#include "program/controller_watch.hpp"
#include "program/virtual_pad.hpp"
#include "recorded.hpp"

namespace counterpoint::test {

namespace {

using tutti::test::contains;

/// A table with hands for so many players, and pads that are plugged in and pulled out.
class Table {
 public:
  explicit Table(std::size_t players) {
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    REQUIRE(SDL_Init(SDL_INIT_VIDEO | SDL_INIT_GAMECONTROLLER) == 0);
    hands.emplace(players);
  }
  ~Table() {
    hands.reset();
    SDL_Quit();
  }

  std::unique_ptr<VirtualPad> plug(int model) {
    auto pad = VirtualPad::plug(model);
    REQUIRE(pad);
    pump();
    return std::make_unique<VirtualPad>(std::move(*pad));
  }
  void pull(std::unique_ptr<VirtualPad>& pad) {
    pad.reset();
    pump();
  }
  /// The player whose hands a press of this pad is; 99 for nobody.
  std::size_t player_of(std::unique_ptr<VirtualPad>& pad) {
    pad->press(SDL_CONTROLLER_BUTTON_X, true);
    pump();
    std::size_t found = 99;
    for (std::size_t player = 0; player < 4; ++player)
      if (hands->controls(player).has(button::light)) found = player;
    pad->press(SDL_CONTROLLER_BUTTON_X, false);
    pump();
    return found;
  }
  void pump() {
    SDL_Event event;
    while (SDL_PollEvent(&event) != 0)
      hands->take(event);
  }

  std::optional<Hands> hands;
};

}  // namespace

TEST_CASE("a controller that is plugged in again is its player's again, and nobody else moves") {
  Table table(2);
  auto one = table.plug(1), other = table.plug(2);
  const std::size_t first = table.player_of(one), second = table.player_of(other);
  REQUIRE(first + second == 1);
  table.pull(one);
  CHECK(table.player_of(other) == second);
  CHECK(table.hands->waiting() == std::vector<std::size_t>{first});
  one = table.plug(1);
  CHECK(table.player_of(one) == first);
  CHECK(table.player_of(other) == second);
  CHECK(table.hands->waiting().empty());
}

TEST_CASE("of four players with controllers only the one who lost it waits") {
  Table table(4);
  std::vector<std::unique_ptr<VirtualPad>> pads;
  for (int model = 1; model <= 4; ++model)
    pads.push_back(table.plug(model));
  std::vector<std::size_t> players;
  for (auto& pad : pads)
    players.push_back(table.player_of(pad));
  CHECK(players == std::vector<std::size_t>{2, 3, 1, 0});
  table.pull(pads[1]);
  table.pull(pads[3]);
  CHECK(table.player_of(pads[0]) == 2);
  CHECK(table.player_of(pads[2]) == 1);
  CHECK(table.hands->waiting() == std::vector<std::size_t>{3, 0});
  // They come back the other way round.
  pads[3] = table.plug(4);
  CHECK(table.player_of(pads[3]) == 0);
  CHECK(table.hands->waiting() == std::vector<std::size_t>{3});
  pads[1] = table.plug(2);
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(table.player_of(pads[i]) == players[i]);
}

TEST_CASE("a new controller is for the player who lost one, and so are two that look alike") {
  Table table(4);
  auto one = table.plug(1), other = table.plug(1), third = table.plug(3);
  REQUIRE(table.player_of(one) == 2);
  REQUIRE(table.player_of(other) == 3);
  table.pull(third);
  auto stranger = table.plug(9);
  CHECK(table.player_of(stranger) == 1);
  // The place that was lost first is taken first.
  table.pull(other);
  table.pull(one);
  auto again = table.plug(1);
  CHECK(table.player_of(again) == 3);
  auto last = table.plug(1);
  CHECK(table.player_of(last) == 2);
}

TEST_CASE("controllers stay whose they are over the menu, and are dealt anew to another number") {
  Table table(1);
  auto one = table.plug(1), other = table.plug(2);
  CHECK(table.player_of(one) == 0);
  CHECK(table.player_of(other) == 0);
  table.hands->set_players(2);
  CHECK(table.player_of(one) == 0);
  CHECK(table.player_of(other) == 1);
  table.pull(one);
  table.hands->set_players(1);
  one = table.plug(1);
  table.hands->set_players(2);
  CHECK(table.player_of(one) == 0);
  CHECK(table.player_of(other) == 1);
  table.hands->set_players(4);
  CHECK(table.player_of(one) == 2);
  CHECK(table.player_of(other) == 3);
}

TEST_CASE("players are told whose controller has gone, and that it is back") {
  Table table(3);
  auto one = table.plug(1), other = table.plug(2);
  ControllerWatch watch(*table.hands);
  CHECK_FALSE(watch.update());
  table.pull(one);
  const auto gone = watch.update();
  REQUIRE(gone);
  CHECK(gone->is_loss);
  CHECK_THAT(gone->text, contains("player 3 waits"));
  CHECK_THAT(gone->text, !contains("keyboard"));
  table.pull(other);
  const auto more = watch.update();
  REQUIRE(more);
  CHECK_THAT(more->text, contains("player 3 and player 2"));
  one = table.plug(1);
  const auto back = watch.update();
  REQUIRE(back);
  CHECK_FALSE(back->is_loss);
  CHECK_THAT(watch.waiting(), contains("player 2 waits"));
  CHECK_THAT(watch.waiting(), contains("keyboard"));
}

}  // namespace counterpoint::test
