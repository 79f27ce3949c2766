#pragma once
// Draws a moment of the game: two neighbouring states and how far it is from one to the other. It
// knows nothing of sessions: it needs states only, with a display or without.

#include "render/backdrop.hpp"
#include "render/cast.hpp"
#include "render/hud.hpp"
#include "render/moment.hpp"
#include "render/sparks.hpp"

namespace counterpoint {

class Painter {
 public:
  /// The parts that this machine lacks, to be said once; empty if all is well.
  const std::string& complaint() const { return text_.complaint(); }
  Sparks& sparks() { return sparks_; }
  Text& text() { return text_; }
  /// Less shaking and flashing.
  void set_calm(bool is_calm) {
    is_calm_ = is_calm;
    cast_.set_calm(is_calm);
  }

  /// Draws a moment. Sparks advance by the passage's seconds at the game's rate. Of a cut
  /// everything but the sparks depends on the moment alone.
  void draw(Canvas& canvas, const Moment& moment, const Captions& captions, Passage passage);
  /// The same without anything written over it, for behind a menu.
  void draw_scenery(Canvas& canvas, const Moment& moment, const Passage& passage);

 private:
  void pass(const Moment& moment, const Passage& passage);
  void draw_arena(Canvas& canvas, const Moment& moment, const Captions& captions,
                  const Passage& passage);

  Text text_;
  Sparks sparks_;
  Cast cast_;
  Camera camera_;
  bool has_drawn_ = false;
  bool is_calm_ = false;
  float clock_ = 0;  // seconds: for what moves by itself
};

}  // namespace counterpoint
