#pragma once
// Those who mean ill: one reads the network and speaks in anybody's name, one has got in honestly
// and then says anything.

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <vector>

#include "net/memory_network.hpp"
#include "net/random_messages.hpp"
#include "support/games.hpp"

namespace tutti::test {

/// What somebody does to a network of which he reads every datagram. He drops nothing: what a cut
/// cable does needs no test of seals.
class Adversary {
 public:
  enum Kind : std::size_t {
    replay,      ///< says a datagram again, in the name of its sender
    elsewhere,   ///< says it again from another address
    flip,        ///< says it with a few bits changed
    splice,      ///< the head of one, the tail of another
    forge,       ///< a head that he has seen, and anything behind it
    initiation,  ///< knocks in the name of an address that does not exist
    garbage,     ///< from there, any bytes
    kinds
  };

  Adversary(MemoryNetwork& network, const Endpoint& relay, std::uint64_t seed)
      : network_(network), relay_(relay), random_(seed, 1313) {
    network_.tap = [this](const Endpoint& from, const Endpoint& to, BytesView bytes) {
      look(from, to, bytes);
    };
  }
  ~Adversary() { network_.tap = nullptr; }
  Adversary(const Adversary&) = delete;
  Adversary& operator=(const Adversary&) = delete;

  void act() {
    const auto kind = static_cast<Kind>(random_.below(kinds));
    if (seen_.empty() && kind < initiation) return;
    ++done[kind];
    is_own_ = true;
    switch (kind) {
      case replay:
        say(some(), some_bytes_);
        break;
      case elsewhere:
        network_.send(at(elsewhere_from + random_.below(50)), relay_, some_up().bytes);
        break;
      case flip: {
        const Seen& seen = some();
        for (std::uint32_t i = 1 + random_.below(4); i > 0 && !some_bytes_.empty(); --i) {
          some_bytes_[random_.below(static_cast<std::uint32_t>(some_bytes_.size()))] ^=
              static_cast<std::byte>(1u << random_.below(8));
        }
        say(seen, some_bytes_);
        break;
      }
      case splice: {
        const Bytes head = some().bytes;
        const Seen& seen = some();
        const std::size_t most = std::min(head.size(), some_bytes_.size());
        const std::size_t cut = random_.below(static_cast<std::uint32_t>(most) + 1);
        std::copy_n(head.begin(), cut, some_bytes_.begin());
        say(seen, some_bytes_);
        break;
      }
      case forge: {
        const Seen& seen = some();
        for (std::size_t i = std::min<std::size_t>(8, some_bytes_.size()); i < some_bytes_.size();
             ++i)
          some_bytes_[i] = static_cast<std::byte>(random_.below(256));
        say(seen, some_bytes_);
        break;
      }
      case initiation:
      case garbage:
        knock(kind == initiation);
        break;
      case kinds:
        break;
    }
    is_own_ = false;
  }

  /// Says the latest datagram of somebody who has fallen silent from another address.
  void follow(const Endpoint& silent) {
    const auto last = std::find_if(seen_.rbegin(), seen_.rend(),
                                   [&](const Seen& seen) { return seen.from == silent; });
    if (last == seen_.rend()) return;
    is_own_ = true;
    network_.send(at(elsewhere_from), relay_, last->bytes);
    is_own_ = false;
  }

  std::array<std::uint64_t, kinds> done{};
  std::uint64_t stranger_bytes_in = 0;   ///< to the relay, from addresses that do not exist
  std::uint64_t stranger_bytes_out = 0;  ///< from the relay, to those
  std::uint64_t elsewhere_bytes_in = 0;  ///< to the relay, copied, from addresses that never answer
  std::uint64_t elsewhere_bytes_out = 0;  ///< from the relay, to those

 private:
  struct Seen {
    Endpoint from, to;
    Bytes bytes;
  };
  static constexpr std::uint32_t elsewhere_from = 5000;
  static constexpr std::uint32_t nobody_from = 100'000;

  void look(const Endpoint& from, const Endpoint& to, BytesView bytes) {
    if (number_of(to) >= nobody_from) {
      stranger_bytes_out += bytes.size();
    } else if (number_of(to) >= elsewhere_from) {
      elsewhere_bytes_out += bytes.size();
    }
    if (is_own_) {
      if (number_of(from) >= nobody_from) {
        stranger_bytes_in += bytes.size();
      } else if (number_of(from) >= elsewhere_from) {
        elsewhere_bytes_in += bytes.size();
      }
      return;
    }
    seen_.push_back({from, to, Bytes(bytes.begin(), bytes.end())});
    if (seen_.size() > 2000) seen_.pop_front();
  }
  static std::uint32_t number_of(const Endpoint& endpoint) {
    return static_cast<std::uint32_t>(endpoint.host[13] << 16 | endpoint.host[14] << 8 |
                                      endpoint.host[15]);
  }
  // Of late ones oftener than of old ones.
  const Seen& some() {
    const auto count = static_cast<std::uint32_t>(seen_.size());
    const std::uint32_t back =
        random_.chance(2) ? random_.below(std::min(count, 20u)) : random_.below(count);
    const Seen& seen = seen_[count - 1 - back];
    some_bytes_ = seen.bytes;
    return seen;
  }
  const Seen& some_up() {
    for (int tries = 0; tries < 20; ++tries) {
      const Seen& seen = some();
      if (seen.to == relay_) return seen;
    }
    return some();
  }
  void say(const Seen& seen, const Bytes& bytes) { network_.send(seen.from, seen.to, bytes); }
  void knock(bool is_initiation) {
    Bytes bytes(is_initiation && !random_.chance(4) ? 508 : random_.below(1300));
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random_.below(256));
    const std::array<std::uint8_t, 4> head{0x48, protocol_version, 0,
                                           static_cast<std::uint8_t>(random_.below(2))};
    for (std::size_t i = 0; is_initiation && i < std::min(bytes.size(), head.size()); ++i)
      bytes[i] = static_cast<std::byte>(head[i]);
    network_.send(at(nobody_from + random_.below(1'000'000)), relay_, bytes);
  }

