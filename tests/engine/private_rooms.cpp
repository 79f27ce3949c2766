// Rooms that are not open to everybody, over real sockets: a host with a password that decides on
// newcomers, counts its spectators and gives invitations.

#include "engine/sockets.hpp"
#include "tutti/net/invitation.hpp"
#include "tutti/tutti.h"

using namespace tutti;
using namespace tutti::test;

namespace {

/// A host whose room is kept so.
struct Hosted {
  explicit Hosted(HostOptions options) {
    options.listen = "127.0.0.1:0";
    options.logs = folder.path();
    options.name = "Ada";
    options.match.players = 4;
    options.state_folder = folder.path() + "/state";
    Result<Session<Tally>> opened = tutti::host<Tally>(std::move(options));
    REQUIRE(opened);
    session.emplace(std::move(*opened));
    REQUIRE(run({&*session}, std::chrono::seconds(5),
                [&] { return session->status() == Status::playing; }));
  }
  JoinOptions joining(const char* name, const char* password) const {
    return {.relay = session->invitation("127.0.0.1"),
            .name = name,
            .password = password,
            .state_folder = folder.path() + "/" + name};
  }

  Folder folder;
  std::optional<Session<Tally>> session;
};

}  // namespace

TEST_CASE("a room with a password is entered by those who know it") {
  Hosted host({.password = "swordfish"});
  Result<Session<Tally>> ben = tutti::join<Tally>(host.joining("Ben", "swordfish"));
  Result<Session<Tally>> eve = tutti::join<Tally>(host.joining("Eve", "catfish"));
  REQUIRE(ben);
  REQUIRE(eve);
  REQUIRE(run({&*host.session, &*ben, &*eve}, std::chrono::seconds(10),
              [&] { return ben->status() == Status::playing && is_over(*eve); }));
  CHECK_THAT(eve->failure().sentence, contains("there is no room"));
  Result<Session<Tally>> cleo = tutti::spectate<Tally>(
      {.relay = host.session->invitation("127.0.0.1"), .password = "swordfish"});
  REQUIRE(cleo);
  REQUIRE(run({&*host.session, &*ben, &*cleo}, std::chrono::seconds(10), [&] {
    return host.session->statistics().spectators == 1 && ben->statistics().spectators == 1;
  }));
  CHECK(cleo->is_watching());
}

TEST_CASE("an invitation is whole: address, code and the relay's key") {
  Hosted host({});
  const auto invitation = Invitation::parse(host.session->invitation("192.168.1.20"));
  REQUIRE(invitation);
  CHECK(invitation->relay == Address{"192.168.1.20", host.session->port()});
  CHECK(invitation->room == host.session->room());
  REQUIRE(invitation->key);
  CHECK(Invitation::parse(host.session->invitation("play.example.org:80"))->relay.port == 80);
  CHECK(Invitation::parse(host.session->invitation("[2001:db8::1]"))->relay ==
        Address{"2001:db8::1", host.session->port()});
  // A guest who came by code alone knows the key by now, and passes it on.
  Result<Session<Tally>> ben =
      tutti::join<Tally>({.relay = "127.0.0.1:" + std::to_string(host.session->port()),
                          .room = host.session->room(),
                          .state_folder = host.folder.path() + "/ben"});
  REQUIRE(ben);
  CHECK(ben->invitation().empty());
  REQUIRE(run({&*host.session, &*ben}, std::chrono::seconds(10),
              [&] { return ben->status() == Status::playing; }));
  const auto passed_on = Invitation::parse(ben->invitation());
  REQUIRE(passed_on);
  CHECK(passed_on->relay == Address{"127.0.0.1", host.session->port()});
  CHECK(passed_on->key == invitation->key);
  CHECK(tutti::solo<Tally>()->invitation().empty());
}

TEST_CASE("a host decides on newcomers, who see that they wait") {
  Hosted host({.room_terms = {.asks_for_players = true, .is_no_peek = true}});
  Result<Session<Tally>> ben = tutti::join<Tally>(host.joining("Ben", ""));
  Result<Session<Tally>> eve = tutti::join<Tally>(host.joining("Eve", ""));
  REQUIRE(ben);
  REQUIRE(eve);
  REQUIRE(run({&*host.session, &*ben, &*eve}, std::chrono::seconds(10),
              [&] { return host.session->newcomers().size() == 2; }));
  CHECK(ben->status() == Status::connecting);
  REQUIRE(run({&*ben, &*eve}, std::chrono::seconds(2),
              [&] { return ben->is_host_asked() && eve->is_host_asked(); }));
  for (const Newcomer& newcomer : host.session->newcomers()) {
    newcomer.names.front() == "Ben" ? host.session->let_in(newcomer.id)
                                    : host.session->turn_away(newcomer.id);
  }
  CHECK(host.session->newcomers().empty());
  REQUIRE(run({&*host.session, &*ben, &*eve}, std::chrono::seconds(10),
              [&] { return ben->status() == Status::playing && is_over(*eve); }));
  CHECK_THAT(eve->failure().sentence, contains("does not let you in"));
  CHECK(ben->newcomers().empty());
  REQUIRE(ben->room_terms());
  CHECK(ben->room_terms()->is_no_peek);
  CHECK(host.session->room_terms() == ben->room_terms());
}

TEST_CASE("from C: a room with a password, newcomers, spectators and an invitation") {
  Hosted host({.room_terms = {.asks_for_players = true}, .password = "swordfish"});
  const std::string relay = host.session->invitation("127.0.0.1");
  const std::string state = host.folder.path() + "/c";
  const AnyGame game = any_game<Tally>();
  tutti_options options{};
  options.abi = TUTTI_ABI;
  options.way = TUTTI_JOIN;
  options.table = &game.table();
  options.relay = relay.c_str();
  options.name = "Ben";
  options.state_folder = state.c_str();
  options.password = "swordfish";
  tutti_session* ben = tutti_open(&options);
  REQUIRE(ben != nullptr);
  const auto step = [&] { return tutti_advance(ben, tutti_now()) == TUTTI_OK; };
  REQUIRE(run({&*host.session}, std::chrono::seconds(10),
              [&] { return step() && tutti_is_host_asked(ben) == 1; }));
  REQUIRE(run({&*host.session}, std::chrono::seconds(5),
              [&] { return step() && !host.session->newcomers().empty(); }));
  host.session->let_in(host.session->newcomers().front().id);
  REQUIRE(run({&*host.session}, std::chrono::seconds(10),
              [&] { return step() && tutti_status(ben) == TUTTI_PLAYING; }));
  CHECK(tutti_is_host_asked(ben) == 0);
  CHECK(tutti_invitation(ben, nullptr) == relay);
  // The host goes, and its relay with it; before that, Ben has nobody to decide on.
  const tutti_newcomer* newcomers = nullptr;
  CHECK(tutti_newcomers(ben, &newcomers) == 0);
  CHECK(tutti_newcomers(ben, nullptr) == 0);
  tutti_close(ben);
}
