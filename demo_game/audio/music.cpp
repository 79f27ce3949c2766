// Sixteen bars in A minor. Notes are half steps from the A of 440 Hz, one for each eighth.

#include "audio/music.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "tutti/sim/random.hpp"

namespace counterpoint {

namespace {

constexpr float samples_a_second = sample_rate;
constexpr float full_turn = 2 * 3.14159265F;
constexpr std::size_t eighths_a_bar = 8;
constexpr std::size_t theme_bars = 8;
constexpr int rest = 127;
constexpr int octave = 12;

using Voice = std::array<int, eighths_a_bar * theme_bars>;

// The chords: A minor, F, C, G; A minor, D minor, E, A minor.
constexpr Voice theme_upper = {
    12, rest, 7,  rest, 12, 14,   15, rest, 15, 14,   12,   rest, 8,  rest, 12, rest,
    10, rest, 7,  rest, 10, 12,   15, rest, 14, 12,   10,   rest, 5,  rest, 2,  rest,
    3,  rest, 7,  rest, 12, rest, 15, 14,   17, rest, 15,   14,   12, rest, 8,  rest,
    11, rest, 14, rest, 11, 7,    11, 14,   12, rest, rest, rest, 7,  rest, 3,  rest};
constexpr Voice theme_lower = {
    -12, rest, -9,  rest, -5,  rest, -9,  rest, -16, rest, -12, rest, -9,  rest, -12, rest,
    -21, rest, -17, rest, -14, rest, -17, rest, -14, rest, -10, rest, -7,  rest, -10, rest,
    -12, rest, -9,  rest, -5,  -7,   -9,  rest, -19, rest, -16, rest, -12, rest, -16, rest,
    -17, rest, -13, rest, -10, rest, -13, rest, -12, rest, -5,  rest, -9,  rest, -12, rest};
constexpr std::array<int, theme_bars> roots = {-24, -28, -21, -26, -24, -19, -29, -24};

/// One period of a string: partials that fade as they rise.
std::array<float, 2048> string_wave(float brightness) {
  std::array<float, 2048> wave{};
  constexpr int partials = 9;
  for (std::size_t i = 0; i < wave.size(); ++i) {
    const float angle = full_turn * static_cast<float>(i) / static_cast<float>(wave.size());
    float level = 1;
    for (int partial = 1; partial <= partials; ++partial, level *= brightness)
      wave[i] += std::sin(angle * static_cast<float>(partial)) * level;
  }
  return wave;
}

struct Pluck {
  float level = 1;
  float decay = 0.5F;     ///< seconds to 1/e
  float attack = 0.004F;  ///< seconds
};

class Loop {
 public:
  explicit Loop(float seconds) : samples_(static_cast<std::size_t>(seconds * samples_a_second)) {}

  void pluck(float start, int steps, const std::array<float, 2048>& wave, const Pluck& pluck) {
    const float hertz = 440 * std::pow(2.0F, static_cast<float>(steps) / octave);
    const float advance = hertz / samples_a_second * static_cast<float>(wave.size());
    const float fall = std::exp(-1 / (pluck.decay * samples_a_second));
    const auto count = static_cast<std::size_t>(pluck.decay * 5 * samples_a_second);
    float phase = 0, level = pluck.level;
    const auto first = static_cast<std::size_t>(start * samples_a_second);
    for (std::size_t i = 0; i < count; ++i) {
      const float rise = std::min(1.0F, static_cast<float>(i) / (pluck.attack * samples_a_second));
      samples_[(first + i) % samples_.size()] +=
          wave[static_cast<std::size_t>(phase) % wave.size()] * level * rise;
      phase += advance;
      if (phase >= static_cast<float>(wave.size())) phase -= static_cast<float>(wave.size());
      level *= fall;
    }
  }

