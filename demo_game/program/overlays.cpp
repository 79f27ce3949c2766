#include "program/overlays.hpp"

namespace counterpoint {

bool Overlays::take_key(SDL_Scancode key) {
  if (key == SDL_SCANCODE_F1) turn_figures();
  if (key == SDL_SCANCODE_F3) turn_boxes();
  if (key == SDL_SCANCODE_F4) turn_inputs();
  return key == SDL_SCANCODE_F1 || key == SDL_SCANCODE_F3 || key == SDL_SCANCODE_F4;
}

void Overlays::note(const Round& round) {
  const tutti::Tick present = round.present();
  if (present == noted_) return;
  // Controls that were held later than now are no history.
  if (present < noted_) {
    frame_meter_ = {};
    inputs_ = {};
  }
  noted_ = present;
  frame_meter_.add(round.state());
  inputs_.add(round.state());
}

void Overlays::add_to(Captions& captions, Round& round, float seconds) {
  if (has_figures_) {
    meters_.update(round.session(), seconds);
    captions.extras.plots = meters_.plots();
  }
  captions.extras.has_boxes = has_boxes_;
  const bool is_open = is_open_play(round.state().phase);
  const Training* training = round.training();
  if (training == nullptr) captions.extras.input_lines = InputHistory::lines_few;
  if (training != nullptr && is_open) {
    captions.status = training->line();
    captions.extras.meter = &frame_meter_;
  }
  if (is_open && (training != nullptr || has_inputs_)) captions.extras.inputs = &inputs_;
}

}  // namespace counterpoint
