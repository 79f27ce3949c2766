#pragma once
// A fleet's storm: relays, the servers of their fleet, and sessions that play and watch one match
// by them, all in one process and virtual time. What goes wrong comes from a seed.

#include "fleet/fleet_witness.hpp"
#include "fleet/storm_relay.hpp"

namespace tutti::test {

/// Somebody who plays or watches.
struct FleetSeat {
  std::string name{};
  bool watches = false;
  ResumeSecret secret{};
  Random random;
  std::optional<AnySession> session{};
  Instant due{};
  Tick acted{};
  std::uint64_t acts = 0;
  std::uint64_t lives = 0;
};

/// Of all seeds.
struct FleetTally {
  std::map<std::string, std::uint64_t> faults{};
  std::uint64_t epochs = 0, taken_over = 0, handed_over = 0, read_ahead = 0, fenced = 0,
                replicated = 0, lives = 0, rollbacks = 0, ticks = 0;
};

class FleetStorm {
 public:
  static constexpr std::size_t relay_count = 3;
  static constexpr std::size_t fault_kinds = 10;
  static constexpr std::uint32_t match_ticks = 60 * 20;

  FleetStorm(std::uint64_t seed, FleetTally& tally)
      : seed_(seed), random_(seed, 1), tally_(&tally), network_(seed) {
    for (std::size_t i = 0; i < relay_count; ++i)
      start_relay(i, true);
    run(std::chrono::seconds(3));
    const std::size_t players = 2 + random_.below(2);
    for (std::size_t i = 0; i < players; ++i)
      add_seat("player " + std::to_string(i + 1), false);
    if (random_.chance(3)) add_seat("spectator", true);
    loses_ = random_.chance(4);
  }

  /// Faults, and then calm, until the match is over for everybody or it never will be.
  std::vector<std::string> play() {
    const Instant calm = now_ + std::chrono::seconds(16);
    while (now_ < calm) {
      run(std::chrono::milliseconds(100 + random_.below(1500)));
      if (now_ < calm) trouble();
    }
    end_trouble();
    const Instant patience = now_ + std::chrono::seconds(90);
    while (now_ < patience && !is_over())
      run(std::chrono::milliseconds(100));
    return judge();
  }