  /// A brush on a drum.
  void brush(float start, float decay, float level) {
    tutti::Random random(static_cast<std::uint64_t>(start * 1000) + 1);
    const auto first = static_cast<std::size_t>(start * samples_a_second);
    const auto count = static_cast<std::size_t>(decay * 5 * samples_a_second);
    float before = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const float white = static_cast<float>(random.next()) / 2147483648.0F - 1;
      const float fade = std::exp(-static_cast<float>(i) / (decay * samples_a_second));
      const float rise = std::min(1.0F, static_cast<float>(i) / (0.002F * samples_a_second));
      samples_[(first + i) % samples_.size()] += (white - before) * fade * rise * level;
      before = white;
    }
  }

  std::vector<float> finish(float peak) {
    float highest = 1e-6F;
    for (const float sample : samples_)
      highest = std::max(highest, std::abs(sample));
    for (float& sample : samples_)
      sample *= peak / highest;
    return std::move(samples_);
  }

 private:
  std::vector<float> samples_;
};

void play(Loop& loop, const Voice& voice, int transposed, float start, float eighth,
          const std::array<float, 2048>& wave, const Pluck& how) {
  for (std::size_t i = 0; i < voice.size(); ++i) {
    if (voice[i] == rest) continue;
    Pluck pluck = how;
    if (i % eighths_a_bar == 0) pluck.level *= 1.25F;
    loop.pluck(start + static_cast<float>(i) * eighth, voice[i] + transposed, wave, pluck);
  }
}

/// The rhythm that drives the fight: pulses of the root, brushes on two and four.
void drive(Loop& loop, float start, float eighth) {
  static const auto wave = string_wave(0.62F);
  for (std::size_t i = 0; i < eighths_a_bar * theme_bars; ++i) {
    const float at = start + static_cast<float>(i) * eighth;
    const int root = roots[i / eighths_a_bar];
    const bool is_off = i % 4 == 3;
    loop.pluck(at, is_off ? root + octave : root, wave, {.level = 0.55F, .decay = 0.16F});
    if (i % 4 == 2) loop.brush(at, 0.05F, 0.22F);
    if (i % 2 == 1) loop.brush(at, 0.015F, 0.10F);
  }
}

/// The harmony that carries the menu: roots and fifths that are left to ring.
void carry(Loop& loop, float start, float eighth) {
  static const auto wave = string_wave(0.35F);
  for (std::size_t bar = 0; bar < theme_bars; ++bar) {
    const float at = start + static_cast<float>(bar * eighths_a_bar) * eighth;
    const Pluck ringing{.level = 0.6F, .decay = 1.1F, .attack = 0.05F};
    loop.pluck(at, roots[bar], wave, ringing);
    loop.pluck(at + 4 * eighth, roots[bar] + 7, wave, ringing);
  }
}

}  // namespace

float beats_per_second(Tune tune) { return tune == Tune::menu ? 1.5F : 2.1F; }

std::vector<float> compose(Tune tune) {
  static const auto bright = string_wave(0.55F), dark = string_wave(0.4F);
  const float eighth = 0.5F / beats_per_second(tune);
  const float half = eighth * static_cast<float>(eighths_a_bar * theme_bars);
  const bool is_fight = tune == Tune::fight;
  const Pluck lead{.level = 0.5F, .decay = is_fight ? 0.28F : 0.55F};
  const Pluck second{.level = 0.55F, .decay = is_fight ? 0.30F : 0.60F};
  Loop loop(2 * half);
  play(loop, theme_upper, 0, 0, eighth, bright, lead);
  play(loop, theme_lower, 0, 0, eighth, dark, second);
  // The voices change places: the upper one is below now, and still each goes against the other.
  play(loop, theme_lower, 2 * octave, half, eighth, bright, lead);
  play(loop, theme_upper, -octave, half, eighth, dark, second);
  for (const float start : {0.0F, half}) {
    if (is_fight)
      drive(loop, start, eighth);
    else
      carry(loop, start, eighth);
  }
  return loop.finish(0.45F);
}

}  // namespace counterpoint
