// A log is folded again, and the states are those that the players agreed on.

#include "tutti/replay/verify.hpp"

#include "matches.hpp"
#include "support/catch.hpp"
#include "tutti/replay/match_file.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

const AnyGame& tally() {
  static const AnyGame game = any_game<Tally>();
  return game;
}

// Tally with other rules: the same name, another version.
struct OtherTally : Tally {
  static constexpr const char* version = "2";
};

}  // namespace

TEST_CASE("a match verifies against the digests of its players") {
  const MatchRecord match = record_of(3600, 5, 60);
  const Result<Verification> result = verify(tally(), match, {.folds_all_ticks = true});
  REQUIRE(result);
  CHECK(result->verdict() == Verdict::agrees);
  CHECK(result->tick == Tick{3600});
  CHECK(result->events == match.log.events().size() - 1);
  CHECK(result->events > 500);
  CHECK(result->events_refused == 0);
  CHECK(result->digests_compared == 60);
  CHECK(result->digests_different == 0);
  CHECK_FALSE(result->first_different);
  CHECK(result->digest == match.digests.back().state);

  FoldDigest expected;
  for (const RecordedDigest& digest : digests_of(match.log, 1))
    expected.add(digest.tick, digest.state);
  CHECK(result->all_ticks == expected);
}

TEST_CASE("a wrong digest is found, and its tick") {
  for (const std::size_t planted : {0U, 20U, 59U}) {
    MatchRecord match = record_of(3600, 5, 60);
    match.digests[planted].state.bytes[7] ^= std::byte{1};
    const Result<Verification> result = verify(tally(), match);
    REQUIRE(result);
    CHECK(result->verdict() == Verdict::differs);
    CHECK(result->first_different == match.digests[planted].tick);
    CHECK(result->digests_different == 1);
    CHECK(result->digests_compared == 60);
  }
}

TEST_CASE("a changed event makes every later digest differ") {
  // Given a match, and the same match in which somebody pressed something else at tick 1801
  const MatchRecord match = record_of(3600, 5, 60);
  MatchRecord changed(opening_of("KAZOO"));
  bool is_changed = false;
  for (const EventView& event : match.log.events().subspan(1)) {
    Event copy = to_owned(event);
    if (!is_changed && event.tick > Tick{1800} && event.payload.size() == 1 &&
        copy.payload != hold(3)) {
      copy.payload = hold(3);
      is_changed = true;
    }
    changed.log.add(copy);
  }
  changed.log.close(match.log.horizon());
  REQUIRE(is_changed);
  // When its digests claim to belong to the changed log
  changed.digests = match.digests;
  for (RecordedDigest& digest : changed.digests)
    digest.head = *changed.log.head(digest.tick);
  // Then the first one after the change differs
  const Result<Verification> result = verify(tally(), changed);
  REQUIRE(result);
  CHECK(result->first_different == Tick{1860});
  CHECK(result->digests_different == 30);
}

TEST_CASE("a digest of another log is not compared") {
  MatchRecord match = record_of(600, 5, 60);
  match.digests[4].head.bytes[0] ^= std::byte{1};
  match.digests[4].state = Digest{};
  const Result<Verification> result = verify(tally(), match);
  REQUIRE(result);
  CHECK(result->verdict() == Verdict::agrees);
  CHECK(result->digests_compared == 9);
  CHECK(result->digests_foreign == 1);
}

TEST_CASE("a match without digests proves nothing") {
  MatchRecord match = record_of(600, 5, 60);
  match.digests.clear();
  const Result<Verification> result = verify(tally(), match);
  REQUIRE(result);
  CHECK(result->verdict() == Verdict::unproven);
  CHECK(result->tick == Tick{600});
}

TEST_CASE("events that the game refuses are counted and change nothing") {
  // Given a match into which a player sent what the rules refuse and what is no event at all
  MatchRecord match(opening_of("KAZOO"));
  for (const Event& event : play(300, 5))
    match.log.add(event);
  match.log.close(Tick{300});
  const Result<Verification> before = verify(tally(), match);
  match.log.add({Tick{301}, author_of(PlayerId{1}), 900, hold(100)});
  match.log.add({Tick{302}, author_of(PlayerId{1}), 901, as_bytes("nonsense")});
  match.log.close(Tick{400});
  // Then both are counted
  const Result<Verification> after = verify(tally(), match);
  REQUIRE(before);
  REQUIRE(after);
  CHECK(after->events == before->events + 2);
  CHECK(after->events_refused == 2);
}

TEST_CASE("a log is never played with other rules") {
  const MatchRecord match = record_of(60, 5, 60);
  const AnyGame other = any_game<OtherTally>();
  const Result<Verification> result = verify(other, match);
  REQUIRE_FALSE(result);
  CHECK(result.error().fault == Fault::bad_data);
  CHECK_THAT(result.error().sentence, contains(tally().rules()));
  CHECK_THAT(result.error().sentence, contains(other.rules()));

  MatchOpening crowd = opening_of("KAZOO");
  crowd.setup.players = 9;
  const Result<Verification> crowded = verify(tally(), MatchRecord(crowd));
  REQUIRE_FALSE(crowded);
  CHECK_THAT(crowded.error().sentence, contains("9 players"));
}

TEST_CASE("a verification goes on in steps and ends where the log is final") {
  const MatchRecord match = record_of(1000, 5, 60);
  Result<Verifier> verifier = Verifier::begin(tally(), match);
  REQUIRE(verifier);
  CHECK(verifier->last() == Tick{1000});
  CHECK_FALSE(verifier->advance(300));
  CHECK(verifier->present() == Tick{300});
  CHECK(verifier->result().digests_compared == 5);
  CHECK(verifier->result().digest == match.digests[4].state);
  CHECK_FALSE(verifier->advance(699));
  CHECK(verifier->advance(300));
  CHECK(verifier->is_done());
  CHECK(verifier->present() == Tick{1000});
  CHECK(verifier->result().digest == verify(tally(), match)->digest);
}

TEST_CASE("a written match verifies as the played one") {
  const MatchRecord match = record_of(3600, 5, 60);
  const Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  const Result<Verification> result = verify(tally(), read->record);
  REQUIRE(result);
  CHECK(result->verdict() == Verdict::agrees);
  CHECK(result->digests_compared == 12);
}
