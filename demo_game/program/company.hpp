#pragma once
// Computer opponents in a room that this machine hosts: players like any other, each with a session
// of its own through the relay.

#include <string>
#include <vector>

#include "program/wording.hpp"

namespace counterpoint {

class Company {
 public:
  /// Joins a room of the relay that listens at `options.listen`. Faults: those of joining.
  static tutti::Result<Company> join(const Options& options, const std::string& room);

  /// Once for each picture.
  void play(tutti::Instant now);
  /// Whether this newcomer is one of them, who is still on its way in. Nobody else can know the
  /// room's code so soon.
  bool expects(const tutti::Newcomer& newcomer) const;

 private:
  struct Guest {
    GameSession session;
    tutti::Tick decided{};
  };
  Company(std::uint64_t seed, BotStrength strength) : random_(seed), strength_(strength) {}

  std::vector<Guest> guests_;
  tutti::Random random_;
  BotStrength strength_;
};

}  // namespace counterpoint
