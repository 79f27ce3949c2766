// The roster says who is in a match and how it stands, as the relay's events tell it.

#include "tutti/sim/roster.hpp"

#include "sim/events.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr PlayerId ada{0};
constexpr PlayerId bob{1};

Setup setup_of_two() { return {.players = 2, .terms = {.input_delay_ticks = 3}}; }

/// A match of two slots: its relay's events, in the order of writing.
class Told {
 public:
  Told& at(std::int64_t tick, const RelayEvent& event) {
    events.push_back(relay_event(tick, ++counter_, event));
    return *this;
  }
  Told& joins(std::int64_t tick, PlayerId player, std::string name) {
    return at(tick, {.kind = EventKind::joined, .player = player, .name = std::move(name)});
  }
  Told& says(std::int64_t tick, EventKind kind, PlayerId player = {}) {
    return at(tick, {.kind = kind, .player = player});
  }
  /// By folding what was told, in its order.
  Roster roster() const {
    Roster roster(setup_of_two());
    for (const Event& event : events)
      roster.take(event);
    return roster;
  }
  Log log() const {
    Log log(setup_of_two());
    for (const Event& event : events)
      REQUIRE(log.add(event) == Log::Added::yes);
    return log;
  }

  std::vector<Event> events;

 private:
  std::uint32_t counter_ = 0;
};

std::vector<std::string> names(std::string first, std::string second) {
  return {std::move(first), std::move(second)};
}

}  // namespace

TEST_CASE("before the first event nobody is in and the clock runs") {
  const Roster roster(setup_of_two());
  REQUIRE(roster.slots().size() == 2);
  CHECK(roster.player_count() == 0);
  CHECK_FALSE(roster.is_in(ada));
  CHECK(roster.lost().empty());
  CHECK(roster.names() == names("", ""));
  CHECK(roster.participants().empty());
  CHECK(roster.input_delay(bob) == 3);
  CHECK_FALSE(roster.held_at());
  CHECK_FALSE(roster.ended_at());
  CHECK(roster.epoch() == 0);
  CHECK(roster.open_slots() == 0);
}

TEST_CASE("a player is in from its joining until its leaving") {
  Told told;
  told.joins(5, bob, "Bob");
  CHECK(told.roster().is_in(bob));
  CHECK_FALSE(told.roster().is_in(ada));
  CHECK(told.roster().names() == names("", "Bob"));
  CHECK(told.roster().slot(bob).joined_at == Tick{5});
  told.says(9, EventKind::left, bob);
  CHECK_FALSE(told.roster().is_in(bob));
  CHECK(told.roster().slot(bob).left_at == Tick{9});
}

TEST_CASE("the name of a player who left is kept as the latest, not as that of somebody present") {
  Told told;
  told.joins(1, ada, "Ada").joins(1, bob, "Bob").says(7, EventKind::left, bob);
  CHECK(told.roster().names() == names("Ada", ""));
  CHECK(told.roster().latest_names() == names("Ada", "Bob"));
  told.joins(8, bob, "Bea");
  CHECK(told.roster().latest_names() == names("Ada", "Bea"));
  CHECK(told.roster().slot(bob).joined == 2);
}

TEST_CASE("everybody who joined is remembered, in the order of joining") {
  Told told;
  told.joins(1, bob, "Bob").joins(2, ada, "Ada").says(7, EventKind::left, bob).joins(9, bob, "Bob");
  CHECK(told.roster().participants() == std::vector<Participant>{{bob, Tick{1}, "Bob"},
                                                                 {ada, Tick{2}, "Ada"},
                                                                 {bob, Tick{9}, "Bob"}});
}

TEST_CASE("a silent player is in but lost, until it returns or leaves") {
  Told told;
  told.joins(1, ada, "Ada").joins(1, bob, "Bob").says(60, EventKind::silenced, bob);
  CHECK(told.roster().is_in(bob));
  CHECK(told.roster().lost() == std::vector{bob});
  SECTION("it returns") { told.says(70, EventKind::returned, bob); }
  SECTION("it leaves") { told.says(70, EventKind::left, bob); }
  SECTION("somebody else takes its place") {
    told.says(70, EventKind::left, bob).joins(71, bob, "Bea");
  }
  CHECK(told.roster().lost().empty());
}

TEST_CASE("a relay that is started again has lost everybody until it hears of them") {
  Told told;
  told.joins(1, ada, "Ada").joins(1, bob, "Bob").says(9, EventKind::left, bob);
  told.at(20, {.kind = EventKind::restarted, .number = 77});
  CHECK(told.roster().lost() == std::vector{ada});
  CHECK(told.roster().epoch() == 77);
  told.says(21, EventKind::returned, ada);
  told.at(30, {.kind = EventKind::restarted, .number = 1077});
  CHECK(told.roster().epoch() == 1077);
}

