#pragma once
// Draws a moment of the game: two neighbouring states and how far it is from one to the other. It
// knows nothing of sessions; whoever has states can use it, with a display or without.

#include <array>

#include "render/backdrop.hpp"
#include "render/figure.hpp"
#include "render/hud.hpp"
#include "render/moment.hpp"
#include "render/sparks.hpp"

namespace counterpoint {

class Painter {
 public:
  /// What is missing on this machine, to be said once; empty if all is well.
  const std::string& complaint() const { return text_.complaint(); }
  Sparks& sparks() { return sparks_; }
  Text& text() { return text_; }
  /// Less shaking and flashing.
  void set_calm(bool is_calm) { is_calm_ = is_calm; }

  /// `seconds` since the last call: for what moves by itself. Sparks advance by it at the game's
  /// rate.
  void draw(Canvas& canvas, const Moment& moment, const Captions& captions, float seconds);
  /// The same without anything written over it: what lies behind a menu.
  void draw_scenery(Canvas& canvas, const Moment& moment, float seconds);
  /// The same as one small picture that depends on nothing drawn before.
  void draw_alone(Canvas& canvas, const Moment& moment);
  /// One picture that depends on nothing drawn before.
  void draw_still(Canvas& canvas, const Moment& moment, const Captions& captions);

 private:
  Figure figure_of(const Moment& moment, std::size_t slot, bool is_still);
  void pass(float seconds);
  void compose(Canvas& canvas, const Moment& moment, const Captions& captions, bool is_still);
  void draw_arena(Canvas& canvas, const Moment& moment, const Captions& captions, bool is_still);

  Text text_;
  Sparks sparks_;
  Camera camera_;
  std::array<Pose, fighters_max> shown_{};  // so that one action flows into the next
  std::array<Action, fighters_max> shown_action_{};
  bool has_drawn_ = false;
  bool is_calm_ = false;
  float clock_ = 0;    // seconds
  float elapsed_ = 0;  // seconds since the last picture
};

}  // namespace counterpoint
