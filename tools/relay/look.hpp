#pragma once
// A look at a running relay: everything that metrics, health and status are made of, as plain
// values, so that another thread can turn them into text. The numbers are one row each; metrics,
// the status and the summary at the end are all made of these rows.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/report.hpp"
#include "tutti/engine/fleet.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/engine/time_histogram.hpp"

namespace tutti::tool {

/// How long passes took: a histogram, in seconds.
using PassTimes = TimeHistogram<100, 250, 500, 1'000, 2'000, 4'000, 8'000, 16'000, 32'000>;

struct RelayLook {
  std::string listen{};
  Shard shard{};          ///< which of its machine's relays it is
  std::string key{};      ///< the public half
  std::string trouble{};  ///< the journal's, at present
  Duration up{};
  std::string no_newcomers{};  ///< why nobody can come in or open a room; empty while all can
  std::string folder_full{};   ///< why the folder takes no more matches; empty while it does
  bool is_draining = false;
  std::uint64_t rooms = 0;
  std::uint64_t matches_running = 0;
  std::uint64_t connections = 0;
  std::uint64_t mirrors = 0;   ///< matches of other relays that are watched here
  std::uint64_t mirrored = 0;  ///< by so many spectators
  std::uint64_t unkept = 0;
  std::uint64_t journal_bytes = 0;
  std::uint64_t journals = 0;
  std::uint64_t records_dropped = 0;
  std::uint64_t files = 0;
  std::uint64_t files_deleted = 0;
  std::uint64_t log_lines_lost = 0;
  RelayStatistics statistics{};
  LinkStatistics link{};
  PassTimes passes{};
  std::optional<FleetStatus> fleet{};  ///< of a relay that has one
  std::vector<RoomSummary> newest{};   ///< with tags in the place of codes
};
/// Rooms that a look lists at most.
inline constexpr std::size_t rooms_listed_max = 100;

/// One number of a relay.
struct RelayNumber {
  enum class Kind {
    counter,  ///< a total since the start, which the summary at the end shows
    gauge,    ///< goes up and down
  };
  const char* name;  ///< with the unit last; metrics put `tutti_relay_` before it
  const char* help;  ///< a sentence without its full stop
  Kind kind;
  std::uint64_t (*of)(const RelayLook&);
};
/// Every number.
std::span<const RelayNumber> relay_numbers();

/// Counters that a summary has.
enum class SummaryRows {
  all,      ///< for scripts
  counted,  ///< for people: those that are not zero
};
/// The counters and what is kept nowhere but in the journal: the summary at the end.
Report summary_of(const RelayLook& look, SummaryRows rows);
/// All of the look, for `/status`.
Json json_of(const RelayLook& look);
/// All numbers as Prometheus reads them, and those of the process.
std::string metrics_of(const RelayLook& look);

}  // namespace tutti::tool
