#pragma once
// A match of real sessions over real sealed links in virtual time, beside an adversary, a knave and
// a mob.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "storm/adversary.hpp"
#include "storm/forger.hpp"
#include "storm/mob.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/net/server.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti::test {

/// Three honest players and a spectator, in a room that has a fourth slot.
class Battle {
 public:
  explicit Battle(std::uint64_t seed) : random_(seed, 4242) {
    Result<Journal> journal = Journal::open(storage_, "relay.journal");
    REQUIRE(journal);
    journal_.emplace(std::move(*journal));
    server_.emplace(*relay_.link, *journal_, RelayOptions{.seed = {seed, 2, 3, 4}});
    enter({.name = "player", .create = SoloOptions{.seed = seed, .players = 4}});
    REQUIRE(run_until(std::chrono::seconds(5), [&] { return !room().empty(); }));
    for (int i = 0; i < 2; ++i)
      enter({.room = room(), .name = "player"});
    come_to_watch();
    REQUIRE(run_until(std::chrono::seconds(5), [&] { return are_all_playing(); }));
    settle();
  }

  /// Everything at once; then forgeries; then a household that takes all places that it can get;
  /// then peace, in which somebody honest comes.
  void attack(std::uint64_t seed) {
    const Tick before = horizon();
    adversary_.emplace(network_, at(1, 4747), seed);
    knave_.emplace(network_, at(900), at(1, 4747), key_.public_key(), room(), seed);
    mob_.emplace(network_, at(1, 4747), key_.public_key(), room(), seed);
    is_attacked_ = true;
    rest(std::chrono::seconds(5));
    is_attacked_ = false;
    if (connection_count() > seats_.size() + knave_->welcomes + mob_->connections()) {
      note("strangers have places");
    }
    note_all(mob_->problems(*server_, network_.now));
    note_all(TokenForger(seed).attack());
    rewrite();
    follow();
    crowd();
    come_to_watch();
    if (!run_until(std::chrono::seconds(5), [&] { return are_all_playing(); })) {
      note("somebody honest is kept out");
    }
    settle();
    if (horizon() < before + 60 * 5) note("the match did not go on");
    if (2 * adversary_->stranger_bytes_out >= adversary_->stranger_bytes_in) {
      note("strangers get half of what they send");
    }
  }
  std::string room() const { return seats_.front().session.room(); }
  bool are_all_playing() const {
    return std::all_of(seats_.begin(), seats_.end(),
                       [](const Seat& seat) { return seat.session.status() == Status::playing; });
  }
  Tick horizon() const { return server_->match(room())->log().horizon(); }
  const Adversary& adversary() const { return *adversary_; }
  const Knave& knave() const { return *knave_; }
  const Mob& mob() const { return *mob_; }
  const RelayStatistics& statistics() const { return server_->statistics(); }
  std::size_t crowd_size() const { return crowd_size_; }

  /// What went wrong, in words; nothing if nobody was disturbed, and all hold the same log of what
  /// was really said.
  std::vector<std::string> problems() const {
    std::vector<std::string> found(noted_.begin(), noted_.end());
    const std::size_t others = mob_ ? mob_->rooms() : 0;
    if (server_->room_count() > 1 + others) found.push_back("there are other rooms");
    const RelayMatch* match = server_->match(room());
    if (match == nullptr) return {"the match is gone"};
    Tick common = match->log().horizon();
    for (const Seat& seat : seats_)
      common = std::min(common, seat.session.timeline()->log().horizon());
    for (const Seat& seat : seats_) {
      const AnySession& session = seat.session;
      if (session.status() != Status::playing) found.push_back("a session does not play");
      if (session.diverged()) found.push_back("a session's state differs");
      if (session.timeline()->log().head(common) != match->log().head(common)) {
        found.push_back("a session holds another log");
      }
      if (session.is_watching()) continue;
      for (const EventView& event : match->log().events()) {
        if (event.author == author_of(*session.player()) &&
            !seat.said.contains(Bytes(event.payload.begin(), event.payload.end()))) {
          found.push_back("the log has an event that its player never said");
        }
      }
      if (seat.said.empty()) found.push_back("a player said nothing");
    }
    return found;
  }

 private:
  struct Seat {
    std::unique_ptr<MemoryNetwork::Port> port;
    AnySession session;
    std::set<Bytes> said{};
    bool is_settled = false;  // it was playing, and may not be interrupted any more
  };

