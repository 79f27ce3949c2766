#pragma once
// A match file for the tests of the command line.

#include "tools/program.hpp"
#include "tutti/engine/catalog.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/verify.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::test {

/// A match of 600 ticks of tally 1.9 in a file, with every 60th state's digest; `lie` plants a
/// wrong one.
inline std::string tally_match(const std::string& name, bool lie = false) {
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

}  // namespace tutti::test
