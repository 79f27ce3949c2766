// A match that is over becomes one file and comes back from it.

#include "tutti/replay/match_file.hpp"

#include "matches.hpp"
#include "support/catch.hpp"
#include "tutti/replay/simulated_storage.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("a match that is written comes back the same") {
  for (const std::int64_t ticks : {2, 60, 3600, 36000}) {
    const MatchRecord match = record_of(ticks, 5, 60);
    const Bytes file = write_match(match);
    const Result<ReadMatch> read = read_match(file);
    REQUIRE(read);
    CHECK_FALSE(read->damage);
    CHECK(is_same(read->record, match));
    CHECK(write_match(read->record) == file);
  }
}

TEST_CASE("a match that is still open is written with what is not yet final") {
  // Given far more events after the horizon than fit into one batch
  MatchRecord match(opening_of("KAZOO"));
  for (const Event& event : play(6000, 20))
    match.log.add(event);
  match.log.close(Tick{80});
  const Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(is_same(read->record, match));
  CHECK(read->record.log.horizon() == Tick{80});
}

TEST_CASE("a match file of two players costs less than 2 KB a minute") {
  // Ten minutes, five changes a second each, the states' digests agreed on every five seconds.
  const Bytes file = write_match(record_of(36000, 5, 300));
  const Bytes silent = write_match(record_of(36000, 5, 36001));
  CHECK(file.size() / 10 == 1653);
  CHECK(silent.size() / 10 == 1419);
}
