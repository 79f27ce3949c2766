#include "tutti/engine/catalog.hpp"

#include <fstream>

#include "support/catch.hpp"
#include "tutti/sim/rehearsal.hpp"

using namespace tutti;
using tutti::test::contains;
namespace fs = std::filesystem;

namespace {

/// Where tests/games was built to.
fs::path games(const char* folder) { return fs::path(TUTTI_TEST_GAMES) / folder; }

/// Plays one player's arbitrary events until the game differs from itself.
std::optional<Divergence> rehearse(const AnyGame& game, int ticks) {
  Rehearsal rehearsal(game, game.setup(1, 2), 8);
  Random random(1);
  for (int i = 0; i < ticks; ++i) {
    const Event event{{}, author_of(PlayerId{0}), 0, game.sample(random)};
    const EventView view = event;
    if (auto found = rehearsal.step({&view, 1})) return found;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("versions are ordered as people read them") {
  CHECK((compare_versions("1.9", "1.10") < 0));
  CHECK((compare_versions("2", "1.10") > 0));
  CHECK((compare_versions("1.2", "1.2.1") < 0));
  CHECK((compare_versions("1.a", "1.b") < 0));
  CHECK((compare_versions("1.007", "1.7") == 0));
  CHECK((compare_versions("123456789012345678901", "123456789012345678900") > 0));
  CHECK((compare_versions("", "0") < 0));
}

TEST_CASE("a catalog lists what is named like a module, the highest version first") {
  const GameCatalog catalog({games("good"), games("nowhere"), games("other")});
  std::vector<std::string> names;
  for (const GameFile& file : catalog.list())
    names.push_back(file.name + "@" + file.version);
  CHECK(names == std::vector<std::string>{"pendulum@1", "tally@1.10", "tally@1.9", "tally@1.9",
                                          "tally@1.2", "tug@1"});
  CHECK(catalog.list()[2].path.parent_path() == games("good"));
}

TEST_CASE("a name finds the highest version, and a version itself") {
  const GameCatalog catalog({games("good")});
  REQUIRE(catalog.find("tally"));
  CHECK(catalog.find("tally")->version() == "1.10");
  CHECK(catalog.find_any("tally")->version() == "1.10");
  CHECK(catalog.find_any("tally@1.2")->version() == "1.2");
  CHECK(catalog.find_any((games("good") / "tally@1.9.so").string())->version() == "1.9");
}

TEST_CASE("rules find exactly their module, among other builds of the same version too") {
  const GameCatalog catalog({games("good"), games("other")});
  const auto good = GameCatalog::load(games("good") / "tally@1.9.so");
  const auto other = GameCatalog::load(games("other") / "tally@1.9.so");
  REQUIRE(good);
  REQUIRE(other);
  REQUIRE(good->rules() != other->rules());

  REQUIRE(catalog.find_rules(other->rules()));
  CHECK(catalog.find_rules(other->rules())->rules() == other->rules());
  CHECK(catalog.find_any(good->rules())->rules() == good->rules());
}

TEST_CASE("versions of one game play side by side, each by its own rules") {
  const GameCatalog catalog({games("good")});
  const auto sum_after_a_pull = [&](const char* version) {
    const auto game = catalog.find_any(version);
    REQUIRE(game);
    StateBox state = start(*game, game->setup(1, 2));
    const Event pull{Tick{1}, author_of(PlayerId{0}), 0, Bytes{std::byte{1}}};
    const EventView view = pull;
    step_state(*game, state.get(), {&view, 1}, nullptr);
    return list_fields(*game, state.get())[2].value;
  };
  CHECK(sum_after_a_pull("tally@1.9") == "19");
  CHECK(sum_after_a_pull("tally@1.10") == "110");
  CHECK(sum_after_a_pull("tally@1.2") == "12");
}

TEST_CASE("a module stays loaded as long as a state of its game lives") {
  std::optional<StateBox> state;
  {
    auto game = GameCatalog::load(games("good") / "pendulum@1.so");
    REQUIRE(game);
    state.emplace(start(*game, game->setup(7, 1)));
  }
  const AnyGame game = state->game();
  for (int i = 0; i < 100; ++i)
    step_state(game, state->get(), {}, nullptr);
  CHECK(list_fields(game, state->get())[0].path == "place");
}

TEST_CASE("a module in C plays like any other") {
  const auto game = GameCatalog({games("good")}).find("pendulum");
  REQUIRE(game);
  StateBox state = start(*game, game->setup(7, 1));
  CHECK(list_fields(*game, state.get())[0].value == "1007");
  step_state(*game, state.get(), {}, nullptr);
  CHECK(list_fields(*game, state.get())[1].value == "-62");
  CHECK_FALSE(rehearse(*game, 100));
}

TEST_CASE("a missing game is an error that lists the games there are") {
  const GameCatalog catalog({games("good")});
  const auto sentence = [&](const char* text) {
    const auto game = catalog.find_any(text);
    REQUIRE_FALSE(game);
    return game.error().sentence;
  };
  CHECK_THAT(sentence("chess"), contains("no game called chess") && contains("tally@1.10"));
  CHECK_THAT(sentence("tally@3"), contains("no version 3 of tally") && contains("tally@1.2"));
  CHECK_THAT(sentence("tally@3+00"), contains("no version 3 of tally"));
  CHECK_THAT(sentence("tally@1.9+00"), contains("tally@1.9.so is tally@1.9+"));
  CHECK_THAT(sentence("tally+00"), contains("names no rules"));
  CHECK_THAT(sentence("./nothing.so"), contains("there is no file"));
  const auto nothing = GameCatalog({games("nowhere")}).find("tally");
  CHECK_THAT(nothing.error().sentence, contains("no game module") && contains("nowhere"));
}

TEST_CASE("a library that is no module of this engine is refused with the reason") {
  const auto sentence = [&](const fs::path& file) {
    const auto game = GameCatalog::load(file);
    REQUIRE_FALSE(game);
    CHECK(game.error().fault == Fault::bad_data);
    return game.error().sentence;
  };
  CHECK_THAT(sentence(games("bad") / "no_symbol@1.so"), contains("TUTTI_GAME_MODULE(Game)"));
  CHECK_THAT(sentence(games("bad") / "other_abi@1.so"), contains("interface 99"));
  CHECK_THAT(sentence(games("bad")), contains("there is no file"));

  const fs::path text = fs::path(TUTTI_TEST_GAMES) / "text.so";
  std::ofstream(text) << "not a library";
  CHECK_THAT(sentence(text), contains("cannot load") && contains("text.so"));

  const auto misnamed = GameCatalog({games("bad")}).find("misnamed");
  REQUIRE_FALSE(misnamed);
  CHECK_THAT(misnamed.error().sentence, contains("rename it to tally@2.so"));
}

TEST_CASE("a module that would play another one's rules is refused") {
  const auto first = GameCatalog::load(games("visible") / "tally@1.so");
  REQUIRE(first);
  const auto second = GameCatalog::load(games("visible") / "tally@2.so");
  REQUIRE_FALSE(second);
  CHECK_THAT(second.error().sentence, contains("-fvisibility=hidden"));
}

TEST_CASE("rehearsal finds what makes a game differ from itself, its tick and field") {
  const char* fault = GENERATE("uninitialised_local", "clock", "static_counter", "unsaved_field");
  CAPTURE(fault);
  const auto game = GameCatalog({games("faulty")}).find(fault);
  REQUIRE(game);
  const auto found = rehearse(*game, 100);
  REQUIRE(found);
  CHECK(found->tick == Tick{40});
  REQUIRE(found->fields.size() == 1);
  CHECK(found->fields[0].path == "score");
  CHECK(found->fields[0].left != found->fields[0].right);
}

TEST_CASE("rehearsal finds nothing in a game that is what it should be") {
  const auto game = GameCatalog({games("good")}).find("tally");
  REQUIRE(game);
  CHECK_FALSE(rehearse(*game, 300));
}
