// A host of Counterpoint who is asked about newcomers: the question in words, and the answers by
// keys and on the pause page.

#include <atomic>
#include <filesystem>
#include <thread>

#include "desk.hpp"
#include "program/seat.hpp"
#include "recorded.hpp"

namespace counterpoint::test {

namespace {

using namespace std::chrono_literals;
using tutti::Status;
using tutti::test::contains;

/// A host who wants to be asked about everybody.
struct Hosting {
  explicit Hosting(const char* name) : folder(scratch(name)) {
    auto opened = tutti::host<Counterpoint>(
        {.listen = "127.0.0.1:0",
         .logs = folder.string(),
         .name = "Ada",
         .state_folder = folder.string(),
         .match = {.players = 4},
         .room_terms = {.asks_for_players = true, .asks_for_spectators = true}});
    REQUIRE(opened);
    session.emplace(std::move(*opened));
    for (int pass = 0; pass < 1000 && session->status() != Status::playing; ++pass) {
      session->advance(std::chrono::steady_clock::now());
      std::this_thread::sleep_for(5ms);
    }
    REQUIRE(session->status() == Status::playing);
    invitation = session->invitation("127.0.0.1");
  }
  ~Hosting() { std::filesystem::remove_all(folder); }

  std::filesystem::path folder;
  std::string invitation;
  std::optional<GameSession> session;
};

GameSession join(const Hosting& hosting, const std::string& name) {
  auto session = tutti::join<Counterpoint>({.relay = hosting.invitation,
                                            .name = name,
                                            .state_folder = (hosting.folder / name).string()});
  REQUIRE(session);
  return std::move(*session);
}

/// A newcomer on a thread of its own, who plays or was refused in the end.
class Newcomer {
 public:
  explicit Newcomer(GameSession session)
      : session_(std::move(session)), thread_([this] { run(); }) {}
  ~Newcomer() { thread_.join(); }
  /// Waits for the end.
  const GameSession& session() {
    while (!is_over_)
      std::this_thread::sleep_for(5ms);
    return session_;
  }

 private:
  void run() {
    const auto is_in = [&] { return session_.status() == Status::playing; };
    for (int pass = 0; pass < 6000 && !is_in() && session_.status() != Status::failed; ++pass) {
      session_.advance(std::chrono::steady_clock::now());
      std::this_thread::sleep_for(5ms);
    }
    is_over_ = true;
  }
  GameSession session_;
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a host reads who wants to come in, and each answer is for the one who was named") {
  Hosting hosting("counterpoint_question_test");
  Round round(std::move(*hosting.session), {.mode = Mode::host});
  GameSession ben = join(hosting, "Ben");
  auto watching = tutti::spectate<Counterpoint>(
      {.relay = hosting.invitation, .state_folder = (hosting.folder / "Cleo").string()});
  REQUIRE(watching);
  const auto pass_until = [&](auto is_done) {
    for (int pass = 0; pass < 2000 && !is_done(); ++pass) {
      const auto now = std::chrono::steady_clock::now();
      round.pass(now, now);
      ben.advance(now);
      watching->advance(now);
      std::this_thread::sleep_for(5ms);
    }
    return is_done();
  };
  CHECK(round.question().empty());
  round.answer(tutti::HostWish::let_in);  // nobody has asked
  REQUIRE(pass_until([&] { return round.session().newcomers().size() == 2; }));
  const bool is_ben_first = round.question() == "May Ben play?";
  if (!is_ben_first) CHECK(round.question() == "May somebody watch?");
  round.answer(is_ben_first ? tutti::HostWish::let_in : tutti::HostWish::turn_away);
  CHECK(round.question() == (is_ben_first ? "May somebody watch?" : "May Ben play?"));
  round.answer(is_ben_first ? tutti::HostWish::turn_away : tutti::HostWish::let_in);
  CHECK(round.question().empty());
  REQUIRE(pass_until(
      [&] { return ben.status() == Status::playing && watching->status() == Status::failed; }));
  CHECK_THAT(watching->failure().sentence, contains("host"));
}

TEST_CASE("a host lets a newcomer in, or turns it away, by keys and on the pause page") {
  struct Way {
    std::string script;
    bool lets_in;
  };
  const auto [script, lets_in] =
      GENERATE(Way{"2.0 tap F5\n4.0 tap F5\n6.0 tap F5\n", true},
               Way{"2.0 tap F6\n4.0 tap F6\n6.0 tap F6\n", false},
               Way{"2.0 tap Escape\n2.5 tap Down\n3.0 tap Return\n", true},
               Way{"2.0 tap Escape\n2.5 tap Down\n2.8 tap Down\n3.1 tap Return\n", false});
  CAPTURE(script, lets_in);
  at_desk(script + "8.0 tap Escape\n8.3 tap Up\n8.6 tap Return\n",
          [&, lets_in = lets_in](Desk& desk) {
            Hosting hosting("counterpoint_answer_test");
            Newcomer ben(join(hosting, "Ben"));
            const Ending ending =
                Seat(desk, std::move(*hosting.session), {.mode = Mode::host, .seconds = 60}).run();
            CHECK(ending.failure.empty());
            CHECK(ben.session().status() == (lets_in ? Status::playing : Status::failed));
          });
}

}  // namespace counterpoint::test
