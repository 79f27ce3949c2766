#pragma once
// A relay and real sessions at one table, in virtual time: a test says what each player does, when
// its process stands still and what its path does. For whole matches by chance see StormMatch.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/net/server.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti::test {

/// One player: a session that is advanced 60 times a second unless its process stands still.
struct Seat {
  AnySession session;
  PeerId path;
  WeatherOptions weather;
  Instant switched_until{};  // nothing of it arrives before
  Random random;
  bool is_frozen = false;
  Tick acted{};
  std::uint64_t offered = 0;
  std::uint64_t waits = 0;  // frames in which it was waiting or worse

  Tick present() const { return session.statistics().present; }
  TimelineStatistics timeline() const { return session.statistics().timeline; }
};

/// A link that knows which path its connection takes, also when it is sought again.
class PathLink final : public Link {
 public:
  PathLink(std::unique_ptr<Link> link, PeerId& path) : link_(std::move(link)), path_(&path) {}
  void service(Instant now) override { link_->service(now); }
  std::optional<Arrival> receive() override { return link_->receive(); }
  void send_control(PeerId peer, BytesView bytes) override { link_->send_control(peer, bytes); }
  void send_play(PeerId peer, BytesView bytes) override { link_->send_play(peer, bytes); }
  void disconnect(PeerId peer) override { link_->disconnect(peer); }
  std::optional<PeerId> reconnect(PeerId peer) override {
    const std::optional<PeerId> again = link_->reconnect(peer);
    if (again) *path_ = *again;
    return again;
  }
  LinkStatistics statistics() const override { return link_->statistics(); }

 private:
  std::unique_ptr<Link> link_;
  PeerId* path_;
};

class Table {
 public:
  using Act = std::function<void(Seat&)>;
  struct Options {
    AnyGame game;
    std::vector<WeatherOptions> paths;
    /// The paths of those who watch, the last seats.
    std::vector<WeatherOptions> watchers{};
    /// The names of further players at the machine of the first seat.
    std::vector<std::string> others{};
    MatchTerms terms{};
    std::uint64_t seed = 1;
    /// How much later than the one before each player comes; the first one opens the room.
    Duration apart = std::chrono::milliseconds(200);
    /// A player's actions at every new tick; by default those of the game's bot.
    Act act{};
  };

  explicit Table(Options options)
      : options_(std::move(options)),
        network_(options_.seed),
        link_(network_.listen()),
        journal_(std::move(*Journal::open(storage_, "journal"))),
        server_(*link_, journal_, {.seed = {options_.seed, 0, 0, 0}}) {
    for (const WeatherOptions& path : options_.paths)
      join(path, Role::player);
    for (const WeatherOptions& path : options_.watchers)
      join(path, Role::spectator);
  }

  /// Time passes: a pass of the relay every 4 ms, a frame of each player every 16 or so.
  void run(Duration length) {
    for (const Instant end = now_ + length; now_ < end; now_ += std::chrono::milliseconds(4)) {
      server_.pass(now_);
      if (auto match = server_.next_finished()) {
        record_ = std::move(std::move(*match).read().value());
      }
      ++passes_;
      for (std::size_t i = 0; i < seats_.size(); ++i) {
        Seat& seat = *seats_[i];
        hold_back(seat);
        // No two at the same moment.
        if ((passes_ + i) % 4 == 0 && !seat.is_frozen) frame(seat);
      }
    }
  }
  bool run_until(const std::function<bool()>& holds, Duration most) {
    for (const Instant end = now_ + most; now_ < end && !holds();)
      run(std::chrono::milliseconds(16));
    return holds();
  }
  /// Everybody has confirmed the last tick, and the relay has the record.
  bool run_to_end(Duration most) {
    return run_until(
        [&] {
          bool is_over = record_.has_value();
          for (const auto& seat : seats_)
            is_over = is_over && seat->session.status() == Status::ended;
          return is_over;
        },
        most);
  }

