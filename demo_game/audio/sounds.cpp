// Sounds from sines, noise and decay. Blows are a falling sine for the body and a burst of noise
// for the skin; a small string section plays the match's announcements in two voices that move
// against each other: hence the game's name.

#include "audio/sounds.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "tutti/sim/random.hpp"

namespace counterpoint {

namespace {

constexpr float pi = 3.14159265F;
constexpr float rate = sample_rate;

using Samples = std::vector<float>;

/// A sound that is being mixed; times are in seconds.
class Mix {
 public:
  explicit Mix(float seconds) : samples_(static_cast<std::size_t>(seconds * rate)) {}

  /// A sine that glides from one frequency to another and decays to 1/e in `decay` seconds.
  Mix& tone(float start, float from_hertz, float to_hertz, float glide, float decay, float level) {
    float phase = 0;
    each(start, [&](float t) {
      const float part = std::min(t / glide, 1.0F);
      phase += 2 * pi * (from_hertz * std::pow(to_hertz / from_hertz, part)) / rate;
      return std::sin(phase) * std::exp(-t / decay) * level;
    });
    return *this;
  }

  /// Noise through a resonance that glides: hiss, air, skin.
  Mix& noise(float start, float from_hertz, float to_hertz, float glide, float decay, float level,
             float width = 0.7F) {
    tutti::Random random(++seeds_);
    float low = 0, band = 0;
    each(start, [&](float t) {
      const float part = std::min(t / glide, 1.0F);
      const float hertz = from_hertz * std::pow(to_hertz / from_hertz, part);
      // A state-variable filter (H. Chamberlin, "Musical Applications of Microprocessors", 1980).
      const float tuning = 2 * std::sin(pi * std::min(hertz, rate / 7) / rate);
      const float white = static_cast<float>(random.next()) / 2147483648.0F - 1;
      low += tuning * band;
      band += tuning * (white - low - width * band);
      return band * std::exp(-t / decay) * level;
    });
    return *this;
  }

  /// A bowed note: soft at its start, a little vibrato, five partials.
  Mix& bow(float start, float hertz, float seconds, float level) {
    float phase = 0;
    each(start, [&](float t) {
      const float vibrato = 1 + 0.004F * std::sin(2 * pi * 5.5F * t) * std::min(t * 4, 1.0F);
      phase += 2 * pi * hertz * vibrato / rate;
      float sum = 0;
      for (int partial = 1; partial <= 5; ++partial) {
        const auto number = static_cast<float>(partial);
        sum += std::sin(phase * number) / (number * number * 0.7F + 0.3F);
      }
      const float attack = std::min(t / 0.035F, 1.0F);
      const float release = std::clamp((seconds - t) / 0.14F, 0.0F, 1.0F);
      return sum * attack * release * (0.75F + 0.25F * std::exp(-t * 5)) * level;
    });
    return *this;
  }

  /// A struck plate: partials that are not multiples of each other.
  Mix& strike(float start, float hertz, float decay, float level) {
    float brightness = 1;
    for (const float ratio : {1.0F, 1.52F, 2.36F, 3.17F, 4.41F}) {
      tone(start, hertz * ratio, hertz * ratio, 1, decay * brightness, level * brightness);
      brightness *= 0.68F;
    }
    return *this;
  }

  /// Scales to the peak, takes out what is constant, and softens both ends so that none clicks.
  Samples finish(float peak) {
    float before_in = 0, before_out = 0;
    for (float& sample : samples_) {
      const float out = sample - before_in + 0.997F * before_out;
      before_in = sample;
      sample = before_out = out;
    }
    float highest = 1e-6F;
    for (const float sample : samples_)
      highest = std::max(highest, std::abs(sample));
    constexpr float fade_in = 0.001F * rate, fade_out = 0.01F * rate;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      const float begin = static_cast<float>(i) / fade_in;
      const float end = static_cast<float>(samples_.size() - i) / fade_out;
      samples_[i] *= peak / highest * std::min({begin, end, 1.0F});
    }
    return std::move(samples_);
  }

 private:
  template <class Voice>
  void each(float start, Voice voice) {
    for (auto i = static_cast<std::size_t>(start * rate); i < samples_.size(); ++i)
      samples_[i] += voice(static_cast<float>(i) / rate - start);
  }

