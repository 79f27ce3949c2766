#pragma once
// Plays the program without hands: keys at given times, and pictures of what is shown then. It is
// how the pictures of the documentation are made.

#include <string>
#include <vector>

#include "render/canvas.hpp"
#include "tutti/sim/result.hpp"

namespace counterpoint {

class Director {
 public:
  /// Lines `SECONDS tap|down|up KEY`, KEY as SDL names it, or `SECONDS type TEXT`; # begins a
  /// remark. Faults: a file that cannot be read, a line that is not understood.
  tutti::Result<void> read(const std::string& path);
  /// `SECONDS:FILE`, a PNG. Faults: usage.
  tutti::Result<void> add_picture(const std::string& when_and_where);

  /// Gives SDL the keys that are due. `seconds` since the program began to draw.
  void pass(float seconds);
  /// Saves the pictures that are due; says on the standard error what cannot be written.
  void keep(const Canvas& canvas);
  /// Everything has been done, of what there was to do.
  bool is_done() const { return has_work_ && cues_.empty() && pictures_.empty(); }

 private:
  struct Cue {
    float at = 0;  // seconds
    std::string what{}, key{};
  };
  struct Picture {
    float at = 0;
    std::string path{};
  };
  std::vector<Cue> cues_;  // by time
  std::vector<Picture> pictures_;
  float seconds_ = 0;
  bool has_work_ = false;
};

}  // namespace counterpoint
