#pragma once
// Overlays that are shown on demand over a fight: the network, boxes, frame data, inputs.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "render/camera.hpp"
#include "render/moment.hpp"
#include "render/text.hpp"

namespace counterpoint {

/// One small plot of the last seconds.
struct Plot {
  std::string label{};
  std::string value{};  ///< the present one, with its unit
  std::vector<float> samples{};
  float top = 1;  ///< of the scale; grows with the samples
  bool is_histogram = false;
  bool is_signed = false;  ///< zero is in the middle
};
/// A column on the right, from this height on, in units.
void draw_plots(Canvas& canvas, Text& text, std::span<const Plot> plots, float top);

/// Where fighters and projectiles can be hit, and where they hit, as far along as they are drawn.
void draw_boxes(Canvas& canvas, const Camera& camera, const Moment& moment);

/// One tick of a fighter in the frame meter.
enum class Beat : std::uint8_t { free, startup, active, recovery, stunned, guarded };
Beat beat_of(const Fighter& fighter);
/// A row of ticks for the first two fighters, the newest on the right, and the names of the
/// colours.
struct FrameMeter {
  static constexpr std::size_t ticks = 72;
  std::array<std::vector<Beat>, fighters_max> rows{};
  /// How many ticks sooner than the second the first was free again, the last time that both were
  /// busy; negative for later.
  std::optional<int> advantage{};
  void add(const State& state);

 private:
  std::array<int, 2> free_ticks_{};
  bool is_contested_ = false;  // both have been busy since both were free
};
void draw_frame_meter(Canvas& canvas, Text& text, const State& state, const FrameMeter& meter);

/// The inputs that a player has held, the newest on top.
struct InputHistory {
  static constexpr std::size_t lines = 12;
  /// Of them, where only a glance is wanted.
  static constexpr std::size_t lines_few = 5;
  struct Held {
    Controls controls{};
    int ticks = 0;
  };
  std::array<std::vector<Held>, fighters_max> players{};
  void add(const State& state);
};
void draw_inputs(Canvas& canvas, Text& text, const State& state, const InputHistory& history,
                 std::size_t lines);

/// Which of these are shown.
struct Extras {
  std::span<const Plot> plots{};
  const FrameMeter* meter = nullptr;
  const InputHistory* inputs = nullptr;
  std::size_t input_lines = InputHistory::lines;
  bool has_boxes = false;
};

}  // namespace counterpoint
