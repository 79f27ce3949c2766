// Sounds are computed, so what would be heard can be checked: levels, clicks, pitch.

#include "audio/sounds.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "arena.hpp"
#include "audio/speaker.hpp"

namespace counterpoint::test {

namespace {

struct Measure {
  float peak = 0;
  double mean = 0;
  double loudness = 0;   // root of the mean square
  double crossings = 0;  // of zero, a second: a rough pitch
  double peak_at = 0;    // seconds
};

Measure measure(Sound sound) {
  const std::vector<float> samples = synthesise(sound);
  REQUIRE(samples.size() > 1000);
  Measure result;
  const auto count = static_cast<double>(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!std::isfinite(samples[i])) FAIL("not a number");
    if (std::abs(samples[i]) > result.peak) {
      result.peak = std::abs(samples[i]);
      result.peak_at = static_cast<double>(i) / sample_rate;
    }
    result.mean += samples[i] / count;
    result.loudness += samples[i] * samples[i] / count;
    if (i > 0 && (samples[i] > 0) != (samples[i - 1] > 0)) {
      result.crossings += sample_rate / count;
    }
  }
  result.loudness = std::sqrt(result.loudness);
  return result;
}

/// How much of this frequency is heard in a stretch (G. Goertzel, "An Algorithm for the Evaluation
/// of Finite Trigonometric Series", 1958).
double energy_at(const std::vector<float>& samples, double from, double seconds, double hertz) {
  const auto first = static_cast<std::size_t>(from * sample_rate);
  const auto count = static_cast<std::size_t>(seconds * sample_rate);
  const double turn = 2 * 3.14159265358979 * hertz / sample_rate;
  double before = 0, last = 0;
  for (std::size_t i = first; i < std::min(first + count, samples.size()); ++i) {
    // A window, so that neighbours do not leak
    const double place = static_cast<double>(i - first) / static_cast<double>(count);
    const double window = 0.5 - 0.5 * std::cos(2 * 3.14159265358979 * place);
    const double now = samples[i] * window + 2 * std::cos(turn) * last - before;
    before = last;
    last = now;
  }
  return last * last + before * before - 2 * std::cos(turn) * last * before;
}

}  // namespace

TEST_CASE("no sound clips, clicks at its ends or carries a constant") {
  for (std::size_t i = 0; i < sound_count; ++i) {
    const auto sound = static_cast<Sound>(i);
    CAPTURE(name_of(sound));
    const std::vector<float> samples = synthesise(sound);
    const Measure heard = measure(sound);
    CHECK(heard.peak > 0.1F);
    CHECK(heard.peak < 0.9F);
    CHECK(std::abs(heard.mean) < 0.001);
    CHECK(std::abs(samples.front()) < 0.002F);
    CHECK(std::abs(samples.back()) < 0.002F);
  }
}

TEST_CASE("the stronger the blow, the louder, and frequent sounds are quiet") {
  const double light = measure(Sound::light_hit).loudness;
  const double heavy = measure(Sound::heavy_hit).loudness;
  CHECK(heavy > light);
  CHECK(measure(Sound::knockout).loudness > heavy);
  for (const Sound quiet : {Sound::light_swing, Sound::heavy_swing, Sound::jump, Sound::land}) {
    CHECK(measure(quiet).loudness < light);
  }
}

TEST_CASE("a block rings higher than a hit, and a smash is heard when it comes down") {
  CHECK(measure(Sound::block).crossings > 1.5 * measure(Sound::light_hit).crossings);
  CHECK(measure(Sound::light_hit).crossings > measure(Sound::knockdown).crossings);
  CHECK(std::abs(measure(Sound::heavy_swing).peak_at -
                 data_of(Character::viola, Move::heavy_side).frames.startup / 60.0) < 0.07);
  CHECK(measure(Sound::heavy_hit).peak_at < 0.012);
}

TEST_CASE("every kind of effect has its sound") {
  std::set<Sound> sounds;
  for (std::size_t kind = 0; kind < std::size(Effect::names); ++kind) {
    Effect effect;
    effect.kind = static_cast<Effect::Kind>(kind);
    sounds.insert(sound_of(effect));
    effect.strength = 20;
    sounds.insert(sound_of(effect));
    for (const Move move : {Move::dash, Move::throw_up}) {
      effect.move = static_cast<std::uint8_t>(move);
      sounds.insert(sound_of(effect));
    }
  }
  CHECK(sounds.size() == sound_count);
}

