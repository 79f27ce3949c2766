// Following the logs of other relays' matches: what is told is what is kept, whoever writes it.

#include "fleet/log_follower.hpp"

#include "fleet/members.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// A relay that hears of a match, and of nothing else.
class Watcher {
 public:
  explicit Watcher(Members& members) : members_(&members), store_(7, members.servers) {}

  void begin() { follower_.follow(room, members_->now); }
  /// So long, every 50 ms, with the members.
  void pass(Duration time) {
    for (const Instant end = members_->now + time; members_->now < end;) {
      members_->pass(step);
      hear();
    }
  }
  void hear() {
    follower_.pass(members_->now);
    while (auto news = follower_.next_news()) {
      REQUIRE(news->room == room);
      REQUIRE(lost.empty());
      if (auto* whole = std::get_if<followed::Whole>(&news->is)) {
        ++wholes;
        // Nothing that was told is taken back.
        if (log) CHECK(whole->record.log.head(log->horizon()) == log->head());
        log.emplace(std::move(whole->record.log));
      } else if (const auto* grown = std::get_if<followed::Grown>(&news->is)) {
        REQUIRE(log);
        ++pieces;
        for (const Event& event : grown->events)
          REQUIRE(log->add(event) == Log::Added::yes);
        log->close(grown->horizon);
      } else {
        lost = std::get<followed::Lost>(news->is).sentence;
      }
    }
  }
  MemoryStore& store() { return store_; }
  const detail::LogFollower& follower() const { return follower_; }

  std::optional<Log> log;
  int wholes = 0;
  int pieces = 0;
  std::string lost;

 private:
  Members* members_;
  MemoryStore store_;
  detail::LogFollower follower_{store_};
};

/// One of two relays, which plays a match.
struct FollowedMatch {
  FollowedMatch() : members(1, 2), watcher(members) {
    members[0].ask(members.now, true);
    members.pass(1s);
    REQUIRE(members[0].has_room);
    play(members[0], random);
    members.pass(1s);
  }
  void go_on(Member& member, int times = 10) {
    for (int i = 0; i < times; ++i) {
      play(member, random, 2);
      watcher.pass(100ms);
    }
  }
  void expect_all_of(Member& member) {
    REQUIRE(watcher.log);
    CHECK(watcher.log->horizon() == member.match().record.log.horizon());
    CHECK(watcher.log->head() == member.match().record.log.head());
  }

  Random random{1};
  Members members;
  Watcher watcher;
};

}  // namespace

TEST_CASE("followed: all that there is at once, then what comes, through the end") {
  FollowedMatch match;
  match.watcher.begin();
  match.watcher.pass(100ms);
  CHECK(match.watcher.wholes == 1);
  match.expect_all_of(match.members[0]);
  match.go_on(match.members[0]);
  CHECK(match.watcher.pieces >= 8);
  match.members[0].relay.end(match.members[0].match());
  match.watcher.pass(500ms);
  match.expect_all_of(match.members[0]);
  CHECK(match.watcher.log->ended());
  CHECK(match.watcher.wholes == 1);
  // Nothing more is asked about it, though its room is closed.
  match.members[0].book.close(room);
  match.watcher.pass(5s);
  CHECK(match.watcher.lost.empty());
  CHECK(match.watcher.store().readings == 1);
}

TEST_CASE("followed: a match that has just begun is heard of as soon as something is kept") {
  Members members(1, 2);
  Watcher watcher(members);
  Random random(1);
  members[0].ask(members.now, true);
  members.pass(step);
  watcher.begin();
  watcher.pass(500ms);
  REQUIRE(members[0].has_room);
  play(members[0], random);
  watcher.pass(1s);
  REQUIRE(watcher.log);
  CHECK(watcher.log->head() == members[0].match().record.log.head());
}

TEST_CASE(
    "followed: another relay takes the match over, and what it adds is told behind the rest") {
  FollowedMatch match;
  match.watcher.begin();
  match.go_on(match.members[0]);
  match.members[0].is_paused = true;
  match.watcher.pass(3s);
  match.members[1].ask(match.members.now, false);
  match.watcher.pass(1s);
  REQUIRE(match.members[1].has_room);
  match.go_on(match.members[1]);
  CHECK(match.watcher.wholes == 2);
  match.expect_all_of(match.members[1]);
  CHECK(match.watcher.lost.empty());
}

