#pragma once
// The log of one match is the single source of truth. It is append-only; nothing in it changes.
// Events may arrive in any order, as long as they lie after the horizon; the log keeps them in
// canonical order.

#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "tutti/sim/digest.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// See the top of this file.
class TUTTI_API Log {
 public:
  /// A log begins with `MatchStarted` at tick 0, which is closed at once: horizon and head exist.
  /// Precondition: is_valid(setup).
  explicit Log(Setup setup);
  // Views point into pages, so a log moves but does not copy.
  Log(Log&&) = default;
  Log& operator=(Log&&) = default;

  const Setup& setup() const { return setup_; }  ///< What the match began with.

  /// The outcome of `add`.
  enum class Added { yes, known, past_horizon, conflict, over_limit, unknown };
  /// Adds an event. `known` if the same event is there already; `past_horizon` if its tick is
  /// closed; `conflict` if its author and counter were used for something else at this tick;
  /// `over_limit` beyond limits::event_bytes, limits::events_per_tick or the setup's players;
  /// `unknown` for a relay's event that no game could make sense of: bytes that do not decode, a
  /// second `MatchStarted`, a slot that the setup does not have.
  Added add(const EventView& event);

  /// Closes all ticks through `horizon`: no event at or before it can be added any more. A smaller
  /// horizon than the present one is ignored.
  void close(Tick horizon);

  /// The tick through which the log is final.
  Tick horizon() const { return horizon_; }
  /// The tick of the last event, 0 for a log that only begins.
  Tick last_event() const;
  /// The hash of the canonical log through the horizon. Ticks without events do not change it, so
  /// compare it together with its tick.
  const Head& head() const { return heads_.back().head; }
  /// head(t) for any t up to the horizon; nothing beyond it, nor if it is forgotten.
  std::optional<Head> head(Tick tick) const;

  /// The events of one tick in canonical order; valid until the next `add`.
  std::span<const EventView> events_at(Tick tick) const;
  /// Whether the author may have no further event at this tick (limits::events_per_tick).
  bool is_full(Tick tick, Author author) const;
  /// All events of ticks first..last in canonical order; valid until the next `add`.
  std::span<const EventView> events_between(Tick first, Tick last) const;
  /// Every event that is not forgotten, the first one `MatchStarted`.
  std::span<const EventView> events() const { return events_; }
  /// The number of all events, `MatchStarted` and the forgotten ones among them.
  std::size_t count() const { return forgotten_ + events_.size(); }

  /// Drops the events of the ticks 1 to `through`, and the heads of ticks before `heads_before`,
  /// for a caller that keeps them elsewhere: nothing here knows of them any more. Ticks beyond the
  /// horizon stay, and so does the last event.
  void forget(Tick through, Tick heads_before);
  /// The number of events that were forgotten: the first ones in canonical order.
  std::size_t forgotten() const { return forgotten_; }
  /// The tick through which they are; 0 if there are none.
  Tick forgotten_through() const { return forgotten_through_; }
  /// The tick of `MatchEnded`, once it is in the log; of the first one, should there be more.
  std::optional<Tick> ended() const { return ended_; }

 private:
  struct HeadAt {
    Tick tick;
    Head head;
  };
  BytesView store(BytesView payload);
  std::size_t next_page_bytes() const;
  void drop_pages();
  std::size_t first_at_or_after(Tick tick) const;
  bool is_over_limit(const EventView& event, std::size_t position) const;

  Setup setup_;
  std::vector<EventView> events_;  // payloads point into pages_
  std::vector<Bytes> pages_;       // never reallocated: each page keeps its capacity
  std::deque<HeadAt> heads_;       // one per closed tick with events
  std::size_t closed_ = 0;         // how many of events_ are at or before the horizon
  std::size_t forgotten_ = 0;
  Tick forgotten_through_;
  Tick horizon_;
  std::optional<Tick> ended_;
};

/// One link of the chain of heads: BLAKE2b-256 over the previous head, then for each event of the
/// tick, in canonical order: tick u64, author u8, counter u32, size u16, payload, little-endian.
TUTTI_API Head extend(const Head& head, std::span<const EventView> events_of_a_tick);

}  // namespace tutti
