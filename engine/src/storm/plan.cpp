#include "tutti/engine/storm_plan.hpp"

#include <algorithm>

#include "tutti/sim/random.hpp"

namespace tutti {

namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t million = 1'000'000;
/// The dice of plans, apart from those of bots and weather.
constexpr std::uint64_t plan_stream = 31;
/// And the dice of players that watch for a while: beside the other faults, and never instead of
/// one.
constexpr std::uint64_t watch_stream = 32;
/// And those of the sizes that paths carry.
constexpr std::uint64_t mtu_stream = 33;
/// Time to come together first, and to breathe between two faults of the same machine.
constexpr milliseconds first_fault{4000};
constexpr int player_gap_ms = 8000;
constexpr int relay_gap_ms = 20'000;
constexpr int watch_gap_ms = 20'000;
constexpr int gap_least_ms = 1000;

struct Length {
  int least_ms;
  int most_ms;
};
Length length_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::weather:
      return {200, 20'000};
    case FaultKind::partition:
      return {100, 15'000};
    case FaultKind::address_change:
      return {1, 1};
    case FaultKind::clock_jump:
      return {1, 1};
    case FaultKind::pause:
      return {50, 12'000};
    case FaultKind::crash:
      return {300, 20'000};
    case FaultKind::leave:
      return {500, 8000};
    case FaultKind::watch:
      return {100, 15'000};
    case FaultKind::relay_pause:
      return {20, 3000};
    case FaultKind::relay_kill:
    case FaultKind::relay_power_loss:
      return {10, 4000};
    case FaultKind::disk_full:
    case FaultKind::disk_error:
    case FaultKind::disk_sync_error:
      return {50, 8000};
  }
  return {1, 1};
}

constexpr Length away_longer{6000, 9000};

milliseconds draw_ms(Random& random, Length length) {
  // Squared, so that short ones are as common as they are in life.
  const double share = random.below(1000) / 1000.0;
  return milliseconds(length.least_ms +
                      static_cast<int>(share * share * (length.most_ms - length.least_ms)));
}

/// Fair weather of some place on earth.
WeatherOptions draw_fair(Random& random) {
  return {.delay = milliseconds(random.between(2, 80)),
          .jitter = milliseconds(random.between(0, 15)),
          .loss_ppm = random.chance(2) ? 0 : random.below(million / 100),
          .duplicate_ppm = random.below(million / 200),
          .reorder_ppm = random.below(million / 200)};
}

WeatherOptions draw_foul(Random& random, const WeatherOptions& fair) {
  WeatherOptions foul = fair;
  const std::uint32_t sort = random.below(4);
  if (sort == 0 || sort == 3) foul.loss_ppm = random.below(million * 6 / 10);
  if (sort == 1 || sort == 3) foul.jitter = milliseconds(random.between(20, 2000));
  if (sort == 2 || sort == 3) {
    foul.duplicate_ppm = random.below(million / 2);
    foul.reorder_ppm = random.below(million / 2);
  }
  if (random.chance(3)) foul.delay += milliseconds(random.between(20, 400));
  return foul;
}

std::int32_t draw_skew(Random& random) {
  if (random.chance(20)) return random.between(-50'000, 50'000);
  if (random.chance(4)) return random.between(-10'000, 10'000);
  return random.between(-200, 200);
}

StormSurroundings draw_surroundings(Random& random) {
  StormSurroundings around;
  around.up = draw_fair(random);
  around.dice.up = random.next();
  around.down = draw_fair(random);
  around.dice.down = random.next();
  around.skew_ppm = draw_skew(random);
  return around;
}

StormFault draw_fault(Random& random, FaultKind kind, const StormSurroundings& around) {
  StormFault fault{.kind = kind};
  fault.up = around.up;
  fault.down = around.down;
  const std::uint32_t ways = random.below(3);  // up, down, or both
  if (kind == FaultKind::weather) {
    if (ways != 1) fault.up = draw_foul(random, fault.up);
    if (ways != 0) fault.down = draw_foul(random, fault.down);
  }
  if (kind == FaultKind::clock_jump) fault.jump = draw_ms(random, {20, 60'000});
  if (kind == FaultKind::partition) {
    if (ways != 1) fault.up.loss_ppm = million;
    if (ways != 0) fault.down.loss_ppm = million;
  }
  return fault;
}

/// One machine's faults, one after the other, from the kinds that this seed lets it have.
void draw_faults(Random& random, std::vector<StormFault>& faults,
                 const std::vector<FaultKind>& kinds, int gap_ms, std::uint8_t player,
                 const StormSurroundings& around, Duration until) {
  if (kinds.empty()) return;
  Duration at = first_fault;
  for (;;) {
    at += milliseconds(gap_least_ms +
                       static_cast<int>(random.below(2 * static_cast<unsigned>(gap_ms))));
    const FaultKind kind = kinds[random.below(static_cast<std::uint32_t>(kinds.size()))];
    StormFault fault = draw_fault(random, kind, around);
    fault.player = player;
    fault.begin = at;
    fault.end = at + draw_ms(random, length_of(kind));
    if (fault.end >= until) return;
    at = fault.end;
    faults.push_back(fault);
  }
}

/// Players who give up their slot to watch, and come back for one, besides their other faults.
void draw_watches(Random& random, StormPlan& plan) {
  if (random.chance(3)) return;
  // Somebody stays, or the match would be over.
  for (std::size_t player = 1; player < plan.players.size(); ++player) {
    if (random.chance(4)) continue;
    draw_faults(random, plan.faults, {FaultKind::watch}, watch_gap_ms,
                static_cast<std::uint8_t>(player), plan.players[player], plan.calm_from);
  }
}

/// Some live behind tunnels: nothing larger than this gets through, whatever the weather.
void draw_mtus(Random& random, StormPlan& plan) {
  if (random.chance(2)) return;
  for (std::size_t player = 0; player < plan.players.size(); ++player) {
    if (!random.chance(3)) continue;
    const std::size_t most = random.chance(2) ? 548 : 1000;
    const auto narrow = [&](WeatherOptions& weather) { weather.datagram_bytes_max = most; };
    narrow(plan.players[player].up);
    narrow(plan.players[player].down);
    for (StormFault& fault : plan.faults) {
      if (fault.player != player || fault.kind >= FaultKind::relay_pause) continue;
      narrow(fault.up);
      narrow(fault.down);
    }
  }
}

/// The power of a house often takes players with it, who stay away for longer: then what the
/// relay's disk lost is known to one player alone, whom nobody believes.
void take_players_with_it(Random& random, StormPlan& plan, std::uint8_t players) {
  const std::vector<StormFault> drawn = plan.faults;
  for (const StormFault& fault : drawn) {
    if (fault.kind != FaultKind::relay_power_loss || random.chance(2)) continue;
    const Duration end = fault.end + draw_ms(random, away_longer);
    for (std::uint8_t player = 1; player < players && end < plan.calm_from; ++player) {
      plan.faults.push_back(
          {.kind = FaultKind::crash, .player = player, .begin = fault.begin, .end = end});
    }
  }
}

}  // namespace

const char* to_text(FaultKind kind) {
  constexpr std::array<const char*, fault_kinds> names{"weather",
                                                       "partition",
                                                       "address_change",
                                                       "clock_jump",
                                                       "pause",
                                                       "crash",
                                                       "leave",
                                                       "watch",
                                                       "relay_pause",
                                                       "relay_kill",
                                                       "relay_power_loss",
                                                       "disk_full",
                                                       "disk_error",
                                                       "disk_sync_error"};
  return names[static_cast<std::size_t>(kind)];
}

StormPlan StormPlan::draw(std::uint64_t seed, std::uint8_t players, Duration length) {
  Random random(seed, plan_stream);
  StormPlan plan;
  plan.calm_from = length;
  std::vector<FaultKind> of_players;
  std::vector<FaultKind> of_relay;
  for (std::size_t i = 0; i < fault_kinds; ++i) {
    const auto kind = static_cast<FaultKind>(i);
    if (kind == FaultKind::watch || random.chance(3)) continue;
    (kind < FaultKind::relay_pause ? of_players : of_relay).push_back(kind);
  }
  for (std::uint8_t player = 0; player < players; ++player) {
    StormSurroundings around = draw_surroundings(random);
    if (random.chance(2)) around.down.delay = around.up.delay;  // else an asymmetric path
    plan.players.push_back(around);
    std::vector<FaultKind> own = of_players;
    // Somebody stays, or the match would be over: the first player never leaves.
    if (player == 0) std::erase(own, FaultKind::leave);
    if (random.chance(4)) own.clear();  // and somebody may be lucky
    draw_faults(random, plan.faults, own, player_gap_ms, player, around, length);
  }
  draw_faults(random, plan.faults, of_relay, relay_gap_ms, 0, {}, length);
  take_players_with_it(random, plan, players);
  Random watches(seed, watch_stream);
  draw_watches(watches, plan);
  Random mtus(seed, mtu_stream);
  draw_mtus(mtus, plan);
  std::stable_sort(plan.faults.begin(), plan.faults.end(),
                   [](const StormFault& a, const StormFault& b) { return a.begin < b.begin; });
  return plan;
}

}  // namespace tutti
