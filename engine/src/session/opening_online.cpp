// The ways to begin a session with a relay; those without one are in opening.cpp.

#include <random>

#include "session/opening.hpp"
#include "source/online_source.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/engine/key_files.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/net/invitation.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

namespace {

Result<std::string> room_code(const std::string& text) {
  auto code = parse_room_code(text);
  if (code) return std::move(*code);
  return fail(Fault::usage, "'" + text + "' is no room code: " + room_code_rule());
}

ResumeSecret random_secret() {
  std::random_device device;
  std::uniform_int_distribution<int> any(0, 255);
  ResumeSecret secret{};
  for (std::byte& byte : secret)
    byte = static_cast<std::byte>(any(device));
  return secret;
}

/// The options' relay, which may be a whole invitation, with the room and the key named beside it.
Result<Invitation> invitation_of(const std::string& relay, const std::string& room,
                                 const std::string& key) {
  Result<Invitation> invitation = Invitation::parse(relay);
  if (!invitation) return invitation;
  if (!room.empty()) {
    Result<std::string> code = room_code(room);
    if (!code) return Unexpected{code.error()};
    invitation->room = std::move(*code);
  }
  if (!key.empty()) {
    invitation->key = public_key_from_hex(key);
    if (!invitation->key) {
      return fail(Fault::usage, "'" + key +
                                    "' is no key of a relay: it has 64 hexadecimal digits, as in "
                                    "the relay's file relay.pub");
    }
  }
  return invitation;
}

Result<std::unique_ptr<Source>> connect(const Invitation& to, Resolver resolver,
                                        const std::string& token, OnlineSource::Options options) {
  options.packs_aside = true;
  // Kept before it is sent: a process that dies before the answer comes back by it, too.
  if (!options.hello.resume && (options.hello.role == Role::player || !token.empty())) {
    options.hello.resume = random_secret();
    if (options.tickets && options.tickets->ticket) {
      options.tickets->ticket->keep(*options.hello.resume);
    }
  }
  // Without a folder for its key, relays do not know the player, and it signs nothing.
  if (options.tickets) {
    const auto key = load_player_key(options.tickets->folder);
    if (!key && !token.empty()) return Unexpected{key.error()};
    if (key) options.identity = ClientIdentity{.key = *key};
  }
  if (!token.empty()) {
    const auto given = token_from_text(token);
    if (!given) return Unexpected{given.error()};
    options.identity->token = *given;
  }
  Result<std::unique_ptr<SealedLink>> link = SealedLink::open_client();
  if (!link) return Unexpected{link.error()};
  NamedLink::Options how{.key = to.key, .resolver = resolver};
  options.relay = {.relay = to.relay, .key = to.key, .others = to.others};
  if (!to.key && options.tickets) {
    options.trust.emplace(options.tickets->folder, to.relays());
    // A ticket's secret is for the relay that gave it.
    if (options.is_return) how.expected = options.trust->known();
  }
  std::vector<Address> places{to.relay};
  places.insert(places.end(), to.others.begin(), to.others.end());
  auto named = std::make_unique<NamedLink>(std::move(*link), places, how);
  options.named = named.get();
  const PeerId relay = named->relay();
  return std::unique_ptr<Source>(
      std::make_unique<OnlineSource>(std::move(named), relay, std::move(options)));
}

Result<void> name_others(Hello& hello, const std::vector<std::string>& names) {
  if (names.size() >= limits::local_players) {
    return fail(Fault::usage, "one machine has at most " + std::to_string(limits::local_players) +
                                  " players, not " + std::to_string(names.size() + 1));
  }
  for (const std::string& name : names)
    hello.others.push_back(cut_text(name, limits::name_bytes));
  return {};
}

std::optional<PasswordHash> password_of(const std::string& password) {
  return password.empty() ? std::nullopt : std::optional(hash_password(password));
}

/// The hello of a player who joins; refuses options that make no sense.
Result<Hello> hello_of(const AnyGame& game, const JoinOptions& options, std::string room) {
  Hello hello{.room = std::move(room),
              .name = cut_text(options.name, limits::name_bytes),
              .rules = game.rules()};
  if (Result<void> named = name_others(hello, options.others); !named) {
    return Unexpected{named.error()};
  }
  hello.password = password_of(options.password);
  hello.terms = options.room_terms;
  if (hello.room.empty() && !options.create) {
    return fail(Fault::usage, "a room code is needed to join a match");
  }
  if (options.create) {
    Result<Setup> setup = make_setup(game, *options.create);
    if (!setup) return Unexpected{setup.error()};
    hello.create = std::move(*setup);
  }
  return hello;
}

Tickets tickets_in(std::string folder, std::string relays) {
  return {.folder = folder.empty() ? default_state_folder() : std::move(folder),
          .relay = std::move(relays)};
}

}  // namespace