TEST_CASE("followed: a store with trouble loses nothing of what is told") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    FollowedMatch match;
    match.members[0].store.trouble_percent = 30;
    match.random = Random(seed);
    match.watcher.begin();
    match.go_on(match.members[0], 30);
    match.members[0].store.trouble_percent = 0;
    match.watcher.pass(12s);
    match.expect_all_of(match.members[0]);
  }
}

TEST_CASE("followed: a reading that falls silent is begun anew, and no entry is missed") {
  FollowedMatch match;
  match.watcher.begin();
  match.go_on(match.members[0]);
  for (std::uint64_t times = 1; times <= 3; ++times) {
    match.watcher.store().silence_readings();
    match.go_on(match.members[0], 30);
    CHECK(match.watcher.follower().silences() == times);
    match.expect_all_of(match.members[0]);
  }
  CHECK(match.watcher.wholes == 1);
  // A match in which nothing happens is no silence, nor is a store that cannot be reached.
  const std::uint64_t readings = match.watcher.store().readings;
  match.watcher.pass(5s);
  match.watcher.store().is_out_of_reach = true;
  match.watcher.pass(5s);
  match.watcher.store().is_out_of_reach = false;
  match.watcher.pass(1s);
  CHECK(match.watcher.store().readings == readings);
  CHECK(match.watcher.lost.empty());
}

TEST_CASE("followed: what cannot be followed is said, and nothing after it") {
  // A code of no room.
  Members members(1, 2);
  Watcher nowhere(members);
  nowhere.begin();
  nowhere.pass(500ms);
  CHECK_THAT(nowhere.lost, contains("there is no such room"));
  // A room without a match.
  members[0].ask(members.now, true);
  members.pass(1s);
  members.servers->rooms[room_name_of(room)].record.match.reset();
  Watcher early(members);
  early.begin();
  early.pass(6s);
  CHECK_THAT(early.lost, contains("no log outside of its relay"));
  // A room that is another match's by now.
  FollowedMatch match;
  match.watcher.begin();
  match.go_on(match.members[0]);
  match.members[0].is_paused = true;
  match.members.servers->rooms[room_name_of(room)].record.match = MatchId{};
  match.watcher.pass(3s);
  CHECK_THAT(match.watcher.lost, contains("has this match no more"));
  // A log that was taken away.
  FollowedMatch gone;
  gone.watcher.begin();
  gone.go_on(gone.members[0]);
  gone.members[0].is_paused = true;
  gone.members.servers->logs.clear();
  gone.watcher.pass(3s);
  CHECK_THAT(gone.watcher.lost, contains("is gone"));
}

TEST_CASE("followed: entries with a hole end what is told, until another epoch is whole") {
  detail::GrowingLog log;
  FollowedMatch match;
  match.watcher.begin();
  match.go_on(match.members[0]);
  const auto entries = match.members[0].store.read(match_id_of(match.members[0].match().record));
  REQUIRE(entries->size() > 2);
  for (std::size_t i = 0; i < entries->size(); ++i) {
    if (i != 1) log.take((*entries)[i]);
  }
  const auto news = log.take_news();
  REQUIRE(news);
  const auto* whole = std::get_if<followed::Whole>(&*news);
  REQUIRE(whole);
  const Tick told = whole->record.log.horizon();
  CHECK(told < match.members[0].match().record.log.horizon());
  CHECK_FALSE(log.take_news());
  // The same entries as another epoch.
  for (const StoredEntry& stored : *entries) {
    LogEntry entry = stored.entry;
    entry.epoch = 9;
    log.take({.entry = entry});
  }
  const auto again = log.take_news();
  REQUIRE(again);
  const auto* anew = std::get_if<followed::Whole>(&*again);
  REQUIRE(anew);
  CHECK(anew->record.log.head() == match.members[0].match().record.log.head());
}