  Samples samples_;
  std::uint64_t seeds_ = 0;
};

/// Half steps from the A of 440 Hz.
float note(int steps) { return 440 * std::pow(2.0F, static_cast<float>(steps) / 12); }

/// One voice: notes one after the other, the last one longer.
void play(Mix& mix, std::initializer_list<int> notes, float beat, float level) {
  float start = 0;
  std::size_t left = notes.size();
  for (const int steps : notes) {
    mix.bow(start, note(steps), --left == 0 ? beat * 3.2F : beat * 1.15F, level);
    start += beat;
  }
}

Samples voices(std::initializer_list<int> upper, std::initializer_list<int> lower, float beat,
               float peak) {
  Mix mix(beat * (static_cast<float>(upper.size()) + 2.4F));
  play(mix, upper, beat, 0.5F);
  play(mix, lower, beat, 0.6F);
  return mix.finish(peak);
}

Samples blow(Sound sound) {
  switch (sound) {
    case Sound::light_hit:
      return Mix(0.22F)
          .tone(0, 230, 90, 0.06F, 0.045F, 1)
          .noise(0, 2600, 900, 0.05F, 0.018F, 2.4F)
          .finish(0.50F);
    case Sound::heavy_hit:
      return Mix(0.42F)
          .tone(0, 170, 48, 0.11F, 0.10F, 1.2F)
          .noise(0, 1900, 500, 0.08F, 0.035F, 2.8F)
          .noise(0.004F, 5200, 3000, 0.02F, 0.008F, 1.2F)
          .finish(0.70F);
    case Sound::knockout:
      return Mix(1.3F)
          .tone(0, 150, 36, 0.22F, 0.26F, 1.3F)
          .noise(0, 1700, 240, 0.22F, 0.09F, 2.8F)
          .strike(0.02F, 98, 0.55F, 0.22F)
          .finish(0.85F);
    case Sound::knockdown:
      return Mix(0.35F)
          .tone(0, 105, 42, 0.08F, 0.075F, 1)
          .noise(0, 900, 260, 0.08F, 0.045F, 2.0F)
          .finish(0.50F);
    default:
      return Mix(0.15F)
          .tone(0, 120, 60, 0.05F, 0.030F, 1)
          .noise(0, 900, 400, 0.05F, 0.022F, 0.5F)
          .finish(0.22F);
  }
}

/// The sounds of fighters' actions that are no blows.
Samples deed(Sound sound) {
  switch (sound) {
    case Sound::special_swing:  // a bow drawn over a string, upwards
      return Mix(0.40F)
          .tone(0, 330, 880, 0.22F, 0.13F, 0.5F)
          .tone(0, 495, 1320, 0.22F, 0.10F, 0.3F)
          .noise(0, 800, 3200, 0.20F, 0.09F, 0.6F, 0.5F)
          .finish(0.24F);
    case Sound::shot:  // a plucked string that flies away
      return Mix(0.36F)
          .tone(0, 988, 740, 0.20F, 0.08F, 0.7F)
          .tone(0, 1976, 1480, 0.20F, 0.04F, 0.3F)
          .noise(0, 3600, 1600, 0.10F, 0.03F, 0.8F)
          .finish(0.26F);
    case Sound::counter:  // a bell, and its fifth at once
      return Mix(0.70F).strike(0, 1046, 0.17F, 0.5F).strike(0.06F, 1568, 0.20F, 0.4F).finish(0.42F);
    case Sound::grab:
      return Mix(0.20F)
          .tone(0, 190, 120, 0.05F, 0.035F, 0.8F)
          .noise(0, 1300, 700, 0.06F, 0.03F, 1.6F, 0.9F)
          .finish(0.32F);
    case Sound::throw_out:
      return Mix(0.34F)
          .tone(0.02F, 140, 260, 0.12F, 0.07F, 0.7F)
          .noise(0, 600, 2600, 0.14F, 0.07F, 1.2F, 0.5F)
          .finish(0.30F);
    case Sound::dodge:
      return Mix(0.22F).noise(0, 2600, 900, 0.12F, 0.05F, 1, 0.35F).finish(0.15F);
    case Sound::ledge:
      return Mix(0.16F)
          .strike(0, 392, 0.025F, 0.5F)
          .noise(0, 1500, 900, 0.03F, 0.02F, 0.8F)
          .finish(0.34F);
    default:
      return {};
  }
}

/// Of the menus.
Samples answer(Sound sound) {
  if (sound == Sound::choice) {
    return Mix(0.09F)
        .tone(0, 740, 740, 1, 0.02F, 1)
        .tone(0, 1480, 1480, 1, 0.01F, 0.4F)
        .finish(0.19F);
  }
  return Mix(0.50F).strike(0, 659, 0.09F, 0.5F).strike(0.09F, 988, 0.13F, 0.5F).finish(0.28F);
}

}  // namespace

const char* name_of(Sound sound) {
  static constexpr const char* names[] = {
      "light swing",     "heavy swing",   "light hit", "heavy hit", "knockout",
      "block",           "guard break",   "jump",      "land",      "knockdown",
      "round announced", "fight",         "time up",   "round won", "match won",
      "drawn",           "special swing", "shot",      "counter",   "grab",
      "throw",           "dodge",         "ledge",     "choice",    "ready"};
  const auto index = static_cast<std::size_t>(sound);
  return index < sound_count ? names[index] : "unknown";
}

