// The ways to begin a session without a relay; those with one are in open_online.cpp.

#include "session/session_options.hpp"
#include "source/local_source.hpp"
#include "source/log_source.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti {

Result<AnySession> AnySession::solo(AnyGame game, SoloOptions options) {
  Result<Setup> setup = make_setup(game, options);
  if (!setup) return Unexpected{setup.error()};
  return AnySession(std::move(game), std::make_unique<LocalSource>(std::move(*setup)),
                    options.session);
}

Result<AnySession> AnySession::take_over(AnyGame game, const MatchRecord& record, Tick at,
                                         SessionOptions options) {
  if (record.log.setup().rules != game.rules()) {
    return fail(Fault::refused, "the match was played by " + record.log.setup().rules +
                                    ", this is " + game.rules());
  }
  const auto end = record.log.ended();
  if (at > record.log.horizon() || (end && at >= *end)) {
    return fail(Fault::usage, "the match is known to go on until tick " +
                                  std::to_string(end.value_or(record.log.horizon()).value) +
                                  " only: there is nothing to take over");
  }
  const std::uint64_t slots = ~std::uint64_t{0} >> (64U - record.log.setup().players);
  return AnySession(std::move(game), std::make_unique<LocalSource>(branch(record, at, slots)),
                    options);
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
  auto source = std::make_unique<LogSource>(std::move(record));
  std::unique_ptr<SeenMatch> seen;
  if (options.as) {
    Result<SeenMatch> found = SeenMatch::open(game, source->record(), *options.as);
    if (!found) return Unexpected{found.error()};
    seen = std::make_unique<SeenMatch>(std::move(*found));
    source->show_as(*options.as, seen->frames().back().present);
  }
  // A clip or a bug report is about a moment; other marks are only that.
  const MatchRecord& shown = source->record();
  const bool is_about = shown.end == EndReason::sliced || !shown.states.empty();
  if (is_about && !shown.marks.empty()) source->playback()->seek(shown.marks.front().from);
  AnySession session(std::move(game), std::move(source), options.session);
  session.seen_ = std::move(seen);
  return session;
}

}  // namespace tutti
