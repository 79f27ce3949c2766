#pragma once
// A relay's part in a fleet, as the service of the relay needs it: the directory of rooms, the
// matches of the others, and before anything is served the leave to go on with the matches that the
// relay's journal has.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tutti/engine/match_outbox.hpp"
#include "tutti/net/match_follower.hpp"
#include "tutti/net/room_directory.hpp"
#include "tutti/replay/journal_recovery.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// With what a relay comes into its fleet.
struct FleetEntrance {
  std::uint16_t port = 0;  ///< at which it listens
  /// A file beside its journal, where the fleet's part of the relay notes who it is, so that the
  /// next process with this journal is known as the same relay.
  std::string identity_path{};
  /// The matches that its journal has, and that had not ended.
  std::span<const RecoveredJournal::Running> running{};
  /// The match files that are to go into the fleet's archive; null for none.
  std::shared_ptr<MatchOutbox> outbox{};
};

/// See the top of this file.
class TUTTI_API FleetMember : public RoomDirectory, public MatchFollower {
 public:
  /// Gets the relay's lease, and asks for each of its running matches. Gives, in their order, the
  /// epoch in which this relay is to go on with it, which nobody has used, or nothing for a match
  /// that another relay has gone on with. It may wait for some seconds. Errors: Fault::system if
  /// the fleet cannot be reached, or the file cannot be written; Fault::bad_data if it is something
  /// else.
  virtual Result<std::vector<std::optional<std::uint32_t>>> enter(
      const FleetEntrance& entrance) = 0;
};

}  // namespace tutti
