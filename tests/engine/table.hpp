#pragma once
// A match of real sessions around a real relay, over a simulated network and clock: for tests in
// which guests come and go.

#include <functional>
#include <memory>

#include "support/catch.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/net/server.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/replay/simulated_storage.hpp"

namespace tutti::test {

using namespace std::chrono_literals;

inline constexpr WeatherOptions fair{.delay = 30ms, .jitter = 5ms, .loss_ppm = 10'000};

/// Between a session and the relay: makes other states, of the same look, of those that pass.
class LyingLink final : public Link {
 public:
  explicit LyingLink(std::unique_ptr<Link> link) : link_(std::move(link)) {}
  void service(Instant now) override { link_->service(now); }
  std::optional<Arrival> receive() override {
    auto arrival = link_->receive();
    if (arrival && arrival->kind == Arrival::Kind::control) arrival->bytes = lie(arrival->bytes);
    return arrival;
  }
  void send_control(PeerId peer, BytesView bytes) override {
    link_->send_control(peer, lie(bytes));
  }
  void send_play(PeerId peer, BytesView bytes) override { link_->send_play(peer, bytes); }
  void disconnect(PeerId peer) override { link_->disconnect(peer); }
  LinkStatistics statistics() const override { return link_->statistics(); }

  int lies = 0;

 private:
  Bytes lie(BytesView bytes) {
    const auto message = decode_control(bytes);
    const auto* piece = message ? std::get_if<SnapshotPiece>(&*message) : nullptr;
    if (piece == nullptr) return Bytes(bytes.begin(), bytes.end());
    ++lies;
    Bytes state = *unpack({.tick = piece->tick,
                           .digest = piece->digest,
                           .raw_bytes = piece->raw_bytes,
                           .packed = piece->bytes});
    state[0] ^= std::byte{1};
    const auto lying = std::make_shared<PackedSnapshot>(pack_snapshot(piece->tick, state));
    return encode(ControlMessage(*SnapshotSender(lying).next(Instant{})));
  }
  std::unique_ptr<Link> link_;
};

struct Guest {
  AnySession session;
  Random random;
  Tick acted{};
  LyingLink* lying = nullptr;
  bool stands_still = false;  ///< its process does
};

class Table {
 public:
  Table(AnyGame game, std::uint8_t players, std::uint32_t ends_at,
        RelayServer::Options options = {.seed = {1, 0, 0, 0}})
      : game_(std::move(game)),
        network_(7),
        relay_(network_.listen()),
        journal_(std::move(*Journal::open(storage_, "relay.journal", {}))),
        server_(*relay_, journal_, options) {
    setup_ = game_.setup(3, players);
    setup_.terms.ends_at = ends_at;
  }

  Guest& join(SessionOptions options = {}, Role role = Role::player, bool is_lying = false,
              std::uint16_t delay_seconds = 0) {
    auto link = network_.endpoint();
    const auto seed = static_cast<std::uint64_t>(guests.size());
    const PeerId peer =
        network_.connect(*link, *relay_, weather, weather, {2 * seed + 1, 2 * seed + 2}).value();
    Hello hello{.room = "KAZ22",
                .rules = setup_.rules,
                .role = role,
                .delay_seconds = delay_seconds,
                .create = setup_};
    LyingLink* lying = nullptr;
    if (is_lying) {
      auto wrapped = std::make_unique<LyingLink>(std::move(link));
      lying = wrapped.get();
      link = std::move(wrapped);
    }
    if (options.tuning.cost_clock == nullptr) options.tuning.cost_clock = &cost_;
    guests.push_back(std::make_unique<Guest>(
        Guest{AnySession::over(game_, std::move(link), peer, std::move(hello), options),
              Random(11, seed), Tick{}, lying}));
    return *guests.back();
  }
  void run(Duration length, const std::function<void()>& look = {}) {
    for (const Instant end = now + length; now < end; now += 4ms) {
      server_.pass(now);
      if (++passes_ % 4 != 0) continue;
      for (const auto& guest : guests) {
        if (!guest->stands_still) frame(*guest);
      }
      if (look) look();
    }
  }
  Digest final_state(const Guest& guest) const {
    REQUIRE(guest.session.status() == Status::ended);
    return digest_state(game_, guest.session.timeline()->confirmed_state());
  }
  const RelayServer& server() const { return server_; }

  std::vector<std::unique_ptr<Guest>> guests;
  WeatherOptions weather = fair;  ///< of those who join from now on
  Instant now{1000s};

 private:
  CountingClock cost_;

  void frame(Guest& guest) {
    guest.session.advance(now);
    const Timeline* timeline = guest.session.timeline();
    if (timeline == nullptr || guest.session.status() != Status::playing) return;
    if (guest.session.is_watching() || timeline->present() <= guest.acted) return;
    guest.acted = timeline->present();
    const PlayerId player = *guest.session.player();
    std::optional<Bytes> event;
    if (game_.has_bot())
      event = game_.play(guest.session.state(), player, guest.random);
    else if (guest.random.chance(12))
      event = game_.sample(guest.random);
    if (event) guest.session.act(player, *event);
  }

  AnyGame game_;
  Setup setup_;
  SimulatedStorage storage_;
  StormNetwork network_;
  std::unique_ptr<Link> relay_;
  Journal journal_;
  RelayServer server_;
  int passes_ = 0;
};

}  // namespace tutti::test
