#pragma once
// Clients who are let in like anybody and then ask for more than their share: rooms, codes, places
// in other people's matches, roles and events without end.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/memory_network.hpp"
#include "support/games.hpp"
#include "tutti/net/messages.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/net/server.hpp"

namespace tutti::test {

/// Five households, each with one vice. What each gets is held against what SECURITY.md says.
class Mob {
 public:
  enum Vice : std::size_t {
    opens,    ///< rooms, some of them with terms that no relay takes
    guesses,  ///< room codes
    joins,    ///< goes into the match of others, and out again
    changes,  ///< plays and watches in turn
    shouts,   ///< events and datagrams
    vices
  };

  Mob(MemoryNetwork& network, const Endpoint& relay, const PublicKey& key, std::string room,
      std::uint64_t seed)
      : began_(network.now) {
    for (std::size_t vice = 0; vice < vices; ++vice) {
      // Each in a neighbourhood of its own.
      members_.push_back(std::make_unique<Member>(network,
                                                  at(static_cast<std::uint32_t>(2000 + 300 * vice)),
                                                  relay, key, room, static_cast<Vice>(vice), seed));
    }
  }

  void step(Instant now) {
    for (auto& member : members_)
      member->step(now);
  }

  /// What the mob got beyond its share by now, in words.
  std::vector<std::string> problems(const RelayServer& server, Instant now) const {
    std::vector<std::string> found;
    const RelayOptions options;
    const double seconds = std::chrono::duration<double>(now - began_).count();
    const auto most = [&](const PlaceRate& rate) {
      return rate.per_household * (rate.kept_seconds + seconds) + 1;
    };
    const auto hold = [&](double had, double share, const char* what) {
      if (had > share) found.push_back(std::string("one household has too many ") + what);
    };
    hold(got(opens), most(options.rooms_opened), "new rooms");
    hold(got(opens), static_cast<double>(options.rooms_from_one_place.per_household), "rooms");
    hold(got(joins), most(options.joins), "places in a match");
    hold(static_cast<double>(members_[guesses]->unknown_rooms), most(options.wrong_codes),
         "guesses");
    hold(got(changes) - 2, most(options.role_changes), "changes of roles");
    const RelayMatch* match = server.match(members_[shouts]->room());
    if (match == nullptr) return found;
    hold(static_cast<double>(match->accepted_count()), options.events_per_second * (1 + seconds),
         "events");
    return found;
  }
  /// Times that somebody with this vice was let in, and asked.
  double got(Vice vice) const { return static_cast<double>(members_[vice]->welcomes); }
  double asked(Vice vice) const { return static_cast<double>(members_[vice]->asked); }
  /// Connections and rooms that all of them had by now.
  std::size_t connections() const { return sum(&Member::dialled); }
  std::size_t rooms() const { return sum(&Member::opened); }

 private:
  struct Member {
    Member(MemoryNetwork& network, const Endpoint& own, const Endpoint& relay_at,
           const PublicKey& relay_key, std::string others, Vice own_vice, std::uint64_t seed)
        : end(network, own, {.peers_max = 64}, std::nullopt),
          relay(relay_at),
          key(relay_key),
          room_of_others(std::move(others)),
          vice(own_vice),
          random(seed, own_vice) {}

    struct Way {
      PeerId peer{};
      bool is_connected = false;
      std::optional<Welcome> welcome{};
      Hello hello{};
    };

