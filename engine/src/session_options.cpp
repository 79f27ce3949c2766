#include "session_options.hpp"

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
  if (!is_valid(setup)) {
    return fail(Fault::usage, "the game's options are longer than " +
                                  std::to_string(limits::options_bytes) + " bytes");
  }
  return setup;
}

Result<void> check(const SessionOptions& options) {
  if (options.input_delay_ticks < 0 || options.input_delay_ticks > limits::input_window_ticks) {
    return fail(Fault::usage,
                "the input delay is 0 to " + std::to_string(limits::input_window_ticks) + " ticks");
  }
  return {};
}

}  // namespace tutti
