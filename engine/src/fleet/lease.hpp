#pragma once
// A relay's lease: when it said that it is there, which of that is stored, and so until when it may
// take its matches for its own. It knows no clock, no thread and no store.

#include <cstdint>
#include <deque>

#include "tutti/engine/fleet_store.hpp"

namespace tutti::detail {

/// A lease at some moment.
struct LeaseView {
  bool is_held = false;
  Instant since{};         ///< when it was got that is held
  std::uint64_t life = 0;  ///< counts the leases that were got, from 1
};

class Lease {
 public:
  bool is_due(Instant now) const { return now >= next_; }
  Instant next_due() const { return next_; }
  /// The number of the renewal that is sent now.
  std::uint32_t send(Instant now);
  /// A renewal is stored. The lease lasts from when it was sent: when it was stored, nobody knows.
  void take_stored(std::uint32_t renewal, Instant now);

  Instant until() const { return until_; }
  LeaseView view(Instant now) const { return {now < until_, since_, life_}; }

 private:
  struct Sent {
    std::uint32_t renewal = 0;
    Instant at{};
  };
  std::deque<Sent> sent_{};  // the latest
  std::uint32_t renewals_ = 0;
  Instant next_{};
  Instant until_{};
  Instant since_{};
  std::uint64_t life_ = 0;
};

}  // namespace tutti::detail
