#pragma once
// The relay's side of a match, written down before the clock starts. It feeds the benchmarks of
// sessions, so that they measure a session and nothing else.

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "tutti/net/link.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::bench {

constexpr std::int64_t ticks_a_second = 60;
constexpr Duration tick_length = Duration(std::chrono::seconds(1)) / ticks_a_second;
/// How many ticks old the relay's news are.
constexpr std::int64_t path_ticks = 3;
/// A player changes what it holds with p = 1/12 a tick, 5 times a second.
constexpr std::uint32_t change_one_in = 12;

/// A link in memory that lets one datagram in at each call of `service`.
class ScriptedLink final : public Link {
 public:
  /// `keeps` what it has delivered, so that what a session allocates can be counted.
  explicit ScriptedLink(Setup setup, bool keeps = false) : relay_{1}, keeps_(keeps) {
    arrivals_.push_back({Arrival::Kind::connected, relay_, {}});
    Welcome welcome{.room = "BENCH", .player = PlayerId{0}, .setup = std::move(setup)};
    arrivals_.push_back({Arrival::Kind::control, relay_, encode(ControlMessage(welcome))});
  }
  PeerId relay() const { return relay_; }

  void deliver(Bytes datagram) {
    arrivals_.push_back({Arrival::Kind::play, relay_, std::move(datagram)});
  }
  /// The first call lets in what precedes the first datagram, too.
  void service(Instant) override { due_ = next_ == 0 ? 3 : 1; }
  std::optional<Arrival> receive() override {
    if (next_ == arrivals_.size() || due_ == 0) return std::nullopt;
    --due_;
    Arrival& next = arrivals_[next_++];
    return keeps_ ? next : std::move(next);
  }
  void send_control(PeerId, BytesView) override {}
  void send_play(PeerId, BytesView bytes) override { bytes_sent_ += bytes.size(); }
  void disconnect(PeerId) override {}
  LinkStatistics statistics() const override { return {.bytes_sent = bytes_sent_}; }

 private:
  PeerId relay_;
  std::vector<Arrival> arrivals_;
  std::size_t next_ = 0;
  std::uint64_t bytes_sent_ = 0;
  int due_ = 0;
  bool keeps_;
};

/// The happenings of a match in which the session plays slot 0.
struct Shape {
  std::uint32_t others_change_one_in = change_one_in;
  std::int64_t others_known_late = 0;  ///< in ticks: 0 is just in time
  std::uint32_t own_change_one_in = change_one_in;
  std::uint8_t players = 2;
  /// The horizon advances by so many ticks at once.
  std::int64_t horizon_step = 1;
};

/// The words of the relay at each tick. Our own events come back as offered after `path_ticks` each
/// way; the others' arrive just before they are needed, or late. All players agree on every
/// compared tick.
class Script {
 public:
  /// `payload` makes an event's bytes.
  template <class Payload>
  Script(std::int64_t ticks, Shape shape, Payload payload) {
    Random random(9);
    std::vector<AcceptedEvent> news;
    for (std::uint8_t slot = 0; slot < shape.players; ++slot)
      news.push_back(joined(slot, slot + std::uint32_t{1}));
    std::deque<std::int64_t> offered;
    std::vector<std::uint32_t> counters(shape.players);
    std::uint32_t sequence = 0;
    for (std::int64_t tick = 0; tick < ticks; ++tick) {
      offers_.push_back(tick > begin_ticks && random.chance(shape.own_change_one_in));
      if (offers_.back()) offered.push_back(tick);
      if (!offered.empty() && offered.front() + 2 * path_ticks <= tick) {
        offered.pop_front();
        news.push_back({.tick = {},
                        .author = author_of(PlayerId{0}),
                        .counter = counters[0]++,
                        .is_as_offered = true});
      }
      for (std::uint8_t slot = 1; slot < shape.players; ++slot) {
        if (tick <= begin_ticks || !random.chance(shape.others_change_one_in)) continue;
        news.push_back({Tick{tick + 1 - shape.others_known_late}, author_of(PlayerId{slot}),
                        counters[slot]++, false, payload(random)});
      }
      const std::int64_t known = tick - 2 * path_ticks - shape.others_known_late;
      const std::int64_t horizon = known / shape.horizon_step * shape.horizon_step;
      PlayDown message{.number = static_cast<std::uint8_t>(tick),
                       .clock = Tick{tick},
                       .clock_fraction = 64,
                       .horizon = Tick{std::max<std::int64_t>(0, horizon)},
                       .counted = counters[0],
                       .first_sequence = sequence,
                       .events = news,
                       .is_all = true};
      // A report is answered once the horizon has passed it; the others' are in by the next one.
      if (tick >= 60 && tick % 60 == 40) {
        message.digest_known = Tick{tick - 40};
        message.agreed = Tick{tick - 100 > 0 ? tick - 100 : 0};
      }
      messages_.push_back(std::move(message));
      sequence += static_cast<std::uint32_t>(news.size());
      news.clear();
    }
  }

  bool offers_at(std::int64_t tick) const { return offers_[static_cast<std::size_t>(tick)]; }
  /// Encoded for a client that said something just before `now`.
  Bytes datagram(std::int64_t tick, Instant now) const {
    PlayDown message = messages_[static_cast<std::size_t>(tick)];
    constexpr std::chrono::microseconds wire_unit{100};
    message.echo = static_cast<std::uint16_t>(now.time_since_epoch() / wire_unit);
    Bytes bytes;
    encode(message, bytes);
    return bytes;
  }

 private:
  /// Nobody acts before this tick.
  static constexpr std::int64_t begin_ticks = 20;
  static AcceptedEvent joined(std::uint8_t slot, std::uint32_t counter) {
    return {Tick{1}, relay_author, counter, false,
            encode(RelayEvent{.kind = EventKind::joined, .player = PlayerId{slot}})};
  }
  std::vector<PlayDown> messages_;
  std::vector<bool> offers_;
};

}  // namespace tutti::bench
