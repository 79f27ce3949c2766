#include "session/opening.hpp"

#include <algorithm>

#include "source/local_source.hpp"
#include "source/log_source.hpp"

namespace tutti {

Result<Setup> make_setup(const AnyGame& game, const SoloOptions& options) {
  const std::uint8_t players =
      options.players != 0 ? options.players
                           : std::clamp<std::uint8_t>(2, game.players_min(), game.players_max());
  if (players < game.players_min() || players > game.players_max()) {
    return fail(Fault::usage, game.name() + " is for " + std::to_string(game.players_min()) +
                                  " to " + std::to_string(game.players_max()) + " players, not " +
                                  std::to_string(players));
  }
  Setup setup = game.setup(options.seed, players);
  setup.options = options.game_options;
  setup.terms = options.terms;
  if (!is_valid(setup)) {
    return fail(Fault::usage,
                "the game's options are at most " + std::to_string(limits::options_bytes) +
                    " bytes, the input delay at most " +
                    std::to_string(limits::input_window_ticks) + " ticks, the patience 1 to " +
                    std::to_string(limits::patience_seconds_max) + " seconds");
  }
  return setup;
}

Result<void> check_saving(const AnyGame& game) {
  const StateBox state = start(
      game, game.setup(1, std::clamp<std::uint8_t>(2, game.players_min(), game.players_max())));
  Bytes bytes, again;
  save_state(game, state.get(), bytes);
  StateBox loaded(game);
  if (!load_state(game, loaded.get(), bytes)) {
    return fail(Fault::bad_data, "a state of " + game.name() +
                                     " cannot be saved: load refuses the bytes that save wrote");
  }
  save_state(game, loaded.get(), again);
  if (bytes == again) return {};
  return fail(Fault::bad_data, "a state of " + game.name() +
                                   " cannot be saved: loaded from its own bytes it saves others");
}

Result<Opening> open_solo(const AnyGame& game, const SoloOptions& options) {
  Result<Setup> setup = make_setup(game, options);
  if (!setup) return Unexpected{setup.error()};
  return Opening{.source = std::make_unique<LocalSource>(std::move(*setup)),
                 .options = options.session};
}

Result<Opening> open_branch(const AnyGame& game, const MatchRecord& record, Tick at,
                            const SessionOptions& options) {
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
  return Opening{.source = std::make_unique<LocalSource>(branch(record, at, slots)),
                 .options = options};
}

Result<Opening> open_recording(const AnyGame& game, MatchRecord record,
                               const WatchOptions& options) {
  if (record.log.setup().rules != game.rules()) {
    return fail(Fault::refused, "the replay was played by " + record.log.setup().rules +
                                    ", this is " + game.rules());
  }
  Opening opening{.options = options.session};
  auto source = std::make_unique<LogSource>(std::move(record));
  if (options.as) {
    Result<SeenMatch> seen = SeenMatch::open(game, source->record(), *options.as);
    if (!seen) return Unexpected{seen.error()};
    source->show_as(*options.as, seen->frames().back().present);
    opening.as_seen.emplace(std::move(*seen));
  }
  // A clip or a bug report is about a moment; other marks are only that.
  const MatchRecord& shown = source->record();
  const bool is_about = shown.end == EndReason::sliced || !shown.states.empty();
  if (is_about && !shown.marks.empty()) source->playback()->seek(shown.marks.front().from);
  opening.source = std::move(source);
  return opening;
}

}  // namespace tutti
