#pragma once
// The world of a storm: relay, machines, network and disk, in virtual time.

#include <optional>
#include <string>
#include <vector>

#include "machine.hpp"
#include "mortal.hpp"
#include "storm_witness.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti {

struct StormMatch::World {
  explicit World(StormOptions chosen);

  /// Lets the next thing happen.
  void step();
  bool is_played_out() const;
  /// What is to be said in the end: of the log, of the players, and of what that proves.
  void judge();

  /// Begins or ends one fault.
  struct Turn {
    Instant at;
    std::size_t fault;
    bool is_begin;
  };

  // world.cpp
  void add_machine(std::uint8_t index, Random& random);
  void run_relay();
  void run_machine(std::size_t index);
  void act(detail::Machine& machine);
  void ask_for_role(detail::Machine& machine);
  void measure_lag();
  void begin_calm(Tick clock);
  void look_for_the_end();

  // onlookers.cpp
  void add_onlookers(Random& random);
  void run_onlooker(std::size_t index);
  void start_watching(std::size_t index);
  void stop_watching(std::size_t index);
  std::size_t neighbour_of(std::size_t onlooker) const { return onlooker % machines.size(); }
  void look_whether_onlookers_recovered(const RelayMatch& match);
  void check_onlookers();
  bool have_onlookers_ended() const;

  Duration tick_length() const;
  bool is_planned() const { return options.plan.has_value(); }

  // faults.cpp
  void plan_turns();
  void take_turn(const Turn& turn);
  void begin_fault(const StormFault& fault);
  void end_fault(const StormFault& fault);
  void begin_relay_fault(const StormFault& fault);
  void end_relay_fault(const StormFault& fault);
  bool is_well(const detail::Machine& machine) const;
  std::optional<std::int64_t> bound_of(const detail::Machine& machine) const;
  void set_weather(detail::Machine& machine, const WeatherOptions& up, const WeatherOptions& down);
  void start_process(std::size_t index, Hello hello);
  void stop_process(std::size_t index);
  void kill_relay();
  void start_relay();
  void look_recovered();
  void renew_journal_if_due();

  // verdict.cpp
  void check_players();
  void check_log();
  void check_witness();
  void check_play();

  // screens.cpp
  void note_shown(detail::Machine& machine) const;
  void check_telemetry();

  StormOptions options;
  detail::Mortality mortality;
  SimulatedStorage storage;
  detail::MortalStorage relay_storage;
  StormNetwork network;
  std::unique_ptr<detail::MortalLink> relay_link;
  std::optional<Journal> journal;
  std::unique_ptr<RelayServer> server;
  std::string room;
  std::vector<detail::Machine> machines;
  std::vector<detail::Onlooker> onlookers;
  detail::StormWitness witness;
  Random chance;  // of faults

  Instant now{};
  Instant begin{};
  Instant relay_due{};
  bool is_relay_down = false;
  FaultKind death = FaultKind::relay_kill;  // what the relay dies of
  std::uint64_t relay_lives = 0;
  Instant relay_well_since{};
  bool is_disk_failing = false;
  Instant next_renewal{};
  bool may_lose = false;       // the disk has lost, or never taken, what was told
  bool is_recovering = false;  // and its players may bring that back
  std::vector<StormFault> faults;
  std::vector<Turn> turns;  // by time
  std::size_t next_turn = 0;
  Instant calm_from = Instant::max();
  std::optional<Tick> calm_clock;  // the match clock when all faults were over
  bool is_ended = false;

  std::optional<MatchRecord> record;
  StormReport report;
  bool is_done = false;
};

}  // namespace tutti
