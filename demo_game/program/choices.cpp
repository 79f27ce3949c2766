#include "program/choices.hpp"

#include <bit>

namespace counterpoint {

void show_choices(Pause& pause, const Overlays& overlays, const Training* training) {
  const auto shown = [](bool value) { return value ? "shown" : "hidden"; };
  pause.show(Pause::Choice::network, shown(overlays.has_figures()));
  pause.show(Pause::Choice::boxes, shown(overlays.has_boxes()));
  pause.show(Pause::Choice::inputs, shown(overlays.has_inputs()));
  if (training == nullptr) return;
  pause.show(Pause::Choice::dummy, training->dummy_name());
  pause.show(Pause::Choice::speed, training->speed_name());
}

Captions::Keys keys_of(const Round& round, const Desk& desk, std::size_t slot) {
  if (!round.has_hands(slot)) return {};
  const std::size_t half = round.hands() == 1 ? 0 : round.hands_of(slot);
  const bool has_keys = half < desk.settings.keys.size();
  const bool has_pad = !has_keys || desk.hands.has_controller(round.hands_of(slot));
  const auto name = [&](int button) {
    const auto place = static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(button)));
    std::string words;
    if (has_keys) words = shown_key(desk.settings.keys[half][place]);
    if (has_pad) words += (words.empty() ? "" : " or ") + shown_name(desk.settings.pad[place]);
    return words;
  };
  return {name(button::light), name(button::special)};
}

bool change_choice(Pause::Chosen chosen, Overlays& overlays, Training* training) {
  switch (chosen.choice) {
    case Pause::Choice::network:
      overlays.turn_figures();
      return true;
    case Pause::Choice::boxes:
      overlays.turn_boxes();
      return true;
    case Pause::Choice::inputs:
      overlays.turn_inputs();
      return true;
    case Pause::Choice::dummy:
      if (training != nullptr) training->change_dummy(chosen.by);
      return true;
    case Pause::Choice::speed:
      if (training != nullptr) training->change_speed(chosen.by);
      return true;
    default:
      return false;
  }
}

}  // namespace counterpoint
