#include "base/terms_choice.hpp"

#include <fmt/format.h>

#include <charconv>

#include "tutti/sim/limits.hpp"

namespace tutti::tool {

void TermsChoice::add_to(Command& command) {
  command.option(
      "--input-delay", input_delay,
      "ticks between an action and the step that sees it: 0 to 12, 'adaptive' (as many as the "
      "paths need, equal for all) or 'own' (as many as each player's path needs)");
  command.option("--on-loss", on_loss,
                 "the match's answer to a lost player: 'continue', 'hold' until it is back, or "
                 "'end'");
  command.option("--patience", patience_seconds, 1, limits::patience_seconds_max,
                 "the seconds that 'hold' and 'end' wait for a lost player");
  command.flag("--lockstep", is_lockstep, "predict nothing and show confirmed ticks only");
  command.flag("--dense-digests", has_dense_digests,
               "keep a digest of every second in the match's file, about 1 KB a minute");
}

Result<MatchTerms> TermsChoice::terms(std::uint32_t ends_at) const {
  MatchTerms terms{.ends_at = ends_at,
                   .patience_seconds = patience_seconds,
                   .is_lockstep = is_lockstep,
                   .has_dense_digests = has_dense_digests};
  if (input_delay == "adaptive") {
    terms.delay_policy = DelayPolicy::shared;
  } else if (input_delay == "own") {
    terms.delay_policy = DelayPolicy::own;
  } else {
    const char* const end = input_delay.data() + input_delay.size();
    const auto [rest, error] = std::from_chars(input_delay.data(), end, terms.input_delay_ticks);
    if (error != std::errc{} || rest != end ||
        terms.input_delay_ticks > limits::input_window_ticks) {
      return fail(Fault::usage,
                  fmt::format("--input-delay {}: it is 0 to {} ticks, 'adaptive' or 'own'",
                              input_delay, limits::input_window_ticks));
    }
  }
  if (on_loss == "hold") {
    terms.on_loss = LossPolicy::hold;
  } else if (on_loss == "end") {
    terms.on_loss = LossPolicy::end;
  } else if (on_loss != "continue") {
    return fail(Fault::usage,
                fmt::format("--on-loss {}: it is 'continue', 'hold' or 'end'", on_loss));
  }
  return terms;
}

std::string TermsChoice::text() const {
  const TermsChoice usual;
  std::string text;
  if (input_delay != usual.input_delay) text += fmt::format(" --input-delay {}", input_delay);
  if (on_loss != usual.on_loss) text += fmt::format(" --on-loss {}", on_loss);
  if (patience_seconds != usual.patience_seconds) {
    text += fmt::format(" --patience {}", patience_seconds);
  }
  if (is_lockstep) text += " --lockstep";
  if (has_dense_digests) text += " --dense-digests";
  return text;
}

}  // namespace tutti::tool
