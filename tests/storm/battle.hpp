#pragma once
// A match of real sessions over real sealed links in virtual time, beside an adversary and a knave.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "storm/adversary.hpp"
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
    Hello hello{.room = room(), .rules = game_.rules(), .role = Role::spectator};
    auto [port, link, peer] = connect();
    seats_.push_back(
        {std::move(port), AnySession::over(game_, std::move(link), peer, std::move(hello), {})});
    REQUIRE(run_until(std::chrono::seconds(5), [&] { return are_all_playing(); }));
    rest(std::chrono::seconds(1));  // the spectator comes to the present
    noted_.clear();
  }

  /// Everything at once; then a household that takes all places that it can get; then peace.
  void attack(std::uint64_t seed) {
    const Tick before = horizon();
    adversary_.emplace(network_, at(1, 4747), seed);
    knave_.emplace(network_, at(900), at(1, 4747), key_.public_key(), room(), seed);
    is_attacked_ = true;
    rest(std::chrono::seconds(5));
    is_attacked_ = false;
    if (connection_count() > seats_.size() + knave_->welcomes) note("strangers have places");
    follow();
    crowd();
    if (horizon() < before + 60 * 5) note("the match did not go on");
    if (2 * adversary_->stranger_bytes_out >= adversary_->stranger_bytes_in) {
      note("strangers get half of what they send");
    }
    rest(std::chrono::seconds(1));
  }
  std::string room() const { return seats_.front().session.room(); }
  bool are_all_playing() const {
    return std::all_of(seats_.begin(), seats_.end(),
                       [](const Seat& seat) { return seat.session.status() == Status::playing; });
  }
  Tick horizon() const { return server_->match(room())->log().horizon(); }
  const Adversary& adversary() const { return *adversary_; }
  const Knave& knave() const { return *knave_; }
  std::size_t crowd_size() const { return crowd_size_; }

  /// What went wrong, in words; nothing if nobody was disturbed, and all hold the same log of what
  /// was really said.
  std::vector<std::string> problems() const {
    std::vector<std::string> found(noted_.begin(), noted_.end());
    if (server_->room_count() != 1) found.push_back("there are other rooms");
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
  template <class Done>
  bool run_until(Duration most, const Done& is_done) {
    for (const Instant end = network_.now + most; network_.now < end;) {
      network_.now += std::chrono::milliseconds(2);
      server_->pass(network_.now);
      if (is_attacked_) {
        for (std::uint32_t i = random_.below(4); i > 0; --i)
          adversary_->act();
        knave_->step(network_.now);
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
    constexpr std::size_t places = SealedLinkOptions{}.peers_per_household_max;
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
  void note(const std::string& problem) { noted_.insert(problem); }
  std::size_t connection_count() const { return relay_.link->peer_count(); }
  void advance() {
    for (Seat& seat : seats_) {
      seat.session.advance(network_.now);
      if (seat.session.status() != Status::playing) note("somebody was interrupted");
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
  bool is_attacked_ = false;
  std::uint64_t steps_ = 0;
  std::size_t crowd_size_ = 0;
  std::set<std::string> noted_;
};

}  // namespace tutti::test
