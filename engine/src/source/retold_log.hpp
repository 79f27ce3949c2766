#pragma once
// The log as a relay that was started again tells it, from the beginning. The log that was known
// holds until this one is complete; then there is one question: from which tick on has the log
// become another? After a power loss of the relay it may have.

#include <optional>
#include <vector>

#include "tutti/sim/log.hpp"

namespace tutti {

class RetoldLog {
 public:
  /// The order in which it comes, which decides how its end is known.
  enum class Order {
    accepted,   ///< to players: all that the relay found, then `Restarted`
    canonical,  ///< to spectators: tick by tick, until it has come as far as what was known
  };
  RetoldLog(Order order, std::uint32_t epoch) : order_(order), epoch_(epoch) {}

  /// The relay's life that tells it.
  std::uint32_t epoch() const { return epoch_; }
  void add(Event event);
  /// It is final through this tick.
  void close(Tick horizon) { final_through_ = horizon; }
  Tick final_through() const { return final_through_; }
  /// Whether enough has been told to compare it with what was known.
  bool is_complete(const Log& known) const;
  /// The last tick through which both are the same; nothing if all that was known still holds.
  /// Precondition: is_complete(known).
  std::optional<Tick> last_common(const Log& known) const;
  /// The events in the order in which they came.
  std::vector<Event> take_events() && { return std::move(events_); }

 private:
  bool continues(const Log& known) const;

  Order order_;
  std::uint32_t epoch_;
  std::vector<Event> events_;
  Tick final_through_;
  std::optional<Tick> restarted_;  // by this life
  std::optional<Tick> ended_;
};

}  // namespace tutti
