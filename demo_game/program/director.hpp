#pragma once
// Plays the program without hands: keys at given times, and pictures of what is shown then. It is
// how the pictures of the documentation are made.

#include <optional>
#include <string>
#include <vector>

#include "program/virtual_pad.hpp"
#include "render/canvas.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

class Director {
 public:
  /// Lines `SECONDS WHAT`; # begins a remark. WHAT is `tap|down|up KEY`, KEY as SDL names it;
  /// `type TEXT`; `plug` and `unplug` for a game controller, then `tap|down|up pad BUTTON` (or a
  /// trigger) and `stick X Y` in percent; `point X Y` and `click X Y` for the mouse, in the
  /// window's pixels. Faults: a file that cannot be read, a line that is not understood.
  tutti::Result<void> read(const std::string& path);
  /// `SECONDS:FILE`, a PNG. Faults: usage.
  tutti::Result<void> add_picture(const std::string& when_and_where);

  /// Gives SDL the keys that are due, up to one that is pressed or let go: the next one waits for
  /// the next pass. Call it once a frame, `seconds` after the program began to draw.
  void pass(float seconds);
  /// Saves the pictures that are due, once everything before them has been given; says on the
  /// standard error what cannot be written.
  void keep(const Canvas& canvas);
  /// Everything has been done, of what there was to do.
  bool is_done() const { return has_work_ && cues_.empty() && pictures_.empty(); }

 private:
  struct Cue {
    float at = 0;  // seconds
    std::string what{}, key{};
    int x = 0, y = 0;
  };
  static bool is_of_pad(const Cue& cue);
  void play(const Cue& cue);
  void move_pad(const Cue& cue);
  struct Picture {
    float at = 0;
    std::string path{};
  };
  std::vector<Cue> cues_;  // by time
  std::vector<Picture> pictures_;
  std::optional<VirtualPad> pad_;
  float seconds_ = 0;
  int modifiers_ = 0;  // Ctrl and Shift, as they are held
  bool has_work_ = false;
};

}  // namespace counterpoint
