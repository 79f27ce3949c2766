// The ways to begin a session with a relay.

#include "net_source.hpp"
#include "session_options.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/net/address.hpp"
#include "tutti/net/room_code.hpp"

namespace tutti {

Result<AnySession> AnySession::join(AnyGame game, JoinOptions options) {
  if (Result<void> checked = check(options.session); !checked) return Unexpected{checked.error()};
  Hello hello{.name = options.name.substr(0, limits::name_bytes), .rules = game.rules()};
  if (!options.room.empty()) {
    const auto code = parse_room_code(options.room);
    if (!code) {
      return fail(Fault::usage, "'" + options.room + "' is no room code: it has 5 characters of " +
                                    std::string(room_code_alphabet));
    }
    hello.room = *code;
  } else if (!options.create) {
    return fail(Fault::usage, "a room code is needed to join a match");
  }
  if (options.create) {
    Result<Setup> setup = make_setup(game, *options.create);
    if (!setup) return Unexpected{setup.error()};
    hello.create = *setup;
    hello.ends_at = options.ends_at;
  }
  const Result<Address> address = Address::parse(options.relay);
  if (!address) return Unexpected{address.error()};
  Result<std::unique_ptr<EnetLink>> link = EnetLink::open_client();
  if (!link) return Unexpected{link.error()};
  const Result<PeerId> relay = (*link)->connect(*address);
  if (!relay) return Unexpected{relay.error()};
  return over(std::move(game), std::move(*link), *relay, std::move(hello), options.session);
}

Result<AnySession> AnySession::host(AnyGame game, HostOptions options) {
  if (Result<void> checked = check(options.session); !checked) return Unexpected{checked.error()};
  Result<Setup> setup = make_setup(game, options.match);
  if (!setup) return Unexpected{setup.error()};
  Result<std::unique_ptr<RelayService>> service =
      RelayService::open({.listen = options.listen, .logs = options.logs});
  if (!service) return Unexpected{service.error()};
  auto hosted = std::make_shared<HostedRelay>(std::move(*service));
  Result<std::unique_ptr<EnetLink>> link = EnetLink::open_client();
  if (!link) return Unexpected{link.error()};
  const Result<PeerId> relay = (*link)->connect({"127.0.0.1", hosted->port()});
  if (!relay) return Unexpected{relay.error()};
  Hello hello{.name = options.name.substr(0, limits::name_bytes),
              .rules = game.rules(),
              .create = std::move(*setup)};
  auto source =
      std::make_unique<NetSource>(std::move(*link), *relay, std::move(hello), std::move(hosted));
  return AnySession(std::move(game), std::move(source), options.session);
}

}  // namespace tutti
