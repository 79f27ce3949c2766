// Wrong use from C++ is a clear error in every build: a Result with a sentence where a program can
// know no better, an assertion with both values where it is a bug of the program. The interface for
// C answers all of it with a sentence (c_interface.cpp); tables without a function and modules of
// another interface are in tests/sim/any_game.cpp and catalog.cpp, states that no TUTTI_FIELDS
// names in tests/sim/rejected.

#include <sys/wait.h>
#include <unistd.h>

#include <cereal/types/string.hpp>
#include <csignal>

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/session.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// What a program says that a bug of its own ends; empty if it does not end by one.
template <class Bug>
std::string last_words(Bug bug) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t process = ::fork();
  REQUIRE(process >= 0);
  if (process == 0) {
    std::signal(SIGABRT, SIG_DFL);
    ::dup2(ends[1], STDERR_FILENO);
    bug();
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string said;
  char bytes[512];
  for (ssize_t size = 0; (size = ::read(ends[0], bytes, sizeof bytes)) > 0;)
    said.append(bytes, static_cast<std::size_t>(size));
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? said : "";
}

/// A game whose events may be as long as a text is.
struct Talk {
  static constexpr const char* name = "talk";
  static constexpr const char* version = "1";
  struct Input {
    std::string mood{};
    TUTTI_FIELDS(mood)
  };
  struct Command {
    std::string text{};
    TUTTI_FIELDS(text)
  };
  struct State {
    std::int32_t heard = 0;
    TUTTI_FIELDS(heard)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Input, Command> events, Effects<>&) noexcept {
    for (const auto& event : events)
      state.heard += event.command() != nullptr;
  }
};

Result<AnySession> solo_by(const tutti_game& table) {
  const Result<AnyGame> game = AnyGame::from_table(&table);
  REQUIRE(game);
  return AnySession::solo(*game, {});
}

}  // namespace

TEST_CASE("time that goes back ends the program, and says by how much") {
  const std::string said = last_words([] {
    Result<Session<Tally>> session = tutti::solo<Tally>();
    session->advance(Instant(std::chrono::seconds(5)));
    session->advance(Instant(std::chrono::seconds(5)));
    session->advance(Instant(std::chrono::seconds(4)));
  });
  CHECK_THAT(said, contains("time went back") && contains("1000000000 ns"));
}

TEST_CASE("an event that is too large is refused, with the reason, and harms no other") {
  Result<Session<Talk>> session = tutti::solo<Talk>();
  REQUIRE(session);
  session->advance(Instant{});
  const std::string large(limits::event_bytes, 'a');
  CHECK_FALSE(session->set_input({.mood = large}));
  CHECK(session->set_input({.mood = "fine"}));
  const CommandId refused = session->send({.text = large});
  const CommandId taken = session->send({.text = "hello"});
  std::map<std::uint64_t, std::optional<CommandRefusal>> ends;
  for (int ms = 20; ms < 400; ms += 20) {
    session->advance(Instant(std::chrono::milliseconds(ms)));
    for (const CommandOutcome& outcome : session->outcomes())
      if (outcome.is_final) ends[outcome.id.value] = outcome.refusal;
  }
  REQUIRE(ends.size() == 2);
  CHECK(ends[refused.value] == CommandRefusal::too_large);
  CHECK_FALSE(ends[taken.value]);
  CHECK(session->state().heard == 1);
}

TEST_CASE("a game whose states cannot be saved opens no session, and a sentence says why") {
  tutti_game table = game_table<Tally>();
  table.flags &= ~std::uint32_t{TUTTI_STATE_IS_PLAIN | TUTTI_STATE_IS_CANONICAL};
  REQUIRE(solo_by(table));
  table.load = [](void*, const std::uint8_t*, std::size_t) { return 0; };
  Result<AnySession> session = solo_by(table);
  REQUIRE_FALSE(session);
  CHECK(session.error().fault == Fault::bad_data);
  CHECK_THAT(session.error().sentence, contains("load refuses the bytes that save wrote"));
  table.load = [](void* state, const std::uint8_t*, std::size_t) {
    static_cast<Tally::State*>(state)->rolls = 7;
    return 1;
  };
  session = solo_by(table);
  REQUIRE_FALSE(session);
  CHECK_THAT(session.error().sentence, contains("loaded from its own bytes it saves others"));
}
