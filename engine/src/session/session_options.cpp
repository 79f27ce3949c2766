#include "session/session_options.hpp"

#include <algorithm>

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

}  // namespace tutti
