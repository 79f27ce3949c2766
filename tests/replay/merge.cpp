// One match out of several files of it: from all writers, nothing is lost and nothing is there
// twice; files of different matches are told apart.

#include <algorithm>

#include "matches.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/replay/telemetry.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

MatchRecord copy_of(const MatchRecord& match) {
  MatchRecord copy = prefix(match, match.log.horizon());
  copy.desyncs = match.desyncs;
  copy.margins = match.margins;
  copy.end = match.end;
  copy.marks = match.marks;
  copy.states = match.states;
  copy.telemetry = match.telemetry;
  return copy;
}

/// A player's recording of a match until it stopped.
MatchRecord recording_by(PlayerId player, const MatchRecord& match, Tick last) {
  MatchRecord record = prefix(match, last);
  record.end = EndReason::recording_stopped;
  for (const int piece : {1, 2})
    record.telemetry.push_back({player, hold(piece + player.value)});
  return record;
}

/// `record` takes in what `other` has; why not, if that is refused.
std::string merged(MatchRecord& record, const MatchRecord& other) {
  const Result<void> done = merge(record, copy_of(other));
  return done ? "" : done.error().sentence;
}

}  // namespace

TEST_CASE("the relay's file and its players' recordings become one, in whichever order") {
  MatchRecord relay = record_of(600, 5, 60);
  sign(relay, SigningKey::create());
  relay.margins.push_back({.player = PlayerId{1}, .count = 3});
  const MatchRecord ada = recording_by(PlayerId{0}, relay, Tick{600});
  const MatchRecord bob = recording_by(PlayerId{1}, relay, Tick{431});
  const MatchRecord* files[] = {&relay, &ada, &bob};
  std::vector<std::size_t> order = {0, 1, 2};
  do {
    MatchRecord all = copy_of(*files[order[0]]);
    REQUIRE(merged(all, *files[order[1]]) == "");
    REQUIRE(merged(all, *files[order[2]]) == "");
    CHECK(is_same(all, relay));  // digests and the end, as the relay has them, among it
    CHECK(all.signatures == relay.signatures);
    CHECK(all.margins == relay.margins);
    CHECK(players_seen(all) == std::vector{PlayerId{0}, PlayerId{1}});
    CHECK(all.telemetry ==
          std::vector{ada.telemetry[0], ada.telemetry[1], bob.telemetry[0], bob.telemetry[1]});
    // Once more changes nothing.
    const Bytes file = write_match(all);
    REQUIRE(merged(all, bob) == "");
    CHECK(write_match(all) == file);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("of two recordings of one player's screens the fuller one is kept, and no mixture") {
  const MatchRecord match = record_of(600, 5, 60);
  const MatchRecord longer = recording_by(PlayerId{0}, match, Tick{600});
  MatchRecord shorter = copy_of(longer);
  shorter.telemetry.pop_back();
  for (const bool is_longer_first : {true, false}) {
    MatchRecord all = copy_of(is_longer_first ? longer : shorter);
    REQUIRE(merged(all, is_longer_first ? shorter : longer) == "");
    CHECK(all.telemetry == longer.telemetry);
  }
}

TEST_CASE("a digest that two files have is kept once, in full, and contradictions are kept both") {
  const MatchRecord match = record_of(600, 5, 60);
  Result<ReadMatch> closed = read_match(write_match(match));  // short digests
  REQUIRE(closed);
  MatchRecord& all = closed->record;
  REQUIRE(merged(all, match) == "");
  CHECK(all.digests == match.digests);
  MatchRecord other = copy_of(match);
  other.digests[3].state.bytes[0] ^= std::byte{1};
  REQUIRE(merged(all, other) == "");
  CHECK(all.digests.size() == match.digests.size() + 1);
}

TEST_CASE("a match goes on where the other file goes further, and ends as that one does") {
  const MatchRecord match = record_of(600, 5, 60);
  MatchRecord cut = prefix(match, Tick{200});
  REQUIRE(merged(cut, match) == "");
  CHECK(is_same(cut, match));
  // A referee's word behind the end goes with it.
  MatchRecord corrected = copy_of(match);
  correct(corrected, Correction::voided, Tick{5}, "Ada", "a cable");
  MatchRecord all = copy_of(match);
  REQUIRE(merged(all, corrected) == "");
  CHECK(corrections(all.log).size() == 1);
}

TEST_CASE("files of different matches are refused, with the tick at which they part") {
  MatchRecord match = record_of(600, 5, 60);
  CHECK_THAT(merged(match, record_of(600, 5, 60, 2)), contains("setups differ"));
  MatchRecord other = prefix(match, Tick{400});
  const Tick after{431};
  other.log.add({after, author_of(PlayerId{1}), 90'000, hold(1)});
  other.log.close(Tick{500});
  CHECK_THAT(merged(match, other), contains("part at tick "));
  // The first event that only one of them has
  const auto events = match.log.events_between(Tick{401}, Tick{500});
  const Tick first = std::min(events.front().tick, after);
  CHECK_THAT(merged(other, match), contains("part at tick " + std::to_string(first.value)));
}
