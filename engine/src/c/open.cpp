// Opens a session by the options of C; also errors, the clock and the dice, which need none.

#include <chrono>
#include <limits>

#include "c/session.hpp"
#include "tutti/engine/catalog.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti::c {

namespace {

std::string& last_error() {
  thread_local std::string sentence;
  return sentence;
}

Result<AnyGame> game_of(const tutti_options& options) {
  if ((options.module == nullptr) == (options.table == nullptr)) {
    return fail(Fault::usage, "a session needs a game: give either its module or its table");
  }
  return options.module != nullptr ? GameCatalog::load(options.module)
                                   : AnyGame::from_table(options.table);
}

/// A number that its type in C++ can hold.
template <class Small>
bool fits(std::uint64_t number) {
  return number <= std::numeric_limits<Small>::max();
}

Result<SoloOptions> match_of(const tutti_options& options) {
  if (options.game_options == nullptr && options.game_options_size != 0) {
    return fail(Fault::usage, "game_options is NULL, but its size is not 0");
  }
  if (!fits<std::uint8_t>(options.players) || options.on_loss > TUTTI_LOSS_END ||
      options.delay_policy > TUTTI_DELAY_OWN || !fits<std::uint16_t>(options.patience_seconds) ||
      !fits<std::uint8_t>(options.input_delay_ticks)) {
    return fail(Fault::usage,
                "players, on_loss, patience_seconds, delay_policy or input_delay_ticks is out of "
                "its range");
  }
  SoloOptions match;
  if (options.seed != 0) match.seed = options.seed;
  match.players = static_cast<std::uint8_t>(options.players);
  const BytesView own = view_of(options.game_options, options.game_options_size);
  match.game_options.assign(own.begin(), own.end());
  match.terms.ends_at = options.ends_at;
  match.terms.on_loss = static_cast<LossPolicy>(options.on_loss);
  if (options.patience_seconds != 0) {
    match.terms.patience_seconds = static_cast<std::uint16_t>(options.patience_seconds);
  }
  match.terms.delay_policy = static_cast<DelayPolicy>(options.delay_policy);
  match.terms.input_delay_ticks = static_cast<std::uint8_t>(options.input_delay_ticks);
  match.terms.is_lockstep = options.is_lockstep != 0;
  match.terms.has_dense_digests = options.has_dense_digests != 0;
  return match;
}

Result<SessionOptions> session_of(const tutti_options& options) {
  if (options.catch_up_ns < 0) return fail(Fault::usage, "catch_up_ns is below zero");
  SessionOptions session;
  session.rehearse_depth = options.rehearse_depth;
  session.fold_digest = options.keeps_fold_digest != 0;
  session.keeps_telemetry = options.forgets_telemetry == 0;
  if (options.catch_up_ns != 0)
    session.catch_up_cost = std::chrono::nanoseconds(options.catch_up_ns);
  return session;
}

/// The event of empty hands, where the game says which it is.
std::optional<Bytes> neutral_of(const AnyGame& game) {
  const tutti_game& table = game.table();
  if (table.abi < TUTTI_GAME_ABI || table.default_event == nullptr) return std::nullopt;
  std::array<std::uint8_t, limits::event_bytes> bytes{};
  const std::int32_t size = table.default_event(bytes.data(), bytes.size());
  if (size < 0 || static_cast<std::size_t>(size) > bytes.size()) return std::nullopt;
  const BytesView view = view_of(bytes.data(), static_cast<std::size_t>(size));
  return Bytes(view.begin(), view.end());
}

Result<RoomTerms> room_of(const tutti_options& options) {
  if (!fits<std::uint16_t>(options.spectators_max)) {
    return fail(Fault::usage, "spectators_max is 0 to 65535");
  }
  RoomTerms terms{.asks_for_players = options.asks_for_players != 0,
                  .asks_for_spectators = options.asks_for_spectators != 0,
                  .is_no_peek = options.is_no_peek != 0};
  if (options.spectators_max != 0 || options.has_no_spectators != 0) {
    const std::uint32_t most = options.has_no_spectators != 0 ? 0 : options.spectators_max;
    terms.spectators_max = static_cast<std::uint16_t>(most);
  }
  return terms;
}

Result<AnySession> open_online(AnyGame game, const tutti_options& options, SoloOptions match,
                               SessionOptions session) {
  const Result<RoomTerms> room_terms = room_of(options);
  if (!room_terms) return Unexpected{room_terms.error()};
  if (options.way == TUTTI_HOST) {
    HostOptions host{.room = text_of(options.room),
                     .name = text_of(options.name),
                     .state_folder = text_of(options.state_folder),
                     .neutral = neutral_of(game),
                     .match = std::move(match),
                     .room_terms = *room_terms,
                     .password = text_of(options.password),
                     .session = session};
    if (options.listen != nullptr) host.listen = options.listen;
    host.logs = text_of(options.logs);
    return AnySession::host(std::move(game), std::move(host));
  }
  if (options.way == TUTTI_SPECTATE) {
    SpectateOptions spectate{.room = text_of(options.room),
                             .token = text_of(options.token),
                             .delay_seconds = options.delay_seconds,
                             .password = text_of(options.password),
                             .state_folder = text_of(options.state_folder),
                             .session = session};
    if (options.relay != nullptr) spectate.relay = options.relay;
    return AnySession::spectate(std::move(game), std::move(spectate));
  }
  JoinOptions join{.room = text_of(options.room),
                   .token = text_of(options.token),
                   .name = text_of(options.name),
                   .room_terms = *room_terms,
                   .password = text_of(options.password),
                   .state_folder = text_of(options.state_folder),
                   .neutral = neutral_of(game),
                   .session = session};
  if (options.relay != nullptr) join.relay = options.relay;
  if (options.creates != 0) join.create = std::move(match);
  return AnySession::join(std::move(game), std::move(join));
}

Result<AnySession> open_file(AnyGame game, const tutti_options& options, SessionOptions session) {
  if (options.file == nullptr) return fail(Fault::usage, "there is no file to watch or take over");
  if (options.way == TUTTI_WATCH) {
    WatchOptions watch{.session = session};
    if (options.as_player > limits::players) {
      return fail(Fault::usage, "as_player is 0, or 1 for slot 0 and so on");
    }
    if (options.as_player != 0) {
      watch.as = PlayerId{static_cast<std::uint8_t>(options.as_player - 1)};
    }
    return AnySession::watch(std::move(game), options.file, watch);
  }
  if (options.at_tick < 0) return fail(Fault::usage, "at_tick is below zero");
  const Result<ReadMatch> match = read_match_file(options.file);
  if (!match) return Unexpected{match.error()};
  return AnySession::take_over(std::move(game), match->record, Tick{options.at_tick}, session);
}

Result<AnySession> open(const tutti_options& options) {
  if (options.abi != TUTTI_ABI) {
    return fail(Fault::usage, "the program was built with interface " +
                                  std::to_string(options.abi) +
                                  " of tutti.h, this library speaks " + std::to_string(TUTTI_ABI));
  }
  if (options.way < TUTTI_SOLO || options.way > TUTTI_TAKE_OVER) {
    return fail(Fault::usage, "way " + std::to_string(options.way) +
                                  " is none: it is TUTTI_SOLO, TUTTI_JOIN and so on");
  }
  Result<AnyGame> game = game_of(options);
  if (!game) return Unexpected{game.error()};
  Result<SessionOptions> session = session_of(options);
  if (!session) return Unexpected{session.error()};
  if (options.way >= TUTTI_WATCH) return open_file(std::move(*game), options, *session);
  Result<SoloOptions> match = match_of(options);
  if (!match) return Unexpected{match.error()};
  if (options.way >= TUTTI_HOST) {
    return open_online(std::move(*game), options, std::move(*match), *session);
  }
  match->session = *session;
  return options.way == TUTTI_SOLO ? AnySession::solo(std::move(*game), std::move(*match))
                                   : AnySession::rehearse(std::move(*game), std::move(*match));
}

}  // namespace

