#include "tutti/sim/roster.hpp"

#include <algorithm>

namespace tutti {

Roster::Roster(const Setup& setup)
    : first_delay_ticks_(setup.terms.input_delay_ticks),
      slots_(setup.players, Slot{.latest_name = {},
                                 .joined_at = {},
                                 .left_at = {},
                                 .input_delay_ticks = setup.terms.input_delay_ticks}) {}

Roster Roster::of(const Log& log, Tick through) {
  Roster roster(log.setup());
  for (const EventView& event : log.events_between(Tick{0}, through))
    roster.take(event);
  return roster;
}

void Roster::take(const EventView& event) {
  if (const auto relay_event = relay_event_of(event)) take(*relay_event, event.tick);
}

void Roster::take(const RelayEvent& event, Tick tick) {
  switch (event.kind) {
    case EventKind::joined:
    case EventKind::left:
    case EventKind::silenced:
    case EventKind::returned:
    case EventKind::delay_changed:
      take_about_slot(event, tick);
      break;
    case EventKind::held:
      held_at_ = tick;
      break;
    case EventKind::resumed:
      held_at_.reset();
      resumed_at_ = tick;
      break;
    case EventKind::match_ended:
      held_at_.reset();
      ended_at_ = ended_at_.value_or(tick);
      break;
    case EventKind::restarted:
      epoch_ = event.number;
      // The new life of the relay has not heard of anybody yet.
      for (Slot& slot : slots_)
        slot.is_lost = slot.is_in;
      break;
    case EventKind::branched:
      open_slots_ = event.slots;
      break;
    case EventKind::corrected:
      corrections_.push_back(event);
      break;
    case EventKind::match_started:
    case EventKind::input:
    case EventKind::command:
      break;
  }
}

void Roster::take_about_slot(const RelayEvent& event, Tick tick) {
  if (event.player.value >= slots_.size()) return;
  Slot& slot = slots_[event.player.value];
  switch (event.kind) {
    case EventKind::joined:
      slot = {.is_in = true,
              .latest_name = event.name,
              .joined = slot.joined + 1,
              .joined_at = tick,
              .left_at = slot.left_at,
              .input_delay_ticks = first_delay_ticks_,
              .resume_hash = event.resume_hash};
      participants_.push_back({event.player, tick, event.name});
      break;
    case EventKind::left:
      slot.is_in = slot.is_lost = false;
      slot.left_at = tick;
      break;
    case EventKind::silenced:
      slot.is_lost = true;
      break;
    case EventKind::returned:
      slot.is_lost = false;
      break;
    case EventKind::delay_changed:
      slot.input_delay_ticks = event.number;
      break;
    default:
      break;
  }
}

std::optional<PlayerId> Roster::beside(PlayerId player) const {
  constexpr std::array<std::byte, 16> none{};
  const Slot& own = slot(player);
  const auto is_open = [&](std::uint8_t number) { return ((open_slots() >> number) & 1U) != 0; };
  if (!own.is_in || own.resume_hash == none || is_open(player.value)) return std::nullopt;
  for (std::uint8_t i = 0; i < player.value; ++i) {
    const Slot& other = slot(PlayerId{i});
    if (other.is_in && other.resume_hash == own.resume_hash && !is_open(i)) return PlayerId{i};
  }
  return std::nullopt;
}

const Roster::Slot& Roster::slot(PlayerId player) const {
  static const Slot nobodys;
  return player.value < slots_.size() ? slots_[player.value] : nobodys;
}

std::size_t Roster::player_count() const {
  return static_cast<std::size_t>(
      std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.is_in; }));
}

std::vector<PlayerId> Roster::lost() const {
  std::vector<PlayerId> players;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].is_lost) players.push_back(PlayerId{static_cast<std::uint8_t>(slot)});
  }
  return players;
}

std::vector<std::string> Roster::names() const {
  std::vector<std::string> names;
  for (const Slot& slot : slots_)
    names.push_back(slot.is_in ? slot.latest_name : std::string());
  return names;
}

std::vector<std::string> Roster::latest_names() const {
  std::vector<std::string> names;
  for (const Slot& slot : slots_)
    names.push_back(slot.latest_name);
  return names;
}

bool Roster::is_creator(PlayerId player) const {
  const Slot& first = slot(player);
  return player == PlayerId{0} && first.is_in && first.joined == 1;
}

}  // namespace tutti
