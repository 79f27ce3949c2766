#pragma once
// A relay server with real clients over a storm network, on a simulated disk and in virtual time:
// no engine and no game. Players do what a test tells them.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "tutti/net/client.hpp"
#include "tutti/net/server.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/replay/reader.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti::test {

inline constexpr const char* journal_path = "relay.journal";
inline constexpr const char* tally_rules = "tally@1+0123456789abcdef";

inline Setup room_setup(std::uint8_t players = 2) {
  return {.rules = tally_rules, .players = players};
}
/// Into this room, which is opened if it does not exist.
inline Hello hello_for(const std::string& room, std::uint8_t players = 2) {
  const Setup setup = room_setup(players);
  return {.room = room, .name = "somebody", .rules = setup.rules, .create = setup};
}

/// A link that shows every play datagram before it is sent.
class WatchedLink final : public Link {
 public:
  using Look = std::function<void(PeerId, BytesView)>;
  explicit WatchedLink(std::unique_ptr<Link> link) : link_(std::move(link)) {}

  void service(Instant now) override { link_->service(now); }
  std::optional<Arrival> receive() override { return link_->receive(); }
  void send_control(PeerId peer, BytesView bytes) override { link_->send_control(peer, bytes); }
  void send_play(PeerId peer, BytesView bytes) override {
    if (look) look(peer, bytes);
    link_->send_play(peer, bytes);
  }
  void disconnect(PeerId peer) override { link_->disconnect(peer); }
  std::optional<PeerId> reconnect(PeerId peer) override {
    const std::optional<PeerId> again = link_->reconnect(peer);
    if (again) path_ = *again;
    return again;
  }
  std::optional<PeerId> reconnect_at(PeerId peer, const Address& relay) override {
    const std::optional<PeerId> again = link_->reconnect_at(peer, relay);
    if (again) path_ = *again;
    return again;
  }
  std::optional<NetworkPlace> place_of(PeerId peer) const override {
    return place ? place(peer) : link_->place_of(peer);
  }
  LinkStatistics statistics() const override { return link_->statistics(); }
  /// The latest connection that this end began itself.
  PeerId path() const { return path_; }
  void begin(PeerId path) { path_ = path; }

  Link& storm() { return *link_; }
  Look look;
  /// Where each peer is, if not at a place of its own.
  std::function<NetworkPlace(PeerId)> place;

 private:
  std::unique_ptr<Link> link_;
  PeerId path_{};
};

/// A client and what has come of it. It shows 60 frames a second and announces what it has shown.
class Player {
 public:
  Player(StormNetwork& network, Link& relay, Hello hello, const WeatherOptions& up,
         const WeatherOptions& down, const StormDice& dice = {})
      : link_(std::make_unique<WatchedLink>(network.endpoint())),
        peer_(network.connect(link_->storm(), relay, up, down, dice).value()),
        client_(std::in_place, *link_, peer_, Client::Options{.hello = std::move(hello)}) {
    link_->begin(peer_);
  }

  void frame(Instant now) {
    if (!client_) return;
    client_->receive(now);
    if (roles_taken_ != client_->roles_taken()) begin_anew();
    if (!log_ && client_->welcome()) log_.emplace(client_->welcome()->setup);
    if (const auto wanted = client_->next_tail_wanted()) {
      Tail tail = tail_of(*log_, *wanted);
      if (forge) forge(tail);
      client_->answer(tail);
    }
    while (const auto event = client_->next_event())
      take(*event);
    if (log_) log_->close(client_->horizon());
    if (log_ && keeps_log) client_->know({log_->horizon(), log_->head()});
    while (const auto counter = client_->next_refused())
      refused_.push_back(*counter);
    if (client_->phase() == Client::Phase::playing && client_->clock().is_synchronised()) {
      present_ = std::max(present_, client_->clock().present(now).tick);
      if (act && is_in_) act(*this);
      client_->announce(present_);
    }
    client_->send(now);
  }

  /// Offers an event for the next tick, or one that lies so far off; returns its counter.
  std::optional<std::uint32_t> offer(const Bytes& payload, std::int64_t ahead = 1) {
    const Tick stamp = std::max(present_ + ahead, last_stamp_);
    const auto counter = client_->offer(stamp, payload);
    if (counter) last_stamp_ = stamp;
    if (counter) offered_.push_back(payload);
    return counter;
  }
  /// The machine is gone without a word.
  void crash() {
    client_.reset();
    link_.reset();
  }