  struct Way {
    std::unique_ptr<MemoryNetwork::Port> port;
    std::unique_ptr<Link> link;
    PeerId relay;
  };
  Way connect() {
    auto port = network_.open(at(10 + static_cast<std::uint32_t>(seats_.size())));
    auto link = std::make_unique<detail::SealedPeers>(*port, SealedLinkOptions{.peers_max = 8},
                                                      std::nullopt);
    const PeerId peer = link->connect({at(1, 4747)}, key_.public_key()).value();
    return {std::move(port), std::move(link), peer};
  }
  void enter(JoinOptions options) {
    auto [port, link, peer] = connect();
    Result<AnySession> session =
        AnySession::join_over(game_, std::move(link), peer, std::move(options));
    REQUIRE(session);
    seats_.push_back({std::move(port), std::move(*session)});
  }
  // Spectators come to the present.
  void settle() {
    rest(std::chrono::seconds(1));
    for (Seat& seat : seats_)
      seat.is_settled = true;
  }
  void come_to_watch() {
    Hello hello{.room = room(), .rules = game_.rules(), .role = Role::spectator};
    auto [port, link, peer] = connect();
    seats_.push_back(
        {std::move(port), AnySession::over(game_, std::move(link), peer, std::move(hello), {})});
  }
  template <class Done>
  bool run_until(Duration most, const Done& is_done) {
    for (const Instant end = network_.now + most; network_.now < end;) {
      network_.now += std::chrono::milliseconds(2);
      server_->pass(network_.now);
      if (is_attacked_) {
        for (std::uint32_t i = random_.below(4); i > 0; --i)
          adversary_->act();
        knave_->step(network_.now);
        mob_->step(network_.now);
      }
      if (++steps_ % 8 == 0) advance();
      if (is_done()) return true;
    }
    return false;
  }
  void rest(Duration time) {
    run_until(time, [] { return false; });
  }
  // Somebody on the knave's path sends on from elsewhere what he lets through nowhere else: nothing
  // much goes there for it.
  void follow() {
    network_.cut = at(900);
    for (int i = 0; i < 100; ++i) {
      rest(std::chrono::milliseconds(2));
      knave_->step(network_.now);
    }
    const std::uint64_t in = adversary_->elsewhere_bytes_in;
    const std::uint64_t out = adversary_->elsewhere_bytes_out;
    adversary_->follow(at(900));
    rest(std::chrono::seconds(1));
    if (adversary_->elsewhere_bytes_out - out > 3 * (adversary_->elsewhere_bytes_in - in) ||
        adversary_->elsewhere_bytes_out > 3 * adversary_->elsewhere_bytes_in) {
      note("an address that never answered gets more than three times what it sent");
    }
  }
  void crowd() {
    const std::size_t places = SealedLinkOptions{}.peers_per_household_max;
    const std::size_t others = connection_count();
    MemoryEnd end(network_, at(901), {.peers_max = 2 * places}, std::nullopt);
    for (std::size_t i = 0; i < 400; ++i) {
      if (i < places + 64) REQUIRE(end.link->connect({at(1, 4747)}, key_.public_key()));
      rest(std::chrono::milliseconds(2));
      end.step(network_.now);
    }
    crowd_size_ = end.count(Arrival::Kind::connected);
    if (connection_count() > others + places) note("one household has too many places");
  }
  /// A file of the match so far, which the relay signed, in somebody else's hands.
  void rewrite() {
    const Bytes bytes = storage_.read("relay.journal").value();
    const Result<JournalReader> reader = JournalReader::open(bytes);
    REQUIRE(reader);
    for (const MatchNumber number : reader->matches()) {
      Result<ReadMatch> read = reader->read(number);
      REQUIRE(read);
      if (read->record.room != room()) continue;
      for (int i = 0; i < 3; ++i)
        note_all(rewrite_file(prefix(read->record, read->record.log.horizon()), key_, random_));
    }
  }
  void note(const std::string& problem) { noted_.insert(problem); }
  void note_all(const std::vector<std::string>& problems) {
    noted_.insert(problems.begin(), problems.end());
  }
  std::size_t connection_count() const { return relay_.link->peer_count(); }
  void advance() {
    for (Seat& seat : seats_) {
      seat.session.advance(network_.now);
      const bool is_playing = seat.session.status() == Status::playing;
      if (seat.is_settled && !is_playing) note("somebody was interrupted");
      if (!seat.session.player() || !random_.chance(20)) continue;
      const Bytes event = game_.sample(random_);
      seat.said.insert(event);
      seat.session.act(*seat.session.player(), event);
    }
  }

  Random random_;
  AnyGame game_ = any_game<Tally>();
  MemoryNetwork network_{{.weather = {.delay = std::chrono::milliseconds(20),
                                      .jitter = std::chrono::milliseconds(10),
                                      .loss_ppm = 10'000}}};
  SigningKey key_ = SigningKey::create();
  MemoryEnd relay_{network_, at(1, 4747), {}, key_};
  SimulatedStorage storage_;
  std::optional<Journal> journal_;
  std::optional<RelayServer> server_;
  std::deque<Seat> seats_;
  std::optional<Adversary> adversary_;
  std::optional<Knave> knave_;
  std::optional<Mob> mob_;
  bool is_attacked_ = false;
  std::uint64_t steps_ = 0;
  std::size_t crowd_size_ = 0;
  std::set<std::string> noted_;
};

}  // namespace tutti::test
