// Tokens in the options of C, against a relay that lets in nobody without one.

#include <ctime>

#include "engine/sockets.hpp"
#include "tutti/engine/key_files.hpp"
#include "tutti/net/admission.hpp"
#include "tutti/tutti.h"

using namespace tutti;
using namespace tutti::test;

namespace {

/// A relay that asks for tokens by this operator, and players with a key of their own.
struct GuardedRelay {
  GuardedRelay() {
    Result<std::unique_ptr<RelayService>> service =
        RelayService::open({.listen = "127.0.0.1:0",
                            .logs = folder.path(),
                            .admission_key = operator_key.public_key()});
    REQUIRE(service);
    hosted.emplace(std::move(*service));
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(hosted->port()); }
  std::string state_of(const std::string& player) const { return folder.path() + "/" + player; }
  std::string token_for(const std::string& player, Role role = Role::player) const {
    const Result<SigningKey> key = load_player_key(state_of(player));
    REQUIRE(key);
    return to_text(make_token(
        {.role = role, .expires_utc = std::time(nullptr) + 60, .client = key->public_key()},
        operator_key));
  }

  Folder folder;
  SigningKey operator_key = *SigningKey::from_hex(std::string(64, '7'));
  std::optional<HostedRelay> hosted;
};

/// A session by the options of C.
struct InC {
  InC(const GuardedRelay& relay, std::uint32_t way, const std::string& room,
      const std::string& token)
      : address(relay.address()), state(relay.state_of("ben")), code(room), word(token) {
    tutti_options options{};
    options.abi = TUTTI_ABI;
    options.way = way;
    options.table = &game.table();
    options.relay = address.c_str();
    options.room = code.empty() ? nullptr : code.c_str();
    options.state_folder = state.c_str();
    options.token = word.empty() ? nullptr : word.c_str();
    options.creates = way == TUTTI_JOIN;
    session = tutti_open(&options);
  }
  ~InC() { tutti_close(session); }
  InC(const InC&) = delete;
  InC& operator=(const InC&) = delete;

  /// Plays, or watches, or is refused: until then.
  std::int32_t outcome() {
    REQUIRE(session != nullptr);
    run({}, std::chrono::seconds(10), [&] {
      tutti_advance(session, tutti_now());
      return tutti_status(session) == TUTTI_PLAYING || tutti_status(session) == TUTTI_FAILED;
    });
    return tutti_status(session);
  }

  AnyGame game = any_game<Tally>();
  std::string address, state, code, word;
  tutti_session* session = nullptr;
};

}  // namespace

TEST_CASE("from C: a relay that asks for tokens lets in who has one, to play and to watch") {
  const GuardedRelay relay;
  InC nobody(relay, TUTTI_JOIN, "", "");
  CHECK(nobody.outcome() == TUTTI_FAILED);
  CHECK_THAT(std::string(tutti_failure(nobody.session)), contains("without a token"));
  InC player(relay, TUTTI_JOIN, "", relay.token_for("ben"));
  REQUIRE(player.outcome() == TUTTI_PLAYING);
  const std::string room = tutti_room(player.session);
  InC wrong(relay, TUTTI_SPECTATE, room, relay.token_for("ben"));
  CHECK(wrong.outcome() == TUTTI_FAILED);
  CHECK_THAT(std::string(tutti_failure(wrong.session)), contains("for a player"));
  InC spectator(relay, TUTTI_SPECTATE, room, relay.token_for("ben", Role::spectator));
  CHECK(spectator.outcome() == TUTTI_PLAYING);
  InC nonsense(relay, TUTTI_JOIN, room, "AAAA");
  CHECK(nonsense.session == nullptr);
  CHECK_THAT(std::string(tutti_error()), contains("this is no token"));
}
