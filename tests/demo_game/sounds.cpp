// Sounds are computed, so what would be heard can be checked: levels, clicks, pitch.

#include "audio/sounds.hpp"

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

TEST_CASE("the stronger the blow, the louder; what happens all the time is quiet") {
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
  }
  CHECK(sounds.size() == sound_count);
}

TEST_CASE("without a device the game is silent and says so once") {
  setenv("SDL_AUDIODRIVER", "no_such_driver", 1);
  {
    Speaker speaker;
    CHECK_THAT(speaker.complaint(), tutti::test::contains("no sound"));
    speaker.play({}, 0);
    speaker.cancel({});
    speaker.set_muted(true);
  }
  setenv("SDL_AUDIODRIVER", "dummy", 1);
  Speaker speaker;
  CHECK(speaker.complaint().empty());
  Effect effect;
  for (int i = 0; i < 40; ++i)
    speaker.play(effect, static_cast<float>(i % 3 - 1));
  speaker.cancel(effect);
}

}  // namespace counterpoint::test
