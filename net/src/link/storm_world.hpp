#pragma once
// The world of a storm network, which its links share: the paths between them, with their weather,
// and the datagrams on their way. storm_link.cpp has the links.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "tutti/net/link.hpp"
#include "tutti/net/storm_link.hpp"
#include "tutti/net/weather.hpp"

namespace tutti::detail {

enum class StormKind : std::uint8_t {
  play,
  life,  // "I am still here"
  // Pieces, taken in by their sequence.
  hello,
  welcome,
  ready,
  part,
  last,
  bye,
};
inline bool is_piece(StormKind kind) { return kind >= StormKind::hello; }

struct StormDatagram {
  Instant arrival{};
  std::uint64_t order = 0;  // of sending, over the whole network
  PeerId path{};
  std::uint32_t sequence = 0;
  StormKind kind = StormKind::play;
  Bytes bytes{};
};
// UDP payload, with the header that the real link puts before it.
std::size_t wire_bytes(const StormDatagram& datagram);

// The datagrams on their way to one link.
class StormInbox {
 public:
  // Like a socket's buffer: datagrams sent to a full one are lost.
  bool is_full() const { return heap_.size() >= limits::storm_datagrams; }
  void add(StormDatagram datagram, Instant arrival, std::uint64_t order);
  // The next in order of (arrival, sending), if it has arrived by now.
  std::optional<StormDatagram> next(Instant now);

 private:
  std::vector<StormDatagram> heap_;
};

struct StormDirection {
  Weather play;
  Weather control;  // dice of its own: play's luck does not hang on how much control was sent
  std::uint64_t play_bytes = 0;
  std::uint64_t control_bytes = 0;
  Instant queued_until{};  // what was sent has left the queue of a narrow path by then

  // How long a datagram waits in that queue; nothing if it has no room.
  std::optional<Duration> wait_in_queue(Instant now, std::size_t bytes);

  void change(const WeatherOptions& options) {
    play.change(options);
    control.change(options);
  }
  StormTraffic traffic() const {
    return {play.statistics(), control.statistics(), play_bytes, control_bytes};
  }
};

struct StormPath {
  std::size_t client = 0;
  std::size_t listener = 0;
  std::vector<std::size_t> known{};  // listeners that the client connects to in turn, if several
  StormDirection up;
  StormDirection down;
  StormDice dice{};                          // of a connection that takes this one's place
  std::optional<std::size_t> answered_by{};  // the latest listener that took its hello
  Instant known_again{};                     // the listener knows where the client is from then on

  // A round trip at its slowest.
  Duration round_trip() const {
    const WeatherOptions& there = up.control.options();
    const WeatherOptions& back = down.control.options();
    return there.delay + there.jitter + back.delay + back.jitter;
  }
};

class StormWorld {
 public:
  explicit StormWorld(std::uint64_t seed) : seed_(seed) {}

  std::size_t add(StormInbox& inbox) {
    inboxes_.push_back(&inbox);
    return inboxes_.size() - 1;
  }
  // From now on, what is sent there vanishes.
  void remove(std::size_t index) { inboxes_[index] = nullptr; }
  // A link that listens where one listened that is gone, at the same port: clients that connect
  // there again find this one.
  void add_listener(std::size_t index, std::uint16_t port) {
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
      if (inboxes_[listeners_[i]] == nullptr && ports_[i] == port) listeners_[i] = index;
    }
    listeners_.resize(inboxes_.size(), index);
    listeners_[index] = index;
    ports_.resize(inboxes_.size(), 0);
    ports_[index] = port;
  }
  std::size_t listener_at(std::size_t index) const { return listeners_[index]; }
  // The one that listens at a port, or did so last; nothing if none ever has.
  std::optional<std::size_t> listener_on(std::uint16_t port) const {
    const auto found = std::ranges::find(ports_, port);
    if (found == ports_.end()) return std::nullopt;
    return listeners_[static_cast<std::size_t>(found - ports_.begin())];
  }

  struct Sky {
    const WeatherOptions& up;
    const WeatherOptions& down;
    const StormDice& dice;
  };
  PeerId add_path(std::size_t client, std::size_t listener, const Sky& sky);
  StormPath& path(PeerId peer) {
    TUTTI_ASSERT(peer.value >= 1 && peer.value <= paths_.size(), peer.value);
    return paths_[peer.value - 1];
  }
  const std::deque<StormPath>& paths() const { return paths_; }

  // Sends a datagram from the link `from` to the other end of its path. True if it gets through;
  // its bytes are moved away then.
  bool send(Instant now, std::size_t from, StormDatagram& datagram);

 private:
  std::uint64_t seed_;
  std::uint64_t next_order_ = 0;
  std::vector<StormInbox*> inboxes_;
  std::vector<std::size_t> listeners_;  // the link that listens now where this one did
  std::vector<std::uint16_t> ports_;    // of each
  std::deque<StormPath> paths_;         // by PeerId - 1; never shrinks, so that totals remain
};

}  // namespace tutti::detail
