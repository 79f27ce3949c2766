#include "relay/told_order.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Places are forgotten by so many at least.
constexpr std::uint32_t places_at_once = 128;

}  // namespace

void ToldOrder::begin(const Around& around) {
  const auto final_events = around.history.final_count(around.match, around.minutes.horizon());
  if (!final_events) return;
  has_begun_ = true;
  begun_ = first_place_ = *final_events;
  taken_ = around.minutes.events();
  for (std::uint32_t sequence = around.match.first_kept(); sequence < taken_; ++sequence) {
    const EventView& event = around.match.accepted(sequence).event;
    if (event.tick > around.minutes.horizon()) take(sequence, event);
  }
}

void ToldOrder::update(const Around& around) {
  const std::uint32_t written = around.minutes.events();
  if (!is_no_peek_) {
    taken_ = written;
    return;
  }
  if (!has_begun_) begin(around);
  if (!has_begun_) return;
  for (; taken_ < written; ++taken_) {
    const RelayMatch::Accepted* accepted = around.history.accepted(around.match, taken_);
    if (accepted == nullptr) return;
    take(taken_, accepted->event);
  }
  const Tick horizon = around.minutes.horizon();
  const auto is_final = [&](const Hidden& hidden) { return hidden.event.tick <= horizon; };
  const auto shown = std::stable_partition(hidden_.begin(), hidden_.end(), is_final);
  // In canonical order, so that each tick is whole before the next one begins.
  std::sort(hidden_.begin(), shown, [&](const Hidden& left, const Hidden& right) {
    return canonical_order(left.event, right.event) < 0;
  });
  for (auto hidden = hidden_.begin(); hidden != shown; ++hidden)
    places_.push_back({hidden->sequence, hidden->event.tick - 1});
  hidden_.erase(hidden_.begin(), shown);
  // The relay's own words and the reader's own events tell it nothing of the others.
  std::erase_if(hidden_, [&](const Hidden& hidden) {
    const Author author = hidden.event.author;
    const bool is_open =
        author.is_relay() || TUTTI_MUTANT(events_are_peeked_at) ||
        std::find(around.own.begin(), around.own.end(), author.player()) != around.own.end();
    if (is_open) places_.push_back({hidden.sequence, horizon});
    return is_open;
  });
}

void ToldOrder::forget(std::uint32_t received) {
  if (!is_no_peek_ || received > count() || received < first_place_ + places_at_once) return;
  places_.erase(places_.begin(), places_.begin() + (received - first_place_));
  first_place_ = received;
}

std::optional<ToldOrder::Told> ToldOrder::told(std::uint32_t number, const RelayMatch& match,
                                               History& history) const {
  if (is_no_peek_ && number < begun_) {
    const auto event = history.final_event(match, number);
    if (!event) return std::nullopt;
    return Told{.event = *event, .horizon_before = event->tick - 1};
  }
  const Place* place = is_no_peek_ ? &places_[number - first_place_] : nullptr;
  const RelayMatch::Accepted* accepted =
      history.accepted(match, place == nullptr ? number : place->sequence);
  if (accepted == nullptr) return std::nullopt;
  return Told{accepted->event, accepted->is_as_offered,
              place == nullptr ? accepted->horizon_before : place->horizon_before};
}

bool ToldOrder::waits_for(Tick horizon) const {
  return std::any_of(hidden_.begin(), hidden_.end(),
                     [&](const Hidden& hidden) { return hidden.event.tick <= horizon; });
}

}  // namespace tutti::detail
