#include "tools/program.hpp"
#include "tutti/engine/catalog.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/verify.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

const std::string folders = " --games-dir " TUTTI_TEST_GAMES "/good ";

/// A match of 600 ticks of tally 1.9 in a file, with every 60th state's digest; `lie` plants a
/// wrong one.
std::string write_match(const std::string& name, bool lie) {
  const auto game = GameCatalog({TUTTI_TEST_GAMES "/good"}).find_any("tally@1.9");
  REQUIRE(game);
  MatchRecord record({.room = "K7Q2M",
                      .started_utc = 1'700'000'000,
                      .build = "a test",
                      .setup = game->setup(9, 2)});
  const Bytes joined = encode({.kind = EventKind::joined, .player = PlayerId{0}, .name = "Ada"});
  REQUIRE(record.log.add({Tick{1}, relay_author, 0, joined}) == Log::Added::yes);
  Random random(3);
  for (std::uint32_t i = 0; i < 50; ++i) {
    const Bytes payload = game->sample(random);
    REQUIRE(record.log.add({Tick{2 + 10 * i}, author_of(PlayerId{0}), i, payload}) ==
            Log::Added::yes);
  }
  record.log.close(Tick{600});
  auto verifier = Verifier::begin(*game, record);
  REQUIRE(verifier);
  std::vector<RecordedDigest> digests;
  while (!verifier->is_done()) {
    verifier->advance(60);
    const Tick tick = verifier->present();
    digests.push_back({tick, *record.log.head(tick), digest_state(*game, verifier->state())});
  }
  if (lie) digests[4].state.bytes[0] ^= std::byte{1};
  record.digests = digests;
  record.end = EndReason::everyone_left;
  const std::string path = scratch(name);
  REQUIRE(write_match_file(path, record));
  return path;
}

}  // namespace

TEST_CASE("replay info says what a match file holds, without its game") {
  const Ran ran = run_tutti("replay info " + write_match("info.tutti", false));
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, contains("tally@1.9+") && contains("K7Q2M") &&
                          contains("2023-11-14T22:13:20Z") && contains("Ada") &&
                          contains("everyone left"));
}

TEST_CASE("replay verify agrees with an honest file and names the tick of a lie") {
  const Ran honest =
      run_tutti("replay verify --json " + write_match("honest.tutti", false) + folders);
  CHECK(honest.status == 0);
  CHECK_THAT(honest.out,
             contains("\"verdict\": \"agrees\"") && contains("\"digests_compared\": 2"));

  const Ran lie = run_tutti("replay verify --json " + write_match("lie.tutti", true) + folders);
  CHECK(lie.status == 1);
  CHECK_THAT(lie.out,
             contains("\"verdict\": \"differs\"") && contains("\"first_different_tick\": 300"));
}

TEST_CASE("replay verify plays with no other rules than the file's") {
  const std::string path = write_match("rules.tutti", false);
  const Ran missing = run_tutti("replay verify " + path);
  CHECK(missing.status == 3);
  CHECK_THAT(missing.err, contains("no version 1.9 of tally"));
  const Ran other = run_tutti("replay verify --game tally@1.10 " + path + folders);
  CHECK(other.status == 3);
  CHECK_THAT(other.err, contains("tally@1.9+") && contains("tally@1.10+"));
}

TEST_CASE("a file that is cut off is read as far as it goes, and said to be bad") {
  const std::string path = write_match("cut.tutti", false);
  const auto bytes = posix_storage().read(path);
  REQUIRE(bytes);
  REQUIRE(posix_storage().replace(path, BytesView(*bytes).first(bytes->size() - 30)));
  const Ran ran = run_tutti("replay info " + path);
  CHECK(ran.status == 3);
  CHECK_THAT(ran.out, contains("damage") && contains("tally@1.9+"));
  const Ran none = run_tutti("replay info " + scratch("none.tutti"));
  CHECK(none.status == 3);
  CHECK_THAT(none.err, contains("none.tutti"));
}
