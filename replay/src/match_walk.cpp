#include "match_walk.hpp"

#include <algorithm>
#include <iterator>

#include "proofs.hpp"

namespace tutti {

namespace {

bool is_before(const EventView& left, const EventView& right) {
  return canonical_order(left, right) < 0;
}

Unexpected lost_a_part() { return fail(Fault::bad_data, "the journal lost a part of a match"); }

/// The digests of a match, handed out as ticks close.
class DigestsOfTicks {
 public:
  explicit DigestsOfTicks(const MatchParts& match)
      : walk_(match, &MatchPage::digests, &MatchRecord::digests), horizon_(match.horizon) {}

  /// Hands out all through a tick, at which the log has this head.
  Result<void> hand_out(MatchVisitor& visitor, Tick through, const Head& head) {
    for (;;) {
      if (next_.empty()) {
        const auto next = walk_.next();
        if (!next) return Unexpected{next.error()};
        next_ = *next;
      }
      if (next_.empty() || next_.front().tick > through) return {};
      const RecordedDigest& digest = next_.front();
      visitor.take(digest, digest.tick <= horizon_ && digest.head == head);
      next_ = next_.subspan(1);
    }
  }

 private:
  ItemWalk<RecordedDigest> walk_;
  Tick horizon_;
  std::span<const RecordedDigest> next_;
};

}  // namespace

Result<std::span<const EventView>> EventWalk::next() {
  while (page_ < pages_->size()) {
    if (Result<void> taken = take_page(); !taken) return Unexpected{taken.error()};
    views_.assign(ready_.begin(), ready_.end());
    if (!views_.empty()) return std::span<const EventView>(views_);
  }
  if (std::exchange(is_over_, true)) return std::span<const EventView>();
  const auto rest = rest_->log.events().subspan(1);  // the first one is the opening
  if (!rest.empty() && rest.front().tick <= through_) return lost_a_part();
  if (later_.empty()) return rest;
  ready_ = std::move(later_);
  views_.assign(ready_.begin(), ready_.end());
  views_.insert(views_.end(), rest.begin(), rest.end());
  std::sort(views_.begin(), views_.end(), is_before);
  return std::span<const EventView>(views_);
}

/// Pages are in the order of acceptance: what lies beyond a page's horizon has to wait for others.
Result<void> EventWalk::take_page() {
  Result<MatchPage> page = pages_->read(page_++);
  if (!page) return Unexpected{page.error()};
  if (page->first_sequence != taken_ + 1) return lost_a_part();
  taken_ += page->events.size();
  for (Event& event : page->events) {
    if (event.tick <= through_) return lost_a_part();
    later_.push_back(std::move(event));
  }
  std::sort(later_.begin(), later_.end(), is_before);
  through_ = std::max(through_, page->horizon);
  const auto end = std::partition_point(later_.begin(), later_.end(),
                                        [&](const Event& event) { return event.tick <= through_; });
  ready_.assign(std::make_move_iterator(later_.begin()), std::make_move_iterator(end));
  later_.erase(later_.begin(), end);
  return {};
}

Result<FewNotes> few_notes_of(const MatchParts& match) {
  FewNotes notes;
  const auto take = [&notes](const auto& part) {
    const auto add = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    add(notes.desyncs, part.desyncs);
    add(notes.client_keys, part.client_keys);
    add(notes.player_signatures, part.player_signatures);
  };
  for (std::size_t page = 0; page < match.pages->size(); ++page) {
    const Result<MatchPage> found = match.pages->read(page);
    if (!found) return Unexpected{found.error()};
    take(*found);
  }
  take(*match.rest);
  put_in_order(notes.client_keys);
  put_in_order(notes.player_signatures);
  return notes;
}

Result<void> walk(const MatchParts& match, MatchVisitor& visitor) {
  EventWalk events(match);
  DigestsOfTicks digests(match);
  Head head = *match.rest->log.head(Tick{});
  const auto reach = [&](Tick tick) {
    visitor.reach(tick, head);
    return digests.hand_out(visitor, std::min(tick - 1, match.horizon), head);
  };
  for (;;) {
    const Result<std::span<const EventView>> next = events.next();
    if (!next) return Unexpected{next.error()};
    if (next->empty()) break;
    for (std::span<const EventView> left = *next; !left.empty();) {
      const Tick tick = left.front().tick;
      const auto end = std::find_if(left.begin(), left.end(),
                                    [&](const EventView& event) { return event.tick != tick; });
      const auto of_tick = left.first(static_cast<std::size_t>(end - left.begin()));
      if (Result<void> reached = reach(tick); !reached) return reached;
      if (Result<void> taken = visitor.take(of_tick); !taken) return taken;
      if (tick <= match.horizon) head = extend(head, of_tick);
      left = left.subspan(of_tick.size());
    }
  }
  if (Result<void> reached = reach(match.horizon + 1); !reached) return reached;
  if (Result<void> rest = digests.hand_out(visitor, Tick{INT64_MAX}, head); !rest) return rest;
  if (head == match.head) return {};
  return fail(Fault::bad_data, "the journal gives back another match than was played");
}

}  // namespace tutti