TEST_CASE("a fighter's actions sound like themselves: air hisses, strings and bells ring") {
  const auto pitch = [](Sound sound) { return measure(sound).crossings; };
  CHECK(pitch(Sound::shot) > pitch(Sound::grab));
  CHECK(pitch(Sound::counter) > pitch(Sound::ledge));
  // A string that flies away is a B of 988 Hz at first
  CHECK(energy_at(synthesise(Sound::shot), 0, 0.05, 960) >
        4 * energy_at(synthesise(Sound::shot), 0, 0.05, 1400));
  CHECK(measure(Sound::choice).loudness < measure(Sound::ready).loudness);
}

TEST_CASE("the music plays its theme in tune and in time, and begins again without a seam") {
  for (const Tune tune : {Tune::menu, Tune::fight}) {
    const std::vector<float> samples = compose(tune);
    constexpr double tune_beats = 64;  // sixteen bars of four
    const double beat = 1 / static_cast<double>(beats_per_second(tune));
    const auto whole = static_cast<double>(samples.size()) / sample_rate;
    CHECK(std::abs(whole - beat * tune_beats) < 0.01);
    // The first note above is an A of 880 Hz, in the second half the lower voice's A of 880 too;
    // the third bar begins with a G.
    const auto sounds = [&](double at, double hertz, double other) {
      return energy_at(samples, at, beat / 2, hertz) > 3 * energy_at(samples, at, beat / 2, other);
    };
    CHECK(sounds(0, 880, 932.3));
    CHECK(sounds(0, 880, 784));
    CHECK(sounds(8 * beat, 784, 831));
    CHECK(sounds(32 * beat, 880, 932.3));
    // Voices below: an A of 220 Hz first, the melody an octave lower in the second half
    CHECK(sounds(0, 220, 247));
    CHECK(sounds(40 * beat, 392, 415));
    const float seam = std::abs(samples.front() - samples.back());
    float step = 0, peak = 0;
    for (std::size_t i = 1; i < samples.size(); ++i) {
      step = std::max(step, std::abs(samples[i] - samples[i - 1]));
      peak = std::max(peak, std::abs(samples[i]));
    }
    CHECK(seam < step);
    CHECK(peak > 0.4F);
    CHECK(peak < 0.5F);
  }
}

TEST_CASE("every sound is heard over the music of the fight, at some pitch") {
  constexpr double window = 0.046, as_loud_as_usual = 0.36;  // its volume is 6 of 10
  const std::vector<float> music = compose(Tune::fight);
  for (std::size_t i = 0; i < sound_count; ++i) {
    const std::vector<float> sound = synthesise(static_cast<Sound>(i));
    double clearest = 0;
    for (double hertz = 100; hertz < 12'000; hertz *= 1.5) {
      // Between the music's own notes: as much as leaks and hisses there, in its loudest tenth.
      std::vector<double> masks;
      for (double at = 0; at < 30; at += 0.5)
        masks.push_back(energy_at(music, at, window, hertz));
      std::nth_element(masks.begin(), masks.end() - 6, masks.end());
      double most = 0;
      for (double at = 0; at + window / 2 < static_cast<double>(sound.size()) / sample_rate;
           at += window / 2)
        most = std::max(most, energy_at(sound, at, window, hertz));
      clearest = std::max(clearest, most / (as_loud_as_usual * *(masks.end() - 6)));
    }
    INFO(name_of(static_cast<Sound>(i)));
    CHECK(clearest > 4);
  }
}

TEST_CASE("sounds that add up to more than a device can do are bent, not cut") {
  CHECK(bent(0.8F) == 0.8F);
  CHECK(bent(-0.3F) == -0.3F);
  for (float sum = 0.8F; sum < 16; sum *= 1.1F) {
    CHECK(bent(sum) < 1);
    CHECK(bent(sum * 1.1F) >= bent(sum));
    CHECK(bent(-sum) == -bent(sum));
  }
}

TEST_CASE("without a device the game is silent and says so once") {
  setenv("SDL_AUDIODRIVER", "no_such_driver", 1);
  {
    Speaker speaker;
    CHECK_THAT(speaker.complaint(), tutti::test::contains("no sound"));
    speaker.play({}, 0);
    speaker.cancel({});
    speaker.set_tune(Tune::menu);
    speaker.set_muted(true);
  }
  setenv("SDL_AUDIODRIVER", "dummy", 1);
  Speaker speaker;
  CHECK(speaker.complaint().empty());
  Effect effect;
  for (int i = 0; i < 40; ++i)
    speaker.play(effect, static_cast<float>(i % 3 - 1));
  speaker.cancel(effect);
  for (const std::optional<Tune> tune : {std::optional(Tune::fight), std::optional<Tune>()})
    speaker.set_tune(tune);
}

}  // namespace counterpoint::test
