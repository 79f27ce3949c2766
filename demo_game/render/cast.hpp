#pragma once
// The fighters' bodies as they are drawn: the look of each action at a moment, and how one action
// flows into the next.

#include <array>
#include <optional>

#include "render/figure.hpp"
#include "render/moment.hpp"

namespace counterpoint {

/// How a picture follows the one before it.
struct Passage {
  float seconds = 0;    ///< since then; 0 where time stands still
  bool is_cut = false;  ///< it shows another moment or another match: nothing flows into it
};

/// The floor or platform under the feet, in metres; nothing over the abyss.
std::optional<float> floor_under(const State& state, Point position);
/// How far the lowest point of a figure is below its feet, in metres, as when it hangs at a ledge.
float hanging_depth(const Figure& figure);

class Cast {
 public:
  /// Less trembling and flashing.
  void set_calm(bool is_calm) { is_calm_ = is_calm; }
  /// The figure of a slot, once for each picture.
  Figure figure_of(const Moment& moment, std::size_t slot, const Passage& passage);

 private:
  struct Shown {
    Pose pose{};
    Action action = Action::out;
    bool is_known = false;  // it has been drawn
  };
  std::array<Shown, fighters_max> shown_{};
  bool is_calm_ = false;
};

}  // namespace counterpoint
