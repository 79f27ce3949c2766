#pragma once
// A relay as a process: its loop, what it tells its operator, and what the operator's signals make
// it do.

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/command.hpp"
#include "relay/desk.hpp"
#include "relay/http.hpp"
#include "relay/log.hpp"
#include "relay/settings.hpp"
#include "tutti/engine/fleet.hpp"

namespace tutti::tool {

class RunningRelay {
 public:
  /// Where the settings came from, to be read again on SIGHUP.
  struct Origin {
    std::string file{};
    std::vector<GivenSetting> given{};
    std::uint16_t shard = 0;  ///< which of them this is
  };

  /// Opens everything, and serves nothing yet. Errors: see RelayService::open; Fault::system for a
  /// status port that cannot be had.
  static Result<std::unique_ptr<RunningRelay>> open(const Settings& settings, Origin origin);

  /// Serves until a signal ends it. Errors: what is wrong in the end, such as a match that is only
  /// in the journal.
  std::optional<Error> run();

  const RelayService& service() const { return *service_; }
  RelayLook look() const;
  /// Its address, with the port that it has got.
  std::string listens_at() const;

 private:
  RunningRelay(std::unique_ptr<Fleet> fleet, std::unique_ptr<RelayService> service,
               Settings settings, Origin origin);

  void tell();
  void warn(const Error& trouble);
  void say(const LogLine& line);
  /// A line of those that strangers may cause by the thousand.
  void say_seldom(const LogLine& line);
  void tell_of_fleet();
  void take_hangups();
  /// Whether a relay that drains is done.
  bool is_drained();

  std::unique_ptr<Fleet> fleet_;  // null of a relay by itself; the service tells it
  std::unique_ptr<RelayService> service_;
  Settings settings_;
  Origin origin_;
  RelayLog log_;
  LogThrottle throttle_;
  LookDesk desk_;
  PassTimes passes_;
  Instant started_;
  std::optional<Instant> drains_until_;
  Instant handed_over_at_{};  // the last time that all matches were to go to other relays
  std::uint64_t files_ = 0;
  FleetStatus fleet_told_{};  // of which the operator was told
  Instant fleet_seen_{};
  int hangups_taken_ = 0;
  std::string status_;                // the status port's address
  std::unique_ptr<HttpServer> http_;  // it asks the desk, so it goes first
};

}  // namespace tutti::tool