tutti_result say(const Error& error) {
  last_error() = error.sentence;
  switch (error.fault) {
    case Fault::usage:
      return TUTTI_USAGE;
    case Fault::bad_data:
      return TUTTI_BAD_DATA;
    case Fault::refused:
      return TUTTI_REFUSED;
    case Fault::system:
      return TUTTI_SYSTEM;
  }
  return TUTTI_SYSTEM;
}

tutti_result misused(const char* sentence) { return say({Fault::usage, sentence}); }

}  // namespace tutti::c

using tutti::Random;

const char* tutti_error(void) { return tutti::c::last_error().c_str(); }

uint32_t tutti_abi(void) { return TUTTI_ABI; }

const char* tutti_version(void) { return TUTTI_VERSION; }

int64_t tutti_now(void) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

uint32_t tutti_random_next(tutti_random* random) {
  if (random == nullptr) return 0;
  Random dice = Random::from_raw(random->state, random->increment);
  const std::uint32_t number = dice.next();
  *random = {dice.raw_state(), dice.raw_increment()};
  return number;
}

int32_t tutti_random_between(tutti_random* random, int32_t least, int32_t most) {
  if (random == nullptr || least > most) return least;
  Random dice = Random::from_raw(random->state, random->increment);
  const std::int32_t number = dice.between(least, most);
  *random = {dice.raw_state(), dice.raw_increment()};
  return number;
}

tutti_session* tutti_open(const tutti_options* options) {
  if (options == nullptr) return tutti::c::misused("no options were given: NULL"), nullptr;
  tutti_session* opened = nullptr;
  tutti::c::guarded([&] {
    auto session = tutti::c::open(*options);
    if (!session) return tutti::c::say(session.error());
    opened = new tutti_session(std::move(*session));
    return TUTTI_OK;
  });
  return opened;
}

void tutti_close(tutti_session* session) { delete session; }
