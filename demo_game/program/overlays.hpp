#pragma once
// Overlays over a match: the network's plots, hit boxes, what everybody holds,
// and in training the frame meter.

#include <SDL.h>

#include "program/meters.hpp"
#include "program/round.hpp"

namespace counterpoint {

class Overlays {
 public:
  /// In training the boxes are shown from the beginning.
  explicit Overlays(Mode mode) : has_boxes_(mode == Mode::training) {}

  bool has_figures() const { return has_figures_; }
  bool has_boxes() const { return has_boxes_; }
  bool has_inputs() const { return has_inputs_; }
  void turn_figures() { has_figures_ = !has_figures_; }
  void turn_boxes() { has_boxes_ = !has_boxes_; }
  void turn_inputs() { has_inputs_ = !has_inputs_; }
  /// F1, F3 or F4. Whether the key meant something.
  bool take_key(SDL_Scancode key);

  /// Notes the state of the tick that is shown, once for each picture.
  void note(const Round& round);
  /// `seconds` since the last call.
  void add_to(Captions& captions, Round& round, float seconds);

 private:
  Meters meters_;
  FrameMeter frame_meter_;
  InputHistory inputs_;
  tutti::Tick noted_;
  bool has_figures_ = false;
  bool has_boxes_ = false;
  bool has_inputs_ = false;
};

}  // namespace counterpoint