  bool has_crashed() const { return !client_; }

  /// It says what it keeps of the log, and need not be told it again.
  bool keeps_log = false;
  /// Its way of changing the answer to a restarted relay.
  std::function<void(Tail&)> forge;
  /// Its actions in every frame once it has joined.
  std::function<void(Player&)> act;

  Client& client() { return *client_; }
  WatchedLink& link() { return *link_; }
  PeerId peer() const { return peer_; }
  PlayerId slot() const { return *client_->welcome()->player; }
  bool is_in() const { return is_in_; }
  Tick present() const { return present_; }
  const Log& log() const { return *log_; }
  /// In the order of arrival, which is that of acceptance.
  const std::vector<Event>& events() const { return events_; }
  const std::vector<Bytes>& offered() const { return offered_; }
  const std::vector<std::uint32_t>& refused() const { return refused_; }

  /// The events of that slot that this player has heard, in the order of acceptance.
  std::vector<Bytes> heard_from(PlayerId slot) const {
    std::vector<Bytes> payloads;
    for (const Event& event : events_) {
      if (event.author == author_of(slot)) payloads.push_back(event.payload);
    }
    return payloads;
  }
  /// The relay's events of a kind.
  std::vector<RelayEvent> heard(EventKind kind) const {
    std::vector<RelayEvent> found;
    for (const Event& event : events_) {
      const auto relay_event = relay_event_of(event);
      if (relay_event && relay_event->kind == kind) found.push_back(*relay_event);
    }
    return found;
  }

 private:
  void begin_anew() {
    roles_taken_ = client_->roles_taken();
    log_.reset();
    events_.clear();
    is_in_ = false;
    last_stamp_ = {};
  }

  void take(const Event& event) {
    const Log::Added added = log_->add(event);
    REQUIRE((added == Log::Added::yes || added == Log::Added::known ||
             (added == Log::Added::past_horizon && client_->welcome()->epoch > 0)));
    events_.push_back(event);
    const auto relay_event = relay_event_of(event);
    is_in_ = is_in_ || (relay_event && relay_event->kind == EventKind::joined &&
                        client_->welcome()->player == relay_event->player);
  }

  std::unique_ptr<WatchedLink> link_;
  PeerId peer_;
  std::optional<Client> client_;
  std::optional<Log> log_;
  std::vector<Event> events_;
  std::vector<Bytes> offered_;
  std::vector<std::uint32_t> refused_;
  bool is_in_ = false;
  std::uint32_t roles_taken_ = 0;
  Tick present_;
  Tick last_stamp_;
};

inline Hello watching(const std::string& room, std::uint16_t delay_seconds = 0) {
  return {.room = room,
          .name = "eve",
          .rules = tally_rules,
          .role = Role::spectator,
          .delay_seconds = delay_seconds};
}

/// From now on the player does something in one frame of eight, unless it watches.
inline void offer_now_and_then(Player& player, std::uint64_t seed) {
  auto random = std::make_shared<Random>(seed);
  player.act = [random](Player& self) {
    if (!self.client().is_spectator() && random->chance(8)) self.offer(numbered(random->next()));
  };
}

inline Journal open_journal(Storage& storage, Journal::Options options = {}) {
  Result<Journal> journal = Journal::open(storage, journal_path, options);
  REQUIRE(journal);
  return std::move(*journal);
}

/// The relay, its disk, its network and its players. A pass every 4 ms, a frame every 16.
class World {
 public:
  struct Options {
    RelayServer::Options server{};
    Journal::Options journal{};
    std::uint64_t seed = 1;
  };
  World() : World(Options{}) {}
  explicit World(Options options)
      : network(options.seed),
        link(std::make_unique<WatchedLink>(network.listen())),
        journal(open_journal(storage, options.journal)),
        server(std::in_place, *link, *journal, seeded(options.server)) {}

