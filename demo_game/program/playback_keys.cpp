#include "program/playback_keys.hpp"

#include <algorithm>

#include "counterpoint/counterpoint.hpp"

namespace counterpoint {

namespace {

constexpr std::int64_t near_jump_ticks = 2 * Counterpoint::tick_rate;
constexpr std::int64_t far_jump_ticks = 10 * Counterpoint::tick_rate;
constexpr int slowest_playback = 1, fastest_playback = 1024;  // of 1/16

void jump_by(tutti::Playback& playback, std::int64_t ticks) {
  playback.seek(playback.position() + ticks);
}

void step(tutti::Playback& playback, std::int64_t ticks) {
  playback.set_paused(true);
  jump_by(playback, ticks);
}

void change_speed(tutti::Playback& playback, bool is_faster) {
  const int speed = playback.speed();
  const int size = std::abs(speed);
  const int next = std::clamp(is_faster ? size * 2 : size / 2, slowest_playback, fastest_playback);
  playback.set_speed(speed < 0 ? -next : next);
}

/// 0 to 9: tenths of the whole.
std::optional<std::int64_t> digit_of(SDL_Scancode key) {
  if (key == SDL_SCANCODE_0 || key == SDL_SCANCODE_KP_0) return 0;
  if (key >= SDL_SCANCODE_1 && key <= SDL_SCANCODE_9) return key - SDL_SCANCODE_1 + 1;
  if (key >= SDL_SCANCODE_KP_1 && key <= SDL_SCANCODE_KP_9) return key - SDL_SCANCODE_KP_1 + 1;
  return std::nullopt;
}

}  // namespace

bool is_jump_key(SDL_Scancode key) {
  static constexpr SDL_Scancode jumps[] = {
      SDL_SCANCODE_J,      SDL_SCANCODE_L,    SDL_SCANCODE_LEFT, SDL_SCANCODE_RIGHT,
      SDL_SCANCODE_PERIOD, SDL_SCANCODE_HOME, SDL_SCANCODE_END,  SDL_SCANCODE_COMMA};
  return digit_of(key) || std::find(std::begin(jumps), std::end(jumps), key) != std::end(jumps);
}

bool take_playback_key(const SDL_Keysym& key, tutti::Playback& playback) {
  const bool is_far = (key.mod & KMOD_SHIFT) != 0;
  const std::int64_t ticks = is_far ? far_jump_ticks : near_jump_ticks;
  if (const auto digit = digit_of(key.scancode)) {
    playback.seek(tutti::Tick{playback.length().value * *digit / 10});
    return true;
  }
  switch (key.scancode) {
    case SDL_SCANCODE_SPACE:
    case SDL_SCANCODE_K:
      playback.set_paused(!playback.is_paused());
      return true;
    case SDL_SCANCODE_J:
    case SDL_SCANCODE_LEFT:
      jump_by(playback, -ticks);
      return true;
    case SDL_SCANCODE_L:
    case SDL_SCANCODE_RIGHT:
      jump_by(playback, ticks);
      return true;
    case SDL_SCANCODE_COMMA:
      step(playback, -1);
      return true;
    case SDL_SCANCODE_PERIOD:
      step(playback, 1);
      return true;
    case SDL_SCANCODE_UP:
      change_speed(playback, true);
      return true;
    case SDL_SCANCODE_DOWN:
      change_speed(playback, false);
      return true;
    case SDL_SCANCODE_R:
      playback.set_speed(-playback.speed());
      return true;
    case SDL_SCANCODE_HOME:
      playback.seek(tutti::Tick{0});
      return true;
    case SDL_SCANCODE_END:
      playback.seek(playback.length());
      return true;
    default:
      return false;
  }
}

}  // namespace counterpoint
