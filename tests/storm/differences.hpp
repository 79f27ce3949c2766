#pragma once
// Matches in which memory goes wrong: the real relay and the real sessions in simulated weather,
// each with its own build of the game, and bits that are flipped in their states.

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/net/server.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti::test {

/// A bit that was flipped in what a player shows.
struct Flip {
  std::size_t player = 0;
  Tick tick;
  std::vector<FieldDifference> fields{};  // flipped left, right right
};

struct Machine {
  AnySession session;
  Random random;
  Duration period;
  Instant due;
  Tick acted{};
  std::vector<Digest> seen{Digest{}};  // of each tick when it was confirmed, from tick 1
  std::vector<EffectNotice> heard{};
};

class DifferentMachines {
 public:
  struct Options {
    std::vector<AnyGame> builds{};  // one a player
    std::uint64_t seed = 1;
    Tick ticks{1800};
    WeatherOptions weather{.delay = std::chrono::milliseconds(40),
                           .jitter = std::chrono::milliseconds(10),
                           .loss_ppm = 20'000};
    std::optional<AnyGame> referee{};
  };

  explicit DifferentMachines(Options options)
      : options_(std::move(options)),
        network_(options_.seed),
        link_(network_.listen()),
        journal_(std::move(*Journal::open(storage_, "journal"))),
        server_(*link_, journal_, server_options(options_)) {
    Random random(options_.seed, 11);
    const std::string room = random_room_code(random);
    for (std::size_t i = 0; i < options_.builds.size(); ++i)
      add(i, room, random);
  }

  /// Runs until everyone has seen the end and the relay has finished the match.
  void run() {
    const Instant deadline = now + std::chrono::seconds(options_.ticks.value / 60 + 30);
    while (!record && now < deadline)
      step();
    REQUIRE(record);
  }

  void step() {
    now += std::chrono::milliseconds(4);
    server_.pass(now);
    if (auto finished = server_.next_finished()) {
      record = std::move(std::move(*finished).read().value());
    }
    while (auto found = server_.next_desync())
      found_.push_back(std::move(*found));
    for (Machine& machine : machines) {
      if (machine.due > now) continue;
      machine.due += machine.period;
      act(machine);
    }
  }

  /// A bit of what this player shows. Only plain states are memory that bits can be flipped in.
  std::optional<Flip> flip(std::size_t player, Random& random) {
    Machine& machine = machines[player];
    const Timeline* timeline = machine.session.timeline();
    const AnyGame& game = options_.builds[player];
    REQUIRE(game.is_plain());
    const auto right = list_fields(game, timeline->state());
    // The shown state is const to callers who play by the rules; a cosmic ray does not.
    auto* memory = const_cast<std::byte*>(static_cast<const std::byte*>(timeline->state()));
    memory[random.below(static_cast<std::uint32_t>(game.state_size()))] ^= std::byte{1}
                                                                           << random.below(8);
    Flip flip{player, timeline->present(), field_diff(list_fields(game, timeline->state()), right)};
    if (flip.fields.empty()) return std::nullopt;  // padding
    return flip;
  }

  Tick clock() const {
    const Timeline* timeline = machines.front().session.timeline();
    return timeline == nullptr ? Tick{} : timeline->present();
  }
  /// The digest of each tick's state as the log has it, folded by the first player's build.
  std::vector<Digest> truth() const {
    const AnyGame& game = options_.builds.front();
    StateBox state = start(game, record->log.setup());
    std::vector<Digest> digests{digest_state(game, state.get())};
    for (Tick tick{1}; tick <= record->log.horizon(); ++tick) {
      step_state(game, state.get(), record->log.events_at(tick), nullptr);
      digests.push_back(digest_state(game, state.get()));
    }
    return digests;
  }
  const RelayServer& server() const { return server_; }
  std::vector<RelayServer::FoundDesync>& found() { return found_; }

  std::vector<Machine> machines;
  std::optional<MatchRecord> record;
  Instant now{std::chrono::seconds(1000)};

 private:
  static RelayServer::Options server_options(const Options& options) {
    RelayServer::Options chosen{.seed = {options.seed, 0, 0, 0}};
    if (options.referee) {
      chosen.referee = [game = *options.referee](const std::string& rules) {
        return game.rules() == rules ? std::optional(game) : std::nullopt;
      };
    }
    return chosen;
  }

  CountingClock cost_;

  void add(std::size_t index, const std::string& room, Random& random) {
    const AnyGame& game = options_.builds[index];
    std::unique_ptr<Link> link = network_.endpoint();
    const WeatherOptions& weather = options_.weather;
    const StormDice dice{.up = random.next(), .down = random.next()};
    const Result<PeerId> relay = network_.connect(*link, *link_, weather, weather, dice);
    REQUIRE(relay);
    Setup setup = game.setup(options_.seed, static_cast<std::uint8_t>(options_.builds.size()));
    setup.terms.ends_at = static_cast<std::uint32_t>(options_.ticks.value);
    Hello hello{.room = room, .name = "bot", .rules = setup.rules, .create = setup};
    const auto tick = Duration(std::chrono::seconds(1)) / setup.tick_rate;
    machines.push_back({AnySession::over(game, std::move(link), *relay, std::move(hello),
                                         {.tuning = {.cost_clock = &cost_}}),
                        Random(options_.seed, 100 + index),
                        tick + tick * random.between(-20, 20) / 10'000,
                        now + tick * random.between(0, 1000) / 1000});
  }

  void act(Machine& machine) {
    AnySession& session = machine.session;
    const Timeline* timeline = session.timeline();
    session.advance(now);
    timeline = session.timeline();
    if (timeline == nullptr) return;
    const auto notices = session.effects();
    machine.heard.insert(machine.heard.end(), notices.begin(), notices.end());
    while (static_cast<std::int64_t>(machine.seen.size()) <= timeline->confirmed().value) {
      const Tick tick{static_cast<std::int64_t>(machine.seen.size())};
      // One that catches up passes ticks faster than can be looked at.
      const bool is_there = tick >= timeline->oldest();
      machine.seen.push_back(is_there ? digest_state(session.game(), timeline->state_at(tick))
                                      : Digest{});
    }
    if (session.status() != Status::playing || timeline->present() <= machine.acted) return;
    machine.acted = timeline->present();
    const auto event = session.game().play(session.state(), *session.player(), machine.random);
    if (event) session.act(*session.player(), *event);
  }

  Options options_;
  SimulatedStorage storage_;
  StormNetwork network_;
  std::unique_ptr<Link> link_;
  Journal journal_;
  RelayServer server_;
  std::vector<RelayServer::FoundDesync> found_;
};

}  // namespace tutti::test
