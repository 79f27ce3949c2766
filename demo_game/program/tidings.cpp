#include "program/tidings.hpp"

#include <fmt/format.h>

#include <utility>

namespace counterpoint {

/// Why the relay does not let the player change between playing and watching.
std::string Tidings::refusal(const Round& round) {
  const std::string refusal = round.session().role_refusal();
  return std::exchange(refusal_, refusal) == refusal ? std::string() : refusal;
}

/// The rulings of the match's referee.
std::string Tidings::rulings(const Round& round) {
  const auto& rulings = round.session().corrections();
  const bool is_new = rulings.size() > rulings_seen_;
  rulings_seen_ = rulings.size();
  return is_new ? "The match is " + ruling_text(rulings.back()) : std::string();
}

/// A player is told who has left, and who has come where no column of the selection shows it.
std::string Tidings::others(const Round& round) {
  const GameSession& session = round.session();
  const tutti::Timeline* timeline = session.any().timeline();
  if (!is_online(round.options().mode) || session.is_watching() || timeline == nullptr) return {};
  const State& state = round.state();
  std::string told;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    const bool is_here = state.fighters[slot].is_present;
    if (std::exchange(is_here_[slot], is_here) == is_here) continue;
    if (round.is_local(slot) || (is_here && state.phase == Phase::selecting)) continue;
    const std::string known = names_in(timeline->log(), timeline->present())[slot];
    told +=
        fmt::format("{}{} {}.", told.empty() ? "" : " ", known.empty() ? colour_name(slot) : known,
                    is_here ? "is here" : "has left");
  }
  return told;
}

std::string Tidings::update(const Round& round) {
  std::string news = refusal(round);
  if (const std::string told = others(round); !told.empty()) news = told;
  if (const std::string ruling = rulings(round); !ruling.empty()) news = ruling;
  return news;
}

}  // namespace counterpoint
