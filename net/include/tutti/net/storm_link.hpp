#pragma once
// A whole network in one process and in virtual time, without sockets, threads or clocks. A seed
// and an order of calls always produce the same, to the byte.

#include <cstdint>
#include <memory>

#include "tutti/net/link.hpp"
#include "tutti/net/weather.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

namespace detail {
class StormWorld;
}

namespace limits {
/// Datagrams on their way to one storm endpoint; further ones are lost, as by a full socket buffer.
inline constexpr std::size_t storm_datagrams = 65'536;
}  // namespace limits

/// The traffic in one direction. `play` and `control` count datagrams; the bytes are UDP payload as
/// sent, lost or not, with the headers of the real link.
struct StormTraffic {
  WeatherStatistics play;           ///< datagrams of play
  WeatherStatistics control;        ///< control messages, their retransmissions, signs of life
  std::uint64_t play_bytes = 0;     ///< of play
  std::uint64_t control_bytes = 0;  ///< of control
  std::uint64_t bytes() const { return play_bytes + control_bytes; }
};

/// Seeds of the weather on one path, each way, beside the network's own.
struct StormDice {
  std::uint64_t up = 1;    ///< of the way from the client
  std::uint64_t down = 1;  ///< of the way to it
};

/// The traffic of a connection, or of many, both ways.
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
class TUTTI_API StormNetwork {
 public:
  /// Silence after which a peer counts as gone.
  static constexpr Duration silence_max = std::chrono::seconds(10);
  /// The time after which an unanswered connection attempt is given up.
  static constexpr Duration connect_max = std::chrono::seconds(5);

  explicit StormNetwork(std::uint64_t seed);  ///< A network whose weather is decided by this seed.

  /// An endpoint that others connect to: a relay's. Clients may be sent on to its port, whatever
  /// the host. Where an endpoint at the same port is gone, this one takes its place.
  std::unique_ptr<Link> listen(std::uint16_t port = 0);
  /// An endpoint that connects: a client's. Destroying any endpoint is a crash: the other side
  /// hears nothing more and finds out by `silence_max`.
  std::unique_ptr<Link> endpoint();

  /// Starts to connect `client` to `listener`, through weather of its own in each direction. Both
  /// sides know the connection by the PeerId returned, which no other connection of this network
  /// has. `connected` arrives at the client after a round trip and then at the listener, or
  /// `disconnected` at the client. Fails if an endpoint is not of this network or does not listen.
  Result<PeerId> connect(Link& client, Link& listener, const WeatherOptions& up = {},
                         const WeatherOptions& down = {}, const StormDice& dice = {});

  /// The same, to the place of an earlier connection: to any endpoint that listens there now, or
  /// will in time.
  PeerId connect(Link& client, PeerId as_before, const WeatherOptions& up,
                 const WeatherOptions& down, const StormDice& dice = {});

  /// When the client of a connection seeks it again, it tries this listener in its turn, too.
  void also_knows(PeerId path, Link& listener);

  /// Other weather on one connection from now on; datagrams that are on their way arrive as before.
  /// `dice`: of the connection that takes its place when the client connects again.
  void set_weather(PeerId path, const WeatherOptions& up, const WeatherOptions& down,
                   const StormDice& dice = {});

  /// The client of a connection has another address from now on: datagrams to it are lost until the
  /// listener has heard from the new one.
  void change_address(PeerId path);

  /// The traffic of one connection, living or gone.
  StormTotals totals(PeerId path) const;
  /// The traffic of all connections.
  StormTotals totals() const;

 private:
  std::shared_ptr<detail::StormWorld> world_;
};

}  // namespace tutti
