#pragma once
// Bad weather on real sockets: a UDP proxy that delays, loses, doubles and reorders datagrams by
// the same dice as a storm. It knows nothing of their content.

#include <cstdint>
#include <memory>

#include "tutti/net/address.hpp"
#include "tutti/net/weather.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// The weather of a proxy's paths.
struct WeatherProxyOptions {
  WeatherOptions up{};    ///< towards the target
  WeatherOptions down{};  ///< on the way to the client
  /// Each client has dice of its own, by this and the order of appearance, and each direction too.
  std::uint64_t seed = 1;
  /// Client addresses at once; datagrams of more are refused.
  std::size_t clients_max = 64;
  /// Datagrams under way at once; more are refused.
  std::size_t datagrams_max = 65'536;
  /// A client that neither sent nor was sent anything for this long is forgotten.
  Duration forget_after = std::chrono::seconds(60);
};

/// What a proxy has carried.
struct WeatherProxyStatistics {
  WeatherStatistics up;          ///< on the way to the target
  WeatherStatistics down;        ///< on the way to the clients
  std::uint64_t bytes_up = 0;    ///< UDP payload that came in to go there, lost or not
  std::uint64_t bytes_down = 0;  ///< of UDP payload, to the clients
  std::uint64_t refused = 0;     ///< over one of the two limits
  std::size_t clients = 0;       ///< now
};

/// A proxy for one thread at a time. Clients talk to its port; the target sees each of them at a
/// port of its own.
class TUTTI_API WeatherProxy {
 public:
  /// Listens at an address, and carries what comes on to the target and back. Errors:
  /// Fault::system.
  static Result<std::unique_ptr<WeatherProxy>> open(const Address& listen, const Address& target,
                                                    const WeatherProxyOptions& options = {});
  ~WeatherProxy();

  std::uint16_t local_port() const;  ///< The UDP port at which it listens.
  /// Other weather from now on, for clients old and new; the dice roll on.
  void set_weather(const WeatherOptions& up, const WeatherOptions& down);

  /// Takes in what has arrived and sends on what is due. `now` never decreases. Never blocks.
  void service(Instant now);
  /// Sleeps until a datagram arrives or the next one is due, at most `most`, counted from the `now`
  /// of the last `service`.
  void wait(Duration most);

  WeatherProxyStatistics statistics() const;  ///< What it has carried so far.

 private:
  class Proxy;
  explicit WeatherProxy(std::unique_ptr<Proxy> proxy);
  std::unique_ptr<Proxy> proxy_;
};

}  // namespace tutti
