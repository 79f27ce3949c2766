#pragma once
// A match of bots that is played while it is looked at: the real relay and the real sessions in
// this process and in virtual time, over a network whose weather can be changed at any moment.

#include <memory>
#include <string>
#include <vector>

#include "base/weather_choice.hpp"
#include "model/tracks.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/net/server.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti::inspect {

class LiveMatch {
 public:
  struct Options {
    AnyGame game;
    std::uint8_t players = 2;
    /// Of the game's dice, the bots and the weather: the same seed and weather give the same match.
    std::uint64_t seed = 1;
    Bytes game_options{};
    BotStyle bots{};
    MatchTerms terms{};
    /// Of each player's path; calm for those that it does not name.
    std::vector<tool::TwoWays> weather{};
  };
  explicit LiveMatch(Options options);
  ~LiveMatch();

  /// Plays on for so long.
  void advance(Duration time);
  /// Other weather on one player's path from now on; datagrams on their way arrive as before.
  void set_weather(std::size_t player, const tool::TwoWays& weather);
  const tool::TwoWays& weather(std::size_t player) const { return machines_[player].weather; }

  std::size_t players() const { return machines_.size(); }
  const AnyGame& game() const { return options_.game; }
  const Setup& setup() const { return setup_; }
  /// The relay's log; null until the first player is in.
  const Log* log() const;
  /// The tick of the match clock.
  Tick clock() const;
  const AnySession& session(std::size_t player) const { return machines_[player].session; }
  const Track& track(std::size_t player) const { return machines_[player].writer.track(); }
  /// The traffic of one player's path.
  StormTotals traffic(std::size_t player) const { return network_.totals(machines_[player].path); }
  /// The match so far, with what every player saw. Errors: those of `AnySession::recording`.
  Result<MatchRecord> record() const;

 private:
  struct Machine {
    AnySession session;
    PeerId path{};
    tool::TwoWays weather{};
    StormDice dice{};
    Random random;  // the bot's
    Duration period{};
    Instant due{};
    Tick acted{};
    TrackWriter writer;
  };
  void add_machine(std::size_t index, Random& random);
  void act(std::size_t index);

  Options options_;
  Setup setup_;
  std::string room_;
  Instant begin_;
  Instant now_;
  StormNetwork network_;
  SimulatedStorage storage_;
  std::unique_ptr<Link> link_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<RelayServer> server_;
  std::unique_ptr<CountingClock> cost_;
  std::vector<Machine> machines_;
};

}  // namespace tutti::inspect
