#include "tutti/engine/storm.hpp"

#include <algorithm>
#include <deque>
#include <set>

#include "tutti/net/room_code.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/journal.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/simulated_storage.hpp"
#include "tutti/replay/verify.hpp"

namespace tutti {

namespace {

constexpr Duration relay_period = std::chrono::milliseconds(4);
/// How long after its last tick a match may take until everyone has confirmed it.
constexpr Duration grace = std::chrono::seconds(30);
constexpr const char* log_path = "storm.tutti";
constexpr const char* journal_path = "relay.journal";

/// What must have happened for a match under weather to prove anything.
constexpr double rollbacks_per_minute = 100;
constexpr double hits_per_minute = 1;

/// An event on its way to everybody's confirmed state.
struct Offered {
  Tick stamp;
  Instant at;
};

struct Player {
  AnySession session;
  PeerId path;
  Random random;
  Duration period;  // of its frames: no two machines' clocks run alike
  Instant due;
  Tick acted;
  std::deque<Offered> offered{};
  double lag_total = 0;
  std::uint64_t lag_count = 0;
  StormPlayer report{};
};

RelayServer::Options server_options(std::uint64_t seed) { return {.seed = {seed, 0, 0, 0}}; }

Journal open_journal(Storage& storage) {
  Result<Journal> journal = Journal::open(storage, journal_path);
  TUTTI_ASSERT(journal.has_value(), journal.error().sentence);
  return std::move(*journal);
}

}  // namespace

struct StormMatch::World {
  explicit World(StormOptions chosen)
      : options(std::move(chosen)),
        network(options.seed),
        relay_link(network.listen()),
        journal(open_journal(storage)),
        server(std::make_unique<RelayServer>(*relay_link, *journal, server_options(options.seed))) {
    report.rules = options.game.rules();
    Random random(options.seed, 11);
    room = random_room_code(random);
    now = Instant{std::chrono::seconds(1000)};
    begin = relay_due = now;
    for (std::uint8_t i = 0; i < options.players; ++i)
      add_player(i, random);
  }

  void add_player(std::uint8_t index, Random& random);
  void step();
  void run_relay();
  void restart_relay();
  void measure_lag();
  void act(Player& player);
  void check_log();
  void check_play();
  bool is_played_out() const;

