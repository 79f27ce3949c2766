#pragma once
// A walk over a match in canonical order, tick by tick, whether its events are in memory or in
// pages of a journal. It extends the head as ticks close, and never holds more than a few pages.

#include <vector>

#include "tutti/replay/journaled_match.hpp"

namespace tutti {

/// A match that is walked over: see JournaledMatch.
struct MatchParts {
  const MatchRecord* rest;
  const MatchPages* pages;
  Tick horizon;
  Head head;
};

/// The events of a match in canonical order.
class EventWalk {
 public:
  explicit EventWalk(const MatchParts& match) : rest_(match.rest), pages_(match.pages) {}

  /// The next ones, whole ticks; valid until the next call. None at the end. Errors: those of
  /// `MatchPages`.
  Result<std::span<const EventView>> next();

 private:
  Result<void> take_page();

  const MatchRecord* rest_;
  const MatchPages* pages_;
  std::size_t page_ = 0;
  std::uint64_t taken_ = 0;
  bool is_over_ = false;
  Tick through_;              // all events through there were handed out
  std::vector<Event> later_;  // in canonical order
  std::vector<Event> ready_;
  std::vector<EventView> views_;  // of `ready_`, and what is behind it
};

/// What little is known of a match beside its events: it is read as a whole.
struct FewNotes {
  std::vector<DesyncFinding> desyncs;
  std::vector<ClientKey> client_keys;
  std::vector<PlayerSignature> player_signatures;
};
/// As the match's record has it. Errors: those of `MatchPages`.
Result<FewNotes> few_notes_of(const MatchParts& match);

/// What is known of a match beside its events, in order: digests or margins.
template <class Item>
class ItemWalk {
 public:
  ItemWalk(const MatchParts& match, std::vector<Item> MatchPage::*in_page,
           std::vector<Item> MatchRecord::*in_rest)
      : match_(match), in_page_(in_page), in_rest_(in_rest) {}

  /// The next ones; valid until the next call. None at the end. Errors: those of `MatchPages`.
  Result<std::span<const Item>> next() {
    while (page_ < match_.pages->size()) {
      Result<MatchPage> page = match_.pages->read(page_++);
      if (!page) return Unexpected{page.error()};
      items_ = std::move((*page).*in_page_);
      if (!items_.empty()) return std::span<const Item>(items_);
    }
    if (std::exchange(is_over_, true)) return std::span<const Item>();
    return std::span<const Item>((*match_.rest).*in_rest_);
  }

 private:
  MatchParts match_;
  std::vector<Item> MatchPage::*in_page_;
  std::vector<Item> MatchRecord::*in_rest_;
  std::size_t page_ = 0;
  bool is_over_ = false;
  std::vector<Item> items_;
};

/// Is told of a match what `walk` finds.
class MatchVisitor {
 public:
  virtual ~MatchVisitor() = default;
  /// All ticks before this one are closed; the log through them has this head.
  virtual void reach(Tick tick, const Head& head) = 0;
  /// A digest of a tick that is closed. Whether it was folded from this very log.
  virtual void take(const RecordedDigest& digest, bool is_of_this_log) = 0;
  /// All events of the next tick that has any. Errors end the walk.
  virtual Result<void> take(std::span<const EventView> events_of_a_tick) = 0;
};

/// Tells of all ticks in order. Errors: those of `MatchPages`, the visitor's, and Fault::bad_data
/// if the match does not have the head that it should.
Result<void> walk(const MatchParts& match, MatchVisitor& visitor);

}  // namespace tutti
