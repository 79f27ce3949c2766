#pragma once
// The words for a session's condition on the screen.

#include <string>

#include "counterpoint/counterpoint.hpp"
#include "program/options.hpp"
#include "render/hud.hpp"
#include "tutti/tutti.hpp"

namespace counterpoint {

using GameSession = tutti::Session<Counterpoint>;

/// The players who have joined through this tick, by slot; a name stays until another follows.
std::array<std::string, fighters_max> names_in(const tutti::Log& log, tutti::Tick tick);
/// The name of a player who has given none.
const char* colour_name(std::size_t slot);
/// A referee's word: "void, says Ada: a cable was pulled".
std::string ruling_text(const tutti::RelayEvent& ruling);
/// "1:07".
std::string clock_text(std::int64_t ticks);

class Wording {
 public:
  explicit Wording(const Options& options) : options_(options) {}

  /// For the picture of this moment. `seconds` since the last call: figures change a few times a
  /// second, and waits are named only when they last.
  Captions captions(GameSession& session, float seconds);
  /// One line for the terminal when all is over.
  static std::string summary(const GameSession& session);

 private:
  std::string notice(const GameSession& session, float seconds);
  std::string advice(const GameSession& session) const;
  std::string view_text(const tutti::Playback& playback) const;
  std::string status_line(const GameSession& session) const;
  std::string name_of(const GameSession& session, std::size_t slot) const;
  void refresh(const GameSession& session);

  Options options_;
  std::string status_;
  std::array<std::string, fighters_max> names_{};
  float status_age_ = 1;  // seconds since the line was written
  float waited_ = 0;      // seconds in a condition that holds up play
};

}  // namespace counterpoint
