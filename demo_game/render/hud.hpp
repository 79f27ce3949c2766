#pragma once
// The writing over the picture: damage, lives, shield, clock, choices, results, banners,
// status.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "counterpoint/state.hpp"
#include "render/camera.hpp"
#include "render/canvas.hpp"
#include "render/overlays.hpp"
#include "render/text.hpp"

namespace counterpoint {

/// Everything on the screen that is not in the state.
struct Captions {
  std::array<std::string, fighters_max> names{"Vermilion", "Azure", "Verdant", "Violet"};
  /// One line at the foot of the picture; empty for none.
  std::string status{};
  /// In the middle, instead of the match's own banner: "connecting", "paused".
  std::string notice{};
  /// Below the notice: its meaning, and the way out.
  std::string advice{};
  /// Something that has just been done or went wrong, for a few seconds; empty for nothing.
  std::string news{};
  /// The code that an opponent needs to come in; empty where nobody can.
  std::string room{};
  /// Where the room is, if it is at this machine; best first.
  std::vector<std::string> addresses{};
  /// The keys of a player at this machine; empty for players elsewhere.
  struct Keys {
    std::string light{}, special{};
  };
  std::array<Keys, fighters_max> keys{};
  /// How far a replay has come, 0 to 1, and what its ends and its place are called.
  struct Progress {
    float part = 0;
    std::string here{};
    std::string end{};
    std::string speed{};  ///< "paused", "2x"; empty as it was played
    std::string view{};   ///< "LIVE", "as Ada saw it"; empty for nothing to say
    struct Mark {
      float part = 0;
      int weight = 0;  ///< 0 a big hit, 1 a knock-out, 2 a round, 3 a match
    };
    std::vector<Mark> marks{};
    /// A moment that somebody has marked.
    struct Note {
      float part = 0;
      bool is_rollback = false;  ///< the program set it: a prediction turned out wrong
    };
    std::vector<Note> notes{};
    /// Stretches: one that is repeated, one to be cut out. Ends that are not chosen yet are empty.
    struct Stretch {
      std::optional<float> from{}, to{};
    };
    Stretch loop{}, clip{};
    /// The moment at the place under the mouse.
    struct Hover {
      float part = 0;
      std::string time{};
      const Canvas* picture = nullptr;
    };
    std::optional<Hover> hover{};
  };
  std::optional<Progress> progress{};
  /// The match's own words are drawn: cards, clock, columns, banners and name tags. A scene behind
  /// a menu has none.
  bool has_hud = true;
  Extras extras{};
};

/// When it is drawn.
struct HudTime {
  float ticks = 0;    ///< of the phase
  float seconds = 0;  ///< of the drawing's own time
};

/// The strips in which fighters would be hidden: under the clock, and the cards with what is below
/// them.
Covered covered_by_hud(const Canvas& canvas, const State& state, const Captions& captions);

void draw_hud(Canvas& canvas, Text& text, const State& state, const HudTime& time,
              const Captions& captions);

/// The latest deed, below a page that lies over the match.
void draw_news(Canvas& canvas, Text& text, const std::string& news);

}  // namespace counterpoint
