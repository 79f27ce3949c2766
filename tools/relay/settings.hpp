#pragma once
// The options of `tutti relay`: one row each. Flags, the configuration file, --help and
// --show-config are all made of these rows. A flag counts more than the file, and the file more
// than the default.

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tutti/engine/relay_service.hpp"

namespace tutti::tool {

/// All that an operator may choose.
struct Settings {
  RelayService::Options service{};
  /// An operator's public key, or a file with it: see RelayService::Options::admission_key.
  std::string admission_key{};
  /// The NATS servers of its fleet, separated by commas; empty for a relay by itself.
  std::string fleet{};
  std::string fleet_credentials{};  ///< a file; see FleetStoreOptions
  std::uint16_t fleet_copies = 3;   ///< see FleetStoreOptions
  std::string fleet_address{};      ///< where players reach this relay; empty for where it listens
  std::uint16_t shards = 1;         ///< relays on as many ports, see relay/shards.hpp
  bool is_referee = false;
  std::vector<std::string> games_folders{};
  /// `address:port` of the status port, "off", or empty for loopback and the relay's own number.
  std::string status{};
  Duration drain_time = std::chrono::seconds(5);
  std::string log_format = "text";
  std::string log_level = "info";
};

/// Where the value of an option is.
using Place = std::variant<std::string*, std::vector<std::string>*, bool*, Duration*,
                           std::uint16_t*, std::uint32_t*, std::uint64_t*, double*>;

/// One option.
struct Setting {
  const char* name;  ///< the key in the file; the flag is `--` and this
  const char* help;  ///< with the unit
  Place (*place)(Settings&);
  std::uint64_t low = 0;  ///< the bounds of a number
  std::uint64_t high = std::numeric_limits<std::uint32_t>::max();
  const char* words = "";     ///< the only texts that make sense, with spaces between; or any
  bool is_for_start = false;  ///< a running relay does not change it
};
/// Every option, in the order in which help shows them.
std::span<const Setting> all_settings();
/// The option of this name, or null.
const Setting* find_setting(std::string_view name);

/// Reads a value as people write it: "4000", "1.5s", "yes". A text is added to a list. Errors:
/// Fault::usage with a sentence.
Result<void> set(Settings& settings, const Setting& setting, std::string_view text);
/// The values as texts that `set` reads: one, or those of a list. The settings stay as they are.
std::vector<std::string> texts_of(Settings& settings, const Setting& setting);

/// An option as it was given on the command line.
struct GivenSetting {
  const Setting* setting;
  std::string text;
};
/// The defaults, then the file's lines (if a file is named), then what was given. Errors:
/// Fault::usage, with the file and the line.
Result<Settings> load_settings(const std::string& file, std::span<const GivenSetting> given);
/// The same from a file's text, which `name` calls by name.
Result<Settings> read_settings(std::string_view text, const std::string& name,
                               std::span<const GivenSetting> given);
/// A whole file: each option with its meaning; those at their default are commented out.
std::string to_toml(Settings settings);

}  // namespace tutti::tool