TEST_CASE(
    "an input delay is the setup's until the relay changes it, and again for the next player") {
  Told told;
  told.joins(1, bob, "Bob");
  told.at(10, {.kind = EventKind::delay_changed, .player = bob, .number = 6});
  CHECK(told.roster().input_delay(bob) == 6);
  CHECK(told.roster().input_delay(ada) == 3);
  told.says(20, EventKind::left, bob).joins(21, bob, "Bea");
  CHECK(told.roster().input_delay(bob) == 3);
}

TEST_CASE("the clock is held at a tick until it is resumed") {
  Told told;
  told.joins(1, ada, "Ada").says(40, EventKind::held);
  CHECK(told.roster().held_at() == Tick{40});
  told.says(41, EventKind::resumed);
  CHECK_FALSE(told.roster().held_at());
  CHECK(told.roster().resumed_at() == Tick{41});
}

TEST_CASE("the end of a match ends a hold, and the roster keeps who was in it") {
  Told told;
  told.joins(1, ada, "Ada").says(40, EventKind::held).says(41, EventKind::match_ended);
  CHECK_FALSE(told.roster().held_at());
  CHECK(told.roster().ended_at() == Tick{41});
  CHECK(told.roster().is_in(ada));
}

TEST_CASE("corrections are kept in their order") {
  Told told;
  const RelayEvent first{.kind = EventKind::corrected,
                         .name = "Ada",
                         .number = 4,
                         .correction = Correction::decision,
                         .text = "Bob won"};
  const RelayEvent second{
      .kind = EventKind::corrected, .name = "Ada", .correction = Correction::voided};
  told.at(10, first).at(20, second);
  CHECK(told.roster().corrections() == std::vector{first, second});
}

TEST_CASE("a branch opens the slots that its latest branching names") {
  Told told;
  told.at(10, {.kind = EventKind::branched, .number = 9, .slots = 0b11});
  told.at(20, {.kind = EventKind::branched, .number = 19, .slots = 0b10});
  CHECK(told.roster().open_slots() == 0b10);
}

TEST_CASE("the first player of the first slot opened the room, for as long as it is in") {
  Told told;
  told.joins(1, bob, "Bob");
  CHECK_FALSE(told.roster().is_creator(ada));
  CHECK_FALSE(told.roster().is_creator(bob));
  told.joins(2, ada, "Ada");
  CHECK(told.roster().is_creator(ada));
  told.says(9, EventKind::left, ada);
  CHECK_FALSE(told.roster().is_creator(ada));
  told.joins(10, ada, "Eve");
  CHECK_FALSE(told.roster().is_creator(ada));
}

TEST_CASE("events of players change nothing") {
  Told told;
  told.joins(1, ada, "Ada");
  Roster roster = told.roster();
  const Roster before = roster;
  Event disguised = relay_event(5, 0, {.kind = EventKind::left, .player = ada});
  disguised.author = author_of(bob);
  roster.take(disguised);
  roster.take(EventView{Tick{6}, relay_author, 9, as_bytes("nonsense")});
  roster.take({.kind = EventKind::joined, .player = PlayerId{2}, .name = "Nobody"}, Tick{7});
  roster.take({.kind = EventKind::silenced, .player = PlayerId{63}}, Tick{8});
  CHECK(roster == before);
}

TEST_CASE("nobody is in a slot that the setup does not have") {
  const Roster roster(setup_of_two());
  CHECK_FALSE(roster.is_in(PlayerId{2}));
  CHECK_FALSE(roster.is_lost(PlayerId{255}));
  CHECK(roster.slot(PlayerId{64}) == Roster::Slot{});
}

TEST_CASE("the roster of a log through a tick is the fold of its events through that tick") {
  Told told;
  told.joins(3, ada, "Ada").joins(5, bob, "Bob").says(9, EventKind::left, bob);
  told.says(9, EventKind::held).says(12, EventKind::resumed).says(15, EventKind::match_ended);
  const Log log = told.log();
  for (Tick tick{0}; tick <= Tick{16}; ++tick) {
    CAPTURE(tick);
    Roster expected(setup_of_two());
    for (const Event& event : told.events) {
      if (event.tick <= tick) expected.take(event);
    }
    CHECK(Roster::of(log, tick) == expected);
  }
  CHECK(Roster::of(log) == told.roster());
}

TEST_CASE("a leaving that is stamped ahead of the clock gives the same roster in either order") {
  // The relay has promised Bob's events through tick 30, so he leaves after them; Ada is lost
  // meanwhile, at an earlier tick.
  Told told;
  told.joins(1, ada, "Ada").joins(1, bob, "Bob").says(31, EventKind::left, bob);
  told.says(20, EventKind::silenced, ada).says(25, EventKind::returned, ada);
  told.at(26, {.kind = EventKind::delay_changed, .player = ada, .number = 5});
  CHECK(Roster::of(told.log()) == told.roster());
}
