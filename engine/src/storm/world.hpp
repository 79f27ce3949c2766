#pragma once
// The world of a storm: relay, machines and network, in virtual time.

#include <optional>
#include <string>
#include <vector>

#include "calm.hpp"
#include "machine.hpp"
#include "schedule.hpp"
#include "storm_relay.hpp"
#include "storm_witness.hpp"

namespace tutti::detail {

struct World {
  explicit World(StormOptions chosen);

  /// Lets the next thing happen.
  void step();
  bool is_played_out() const;

  Duration tick_length() const;
  bool is_planned() const { return options.plan.has_value(); }
  /// The player whose path's weather a spectator shares.
  Machine& neighbour_of(std::size_t onlooker) { return machines[onlooker % machines.size()]; }

  void add_machine(std::uint8_t index, Random& random);
  void start_process(std::size_t index, Hello hello);
  void stop_process(std::size_t index);
  void run_machine(std::size_t index);
  void measure_lag();
  bool is_well(const Machine& machine) const;
  std::optional<std::int64_t> bound_of(const Machine& machine) const;

  void take_turn(const Schedule::Turn& turn);
  void begin_fault(const StormFault& fault, Instant ends_at);
  void end_fault(const StormFault& fault);
  void set_weather(Machine& machine, const StormSurroundings& around);

  void run_relay();

  StormOptions options;
  Instant begin{};
  Instant now{};
  StormNetwork network;
  StormWitness witness;
  Random chance;  // of faults
  StormReport report;
  std::string room;
  StormRelay relay;
  Schedule schedule;
  std::vector<Machine> machines;
  std::vector<Onlooker> onlookers;
  Calm calm;
  std::optional<MatchRecord> record;
  bool is_done = false;
};

}  // namespace tutti::detail