std::vector<float> synthesise(Sound sound) {
  switch (sound) {
    case Sound::light_swing:
      return Mix(0.16F).noise(0, 900, 2800, 0.07F, 0.045F, 1, 0.45F).finish(0.16F);
    case Sound::heavy_swing:
      return Mix(0.42F).noise(0.13F, 380, 1500, 0.14F, 0.085F, 1, 0.4F).finish(0.24F);
    case Sound::light_hit:
    case Sound::heavy_hit:
    case Sound::knockout:
    case Sound::knockdown:
    case Sound::land:
      return blow(sound);
    case Sound::block:
      return Mix(0.24F)
          .strike(0, 610, 0.045F, 0.5F)
          .noise(0, 3200, 2200, 0.03F, 0.014F, 0.5F)
          .finish(0.36F);
    case Sound::guard_break:
      return Mix(0.75F)
          .strike(0, 1180, 0.16F, 0.4F)
          .strike(0.05F, 890, 0.18F, 0.4F)
          .strike(0.11F, 640, 0.22F, 0.4F)
          .noise(0, 5200, 1500, 0.20F, 0.08F, 0.7F)
          .finish(0.55F);
    case Sound::jump:
      return Mix(0.16F)
          .tone(0, 210, 430, 0.10F, 0.05F, 0.5F)
          .noise(0, 500, 1400, 0.10F, 0.04F, 0.5F)
          .finish(0.16F);
    case Sound::round_announced:
      return voices({0, 7}, {-17, -24}, 0.16F, 0.28F);
    case Sound::fight:
      return voices({12}, {-12}, 0.16F, 0.32F);
    case Sound::time_up:
      return Mix(1.1F)
          .strike(0, 784, 0.22F, 0.5F)
          .strike(0.22F, 784, 0.22F, 0.5F)
          .strike(0.44F, 784, 0.40F, 0.5F)
          .finish(0.42F);
    // Upwards above, downwards below.
    case Sound::round_won:
      return voices({0, 4, 7, 12}, {-5, -8, -10, -12}, 0.13F, 0.32F);
    case Sound::match_won:
      return voices({0, 2, 4, 7, 9, 11, 12}, {0, -1, -3, -5, -7, -10, -12}, 0.15F, 0.38F);
    case Sound::drawn:
      return voices({4, 3, 3}, {-8, -9, -9}, 0.2F, 0.28F);
    case Sound::choice:
    case Sound::ready:
      return answer(sound);
    default:
      return deed(sound);
  }
}

float bent(float sum) {
  constexpr float knee = 0.8F, room = 1 - knee;
  const float size = std::abs(sum);
  if (size <= knee) return sum;
  // A little less than all the room: tanh itself rounds to 1.
  constexpr float most = 0.99F;
  return std::copysign(knee + most * room * std::tanh((size - knee) / room), sum);
}

Sound sound_of(const Effect& effect) {
  constexpr int heavy_from = 10;  // damage
  const bool is_heavy = effect.strength >= heavy_from;
  const auto move = static_cast<Move>(effect.move);
  switch (effect.kind) {
    case Effect::swing:
      if (is_special(move)) return Sound::special_swing;
      if (is_throw(move)) return Sound::throw_out;
      return is_heavy ? Sound::heavy_swing : Sound::light_swing;
    case Effect::hit:
      return is_heavy ? Sound::heavy_hit : Sound::light_hit;
    case Effect::shot:
      return Sound::shot;
    case Effect::dodge:
      return Sound::dodge;
    case Effect::choice:
      return Sound::choice;
    case Effect::ready:
      return Sound::ready;
    case Effect::block:
      return Sound::block;
    case Effect::countered:
      return Sound::counter;
    case Effect::shield_break:
      return Sound::guard_break;
    case Effect::jump:
      return Sound::jump;
    case Effect::land:
      return Sound::land;
    case Effect::ledge:
      return Sound::ledge;
    case Effect::grab:
      return Sound::grab;
    case Effect::knockdown:
      return Sound::knockdown;
    case Effect::knockout:
      return Sound::knockout;
    case Effect::back:
    case Effect::match_begun:
    case Effect::round_announced:
      return Sound::round_announced;
    case Effect::fight:
      return Sound::fight;
    case Effect::time_up:
      return Sound::time_up;
    case Effect::round_won:
      return Sound::round_won;
    case Effect::match_won:
      return Sound::match_won;
    case Effect::round_drawn:
    case Effect::match_drawn:
      return Sound::drawn;
  }
  return Sound::land;
}

}  // namespace counterpoint
