#include "audio/speaker.hpp"

#include <SDL.h>
#include <SDL_mixer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "audio/sounds.hpp"

namespace counterpoint {

namespace {

constexpr int channels = 16;
constexpr int buffer_frames = 512;  // 12 ms: a blow is heard when it is seen

struct ChunkDeleter {
  void operator()(Mix_Chunk* chunk) const { Mix_FreeChunk(chunk); }
};

}  // namespace

struct Speaker::Device {
  struct Loaded {
    std::vector<std::int16_t> samples;  // two channels; the chunk borrows them
    std::unique_ptr<Mix_Chunk, ChunkDeleter> chunk;
  };
  struct Heard {
    std::uint16_t kind = 0;
    std::uint64_t key = 0;
  };
  std::array<Loaded, sound_count> sounds;
  std::array<Heard, channels> heard{};

  ~Device() {
    Mix_HaltChannel(-1);
    for (Loaded& loaded : sounds)
      loaded.chunk.reset();
    Mix_CloseAudio();
  }

  void load() {
    for (std::size_t i = 0; i < sound_count; ++i) {
      Loaded& loaded = sounds[i];
      for (const float sample : synthesise(static_cast<Sound>(i))) {
        const auto value = static_cast<std::int16_t>(std::lround(sample * 32'767));
        loaded.samples.insert(loaded.samples.end(), {value, value});
      }
      loaded.chunk.reset(
          Mix_QuickLoad_RAW(reinterpret_cast<Uint8*>(loaded.samples.data()),
                            static_cast<Uint32>(loaded.samples.size() * sizeof(std::int16_t))));
    }
  }
};

Speaker::Speaker() {
  // Exactly this format, so that the computed samples can be played as they are.
  const bool is_open =
      SDL_InitSubSystem(SDL_INIT_AUDIO) == 0 &&
      Mix_OpenAudioDevice(sample_rate, AUDIO_S16SYS, 2, buffer_frames, nullptr, 0) == 0;
  if (!is_open) {
    complaint_ = std::string("no sound: ") + SDL_GetError();
    return;
  }
  Mix_AllocateChannels(channels);
  device_ = std::make_unique<Device>();
  device_->load();
}

Speaker::~Speaker() {
  device_.reset();
  if (SDL_WasInit(SDL_INIT_AUDIO) != 0) SDL_QuitSubSystem(SDL_INIT_AUDIO);
}

void Speaker::play(const Effect& effect, float place) {
  if (!device_ || is_muted_) return;
  const auto index = static_cast<std::size_t>(sound_of(effect));
  const int channel = Mix_PlayChannel(-1, device_->sounds[index].chunk.get(), 0);
  if (channel < 0 || channel >= channels) return;  // all are busy: one sound less is not missed
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

void Speaker::set_muted(bool is_muted) {
  is_muted_ = is_muted;
  if (is_muted && device_) Mix_HaltChannel(-1);
}

}  // namespace counterpoint