 private:
  static constexpr Duration frame = std::chrono::microseconds(16'667);
  static constexpr Duration relay_period = std::chrono::milliseconds(4);

  struct Place {
    std::unique_ptr<StormFleetRelay> relay{};
    std::vector<RelayId> lives{};  // whose journal lies there
    Instant due{};                 // of its process
    Instant restarts{};            // while it is dead
    Instant cut_off_until{};
  };

  // ---- Time ----
  void run(Duration length) {
    const Instant end = now_ + length;
    while (now_ < end) {
      servers_->now = now_ += relay_period;
      pass_relays();
      for (FleetSeat& seat : seats_) {
        if (now_ >= seat.due) advance(seat);
      }
      for (auto each = on_its_way_.begin(); each != on_its_way_.end();) {
        if (now_ < each->first) {
          ++each;
          continue;
        }
        each->second->arrive();
        each = on_its_way_.erase(each);
      }
    }
  }
  void pass_relays() {
    for (std::size_t i = 0; i < relay_count; ++i) {
      Place& place = places_[i];
      if (!place.relay && now_ >= place.restarts) start_relay(i, false);
      if (!place.relay || now_ < place.due) continue;
      place.relay->store().is_out_of_reach =
          now_ < place.cut_off_until || now_ < servers_away_until_;
      place.due = now_ + relay_period;
      MemoryStore& store = place.relay->store();
      if (!store.is_out_of_reach) REQUIRE(store.be_found(place.relay->birth().id));
      place.relay->pass(now_);
    }
  }
  void advance(FleetSeat& seat) {
    if (!seat.session) return start(seat);
    seat.due = now_ + frame;
    AnySession& session = *seat.session;
    session.advance(now_);
    witness_.look(seat.name, session);
    if (session.status() == Status::failed) {  // its user tries again
      if (session.failure().fault == Fault::bad_data)
        witness_.complain(seat.name + " gave up: " + session.failure().sentence);
      stop(seat);
      seat.due = now_ + std::chrono::seconds(1);
      return;
    }
    const Timeline* timeline = session.timeline();
    const auto player = session.player();
    if (seat.watches || timeline == nullptr || !player || session.status() != Status::playing)
      return;
    if (timeline->present() + limits::prediction_ticks < seat.acted) seat.acted = {};
    if (timeline->present() <= seat.acted) return;
    seat.acted = timeline->present();
    if (!seat.random.chance(6)) return;
    session.act(*player, game_.sample(seat.random));
    ++seat.acts;
  }

  // ---- Relays and seats ----
  void start_relay(std::size_t which, bool is_new_machine) {
    Place& place = places_[which];
    if (is_new_machine) {
      std::filesystem::remove_all(folder_of(which));
      std::filesystem::create_directories(folder_of(which));
      place.lives.clear();
    }
    const RelayId id{{std::byte(which + 1), std::byte(relays_born_++)}};
    place.relay = std::make_unique<StormFleetRelay>(
        StormFleetRelay::Birth{.id = id,
                               .port = static_cast<std::uint16_t>(5000 + which),
                               .folder = folder_of(which),
                               .before = place.lives,
                               .seed = seed_ * 1000 + relays_born_},
        network_, servers_);
    place.lives.push_back(id);
    place.due = now_;
    place.relay->store().trouble_percent = trouble_percent_;
  }
  std::string folder_of(std::size_t which) const {
    return folder_.file("machine-" + std::to_string(which));
  }
  void add_seat(const std::string& name, bool watches) {
    FleetSeat seat{.name = name, .watches = watches, .random = Random(seed_, 50 + seats_.size())};
    for (std::byte& byte : seat.secret)
      byte = static_cast<std::byte>(seat.random.below(256));
    seat.due = now_ + std::chrono::milliseconds(seats_.size() * 200);
    seats_.push_back(std::move(seat));
  }
  void start(FleetSeat& seat) {
    std::vector<Link*> relays;
    for (Place& place : places_) {
      if (place.relay && place.relay->is_serving()) relays.push_back(&place.relay->link());
    }
    seat.due = now_ + frame;
    if (relays.empty()) return;
    std::swap(relays.front(), relays[seat.random.below(static_cast<std::uint32_t>(relays.size()))]);
    std::unique_ptr<Link> link = network_.endpoint();
    const WeatherOptions weather{.delay = std::chrono::milliseconds(5 + seat.random.below(40)),
                                 .jitter = std::chrono::milliseconds(seat.random.below(10)),
                                 .loss_ppm = seat.random.below(20'000)};
    const StormDice dice{seat.random.next(), seat.random.next()};
    const PeerId peer = network_.connect(*link, *relays.front(), weather, weather, dice).value();
    for (std::size_t i = 1; i < relays.size(); ++i)
      network_.also_knows(peer, *relays[i]);
    // Each would open a match that is like no other.
    Setup setup = game_.setup(seed_ * 1000 + ++openings_, 3);
    setup.terms.ends_at = match_ticks;
    Hello hello{.room = room_, .name = seat.name, .rules = setup.rules};
    if (seat.watches) {
      hello.role = Role::spectator;
    } else {
      hello.resume = seat.secret;
      hello.create = setup;
    }
    seat.session.emplace(
        AnySession::over(game_, std::move(link), peer, std::move(hello), {.fold_digest = true}));
    seat.acted = {};
    ++seat.lives;
    witness_.forget(seat.name);
  }
  void stop(FleetSeat& seat) {
    tally_->rollbacks += seat.session->statistics().timeline.rollbacks;
    seat.session.reset();
  }
  void kill(std::size_t which) {
    Place& place = places_[which];
    note(*place.relay);
    servers_may_notice(place);
    on_its_way_.emplace_back(now_ + std::chrono::milliseconds(random_.below(4000)),
                             place.relay->die());
    place.relay.reset();
  }
  /// That a relay has no connection to them.
  void servers_may_notice(const Place& place) {
    if (!random_.chance(4)) servers_->connected.erase(place.relay->birth().id);
  }
  void note(const StormFleetRelay& relay) {
    tally_->taken_over += relay.taken_over();
    tally_->handed_over += relay.handed_over;
    tally_->read_ahead += relay.read_ahead;
    tally_->fenced += relay.status().fenced;
  }

  // ---- What goes wrong ----
  void trouble() {
    const auto which = random_.below(relay_count);
    // Mostly to the relay that has the match.
    std::size_t hit = which;
    for (std::size_t i = 0; i < relay_count && !random_.chance(4); ++i) {
      RelayServer* server = places_[i].relay ? places_[i].relay->server() : nullptr;
      if (server != nullptr && server->match(room_) != nullptr) hit = i;
    }
    Place& place = places_[hit];
    const Duration some = std::chrono::milliseconds(50 + random_.below(6000));
    const std::uint32_t kind = random_.below(loses_ ? fault_kinds : fault_kinds - 1);
    if (!place.relay && kind < 6) return;
    ++tally_->faults[names[kind]];
    switch (kind) {
      case 0:
        kill(hit);
        place.restarts = now_ + some;
        return;
      case 1:  // with its machine
        kill(hit);
        std::filesystem::remove_all(folder_of(hit));
        std::filesystem::create_directories(folder_of(hit));
        place.lives.clear();
        place.restarts = now_ + some;
        return;
      case 2:
        place.due = now_ + some;
        return;
      case 3:
        place.relay->pass_into_sleep(now_);
        place.due = now_ + some;
        return;
      case 4:
        place.cut_off_until = now_ + some;
        servers_may_notice(place);
        return;
      case 5:
        if (place.relay->server() != nullptr) place.relay->server()->hand_over_all();
        return;
      case 6:
        servers_away_until_ = now_ + some;
        servers_->depose_leader(now_ + some + std::chrono::milliseconds(random_.below(3000)));
        return;
      case 7:
        trouble_percent_ = random_.chance(2) ? 0 : random_.below(40);
        for (Place& each : places_) {
          if (each.relay) each.relay->store().trouble_percent = trouble_percent_;
        }
        return;
      case 8: {
        // Somebody stays, or the match would be over.
        const auto others = static_cast<std::uint32_t>(seats_.size()) - 1;
        FleetSeat& seat = seats_[1 + random_.below(others)];
        if (seat.session) stop(seat);
        seat.due = now_ + std::chrono::milliseconds(random_.below(3000));
        return;
      }
      default:
        witness_.forgive();
        for (auto& [match, log] : servers_->logs) {
          // The last one, or one in the middle. Without its beginning a match could not go on.
          const std::size_t back = 1 + random_.below(3);
          if (log.size() > back) log.erase(log.end() - static_cast<std::ptrdiff_t>(back));
        }
    }
  }
  void end_trouble() {
    trouble_percent_ = 0;
    servers_away_until_ = servers_->old_until = {};
    for (Place& place : places_) {
      place.restarts = place.cut_off_until = {};
      place.due = std::min(place.due, now_);
      if (place.relay) place.relay->store().trouble_percent = 0;
    }
  }

  // ---- The end ----
  bool is_over() const {
    return std::ranges::all_of(seats_, [](const FleetSeat& seat) {
      return seat.session && seat.session->status() == Status::ended;
    });
  }
  std::vector<std::string> judge() {
    std::optional<SessionStatistics> first;
    std::uint64_t acts = 0;
    for (const FleetSeat& seat : seats_) {
      acts += seat.acts;
      tally_->lives += seat.lives;
      if (!seat.session || seat.session->status() != Status::ended) {
        witness_.complain(
            seat.name + " did not get to the end" +
            (seat.session ? ": " + std::string(to_text(seat.session->status())) : ""));
        continue;
      }
      const SessionStatistics statistics = seat.session->statistics();
      tally_->rollbacks += statistics.timeline.rollbacks;
      if (first && (first->fold != statistics.fold || first->confirmed != statistics.confirmed))
        witness_.complain(seat.name + " saw another match in the end, to tick " +
                          std::to_string(statistics.confirmed.value) + " instead of " +
                          std::to_string(first->confirmed.value));
      first = statistics;
      witness_.look_final(seat.session->timeline()->log());
    }
    if (acts < 100) witness_.complain("nothing was proven: hardly anybody did anything");
    if (first && first->confirmed < Tick{match_ticks}) witness_.complain("the match was cut short");
    for (const Place& place : places_) {
      if (place.relay) note(*place.relay);
    }
    tally_->epochs += witness_.epochs();
    tally_->replicated += witness_.ticks_replicated();
    if (first) tally_->ticks += static_cast<std::uint64_t>(first->confirmed.value);
    return witness_.problems();
  }

  static constexpr std::array<const char*, fault_kinds> names{"a relay is killed",
                                                              "its machine is gone",
                                                              "a relay stands still",
                                                              "it falls asleep in a pass",
                                                              "it is cut off from NATS",
                                                              "it hands its matches over",
                                                              "NATS is away",
                                                              "what is sent there is lost",
                                                              "a player's process dies",
                                                              "NATS loses what it had"};

  std::uint64_t seed_;
  Random random_;
  FleetTally* tally_;
  Folder folder_;
  AnyGame game_ = any_game<Tally>();
  std::string room_ = "K7Q2M";
  Instant now_{std::chrono::hours(1)};
  StormNetwork network_;
  std::shared_ptr<MemoryServers> servers_ = std::make_shared<MemoryServers>();
  std::array<Place, relay_count> places_;
  std::vector<FleetSeat> seats_;
  FleetWitness witness_;
  std::vector<std::pair<Instant, std::unique_ptr<MemoryStore>>> on_its_way_;
  Instant servers_away_until_{};
  std::uint32_t trouble_percent_ = 0;
  std::uint64_t relays_born_ = 0, openings_ = 0;
  bool loses_ = false;  // the servers lose what they had acknowledged
};

}  // namespace tutti::test
