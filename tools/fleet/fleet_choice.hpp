#pragma once
// The servers of a fleet, as people name them.

#include <memory>
#include <string>

#include "base/command.hpp"
#include "tutti/engine/fleet_archive.hpp"
#include "tutti/engine/fleet_store.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// "nats://a,b:4223,c" as one URL for each server: the first one's scheme, and its user and
/// password, hold for those that have none. Errors: Fault::usage.
Result<std::vector<std::string>> fleet_servers(const std::string& text);

/// Where players reach a relay that listens there, and that is said to be at `given`, if that is
/// not empty. Port 0 is the one at which it listens. Errors: Fault::system if that is no address
/// that one machine alone has.
Result<Address> fleet_address(const std::string& given, const std::string& listen);

/// The fleet that a subcommand looks at.
struct FleetChoice {
  std::string servers{};
  std::string credentials{};

  void add_to(Command& command);
  /// The same for a subcommand that does something without one.
  void add_optional_to(Command& command, const std::string& about);
};
/// Its store, if its relays keep something there.
Result<std::unique_ptr<FleetStore>> open_store(const FleetChoice& choice);
/// Its archive, if its relays have made one.
Result<std::unique_ptr<ArchiveStore>> open_archive(const FleetChoice& choice);

/// `tutti fleet drain`.
void add_fleet_drain(Command& fleet);
void add_fleet_certify(Command& fleet);

}  // namespace tutti::tool
