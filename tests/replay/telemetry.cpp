// Telemetry shows again what a session's timeline showed, frame by frame, from any frame on.

#include "tutti/replay/telemetry.hpp"

#include "matches.hpp"
#include "page.hpp"
#include "records.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

struct Screen {
  Tick present;
  Digest state;
  bool operator==(const Screen&) const = default;
};

/// A session by chance: events come late, own ones are guessed and moved or withdrawn, the present
/// runs ahead of the horizon, stands and jumps.
struct Played {
  MatchRecord record;
  std::vector<Screen> screens;  // one for each frame
  std::uint64_t rollbacks = 0;
};

Played played(std::int64_t ticks, std::uint64_t seed) {
  const AnyGame game = any_game<Tally>();
  Played result{record_of(ticks, 8, 60, seed), {}, 0};
  const Log& log = result.record.log;
  Timeline timeline(game, log.setup());
  TelemetryWriter writer(PlayerId{0});
  Random random(seed);
  std::size_t next = 1;
  Tick present;
  std::chrono::nanoseconds now{};
  std::uint32_t guessed = 1'000'000;
  while (timeline.confirmed() < log.horizon()) {
    if (random.chance(9) && present > timeline.log().horizon()) {
      const Bytes payload = hold(random.between(-9, 9));
      const EventView guess{present + 1, author_of(PlayerId{0}), guessed, payload};
      timeline.guess(guess);
      writer.guessed(guess);
      if (random.chance(2)) {
        timeline.withdraw(author_of(PlayerId{0}), guessed);
        writer.withdrawn(author_of(PlayerId{0}), guessed);
      }
      if (random.chance(3)) ++guessed;
    }
    const Tick horizon = std::clamp(present - static_cast<std::int64_t>(random.below(12)),
                                    timeline.log().horizon(), log.horizon());
    // All through the horizon, and sometimes more.
    const Tick known =
        std::min(log.horizon(), horizon + static_cast<std::int64_t>(random.below(3)));
    for (; next < log.events().size() && log.events()[next].tick <= known; ++next) {
      timeline.accept(log.events()[next]);
      writer.accepted(log.events()[next]);
    }
    timeline.close(horizon);
    writer.closed(horizon);
    present = std::min(present + static_cast<std::int64_t>(random.below(3)), horizon + 20);
    show(timeline, present);
    present = timeline.present();
    now += std::chrono::milliseconds(1 + random.below(40));
    writer.shown(now, timeline, 2);
    const Screen screen{present, digest_state(game, timeline.state())};
    if (result.screens.empty() || result.screens.back() != screen) result.screens.push_back(screen);
  }
  result.rollbacks = timeline.statistics().rollbacks;
  result.record.telemetry = writer.pieces();
  return result;
}

Screen screen_of(const Timeline& timeline) {
  return {timeline.present(), digest_state(timeline.game(), timeline.state())};
}

}  // namespace

TEST_CASE("the shown frames are shown again, mispredictions and rollbacks included") {
  const Played live = played(6000, GENERATE(1U, 2U, 3U));
  REQUIRE(live.rollbacks > 100);
  REQUIRE(live.record.telemetry.size() > 2);
  const Result<ReadMatch> read = read_match(write_match(live.record));
  REQUIRE(read);
  CHECK(read->record.telemetry == live.record.telemetry);
  Result<SeenMatch> seen = SeenMatch::open(any_game<Tally>(), read->record, PlayerId{0});
  REQUIRE(seen);
  std::vector<Screen> again;
  std::vector<std::size_t> frames;
  const auto timeline = seen->timeline_at(0);
  for (std::size_t frame = 0; frame < seen->frames().size(); ++frame) {
    if (frame > 0) REQUIRE(seen->apply(frame, *timeline));
    show(*timeline, seen->frames()[frame].present);
    if (!again.empty() && again.back() == screen_of(*timeline)) continue;
    again.push_back(screen_of(*timeline));
    frames.push_back(frame);
  }
  CHECK(again == live.screens);
  CHECK(timeline->statistics().rollbacks == live.rollbacks);

  SECTION("from any frame on, too") {
    Random random(4);
    for (int i = 0; i < 60; ++i) {
      const std::size_t index = random.below(static_cast<std::uint32_t>(frames.size()));
      REQUIRE(screen_of(*seen->timeline_at(frames[index])) == again[index]);
    }
  }
  SECTION("by time") {
    const std::vector<SeenFrame>& all = seen->frames();
    CHECK(seen->frame_at(SeenTime(-1)) == 0);
    CHECK(seen->frame_at(all.back().time + SeenTime(10)) == all.size() - 1);
    CHECK(all[seen->frame_at(all[700].time)].time == all[700].time);
  }
}