  Seat& seat(std::size_t index) { return *seats_[index]; }
  std::size_t size() const { return seats_.size(); }
  /// A lag switch: this player's messages arrive all at once, when so much time has passed.
  void switch_lag(std::size_t index, Duration length) {
    seats_[index]->switched_until = now_ + length;
  }
  void set_path(std::size_t index, const WeatherOptions& weather) {
    seats_[index]->weather = weather;
    network_.set_weather(*paths_[index], weather, weather);
  }
  StormTotals wire(std::size_t index) const { return network_.totals(seats_[index]->path); }
  const MatchRecord& record() const { return *record_; }
  RelayServer& server() { return server_; }

  /// All sessions have folded the same states over all ticks.
  bool is_equal() const {
    for (const auto& seat : seats_) {
      const SessionStatistics one = seat->session.statistics();
      const SessionStatistics other = seats_[0]->session.statistics();
      if (one.confirmed != other.confirmed || one.fold != other.fold) return false;
    }
    return true;
  }

 private:
  void join(const WeatherOptions& weather, Role role) {
    const std::size_t index = seats_.size();
    std::unique_ptr<Link> link = network_.endpoint();
    const std::uint64_t dice = options_.seed * 64 + index;
    const PeerId path =
        network_.connect(*link, *link_, weather, weather, {dice, dice + 32}).value();
    const std::size_t players = options_.paths.size() + options_.others.size();
    Setup setup = options_.game.setup(options_.seed, static_cast<std::uint8_t>(players));
    setup.terms = options_.terms;
    Hello hello{.room = "KAZ22",
                .name = "player " + std::to_string(index),
                .rules = setup.rules,
                .role = role,
                .create = setup};
    if (index == 0) hello.others = options_.others;
    auto kept_path = std::make_unique<PeerId>(path);
    link = std::make_unique<PathLink>(std::move(link), *kept_path);
    paths_.push_back(std::move(kept_path));
    seats_.push_back(std::make_unique<Seat>(
        Seat{AnySession::over(options_.game, std::move(link), path, std::move(hello),
                              {.fold_digest = true, .tuning = {.cost_clock = &cost_}}),
             path,
             weather,
             {},
             Random(options_.seed, index)}));
    run(options_.apart);
  }

  void frame(Seat& seat) {
    seat.session.advance(now_);
    const Timeline* timeline = seat.session.timeline();
    if (timeline == nullptr) return;
    seat.waits += seat.session.status() == Status::waiting;
    if (seat.session.status() != Status::playing || seat.session.is_watching()) return;
    if (timeline->present() <= seat.acted) return;
    seat.acted = timeline->present();
    if (options_.act) return options_.act(seat);
    if (const auto event =
            options_.game.play(seat.session.state(), *seat.session.player(), seat.random)) {
      seat.session.act(*seat.session.player(), *event);
      ++seat.offered;
    }
  }

  void hold_back(Seat& seat) {
    if (seat.switched_until == Instant{}) return;
    WeatherOptions up = seat.weather;
    const Duration rest = seat.switched_until - now_;
    if (rest > Duration{}) {
      up.delay += rest;
    } else {
      seat.switched_until = {};
    }
    network_.set_weather(seat.path, up, seat.weather);
  }

  Options options_;
  CountingClock cost_;
  SimulatedStorage storage_;
  StormNetwork network_;
  std::unique_ptr<Link> link_;
  Journal journal_;
  RelayServer server_;
  std::vector<std::unique_ptr<PeerId>> paths_;  // by which each seat is connected now
  std::vector<std::unique_ptr<Seat>> seats_;
  std::optional<MatchRecord> record_;
  Instant now_{std::chrono::seconds(1000)};
  std::size_t passes_ = 0;
};

inline WeatherOptions path_of(std::chrono::milliseconds delay,
                              std::chrono::milliseconds jitter = {}) {
  return {.delay = delay, .jitter = jitter};
}

}  // namespace tutti::test
