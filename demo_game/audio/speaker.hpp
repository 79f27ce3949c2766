#pragma once
// Lets the game's sounds be heard. Without an audio device the game is silent and otherwise the
// same.

#include <memory>
#include <optional>
#include <string>

#include "audio/music.hpp"
#include "counterpoint/effect.hpp"

namespace counterpoint {

class Speaker {
 public:
  /// Opens the default device and computes all sounds; silent if there is none.
  Speaker();
  ~Speaker();
  Speaker(const Speaker&) = delete;
  Speaker& operator=(const Speaker&) = delete;

  /// The parts that are missing and their effect, to be said once; empty if all is well.
  const std::string& complaint() const { return complaint_; }

  /// `place`: where on the screen, -1 left to 1 right.
  void play(const Effect& effect, float place);
  /// It did not happen after all: its sound stops.
  void cancel(const Effect& effect);
  void set_muted(bool is_muted);
  /// 0 to 10, of everything and of the music.
  void set_volume(int volume);
  void set_music_volume(int volume);
  /// Plays this tune from now on; nothing is silence. The same again goes on. It is composed beside
  /// the game: say it once for each picture, and it begins when it is there.
  void set_tune(std::optional<Tune> tune);
  bool is_muted() const { return is_muted_; }

 private:
  struct Device;
  std::unique_ptr<Device> device_;
  std::string complaint_;
  bool is_muted_ = false;
};

}  // namespace counterpoint
