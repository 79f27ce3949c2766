#pragma once
// Messages with contents by chance, anything that the limits allow, the same on every machine.

#include <string>

#include "tutti/net/messages.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::test {

/// The last tick that a message can name.
inline constexpr std::int64_t wire_tick_most = std::int64_t{1} << 42;

class AnyMessage {
 public:
  explicit AnyMessage(std::uint64_t seed) : random_(seed) {}

  Random& random() { return random_; }

  Bytes bytes(std::size_t most) {
    Bytes bytes(random_.below(static_cast<std::uint32_t>(most) + 1));
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random_.below(256));
    return bytes;
  }
  std::string text(std::size_t most) { return std::string(as_text(bytes(most))); }
  /// Of any magnitude: as often below 16 as above a million.
  std::uint64_t number(std::uint32_t bits) {
    const std::uint32_t size = random_.below(bits + 1);
    const std::uint64_t high = random_.next();
    const std::uint64_t value = (high << 32) | random_.next();
    return size == 0 ? 0 : value >> (64 - size);
  }
  std::uint32_t number() { return static_cast<std::uint32_t>(number(32)); }
  Tick tick() { return Tick{static_cast<std::int64_t>(number(42))}; }

  Setup setup() {
    Setup setup;
    setup.rules = text(limits::rules_bytes);
    setup.seed = number(64);
    setup.players = static_cast<std::uint8_t>(1 + random_.below(limits::players));
    setup.tick_rate = static_cast<std::uint16_t>(1 + random_.below(limits::tick_rate_max));
    setup.options = bytes(limits::options_bytes);
    setup.terms = {.ends_at = number(),
                   .on_loss = static_cast<LossPolicy>(random_.below(3)),
                   .patience_seconds =
                       static_cast<std::uint16_t>(1 + random_.below(limits::patience_seconds_max)),
                   .delay_policy = static_cast<DelayPolicy>(random_.below(3)),
                   .input_delay_ticks = static_cast<std::uint8_t>(random_.below(13)),
                   .is_lockstep = random_.chance(2)};
    return setup;
  }

  ControlMessage control() {
    switch (random_.below(25)) {
      case 0:
        return hello();
      case 1:
        return welcome();
      case 2:
        return Refused{static_cast<Refusal>(random_.below(10)), text(512)};
      case 3:
        return Diverged{tick(), tick(), digest().digest};
      case 4:
        return refolded();
      case 5:
        return Settled{finding()};
      case 6:
        return evidence();
      case 7:
        return Kick{PlayerId{static_cast<std::uint8_t>(number(8))}};
      case 8:
        return EndMatch{};
      case 9:
        return WantSnapshot{};
      case 10:
        return SnapshotWanted{};
      case 11:
        return NoSnapshot{};
      case 12:
        return snapshot_piece();
      case 13:
        return Correct{static_cast<Correction>(random_.below(3)), tick(),
                       text(limits::correction_bytes)};
      case 14:
        return SnapshotTaken{random_.next()};
      case 15:
        return RelayStops{static_cast<std::uint16_t>(number(16))};
      case 16: {
        Vouch vouch{.tick = tick(), .first_counter = number()};
        fill(vouch.signature);
        return vouch;
      }
      case 17:
        return HostAsked{static_cast<std::uint16_t>(number(16))};
      case 18:
        return newcomer();
      case 19:
        return NewcomerGone{{number()}};
      case 20:
        return HostAnswer{{number()}, static_cast<HostWish>(random_.below(2))};
      case 21:
        return Attendance{static_cast<std::uint16_t>(number(16))};
      case 22:
        return SentOn{static_cast<std::uint16_t>(1 + random_.below(65'535)),
                      text(limits::sent_on_host_bytes)};
      case 23:
        return Replicated{tick()};
      default:
        return Goodbye{};
    }
  }
  SnapshotPiece snapshot_piece() {
    SnapshotPiece piece;
    piece.tick = tick();
    fill(piece.digest.bytes);
    piece.is_agreed = random_.chance(2);
    piece.raw_bytes = random_.below(limits::snapshot_bytes + 1);
    piece.bytes = bytes(random_.chance(4) ? limits::snapshot_piece_bytes : 100);
    piece.offset = random_.below(1000);
    piece.packed_bytes =
        piece.offset + static_cast<std::uint32_t>(piece.bytes.size()) + random_.below(1000);
    return piece;
  }
  Hello hello() {
    Hello hello;
    if (random_.chance(2)) hello.room = random_room_code(random_);
    hello.name = text(limits::name_bytes);
    hello.rules = text(limits::rules_bytes);
    if (random_.chance(2)) {
      hello.create = setup();
      hello.terms = terms();
    }
    if (random_.chance(2)) hello.role = Role::spectator;
    hello.delay_seconds =
        static_cast<std::uint16_t>(random_.below(limits::spectator_delay_seconds + 1));
    if (random_.chance(2)) hello.resume = secret();
    hello.epoch = number();
    hello.received = number();
    hello.generation = static_cast<std::uint8_t>(number(3));
    hello.bytes_per_second = number();
    hello.is_sent_on = number(1) == 1;
    for (std::uint32_t i = random_.below(3); i > 0; --i)
      hello.others.push_back(text(limits::name_bytes));
    if (random_.chance(2)) fill(hello.password.emplace());
    if (random_.chance(4)) hello.admission = bytes(limits::admission_bytes);
    return hello;
  }
  Newcomer newcomer() {
    Newcomer newcomer{.id = {number()}, .role = static_cast<Role>(random_.below(2))};
    const std::uint32_t names = 1 + random_.below(limits::local_players);
    while (newcomer.names.size() < names)
      newcomer.names.push_back(text(limits::name_bytes));
    return newcomer;
  }
  RoomTerms terms() {
    RoomTerms terms{.asks_for_players = random_.chance(2),
                    .asks_for_spectators = random_.chance(2),
                    .is_no_peek = random_.chance(2)};
    if (random_.chance(2)) terms.spectators_max = static_cast<std::uint16_t>(number(16));
    return terms;
  }
  Welcome welcome() {
    Welcome welcome;
    welcome.room = random_room_code(random_);
    welcome.setup = setup();
    if (!random_.chance(4)) {
      welcome.player = PlayerId{static_cast<std::uint8_t>(random_.below(welcome.setup.players))};
    }
    welcome.epoch = number();
    welcome.next_counter = number();
    welcome.resume = secret();
    welcome.bytes_per_second = std::max(number(), limits::bytes_per_second_least);
    for (std::uint32_t i = welcome.player ? random_.below(3) : 0; i > 0; --i) {
      welcome.others.push_back(
          PlayerId{static_cast<std::uint8_t>(random_.below(welcome.setup.players))});
    }
    welcome.terms = terms();
    return welcome;
  }

  PlayUp play_up() {
    PlayUp message;
    message.generation = static_cast<std::uint8_t>(number(3));
    message.epoch = number();
    message.sent_at = static_cast<std::uint16_t>(number(16));
    message.received = number();
    message.held = held(message.received);
    message.has_lost = message.held.empty() && random_.chance(4);
    message.progress = tick();
    if (random_.chance(2)) message.digest = digest();
    std::uint32_t count = random_.chance(2) ? 0 : random_.below(256);
    if (random_.chance(2)) count = std::min(count, 3U);
    Tick stamp = tick();
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto is = random_.chance(4) ? PlayerEvent::command : PlayerEvent::input;
      message.events.push_back({stamp, bytes(random_.chance(8) ? limits::event_bytes : 2), is,
                                static_cast<std::uint8_t>(
                                    random_.chance(4) ? random_.below(limits::local_players) : 0)});
      stamp = std::min(stamp + random_.between(0, 3), Tick{wire_tick_most});
    }
    if (count > 0) message.first_counter = static_cast<std::uint32_t>(number(31));
    if (count > 0 && random_.chance(4)) message.earlier = number() % (message.first_counter + 1);
    for (std::uint32_t i = 1; i < count; ++i)
      message.events[i].skipped = random_.chance(8) ? static_cast<std::uint32_t>(number(14)) : 0;
    return message;
  }
  PlaySpare play_spare() {
    PlaySpare message;
    message.generation = static_cast<std::uint8_t>(number(3));
    message.epoch = number();
    message.first = static_cast<std::uint8_t>(number(8));
    message.count = static_cast<std::uint8_t>(1 + random_.below(limits::spare_datagrams));
    message.is_weighted = random_.chance(2);
    message.bytes = bytes(random_.chance(8) ? limits::play_bytes - spare_header_bytes_most : 40);
    message.bytes.resize(std::max(message.bytes.size(), spare_length_bytes + 1));
    return message;
  }
  PlayDown play_down() {
    PlayDown message;
    message.generation = static_cast<std::uint8_t>(number(3));
    message.epoch = number();
    message.number = static_cast<std::uint8_t>(number(8));
    message.echo = static_cast<std::uint16_t>(number(16));
    message.echo_held = static_cast<std::uint16_t>(number(16));
    message.clock = tick();
    message.is_standing = random_.chance(2);
    message.clock_fraction = static_cast<std::uint8_t>(number(8));
    message.horizon = tick();
    message.durable = tick();
    message.counted = number();
    message.held = held(message.counted);
    message.is_over_budget = random_.chance(8);
    if (random_.chance(2)) {
      message.digest_known = tick();
      message.agreed = tick();
    }
    message.first_sequence = static_cast<std::uint32_t>(number(31));
    message.is_all = random_.chance(2);
    for (std::uint32_t i = random_.chance(2) ? 0 : random_.below(256); i > 0; --i)
      message.events.push_back(accepted());
    for (std::size_t i = 1; i < message.events.size(); ++i) {
      if (random_.chance(8)) message.events[i].skipped = static_cast<std::uint32_t>(number(14));
    }
    return message;
  }

 private:
  template <std::size_t size>
  void fill(std::array<std::byte, size>& bytes) {
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random_.below(256));
  }
  ResumeSecret secret() {
    ResumeSecret secret{};
    fill(secret);
    return secret;
  }
  std::vector<NumberRange> held(std::uint32_t received) {
    std::vector<NumberRange> ranges;
    const std::size_t count = random_.chance(2) ? 0 : random_.below(limits::held_ranges + 1);
    std::uint64_t end = received;
    while (ranges.size() < count) {
      const std::uint64_t first = end + 1 + number(10);
      end = first + 1 + number(10);
      if (end > UINT32_MAX) break;
      ranges.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)});
    }
    return ranges;
  }
  DigestReport digest() {
    DigestReport report;
    report.tick = tick();
    fill(report.head);
    fill(report.digest.bytes);
    report.between = static_cast<std::uint32_t>(number(32));
    return report;
  }
  DesyncFinding finding() {
    // A finding goes into files, which speak of fewer ticks than messages may.
    const auto early = [this] { return Tick{tick().value % (limits::match_ticks + 1)}; };
    DesyncFinding finding{.tick = early(), .agreed = early()};
    if (random_.chance(2)) finding.first = early();
    finding.verdict = static_cast<DesyncVerdict>(random_.below(4));
    finding.wrong = number(64);
    return finding;
  }
  Refolded refolded() {
    Refolded message{.tick = tick(), .digest = digest().digest, .through = tick()};
    if (random_.chance(2)) message.fault = tick();
    message.machine = text(limits::machine_bytes);
    message.first_hash = tick();
    const std::uint32_t most =
        random_.chance(8) ? static_cast<std::uint32_t>(limits::evidence_hashes) : 90;
    for (std::uint32_t i = random_.below(most + 1); i > 0; --i)
      message.hashes.push_back(number(64));
    return message;
  }
  Evidence evidence() {
    Evidence message{.tick = tick(),
                     .kind = static_cast<Evidence::Kind>(random_.below(3)),
                     .at = tick(),
                     .piece = bytes(random_.chance(8) ? evidence_piece_bytes : 90)};
    message.offset = random_.below(5) * static_cast<std::uint32_t>(evidence_piece_bytes);
    message.size = message.offset + static_cast<std::uint32_t>(message.piece.size());
    return message;
  }
  AcceptedEvent accepted() {
    AcceptedEvent event;
    event.author = Author{static_cast<std::uint8_t>(random_.below(limits::players + 1))};
    event.counter = number();
    event.is_as_offered = !event.author.is_relay() && random_.chance(3);
    if (event.is_as_offered) return event;
    event.tick = tick();
    const bool is_large = random_.chance(8);
    event.payload = bytes(!is_large                 ? 2
                          : event.author.is_relay() ? limits::relay_event_bytes
                                                    : limits::event_bytes);
    return event;
  }

  Random random_;
};

inline Bytes encoded(const PlayMessage& message) {
  Bytes bytes;
  std::visit([&](const auto& content) { encode(content, bytes); }, message);
  return bytes;
}

}  // namespace tutti::test
