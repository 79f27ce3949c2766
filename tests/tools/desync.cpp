#include "tutti/replay/desync.hpp"

#include "tools/program.hpp"
#include "tutti/engine/catalog.hpp"
#include "tutti/replay/machine_words.hpp"
#include "tutti/replay/storage.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// Evidence of a bit that flipped in the second player's state at tick 90: `left` the number that
/// it held, `right` the one that it should have had.
struct Planted {
  std::string path;
  std::string left;
  std::string right;
};

/// By default the second player was wrong, and mended.
Planted plant(const std::string& name, DesyncVerdict verdict = DesyncVerdict::mended) {
  const auto game = GameCatalog({TUTTI_TEST_GAMES "/good"}).find_any("tally@1.9");
  REQUIRE(game);
  MatchRecord match({.room = "K7Q2M", .build = "a test", .setup = game->setup(9, 2)});
  for (std::uint8_t slot = 0; slot < 2; ++slot) {
    const Bytes join = encode(
        {.kind = EventKind::joined, .player = PlayerId{slot}, .name = slot == 0 ? "Ada" : "Bob"});
    REQUIRE(match.log.add({Tick{1}, relay_author, slot, join}) == Log::Added::yes);
  }
  REQUIRE(match.log.add({Tick{89}, author_of(PlayerId{0}), 0, Bytes{std::byte{3}}}) ==
          Log::Added::yes);
  match.log.close(Tick{130});
  StateBox state = start(*game, match.log.setup());
  DesyncSide good{.player = PlayerId{0}, .machine = "clang++ 14"};
  for (Tick tick{1}; tick <= Tick{120}; ++tick) {
    step_state(*game, state.get(), match.log.events_at(tick), nullptr);
    if (tick == Tick{89}) save_state(*game, state.get(), good.before);
    if (tick == Tick{90}) save_state(*game, state.get(), good.refolded_state);
  }
  good.reported = good.refolded = digest_state(*game, state.get());
  good.held_tick = Tick{90};
  good.held = good.refolded_state;
  DesyncSide bad = good;
  bad.player = PlayerId{1};
  bad.reported = {};
  bad.fault = Tick{90};
  bad.held.front() ^= std::byte{16};  // of the first score
  DesyncBundle bundle{{.tick = Tick{120}, .agreed = Tick{60}, .first = Tick{90}}, {good, bad}};
  bundle.finding.verdict = verdict;
  bundle.finding.wrong = verdict == DesyncVerdict::disputed ? 0 : 2;
  const std::string path = scratch(name);
  REQUIRE(posix_storage().replace(path, write_desync(match, bundle)));
  return {path, "19", "3"};
}

}  // namespace

TEST_CASE("desync says since when, in which field and whose state was wrong") {
  const Planted planted = plant("planted.desync");
  const Ran ran = run_tutti("desync --json " + planted.path + good_games);
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, contains("\"first_tick\": 90") && contains("\"verdict\": \"mended\"") &&
                          contains("player 1 (Bob) was wrong since tick 90") &&
                          contains("\"field\": \"pulls[0]\"") &&
                          contains("\"left\": \"" + planted.left + "\"") &&
                          contains("\"right\": \"" + planted.right + "\"") &&
                          contains("tick 89: player 0 (Ada), bytes 03") &&
                          contains("flipped in memory") && contains("clang++ 14"));
}

TEST_CASE("desync blames nobody where states were the same again before the machines were asked") {
  const Ran ran =
      run_tutti("desync " + plant("healed.desync", DesyncVerdict::disputed).path + good_games);
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, contains("differed since tick 90, and were the same again at tick 120"));
}

TEST_CASE("desync without the game shows bytes and says why") {
  const Ran ran = run_tutti("desync " + plant("bytes.desync").path);
  CAPTURE(ran.out, ran.err);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, contains("byte 0") && contains("90"));
  CHECK_THAT(ran.err, contains("tally"));
}

TEST_CASE("desync refuses what is no evidence, and says that a cut one is damaged") {
  const std::string path = plant("cut.desync").path;
  const auto bytes = posix_storage().read(path);
  REQUIRE(bytes);
  REQUIRE(posix_storage().replace(path, BytesView(*bytes).first(bytes->size() - 5)));
  const Ran cut = run_tutti("desync " + path + good_games);
  CHECK(cut.status == 3);
  CHECK_THAT(cut.out, contains("damage"));
  CHECK(run_tutti("desync " + scratch("none.desync")).status == 3);
}

namespace {

/// The causes that are named for two machines that fold differently and say this of themselves.
std::string causes_between(const MachineWords& one, const MachineWords& other) {
  const Planted planted = plant("machines.desync");
  const auto bytes = posix_storage().read(planted.path);
  REQUIRE(bytes);
  auto read = read_desync(*bytes);
  REQUIRE(read);
  read->bundle.finding.verdict = DesyncVerdict::disputed;
  read->bundle.sides[0].machine = to_text(one);
  read->bundle.sides[1].machine = to_text(other);
  REQUIRE(posix_storage().replace(planted.path, write_desync(read->match.record, read->bundle)));
  const Ran ran = run_tutti("desync --json " + planted.path + good_games);
  CHECK(ran.status == 0);
  const std::size_t causes = ran.out.find("usual_causes");
  REQUIRE(causes != ran.out.npos);
  return ran.out.substr(causes);
}

}  // namespace

TEST_CASE("desync names the cause where the machines' own words show it") {
  const MachineWords usual{.build = "g++ 12.2.0 x86-64",
                           .processor = "AMD EPYC",
                           .libraries = {{"libm.so.6", "1a2b3c4d"}, {"libc.so.6", "00c0ffee"}}};
  const auto floats = contains("rounds or flushes floats otherwise");
  const auto libraries = contains("is loaded everywhere");
  const auto builds = contains("built differently");
  const auto processors = contains("processors are not the same");
  MachineWords other = usual;
  other.libraries["libSDL2-2.0.so.0"] = "12345678";  // a window's, which decides nothing
  CHECK_THAT(causes_between(usual, other), !floats && !libraries && !builds && !processors);
  other = usual;
  other.floats = "rounds upwards";
  CHECK_THAT(causes_between(usual, other), floats && !libraries && !builds && !processors);
  other = usual;
  other.libraries["libm.so.6"] = "5e6f7081";
  CHECK_THAT(causes_between(usual, other),
             libraries && contains("libm.so.6 (1a2b3c4d, 5e6f7081)") && !contains("libc.so.6") &&
                 !floats && !builds && !processors);
  other = usual;
  other.build = "clang++ 14.0.6 x86-64";
  CHECK_THAT(causes_between(usual, other), builds && !floats && !libraries && !processors);
  other = usual;
  other.processor = "Intel Xeon";
  CHECK_THAT(causes_between(usual, other), processors && !floats && !libraries && !builds);
}
