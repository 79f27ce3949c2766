#pragma once
// Weather loses, delays, doubles and reorders datagrams as bad networks do, decided by a seed. The
// storm link uses it in virtual time, and the UDP proxy on real sockets.

#include <array>
#include <cstdint>
#include <deque>
#include <span>

#include "tutti/net/time.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/random.hpp"

namespace tutti {

/// What happens to datagrams on one way of one path; calm by default.
struct WeatherOptions {
  /// One way.
  Duration delay{};
  /// Added to the delay, uniformly from 0 to this in whole microseconds, for each datagram by
  /// itself: jitter larger than the spacing of datagrams reorders them. At most an hour.
  Duration jitter{};
  /// Chances per datagram, in millionths: 100'000 is 10 %.
  std::uint32_t loss_ppm = 0;
  std::uint32_t duplicate_ppm = 0;  ///< chance that a datagram arrives twice
  /// Chance that a datagram is held back by another `delay` + `jitter`, so that later ones pass it.
  std::uint32_t reorder_ppm = 0;
  /// Datagrams that are sent during an outage never arrive. An outage lasts `outage`, and there is
  /// one in every `outage_every` on average, at random: short ones are losses in bursts, long ones
  /// a path that breaks. There are none if either is 0.
  Duration outage{};
  Duration outage_every{};  ///< the mean time from one outage to the next
  /// Datagrams with more bytes of UDP payload than this never arrive; 0 for no such limit. A path
  /// like that is called one with a small MTU.
  std::size_t datagram_bytes_max = 0;
  /// What the path carries, in bytes of UDP payload a second; 0 for no such limit. More of them
  /// wait in a queue, and are lost where that has no room. In a storm network; the proxy does not
  /// know it.
  std::size_t bytes_per_second = 0;
  /// The room of that queue, as time that its bytes take.
  Duration queue = std::chrono::milliseconds(200);

  /// Whether every datagram arrives, at once.
  bool is_calm() const {
    return delay == Duration{} && jitter == Duration{} && loss_ppm == 0 && duplicate_ppm == 0 &&
           reorder_ppm == 0 && outage == Duration{} && datagram_bytes_max == 0;
  }
};

/// What happened to datagrams.
struct WeatherStatistics {
  std::uint64_t sent = 0;        ///< handed over to be sent
  std::uint64_t lost = 0;        ///< of these, never delivered
  std::uint64_t duplicated = 0;  ///< of these, delivered twice
  std::uint64_t reordered = 0;   ///< delivered after a datagram that was sent later

  /// Adds up.
  WeatherStatistics& operator+=(const WeatherStatistics& more) {
    sent += more.sent;
    lost += more.lost;
    duplicated += more.duplicated;
    reordered += more.reordered;
    return *this;
  }
};

/// The weather of one direction of one path, and its dice. Every datagram rolls the same number of
/// them, lost or not, so that equal seeds stay in step under different options.
class TUTTI_API Weather {
 public:
  /// Weather of this kind, whose dice begin with this seed.
  explicit Weather(const WeatherOptions& options, std::uint64_t seed = 1);

  /// Other weather from now on. The dice and the statistics go on.
  void change(const WeatherOptions& options) { options_ = options; }
  const WeatherOptions& options() const { return options_; }

  /// The arrivals of one datagram: none if it is lost, one, or two if it is doubled, in no order.
  struct Fate {
    std::array<Instant, 2> arrivals{};  ///< of them, the first `count` mean something
    std::size_t count = 0;              ///< 0 to 2
    /// Points into this, so a fate is kept while its moments are read.
    std::span<const Instant> moments() const& { return std::span(arrivals).first(count); }
    std::span<const Instant> moments() const&& = delete;
  };
  /// The datagram has so many bytes of UDP payload. `now` never decreases from one call to the
  /// next.
  Fate send(Instant now, std::size_t bytes = 0);

  /// What has happened so far.
  const WeatherStatistics& statistics() const { return statistics_; }

 private:
  bool is_out(Instant now);
  bool draw_chance(std::uint32_t ppm);
  Duration draw_jitter();
  void count_overtaken(Instant now, Instant arrival);

  WeatherOptions options_;
  Random random_;
  Random outages_;          // dice of their own: datagrams do not change them
  Instant outage_begin_{};  // of the present outage, or the next
  Instant outage_end_{};
  /// Arrivals to come, ascending, of those that no later datagram has passed yet.
  std::deque<Instant> not_overtaken_;
  WeatherStatistics statistics_;
};

}  // namespace tutti
