#include "session/ahead.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "tutti/sim/limits.hpp"

namespace tutti {

namespace {

/// An event of a match, whatever its tick.
using EventName = std::pair<Author, std::uint32_t>;

/// A relay may say anything; and what lies further ahead than is shown can wait.
bool is_credible(const Event& event, const Match& match) {
  const Log& log = match.log();
  const bool is_near =
      event.tick > log.horizon() && event.tick <= log.horizon() + limits::prediction_ticks;
  const std::size_t slot = event.author.player().value;
  return is_near && slot < match.roster.slots().size() && match.roster.is_in(event.author.player());
}

}  // namespace

void show_ahead(const std::vector<Event>& ahead, const LocalPlayers& own, Match& match) {
  Timeline& timeline = match.timeline();
  TelemetryWriter* telemetry = match.recorder.telemetry();
  std::set<EventName> shown;
  for (const Event& guess : timeline.guesses()) {
    if (!own.has(guess.author.player())) shown.emplace(guess.author, guess.counter);
  }
  if (ahead.empty() && shown.empty()) return;
  for (const Event& event : ahead) {
    if (!is_credible(event, match)) continue;
    if (shown.erase({event.author, event.counter}) > 0) continue;
    timeline.guess(event);
    if (telemetry != nullptr) telemetry->guessed(event);
  }
  for (const auto& [author, counter] : shown) {
    timeline.withdraw(author, counter);
    if (telemetry != nullptr) telemetry->withdrawn(author, counter);
  }
}

}  // namespace tutti
