#pragma once
// The log as a relay that was started again tells it, from the beginning or from where it may
// differ. The log that was known holds until this one is complete; then there is one question: from
// which tick on has the log become another? After a power loss of the relay it may have.

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "tutti/net/client.hpp"
#include "tutti/sim/log.hpp"

namespace tutti {

class RetoldLog {
 public:
  /// The order in which it comes, which decides how its end is known.
  enum class Order {
    accepted,   ///< to players: all that the relay found, then `Restarted`
    canonical,  ///< to spectators: tick by tick, until it has come as far as what was known
  };
  /// `known_through`: see Client::known_through.
  RetoldLog(Order order, std::uint32_t epoch, Tick known_through)
      : order_(order), epoch_(epoch), known_through_(known_through) {}

  /// The relay's life that tells it.
  std::uint32_t epoch() const { return epoch_; }
  /// Begins with what it has in common with this log. To be called before all else.
  void follow(const Log& known);
  void add(Event event);
  /// It is final through this tick.
  void close(Tick horizon) { final_through_ = horizon; }
  Tick final_through() const { return final_through_; }
  /// Whether enough has been told to compare it with what was known.
  bool is_complete(const Log& known) const;
  /// The last tick through which both are the same; nothing if all that was known still holds.
  /// Precondition: is_complete(known).
  std::optional<Tick> last_common(const Log& known) const;
  /// The events in the order in which they came: all of them, or those that were told.
  std::vector<Event> take_all() && { return std::move(events_); }
  std::vector<Event> take_told() && {
    return {std::make_move_iterator(events_.begin() + in_common_),
            std::make_move_iterator(events_.end())};
  }

 private:
  bool continues(const Log& known) const;

  Order order_;
  std::uint32_t epoch_;
  Tick known_through_;
  std::vector<Event> events_;
  std::ptrdiff_t in_common_ = 0;
  Tick final_through_;
  std::optional<Tick> restarted_;  // by this life
  std::optional<Tick> ended_;
};

/// What a client says of the log that it keeps. In a fleet that is no more than what others keep
/// too: a relay that goes on with the match knows nothing else.
inline KnownLog known_log(const Client& client, const Log& log) {
  const Tick replicated = client.replicated();
  const Tick through = replicated > Tick{} ? std::min(replicated, log.horizon()) : log.horizon();
  return {through, log.head(through).value_or(Head{})};
}

}  // namespace tutti