  Player& join(Hello hello, const WeatherOptions& up = {}, const WeatherOptions& down = {},
               const StormDice& dice = {}) {
    players.push_back(
        std::make_unique<Player>(network, link->storm(), std::move(hello), up, down, dice));
    return *players.back();
  }
  Player& join(Hello hello, const WeatherOptions& both, std::uint64_t seed) {
    return join(std::move(hello), both, both, {seed, seed + 1});
  }

  void run(Duration length, const std::function<void()>& look = {}) {
    for (const Instant end = now + length; now < end; now += std::chrono::milliseconds(4)) {
      if (server) pass();
      if (++passes_ % 4 == 0) {
        for (const auto& player : players)
          player->frame(now);
      }
      if (look) look();
    }
  }
  /// Goes on until this holds, or so long.
  bool run_until(const std::function<bool()>& holds, Duration most) {
    for (const Instant end = now + most; now < end && !holds();)
      run(std::chrono::milliseconds(16));
    return holds();
  }

  /// The relay's process dies; `meanwhile` things happen to its disk, and it is started again.
  void restart_relay(const std::function<void()>& meanwhile = {}) {
    server.reset();
    journal.reset();
    link.reset();
    if (meanwhile) meanwhile();
    link = std::make_unique<WatchedLink>(network.listen());
    Result<RecoveredJournal> recovered = recover_journal(storage, journal_path);
    REQUIRE(recovered);
    journal.emplace(std::move(recovered->journal));
    server.emplace(*link, *journal, RelayServer::Options{.seed = {++lives_, 0, 0, 0}});
    for (const RecoveredJournal::Running& match : recovered->running)
      server->restore(match.number, match.record, now);
  }

  /// The same codes and secrets in every run.
  static RelayServer::Options seeded(RelayServer::Options options) {
    if (options.seed == decltype(options.seed){}) options.seed = {1, 0, 0, 0};
    return options;
  }

  /// The matches as they can be read from the disk at this moment.
  Bytes written() { return *storage.read(journal_path); }

  SimulatedStorage storage;
  StormNetwork network;
  std::unique_ptr<WatchedLink> link;
  std::optional<Journal> journal;
  std::optional<RelayServer> server;
  std::vector<std::unique_ptr<Player>> players;
  std::vector<MatchRecord> finished;
  Instant now{std::chrono::seconds(1000)};

 private:
  void pass() {
    server->pass(now);
    while (auto match = server->next_finished()) {
      Result<MatchRecord> record = std::move(*match).read();
      REQUIRE(record);
      finished.push_back(std::move(*record));
    }
  }

  int passes_ = 0;
  std::uint64_t lives_ = 1;
};

/// The match of a room as a journal's bytes hold it, if they do.
inline std::optional<ReadMatch> find_room(BytesView journal, const std::string& room) {
  Result<JournalReader> reader = JournalReader::open(journal);
  REQUIRE(reader);
  for (const MatchNumber number : reader->matches()) {
    Result<ReadMatch> match = reader->read(number);
    REQUIRE(match);
    if (match->record.room == room) return std::move(*match);
  }
  return std::nullopt;
}
inline ReadMatch read_room(BytesView journal, const std::string& room) {
  auto match = find_room(journal, room);
  REQUIRE(match);
  return std::move(*match);
}

/// Another relay goes on with the first match that the one before it wrote.
inline void restart(World& world) {
  world.server.reset();
  world.journal.reset();
  const Bytes left = world.written();
  world.link.reset();
  world.link = std::make_unique<WatchedLink>(world.network.listen());
  world.journal.emplace(open_journal(world.storage));
  world.server.emplace(*world.link, *world.journal, RelayServer::Options{.seed = {left.size(), 1}});
  const Result<JournalReader> reader = JournalReader::open(left);
  REQUIRE(reader);
  const Result<ReadMatch> match = reader->read(reader->matches().front());
  REQUIRE(match);
  world.server->restore(reader->matches().front(), match->record, world.now);
}

inline constexpr WeatherOptions calm{.delay = std::chrono::milliseconds(20)};
inline constexpr WeatherOptions rough{.delay = std::chrono::milliseconds(40),
                                      .jitter = std::chrono::milliseconds(30),
                                      .loss_ppm = 300'000,
                                      .duplicate_ppm = 50'000,
                                      .reorder_ppm = 50'000};

}  // namespace tutti::test