  StormOptions options;
  SimulatedStorage storage;
  StormNetwork network;
  std::unique_ptr<Link> relay_link;
  std::optional<Journal> journal;
  std::unique_ptr<RelayServer> server;
  std::size_t crashes = 0;
  std::string room;
  std::vector<Player> players;
  Instant now;
  Instant begin;
  Instant relay_due;
  std::optional<MatchRecord> record;
  StormReport report;
  bool is_done = false;
};

void StormMatch::World::add_player(std::uint8_t index, Random& random) {
  std::unique_ptr<Link> link = network.endpoint();
  WeatherOptions up = index < options.paths.size() ? options.paths[index] : options.weather;
  WeatherOptions down = up;
  up.seed = (std::uint64_t{random.next()} << 32) | random.next();
  down.seed = (std::uint64_t{random.next()} << 32) | random.next();
  const Result<PeerId> relay = network.connect(*link, *relay_link, up, down);
  TUTTI_ASSERT(relay.has_value());
  Setup setup = options.game.setup(options.seed, options.players);
  setup.terms = options.terms;
  setup.terms.ends_at = static_cast<std::uint32_t>(options.ticks.value);
  Hello hello{.room = room,
              .name = "bot " + std::to_string(index + 1),
              .rules = setup.rules,
              .create = setup};
  const auto tick = Duration(std::chrono::seconds(1)) / setup.tick_rate;
  // Frames of 60 Hz displays that are off by up to 0.2 %, starting at any moment.
  const Duration period = tick + tick * random.between(-20, 20) / 10'000;
  players.push_back({AnySession::over(options.game, std::move(link), *relay, std::move(hello),
                                      {.fold_digest = true}),
                     *relay,
                     Random(options.seed, 100U + index),
                     period,
                     now + tick * static_cast<std::int64_t>(random.below(1000)) / 1000,
                     Tick{},
                     {}});
}

void StormMatch::World::act(Player& player) {
  player.session.advance(now);
  for (const EffectNotice& notice : player.session.effects()) {
    player.report.effects_cancelled += notice.change == EffectChange::cancelled;
    player.report.effects_retimed += notice.change == EffectChange::retimed;
  }
  const Timeline* timeline = player.session.timeline();
  if (timeline == nullptr || player.session.status() != Status::playing) return;
  if (timeline->present() <= player.acted) return;
  player.acted = timeline->present();
  if (const auto event =
          options.game.play(player.session.state(), player.session.player(), player.random)) {
    player.session.offer(*event);
    ++player.report.offered;
    player.offered.push_back({player.session.offered_for(player.session.player()), now});
  }
}

void StormMatch::World::measure_lag() {
  for (Player& player : players) {
    Tick confirmed{INT64_MAX};
    for (const Player& other : players) {
      const Timeline* timeline = other.session.timeline();
      if (&other != &player && timeline != nullptr) {
        confirmed = std::min(confirmed, timeline->confirmed());
      }
    }
    while (!player.offered.empty() && player.offered.front().stamp <= confirmed) {
      player.lag_total += static_cast<double>((now - player.offered.front().at).count());
      ++player.lag_count;
      player.offered.pop_front();
    }
  }
}

void StormMatch::World::run_relay() {
  const Duration tick = Duration(std::chrono::seconds(1)) / options.game.table().tick_rate;
  const Tick clock{(now - begin) / tick};
  if (crashes < options.relay_crashes.size() && clock >= options.relay_crashes[crashes]) {
    ++crashes;
    restart_relay();
  }
  server->pass(now);
  if (auto finished = server->next_finished()) record = std::move(finished);
}

void StormMatch::World::restart_relay() {
  server.reset();
  journal.reset();
  relay_link.reset();
  relay_link = network.listen();
  const Result<Bytes> left = storage.read(journal_path);
  journal.emplace(open_journal(storage));
  RelayServer::Options chosen = server_options(options.seed);
  chosen.seed[1] = crashes;
  server = std::make_unique<RelayServer>(*relay_link, *journal, chosen);
  const Result<JournalReader> reader = JournalReader::open(*left);
  TUTTI_ASSERT(reader.has_value());
  for (const MatchNumber number : reader->matches()) {
    const Result<ReadMatch> match = reader->read(number);
    if (match && !match->record.end && !match->record.log.ended()) {
      server->restore(number, match->record, now);
    }
  }
}

void StormMatch::World::step() {
  Player* next = &*std::min_element(players.begin(), players.end(),
                                    [](const Player& a, const Player& b) { return a.due < b.due; });
  if (relay_due <= next->due) {
    now = relay_due;
    relay_due += relay_period;
    run_relay();
    return;
  }
  now = next->due;
  next->due += next->period;
  act(*next);
  measure_lag();
}

bool StormMatch::World::is_played_out() const {
  const bool all_ended = std::all_of(players.begin(), players.end(), [](const Player& player) {
    return player.session.status() >= Status::ended;
  });
  const Duration tick = Duration(std::chrono::seconds(1)) / options.game.table().tick_rate;
  return (all_ended && record) || now - begin > tick * options.ticks.value + grace;
}

void StormMatch::World::check_log() {
  for (std::size_t i = 0; i < players.size(); ++i) {
    Player& player = players[i];
    const SessionStatistics statistics = player.session.statistics();
    player.report.timeline = statistics.timeline;
    player.report.facts = statistics.facts;
    player.report.late_events = statistics.late_events;
    player.report.input_delay_ticks = statistics.input_delay_ticks;
    player.report.fold = statistics.fold.value_or(Digest{});
    player.report.confirmed = statistics.confirmed;
    player.report.wire = network.totals(player.path);
    const Duration tick_length = Duration(std::chrono::seconds(1)) / options.game.table().tick_rate;
    if (player.lag_count > 0) {
      player.report.confirmation_lag_ticks = player.lag_total /
                                             static_cast<double>(tick_length.count()) /
                                             static_cast<double>(player.lag_count);
    }
    const std::string who = "player " + std::to_string(i + 1);
    if (player.session.status() == Status::failed) {
      report.problems.push_back(who + ": " + player.session.failure().sentence);
    } else if (player.session.status() != Status::ended) {
      report.problems.push_back(who + " did not confirm the last tick; it is at tick " +
                                std::to_string(statistics.confirmed.value));
    }
    if (const auto tick = player.session.diverged()) {
      report.problems.push_back(who + " was told that states differ since tick " +
                                std::to_string(tick->value));
    }
    report.players.push_back(player.report);
  }
  report.wire = network.totals();
  if (!record) {
    report.problems.push_back("the relay did not finish the match");
    return;
  }
  // Not the log in memory: what a replay has is what was written.
  const Result<void> written = write_match_file(log_path, *record, storage);
  const Result<ReadMatch> read = read_match_file(log_path, storage);
  if (!written || !read) {
    report.problems.push_back(!written ? written.error().sentence : read.error().sentence);
    return;
  }
  Result<Verifier> verifier =
      Verifier::begin(options.game, read->record, {.folds_all_ticks = true});
  if (!verifier) {
    report.problems.push_back(verifier.error().sentence);
    return;
  }
  std::set<Digest> states;
  while (!verifier->is_done()) {
    verifier->advance(1);
    states.insert(digest_state(options.game, verifier->state()));
  }
  const Verification verification = verifier->result();
  report.ticks = verification.tick;
  report.events = verification.events;
  report.distinct_states = states.size();
  report.replay_fold = verification.all_ticks->value();
  report.is_equal = verification.verdict() != Verdict::differs;
  for (const StormPlayer& player : report.players) {
    report.is_equal =
        report.is_equal && player.fold == report.replay_fold && player.confirmed == report.ticks;
  }
  if (!report.is_equal) {
    report.problems.push_back("the digests of players and log differ");
  }
}

void StormMatch::World::check_play() {
  const double minutes = static_cast<double>(report.ticks.value) /
                         (60.0 * static_cast<double>(options.game.table().tick_rate));
  if (static_cast<double>(report.distinct_states) < static_cast<double>(report.ticks.value) / 2) {
    report.problems.push_back("nothing was proven: only " + std::to_string(report.distinct_states) +
                              " distinct states in " + std::to_string(report.ticks.value) +
                              " ticks");
  }
  if (options.weather.is_calm() || options.players < 2) return;
  for (std::size_t i = 0; i < report.players.size(); ++i) {
    const StormPlayer& player = report.players[i];
    const std::string who = "nothing was proven: player " + std::to_string(i + 1);
    if (options.terms.is_lockstep) {
      if (player.timeline.rollbacks > 0)
        report.problems.push_back(who + " rolled back in lockstep");
    } else if (static_cast<double>(player.timeline.rollbacks) < rollbacks_per_minute * minutes) {
      report.problems.push_back(who + " had only " + std::to_string(player.timeline.rollbacks) +
                                " rollbacks");
    }
    const auto hits = player.facts.find("hit");
    if (hits != player.facts.end() &&
        static_cast<double>(hits->second) < hits_per_minute * minutes) {
      report.problems.push_back(who + " saw only " + std::to_string(hits->second) + " hits");
    }
  }
}

StormMatch::StormMatch(StormOptions options)
    : world_(std::make_unique<World>(std::move(options))) {}
StormMatch::~StormMatch() = default;

bool StormMatch::advance() {
  if (world_->is_done) return true;
  const Instant until = world_->now + std::chrono::seconds(1);
  while (world_->now < until && !world_->is_played_out())
    world_->step();
  if (!world_->is_played_out()) return false;
  world_->check_log();
  world_->check_play();
  world_->is_done = true;
  return true;
}

Tick StormMatch::clock() const {
  const Timeline* timeline = world_->players.front().session.timeline();
  return timeline == nullptr ? Tick{} : timeline->present();
}

const StormReport& StormMatch::report() const {
  TUTTI_ASSERT(world_->is_done);
  return world_->report;
}

bool StormMatch::is_finished() const {
  TUTTI_ASSERT(world_->is_done);
  return world_->record.has_value();
}

const MatchRecord& StormMatch::record() const {
  TUTTI_ASSERT(world_->is_done && world_->record.has_value());
  return *world_->record;
}

const StormReport& StormMatch::run() {
  while (!advance()) {
  }
  return report();
}

}  // namespace tutti
