// The ways to begin a session without a relay; those with one are in open_online.cpp.

#include "local_source.hpp"
#include "log_source.hpp"
#include "session_options.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti {

Result<AnySession> AnySession::solo(AnyGame game, SoloOptions options) {
  Result<Setup> setup = make_setup(game, options);
  if (!setup) return Unexpected{setup.error()};
  return AnySession(std::move(game), std::make_unique<LocalSource>(std::move(*setup)),
                    options.session);
}

Result<AnySession> AnySession::rehearse(AnyGame game, SoloOptions options) {
  if (options.session.rehearse_depth == 0) options.session.rehearse_depth = 8;
  return solo(std::move(game), std::move(options));
}

Result<AnySession> AnySession::watch(AnyGame game, const std::string& path, WatchOptions options) {
  Result<ReadMatch> match = read_match_file(path);
  if (!match) return Unexpected{match.error()};
  return watch(std::move(game), std::move(match->record), options);
}

Result<AnySession> AnySession::watch(AnyGame game, MatchRecord record, WatchOptions options) {
  if (record.log.setup().rules != game.rules()) {
    return fail(Fault::refused, "the replay was played by " + record.log.setup().rules +
                                    ", this is " + game.rules());
  }
  return AnySession(std::move(game), std::make_unique<LogSource>(std::move(record)),
                    options.session);
}

}  // namespace tutti
