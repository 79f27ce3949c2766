#pragma once
// A scene of the determinism tests: something that every machine has to compute alike, with its
// digests along the way. Links sim and rules alone; no file, thread or test framework, so that
// it runs wherever a C++ compiler leads.

#include <functional>
#include <string>
#include <vector>

#include "tutti/sim/any_game.hpp"

namespace tutti::scenes {

/// Takes down what a scene computes. At some ticks (1, 3, 10, 30, 100, ...) it prints a digest over
/// everything so far; in a trace it prints every tick's own, or one tick's fields.
class Trace {
 public:
  struct Options {
    std::int64_t ticks = 1000;
    bool prints_all = false;  ///< each tick's own digest, from `from` on
    std::int64_t from = 0;
    std::int64_t fields_at = -1;
  };

  Trace(std::string scene, const Options& options) : scene_(std::move(scene)), options_(options) {}

  /// Whether this tick is to be played.
  bool wants(Tick tick) const { return tick.value <= options_.ticks; }
  /// A game's state after this tick. Looks at every 8th and at what is printed.
  void add(Tick tick, const AnyGame& game, const void* state);
  /// Other results of this tick.
  void add(Tick tick, BytesView bytes);
  /// Something that has to hold on every machine did not.
  void fail(Tick tick, const std::string& what);
  bool has_failed() const { return has_failed_; }
  /// Prints the last digest.
  void end();

 private:
  bool is_mark(Tick tick) const;
  void chain(BytesView bytes);
  void print(Tick tick, const Digest& digest);

  std::string scene_;
  Options options_;
  Digest chain_{};
  Tick last_;
  bool is_printed_ = false;
  bool has_failed_ = false;
};

struct Scene {
  const char* name;
  /// A tick of this scene is so much work: it is played for this part of the ticks asked for.
  std::int64_t weight;
  void (*play)(Trace&);
};

/// The scenes that every machine runs.
const std::vector<Scene>& all_scenes();
/// Scenes with a planted mistake each, which must not come out alike everywhere; empty unless built
/// with TUTTI_PLANTED.
const std::vector<Scene>& planted_scenes();

/// The scene of the recorded matches reads them from stdin (tests/golden/recordings.cpp writes
/// them).
void play_recordings(Trace& trace);

// By file: games.cpp, numbers.cpp, codecs.cpp.
void play_bots_two(Trace& trace);
void play_bots_four(Trace& trace);
void play_people(Trace& trace);
void play_garbage(Trace& trace);
void play_tally(Trace& trace);
void play_skirmish(Trace& trace);
void play_snapshots(Trace& trace);
void play_rollback(Trace& trace);
void play_fixed(Trace& trace);
void play_fixed_functions(Trace& trace);
void play_random(Trace& trace);
void play_float(Trace& trace);
void play_canonical(Trace& trace);
void play_digest(Trace& trace);
void play_heads(Trace& trace);

}  // namespace tutti::scenes
