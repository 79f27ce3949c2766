#include "audio/speaker.hpp"

#include <SDL.h>
#include <SDL_mixer.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <span>
#include <vector>

#include "audio/sounds.hpp"

namespace counterpoint {

namespace {

constexpr int channels = 16;
constexpr int music_channel = channels;  // the one behind those of the sounds
constexpr int music_fade_ms = 700;
constexpr int buffer_frames = 512;  // 12 ms: a blow is heard when it is seen

struct ChunkDeleter {
  void operator()(Mix_Chunk* chunk) const { Mix_FreeChunk(chunk); }
};

/// For both ears.
std::vector<float> doubled(const std::vector<float>& samples) {
  std::vector<float> both;
  both.reserve(2 * samples.size());
  for (const float sample : samples)
    both.insert(both.end(), {sample, sample});
  return both;
}

/// Sums are floats, which nothing has cut off yet.
void bend_sum(void*, Uint8* stream, int bytes) {
  const std::span sum(reinterpret_cast<float*>(stream),
                      static_cast<std::size_t>(bytes) / sizeof(float));
  std::transform(sum.begin(), sum.end(), sum.begin(), bent);
}

}  // namespace

struct Speaker::Device {
  struct Loaded {
    std::vector<float> samples;  // two channels; the chunk borrows them
    std::unique_ptr<Mix_Chunk, ChunkDeleter> chunk;
  };
  struct Heard {
    std::uint16_t kind = 0;
    std::uint64_t key = 0;
  };
  std::array<Loaded, sound_count> sounds;
  std::array<Loaded, tune_count> tunes;
  // Composing takes long enough to be seen, so it is done beside the game.
  std::array<std::future<std::vector<float>>, tune_count> composing;
  std::optional<Tune> tune;
  std::array<Heard, channels> heard{};

  ~Device() {
    Mix_HaltChannel(-1);
    for (Loaded& loaded : sounds)
      loaded.chunk.reset();
    for (Loaded& loaded : tunes)
      loaded.chunk.reset();
    Mix_CloseAudio();
  }

  static void load(Loaded& loaded, std::vector<float> samples) {
    loaded.samples = std::move(samples);
    loaded.chunk.reset(
        Mix_QuickLoad_RAW(reinterpret_cast<Uint8*>(loaded.samples.data()),
                          static_cast<Uint32>(loaded.samples.size() * sizeof(float))));
  }

  /// Whether it can be played now.
  bool has(std::size_t index) {
    if (tunes[index].chunk) return true;
    using namespace std::chrono_literals;
    if (composing[index].wait_for(0s) != std::future_status::ready) return false;
    load(tunes[index], composing[index].get());
    return true;
  }
};

Speaker::Speaker() {
  // Exactly this format, so that the computed samples can be played as they are.
  const bool is_open =
      SDL_InitSubSystem(SDL_INIT_AUDIO) == 0 &&
      Mix_OpenAudioDevice(sample_rate, AUDIO_F32SYS, 2, buffer_frames, nullptr, 0) == 0;
  if (!is_open) {
    complaint_ = std::string("no sound: ") + SDL_GetError();
    return;
  }
  Mix_AllocateChannels(channels + 1);
  device_ = std::make_unique<Device>();
  for (std::size_t i = 0; i < sound_count; ++i)
    Device::load(device_->sounds[i], doubled(synthesise(static_cast<Sound>(i))));
  for (std::size_t i = 0; i < tune_count; ++i) {
    device_->composing[i] =
        std::async(std::launch::async, [i] { return doubled(compose(static_cast<Tune>(i))); });
  }
  Mix_SetPostMix(bend_sum, nullptr);
  // Sounds take any channel but this one.
  Mix_GroupChannels(0, channels - 1, 1);
}

Speaker::~Speaker() {
  device_.reset();
  if (SDL_WasInit(SDL_INIT_AUDIO) != 0) SDL_QuitSubSystem(SDL_INIT_AUDIO);
}

void Speaker::play(const Effect& effect, float place) {
  if (!device_ || is_muted_) return;
  const auto index = static_cast<std::size_t>(sound_of(effect));
  const int free = Mix_GroupAvailable(1);
  if (free < 0) return;  // all are busy: one sound less is not missed
  const int channel = Mix_PlayChannel(free, device_->sounds[index].chunk.get(), 0);
  if (channel < 0) return;
  // Never quite on one side: headphones should not hurt.
  const float right = std::clamp(place, -1.0F, 1.0F) * 0.6F;
  Mix_SetPanning(channel, static_cast<Uint8>(255 * std::min(1.0F, 1 - right)),
                 static_cast<Uint8>(255 * std::min(1.0F, 1 + right)));
  device_->heard[static_cast<std::size_t>(channel)] = {effect.kind, effect.key()};
}

void Speaker::cancel(const Effect& effect) {
  if (!device_) return;
  for (int channel = 0; channel < channels; ++channel) {
    const Device::Heard& heard = device_->heard[static_cast<std::size_t>(channel)];
    if (heard.kind == effect.kind && heard.key == effect.key() && Mix_Playing(channel) != 0) {
      constexpr int fade_ms = 20;  // a cut would click
      Mix_FadeOutChannel(channel, fade_ms);
    }
  }
}

void Speaker::set_volume(int volume) {
  if (device_) Mix_MasterVolume(std::clamp(volume, 0, 10) * MIX_MAX_VOLUME / 10);
}

void Speaker::set_music_volume(int volume) {
  if (device_) Mix_Volume(music_channel, std::clamp(volume, 0, 10) * MIX_MAX_VOLUME / 10);
}

void Speaker::set_tune(std::optional<Tune> tune) {
  if (!device_ || tune == device_->tune) return;
  if (tune && !device_->has(static_cast<std::size_t>(*tune))) return;
  device_->tune = tune;
  if (!tune) return static_cast<void>(Mix_FadeOutChannel(music_channel, music_fade_ms));
  Device::Loaded& loaded = device_->tunes[static_cast<std::size_t>(*tune)];
  constexpr int for_ever = -1;
  Mix_FadeInChannel(music_channel, loaded.chunk.get(), for_ever, music_fade_ms);
  if (is_muted_) Mix_Pause(music_channel);
}

void Speaker::set_muted(bool is_muted) {
  is_muted_ = is_muted;
  if (!device_) return;
  if (!is_muted) return Mix_Resume(music_channel);
  for (int channel = 0; channel < channels; ++channel)
    Mix_HaltChannel(channel);
  Mix_Pause(music_channel);
}

}  // namespace counterpoint
