#pragma once
// What a room tells the relay's operator. Players come and go by events, so the log says all that
// there is to tell about them; and a summary of the room as it is now.

#include <string>

#include "relay/seats.hpp"

namespace tutti::detail {

class Chronicle {
 public:
  /// Tells of nothing that the match has already accepted.
  explicit Chronicle(const RelayMatch& match) : told_(match.accepted_count()) {}

  /// Tells of what the match has accepted since.
  void tell(Commons& commons, const std::string& room, const RelayMatch& match, Seats& seats);

 private:
  std::uint32_t told_;  // accepted events
};

/// All of it but the room's code, age, and whether its clock waits for somebody.
RoomSummary summary_of(const RelayMatch& match, const Seats& seats);

}  // namespace tutti::detail
