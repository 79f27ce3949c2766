// The typed session: it does all that the untyped one does, with the game's own types.

#include <type_traits>

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/tutti.hpp"

using namespace tutti;

namespace {

/// Says each tick which one it is.
struct Chime {
  static constexpr const char* name = "chime";
  static constexpr const char* version = "1";
  struct Event {
    std::int8_t hold = 0;
    TUTTI_FIELDS(hold)
  };
  struct Effect {
    std::int64_t tick = 0;
    TUTTI_FIELDS(tick)
  };
  struct State {
    std::int64_t tick = 0;
    TUTTI_FIELDS(tick)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event>, Effects<Effect>& effects) noexcept {
    effects.emit({++state.tick});
  }
};

using Typed = Session<Chime>;

Instant chime_time(std::int64_t tick) {
  return Instant(std::chrono::seconds(7)) + Duration(std::chrono::seconds(1)) / 60 * tick +
         std::chrono::microseconds(10);
}

// All of AnySession is in it, by inheritance, and nothing of that is hidden but what speaks of the
// game's types instead: the other has everything that the one has.
static_assert(std::is_convertible_v<Typed*, AnySession*>);
static_assert(sizeof(Typed) <= sizeof(AnySession) + sizeof(Bytes) + sizeof(std::uint64_t) +
                                   sizeof(std::vector<int>));
static_assert(std::is_same_v<decltype(std::declval<Typed&>().state()), const Chime::State&>);
static_assert(
    std::is_same_v<decltype(std::declval<Typed&>().previous_state()), const Chime::State&>);
static_assert(std::is_same_v<decltype(std::declval<Typed&>().effects()),
                             std::span<const HeardEffect<Chime::Effect>>>);
static_assert(std::is_same_v<decltype(std::declval<Typed&>().set_input(Chime::Event{})), bool>);
static_assert(
    std::is_same_v<decltype(&Typed::desyncs), const std::vector<Desync>& (AnySession::*)() const>);
static_assert(std::is_same_v<decltype(&Typed::advance), void (AnySession::*)(Instant)>);

}  // namespace

TEST_CASE("typed effects are those of the last advance, however it was called") {
  Result<Typed> session = solo<Chime>();
  REQUIRE(session);
  session->advance(chime_time(0));
  session->advance(chime_time(3));
  REQUIRE(session->effects().size() == 3);
  CHECK(session->effects().back().effect.tick == 3);
  AnySession& untyped = *session;
  untyped.advance(chime_time(5));
  REQUIRE(session->effects().size() == 2);
  CHECK(session->effects().front().effect.tick == 4);
  untyped.advance(chime_time(5));
  CHECK(session->effects().empty());
}

TEST_CASE("a session that was moved goes on") {
  Result<Typed> first = solo<Chime>();
  REQUIRE(first);
  first->advance(chime_time(0));
  Typed session = std::move(*first);
  session.advance(chime_time(2));
  CHECK(session.state().tick == 2);
  CHECK(session.effects().size() == 2);
  CHECK(session.desyncs().empty());
  CHECK_FALSE(session.diverged());
}
