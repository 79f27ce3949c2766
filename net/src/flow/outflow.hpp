#pragma once
// Sends numbered events over a path that loses datagrams, until the other side has them: it chooses
// what the next datagram carries. A client's own events go up by this and a log goes down by this.
// It knows numbers and sizes; its user knows the events.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "tutti/net/messages.hpp"
#include "tutti/net/time.hpp"

namespace tutti::detail {

/// Events that may lie between the first that the other side lacks and the last that was sent.
inline constexpr std::uint32_t outflow_events_most = 8192;

/// How often events are sent before anybody has asked for them again.
struct Repetition {
  /// Datagrams that each event travels in, while a datagram's events take at most `copies_bytes`;
  /// in any case, where that is limits::play_bytes.
  int copies = 1;
  std::size_t copies_bytes = 0;
  /// Everything that is unacknowledged goes along while a datagram's events take at most this.
  std::size_t everything_bytes = 0;
  /// Where not everything goes along, nothing does, and spares stand for the datagrams.
  bool has_spares = false;
};

class Outflow {
 public:
  /// The repetition on a path that loses nothing, and for a while after it has lost something.
  struct Options {
    Repetition calm{};
    Repetition lossy{};
  };
  /// Bytes of the event with this number, in a message in which the event `before` precedes it.
  using SizeOf =
      std::function<std::size_t(std::uint32_t number, std::optional<std::uint32_t> before)>;

  /// The events below `first` are there already.
  explicit Outflow(Options options, std::uint32_t first = 0) : options_(options), base_(first) {}

  /// The other side has all events below `received`, and those in `held`.
  void acknowledge(std::uint32_t received, std::span<const NumberRange> held, Instant now);

  /// The other side says that datagrams are lost on the path.
  void note_lossy(Instant now);

  /// The first event that the other side lacks, as far as is known.
  std::uint32_t received() const { return base_; }
  /// Events below this were sent at least once.
  std::uint32_t sent_end() const { return base_ + static_cast<std::uint32_t>(items_.size()); }

  /// Whether events that were sent are missing and have to go out again. Notes those whose
  /// acknowledgement is late.
  bool has_missing(Instant now);
  /// Until then `has_missing` stays false, unless something is acknowledged or sent.
  Instant next_loss() const;
  /// Whether copies found no room in the last datagram, for which there is another.
  bool has_crowded_out() const { return has_crowded_out_; }
  /// Whether a spare should stand for the last datagram that was chosen.
  bool needs_spare() const { return needs_spare_; }
  /// Bytes of a datagram that the path carries, as far as is known: limits::play_bytes, or
  /// limits::small_play_bytes for a while after several larger ones in a row were lost.
  std::size_t datagram_bytes(Instant now) const;
  /// Nothing that was sent is acknowledged any more: the path is cut, or nobody is there.
  bool is_unanswered(Instant now) const;

  /// The events of the next datagram, in ascending order, of those below `count`, in so many bytes.
  /// The longest missing events and the new ones share the room; the rest of it goes to repetition.
  /// Repetition costs what may be spared only: none while `is_scarce`.
  std::vector<std::uint32_t> choose(std::uint32_t count, std::size_t room, bool is_scarce,
                                    Instant now, const SizeOf& size_of);
  /// These went out in one datagram of so many bytes, in this order.
  void note_sent(std::span<const std::uint32_t> numbers, std::size_t bytes, Instant now);

 private:
  struct Item {
    Instant first_sent{};
    Instant last_sent{};
    std::uint32_t datagram = 0;  // the last one that it went out in
    std::uint8_t copies = 0;
    bool is_large = false;     // that one was large
    bool is_all_large = true;  // and so were all before
    bool is_held = false;
    bool is_missing = false;   // to be sent again
    bool was_missing = false;  // sent again: its acknowledgement tells nothing of the path
  };

  void note_acknowledged(Item& item, Instant now);
  void note_lost(Item& item, Instant now);
  void look_for_gaps(Instant now);
  Duration patience() const;
  const Repetition& repetition_at(Instant now) const;
  bool is_owed(const Item& item, Instant now) const;
  std::size_t first_owed(Instant now);
  bool is_lossy(Instant now) const { return lossy_until_ && now < *lossy_until_; }

  Options options_;
  std::uint32_t base_;
  std::deque<Item> items_;  // sent, from base_ on
  std::size_t missing_ = 0;
  bool has_crowded_out_ = false;
  bool needs_spare_ = false;
  std::uint32_t copied_ = 0;       // events below this have all their copies
  std::optional<Duration> usual_;  // that an acknowledgement takes, smoothed
  Duration deviation_{};
  Instant arrived_{};   // the newest first sending of which is known that it arrived
  Instant answered_{};  // when something was last acknowledged, or first sent into nothing
  std::optional<Instant> lossy_until_;
  std::uint32_t datagrams_ = 0;
  std::uint32_t large_lost_ = 0;  // large datagrams in a row
  std::uint32_t large_lost_last_ = 0;
  std::uint32_t large_arrived_ = 0;  // the last one of which that is known
  std::optional<Instant> small_until_;
  std::vector<bool> is_chosen_;  // scratch of `choose`, by place in items_
};

}  // namespace tutti::detail