    void step(Instant now) {
      end.step(now);
      for (const Arrival& arrival : end.arrivals)
        take(arrival);
      end.arrivals.clear();
      // A new room needs a connection of its own; so does, to change roles, a match of two.
      const std::size_t wanted = vice == joins || vice == opens ? 4 : vice == changes ? 2 : 1;
      std::size_t free = 0;
      for (Way& way : ways)
        free += vice != opens || !way.welcome;
      if (free < wanted && ways.size() < 60 && random.chance(4)) {
        ways.push_back({.peer = end.link->connect({relay}, key).value()});
        ++dialled;
      }
      for (Way& way : ways) {
        if (way.is_connected) act(way);
      }
    }
    void act(Way& way) {
      if (way.welcome && vice == shouts) return shout(way);
      const bool is_home = &way == &ways.front();
      if (way.welcome && vice == changes && !is_home && random.chance(8)) {
        way.hello.role = way.hello.role == Role::player ? Role::spectator : Role::player;
        way.hello.resume = way.welcome->resume;
        way.hello.room = way.welcome->room;
        way.hello.create.reset();
        return say(way, way.hello);
      }
      if (way.welcome && vice == joins) {
        way.is_connected = false;  // as far as it is concerned
        return say(way, Goodbye{});
      }
      if (!way.welcome && random.chance(10)) enter(way, is_home);
    }
    void enter(Way& way, bool is_home) {
      const AnyGame game = any_game<Tally>();
      way.hello = {.name = "mob", .rules = game.rules()};
      Setup setup = game.setup(random.next(), 3);
      if (vice == joins) {
        way.hello.room = room_of_others;
        way.hello.role = Role::spectator;
      } else if (vice == guesses) {
        way.hello.room = random_room_code(random);
      } else if (vice == changes && !is_home) {
        if (!ways.front().welcome) return;
        way.hello.room = ways.front().welcome->room;
      } else {
        if (vice == opens && random.chance(12)) setup.tick_rate = limits::tick_rate_max;
        if (vice == opens && random.chance(12)) {
          setup.terms = {.on_loss = LossPolicy::hold,
                         .patience_seconds = limits::patience_seconds_max};
        }
        way.hello.create = setup;
      }
      say(way, way.hello);
    }
    /// As many events as a datagram holds, four times what a player may add.
    void shout(Way& way) {
      if (!random.chance(2)) return;
      PlayUp up{.epoch = way.welcome->epoch, .received = 0, .first_counter = counter};
      up.progress = clock;
      for (int i = 0; i < 8; ++i, ++counter)
        up.events.push_back({.stamp = clock + 2, .payload = Bytes(2)});
      Bytes bytes;
      encode(up, bytes);
      end.link->send_play(way.peer, bytes);
      ++asked;
    }
    void say(const Way& way, const ControlMessage& message) {
      end.link->send_control(way.peer, encode(message));
      ++asked;
    }
    void take(const Arrival& arrival) {
      const auto way = std::find_if(ways.begin(), ways.end(),
                                    [&](const Way& one) { return one.peer == arrival.peer; });
      if (way == ways.end()) return;
      if (arrival.kind == Arrival::Kind::connected) {
        way->is_connected = true;
      } else if (arrival.kind == Arrival::Kind::disconnected) {
        ways.erase(way);
      } else if (arrival.kind == Arrival::Kind::control) {
        const auto message = decode_control(arrival.bytes);
        if (!message) return;
        if (const auto* welcome = std::get_if<Welcome>(&*message)) {
          ++welcomes;
          opened += !way->welcome && way->hello.create;
          way->welcome = *welcome;
        } else if (const auto* refused = std::get_if<Refused>(&*message)) {
          unknown_rooms += refused->reason == Refusal::unknown_room;
        }
      } else if (const auto message = decode_play(arrival.bytes)) {
        if (const auto* down = std::get_if<PlayDown>(&*message)) clock = down->clock;
      }
    }
    std::string room() const {
      return ways.empty() || !ways.front().welcome ? "" : ways.front().welcome->room;
    }

    MemoryEnd end;
    Endpoint relay;
    PublicKey key;
    std::string room_of_others;
    Vice vice;
    Random random;
    std::vector<Way> ways{};
    Tick clock{};
    std::uint32_t counter = 0;
    std::size_t dialled = 0, opened = 0;
    std::uint64_t asked = 0, welcomes = 0, unknown_rooms = 0;
  };

  std::size_t sum(std::size_t Member::*count) const {
    std::size_t all = 0;
    for (const auto& member : members_)
      all += (*member).*count;
    return all;
  }

  std::vector<std::unique_ptr<Member>> members_;
  Instant began_;
};

}  // namespace tutti::test