  MemoryNetwork& network_;
  Endpoint relay_;
  Random random_;
  std::deque<Seen> seen_;
  Bytes some_bytes_;
  bool is_own_ = false;
};

/// A client that has got in honestly and then says anything that the protocol can say.
class Knave {
 public:
  Knave(MemoryNetwork& network, const Endpoint& own, const Endpoint& relay, const PublicKey& key,
        std::string room, std::uint64_t seed)
      : end_(network, own, {.peers_max = 64}, std::nullopt),
        relay_(relay),
        key_(key),
        room_(std::move(room)),
        any_(seed) {}

  void step(Instant now) {
    end_.step(now);
    for (const Arrival& arrival : end_.arrivals)
      take(arrival);
    end_.arrivals.clear();
    if (!peer_) {
      peer_ = end_.link->connect({relay_}, key_).value();
    } else if (is_connected_ && any_.random().chance(4)) {
      speak();
    }
  }

  std::uint64_t welcomes = 0, refusals = 0, guesses = 0, said = 0;

 private:
  void take(const Arrival& arrival) {
    if (arrival.kind == Arrival::Kind::connected) {
      is_connected_ = true;
      welcome_.reset();
      enter();
    } else if (arrival.kind == Arrival::Kind::disconnected) {
      peer_.reset();
      is_connected_ = false;
    } else if (arrival.kind == Arrival::Kind::control) {
      const auto message = decode_control(arrival.bytes);
      if (!message) return;
      if (const auto* welcome = std::get_if<Welcome>(&*message)) {
        ++welcomes;
        welcome_ = *welcome;
      }
      if (std::holds_alternative<Refused>(*message)) ++refusals;
    } else if (const auto message = decode_play(arrival.bytes)) {
      if (const auto* down = std::get_if<PlayDown>(&*message)) clock_ = down->clock;
    }
  }
  void enter() {
    Hello hello{.room = room_, .name = "knave", .rules = any_game<Tally>().rules()};
    hello.role = any_.random().chance(3) ? Role::spectator : Role::player;
    if (any_.random().chance(4)) {
      hello.room = random_room_code(any_.random());
      ++guesses;
    }
    hello.generation = generation_;
    if (welcome_) hello.resume = welcome_->resume;
    end_.link->send_control(*peer_, encode(ControlMessage{hello}));
  }
  void speak() {
    ++said;
    Random& random = any_.random();
    if (!welcome_ || random.chance(60)) return enter();
    if (random.chance(20)) {
      const ControlMessage message = any_.control();
      // He may leave, and would; and who opens rooms of his own harms nobody here.
      if (std::holds_alternative<Goodbye>(message) || std::holds_alternative<Hello>(message))
        return;
      return end_.link->send_control(*peer_, encode(message));
    }
    if (random.chance(10)) return end_.link->send_play(*peer_, any_.bytes(limits::play_bytes));
    PlayUp up{.epoch = welcome_->epoch};
    up.progress = clock_ + random.between(-200, 200);
    if (random.chance(8)) up.progress = any_.tick();
    up.received = any_.number();
    up.first_counter = welcome_->next_counter + (random.chance(2) ? counter_ : random.below(8));
    for (std::uint32_t i = random.below(6); i > 0; --i) {
      up.events.push_back({.stamp = up.progress + 1, .payload = any_.bytes(12)});
      ++counter_;
    }
    if (random.chance(3)) {
      up.digest = DigestReport{.tick = Tick{clock_.value / 60 * 60}, .between = any_.number()};
    }
    Bytes bytes;
    encode(up, bytes);
    end_.link->send_play(*peer_, bytes);
  }

  MemoryEnd end_;
  Endpoint relay_;
  PublicKey key_;
  std::string room_;
  AnyMessage any_;
  std::optional<PeerId> peer_;
  bool is_connected_ = false;
  std::optional<Welcome> welcome_;
  std::uint8_t generation_ = 0;
  std::uint32_t counter_ = 0;
  Tick clock_{};
};

}  // namespace tutti::test