Result<Opening> open_join(const AnyGame& game, JoinOptions options) {
  const Result<Invitation> to = invitation_of(options.relay, options.room, options.relay_key);
  if (!to) return Unexpected{to.error()};
  Result<Hello> hello = hello_of(game, options, to->room);
  if (!hello) return Unexpected{hello.error()};
  Tickets tickets = tickets_in(std::move(options.state_folder), to->relays());
  if (!hello->room.empty()) {
    tickets.ticket = ReturnTicket::take(tickets.folder, tickets.relay, hello->room);
    if (tickets.ticket) hello->resume = tickets.ticket->secret();
  }
  const bool is_return = hello->resume.has_value();
  auto source =
      connect(*to, options.session.tuning.resolver, options.token,
              {.hello = std::move(*hello), .tickets = std::move(tickets), .is_return = is_return});
  if (!source) return Unexpected{source.error()};
  return Opening{.source = std::move(*source),
                 .options = options.session,
                 .neutral = std::move(options.neutral)};
}

Result<Opening> open_join_over(const AnyGame& game, std::unique_ptr<Link> link, PeerId relay,
                               JoinOptions options) {
  const Result<Invitation> to = invitation_of(options.relay, options.room, options.relay_key);
  if (!to) return Unexpected{to.error()};
  Result<Hello> hello = hello_of(game, options, to->room);
  if (!hello) return Unexpected{hello.error()};
  hello->resume = random_secret();  // by which it comes back if its link can reconnect
  return Opening{.source = std::make_unique<OnlineSource>(
                     std::move(link), relay,
                     OnlineSource::Options{.hello = std::move(*hello), .packs_aside = true}),
                 .options = options.session,
                 .neutral = std::move(options.neutral)};
}

Result<Opening> open_spectator(const AnyGame& game, SpectateOptions options) {
  const Result<Invitation> to = invitation_of(options.relay, options.room, options.relay_key);
  if (!to) return Unexpected{to.error()};
  if (to->room.empty()) return fail(Fault::usage, "a room code is needed to watch a match");
  if (options.delay_seconds < 0 || options.delay_seconds > limits::spectator_delay_seconds) {
    return fail(Fault::usage, "a spectator stays 0 to " +
                                  std::to_string(limits::spectator_delay_seconds) +
                                  " s behind the match");
  }
  Hello hello{.room = to->room,
              .rules = game.rules(),
              .role = Role::spectator,
              .delay_seconds = static_cast<std::uint16_t>(options.delay_seconds),
              .password = password_of(options.password)};
  auto source = connect(*to, options.session.tuning.resolver, options.token,
                        {.hello = std::move(hello),
                         .tickets = tickets_in(std::move(options.state_folder), to->relays())});
  if (!source) return Unexpected{source.error()};
  return Opening{.source = std::move(*source), .options = options.session};
}

Result<Opening> open_host(const AnyGame& game, HostOptions options) {
  Result<Setup> setup = make_setup(game, options.match);
  if (!setup) return Unexpected{setup.error()};
  Hello hello{.name = cut_text(options.name, limits::name_bytes),
              .rules = game.rules(),
              .create = std::move(*setup),
              .terms = options.room_terms,
              .password = password_of(options.password)};
  if (Result<void> named = name_others(hello, options.others); !named) {
    return Unexpected{named.error()};
  }
  if (!options.room.empty()) {
    Result<std::string> code = room_code(options.room);
    if (!code) return Unexpected{code.error()};
    hello.room = std::move(*code);
  }
  if (options.is_referee) {
    options.relay.referee = [game](const std::string& rules) {
      return rules == game.rules() ? std::optional(game) : std::nullopt;
    };
  }
  Result<std::unique_ptr<RelayService>> service =
      RelayService::open({.listen = options.listen,
                          .logs = options.logs,
                          .server = std::move(options.relay),
                          .journal_bytes_max = options.journal_bytes_max});
  if (!service) return Unexpected{service.error()};
  const Invitation to{.relay = {"localhost", (*service)->port()}, .key = (*service)->key()};
  Tickets tickets =
      tickets_in(std::move(options.state_folder), Address{"127.0.0.1", (*service)->port()}.text());
  // The room that was named, or one that a relay which died left behind with us in it.
  std::vector<std::string> rooms{hello.room};
  if (hello.room.empty()) rooms = (*service)->server().rooms();
  for (const std::string& room : rooms) {
    const RelayMatch* match = (*service)->server().match(room);
    if (match == nullptr || match->log().setup().rules != game.rules()) continue;
    auto ticket = ReturnTicket::take(tickets.folder, tickets.relay, room);
    if (!ticket || !ticket->secret()) continue;
    hello.room = room;
    hello.resume = ticket->secret();
    tickets.ticket = std::move(ticket);
    break;
  }
  if (!tickets.ticket && !hello.room.empty()) {
    tickets.ticket = ReturnTicket::take(tickets.folder, tickets.relay, hello.room);
  }
  const bool is_return = hello.resume.has_value();
  auto source = connect(to, nullptr, {},
                        {.hello = std::move(hello),
                         .hosted = std::make_shared<HostedRelay>(std::move(*service)),
                         .tickets = std::move(tickets),
                         .is_return = is_return});
  if (!source) return Unexpected{source.error()};
  return Opening{.source = std::move(*source),
                 .options = options.session,
                 .neutral = std::move(options.neutral)};
}

Opening open_over(std::unique_ptr<Link> link, PeerId relay, Hello hello,
                  const SessionOptions& options) {
  return {.source = std::make_unique<OnlineSource>(
              std::move(link), relay, OnlineSource::Options{.hello = std::move(hello)}),
          .options = options};
}

}  // namespace tutti
