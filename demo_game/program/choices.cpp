#include "program/choices.hpp"

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