TEST_CASE("where pieces of telemetry are missing, what follows is shown all the same") {
  Played live = played(6000, 5);
  live.record.telemetry.erase(live.record.telemetry.begin() + 1);
  Result<SeenMatch> seen = SeenMatch::open(any_game<Tally>(), live.record, PlayerId{0});
  REQUIRE(seen);
  auto timeline = seen->timeline_at(0);
  int gaps = 0;
  for (std::size_t frame = 1; frame < seen->frames().size(); ++frame) {
    if (!seen->apply(frame, *timeline)) {
      timeline = seen->timeline_at(frame);
      ++gaps;
    }
    show(*timeline, seen->frames()[frame].present);
  }
  CHECK(gaps == 1);
  CHECK(screen_of(*timeline) == live.screens.back());
}

TEST_CASE("a file without a player's telemetry says whose it has") {
  const Played live = played(600, 1);
  const auto missing = SeenMatch::open(any_game<Tally>(), live.record, PlayerId{1});
  REQUIRE_FALSE(missing);
  CHECK_THAT(missing.error().sentence, contains("of player 1") && contains("of player 0"));
}

TEST_CASE("telemetry that somebody made up is refused or shown, and harms nobody") {
  const Played live = played(900, 7);
  Random random(9);
  int understood = 0;
  for (int i = 0; i < 400; ++i) {
    MatchRecord forged = prefix(live.record, live.record.log.horizon());
    forged.telemetry = live.record.telemetry;
    Bytes& bytes =
        forged.telemetry[random.below(static_cast<std::uint32_t>(forged.telemetry.size()))].bytes;
    for (std::uint32_t change = 0; change <= random.below(4); ++change)
      bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] ^=
          static_cast<std::byte>(1U << random.below(8));
    Result<SeenMatch> seen = SeenMatch::open(any_game<Tally>(), forged, PlayerId{0});
    if (!seen) continue;
    ++understood;
    auto timeline = seen->timeline_at(0);
    for (std::size_t frame = 1; frame < seen->frames().size(); ++frame) {
      if (!seen->apply(frame, *timeline)) timeline = seen->timeline_at(frame);
      show(*timeline, seen->frames()[frame].present);
    }
  }
  CHECK(understood > 20);
}

TEST_CASE("telemetry and saved states are on the page as it says") {
  Played live = played(3000, 4);
  live.record.states = {{Tick{300}, digest_of(hold(3)), "a build", Bytes(5000, std::byte{7})}};
  const auto matches = read_page(write_match(live.record));
  const MatchOnPage& page = matches.at(1);
  Result<SeenMatch> seen = SeenMatch::open(any_game<Tally>(), live.record, PlayerId{0});
  REQUIRE(seen);
  REQUIRE(page.frames.size() == seen->frames().size());
  bool is_equal = true;
  for (std::size_t i = 0; i < page.frames.size(); ++i) {
    const SeenFrame& frame = seen->frames()[i];
    is_equal = is_equal && page.frames[i].tick == frame.present.value &&
               page.frames[i].time == static_cast<std::uint64_t>(frame.time.count()) &&
               page.frames[i].horizon == static_cast<std::uint64_t>(frame.horizon.value);
  }
  CHECK(is_equal);
  REQUIRE(page.snapshots.size() == 1);
  CHECK(page.snapshots[0].tick == 300);
  CHECK(page.snapshots[0].build == "a build");
  CHECK(page.snapshots[0].state.size() == 5000);
}

TEST_CASE("a referee's word is one more event, and leaves all heads before it as they are") {
  MatchRecord match = record_of(600, 5, 60);
  const Head played = match.log.head();
  correct(match, Correction::voided, Tick{300}, "Ada", "a cable was pulled");
  const Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  CHECK(read->record.log.horizon() == Tick{601});
  CHECK(read->record.log.head(Tick{600}) == played);
  CHECK(head_as_played(read->record.log) == played);
  CHECK(read->record.log.head() != played);
  const std::vector<RelayEvent> found = corrections(read->record.log);
  REQUIRE(found.size() == 1);
  CHECK(found[0].correction == Correction::voided);
  CHECK(found[0].number == 300);
  CHECK(found[0].name == "Ada");
  CHECK(found[0].text == "a cable was pulled");
  correct(match, Correction::decision, Tick{600}, "Bo", "played again tomorrow");
  CHECK(corrections(match.log).size() == 2);
  CHECK(read_page(write_match(match)).at(1).index.corrections == 3);
  CHECK(find_summary(write_match(match)).summary->corrections == 3);
  CHECK(head_as_played(match.log) == played);
}

TEST_CASE("a saved state comes back from a file with its build") {
  MatchRecord match = record_of(600, 5, 60);
  const SavedState state{Tick{300}, digest_of(hold(3)), "a build", Bytes(5000, std::byte{7})};
  match.states = {state};
  const Result<ReadMatch> read = read_match(write_match(match));
  REQUIRE(read);
  REQUIRE(read->record.states.size() == 1);
  CHECK(read->record.states.front() == state);
}
