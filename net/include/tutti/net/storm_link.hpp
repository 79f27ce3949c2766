#pragma once
// A whole network in one process and in virtual time: no sockets, threads or clocks. What a seed
// and an order of calls produced once, they produce again, to the byte.

#include <cstdint>
#include <memory>

#include "tutti/net/link.hpp"
#include "tutti/net/weather.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

namespace detail {
class StormWorld;
}

namespace limits {
/// Datagrams on their way to one storm endpoint; like a full socket buffer, more are lost.
inline constexpr std::size_t storm_datagrams = 65'536;
}  // namespace limits

/// What was sent in one direction. `play` and `control` count datagrams; `bytes` is UDP payload as
/// sent, headers of the real link included, lost or not.
struct StormTraffic {
  WeatherStatistics play;
  WeatherStatistics control;  ///< control messages, their retransmissions, signs of life
  std::uint64_t play_bytes = 0;
  std::uint64_t control_bytes = 0;
  std::uint64_t bytes() const { return play_bytes + control_bytes; }
};

struct StormTotals {
  StormTraffic up;    ///< from the client that connected
  StormTraffic down;  ///< to it
};

/// The network. Its links may outlive it, and it them.
///
/// A datagram leaves in the sender's `service(now)` and is taken in by the first `service(now)` of
/// the receiver at or after its arrival, in order of (arrival, sending). Control is what a reliable
/// transport makes of the same weather: pieces of a datagram each, a lost one sent again after
/// about one and a half round trips (then twice that, at most a second), order kept by waiting.
class StormNetwork {
 public:
  /// Silence after which a peer counts as gone.
  static constexpr Duration silence_max = std::chrono::seconds(10);
  /// How long a connection attempt goes unanswered before it is given up.
  static constexpr Duration connect_max = std::chrono::seconds(5);

  explicit StormNetwork(std::uint64_t seed);

  /// An endpoint that others connect to: a relay's.
  std::unique_ptr<Link> listen();
  /// An endpoint that connects: a client's. Destroying any endpoint is a crash: the other side
  /// hears nothing more and finds out by `silence_max`.
  std::unique_ptr<Link> endpoint();

  /// Starts to connect `client` to `listener`, through weather of its own in each direction. Both
  /// sides know the connection by the PeerId returned, which no other connection of this network
  /// has. `connected` arrives at the client after a round trip and then at the listener, or
  /// `disconnected` at the client. Fails if an endpoint is not of this network or does not listen.
  Result<PeerId> connect(Link& client, Link& listener, const WeatherOptions& up = {},
                         const WeatherOptions& down = {});

  /// The same, to where an earlier connection went: whoever listens there now or will in time.
  PeerId connect(Link& client, PeerId as_before, const WeatherOptions& up,
                 const WeatherOptions& down);

  /// Other weather on one connection from now on; what is on its way arrives as it was going to.
  void set_weather(PeerId path, const WeatherOptions& up, const WeatherOptions& down);

  /// The client of a connection has another address from now on: what is sent to it is lost until
  /// the listener has heard from the new one.
  void change_address(PeerId path);

  /// What one connection sent, living or gone.
  StormTotals totals(PeerId path) const;
  /// What all connections sent.
  StormTotals totals() const;

 private:
  std::shared_ptr<detail::StormWorld> world_;
};

}  // namespace tutti
