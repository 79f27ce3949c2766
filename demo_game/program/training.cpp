#include "program/training.hpp"

#include <fmt/format.h>

namespace counterpoint {

namespace {

constexpr int slowest = 8;
constexpr std::chrono::nanoseconds tick_time{1'000'000'000 / 60 + 1};

}  // namespace

void Training::change_dummy(int by) {
  const int next = (static_cast<int>(behaviour_) + by + behaviours) % behaviours;
  behaviour_ = static_cast<Behaviour>(next);
}

void Training::change_speed(int by) {
  if (by > 0)
    slowness_ = slowness_ >= slowest ? 1 : slowness_ * 2;
  else
    slowness_ = slowness_ <= 1 ? slowest : slowness_ / 2;
}

bool Training::take_button(int button) {
  if (button == SDL_CONTROLLER_BUTTON_LEFTSTICK) return take_key(SDL_SCANCODE_F6);
  return button == SDL_CONTROLLER_BUTTON_RIGHTSTICK && take_key(SDL_SCANCODE_F7);
}

bool Training::take_key(SDL_Scancode key) {
  switch (key) {
    case SDL_SCANCODE_F4:
      change_dummy(1);
      return true;
    case SDL_SCANCODE_F5:
      change_speed(1);
      return true;
    case SDL_SCANCODE_F6:
      is_still_ = !is_still_;
      return true;
    case SDL_SCANCODE_F7:
      is_still_ = true;
      is_stepping_ = true;
      return true;
    default:
      return false;
  }
}

std::chrono::nanoseconds Training::passed(std::chrono::nanoseconds real) {
  if (!is_still_) return real / slowness_;
  const bool is_stepping = is_stepping_;
  is_stepping_ = false;
  return is_stepping ? tick_time : std::chrono::nanoseconds{};
}

Controls Training::act(const State& state, std::size_t slot) const {
  constexpr std::uint32_t jump_every = 70, attack_every = 50, walk_for = 60;
  const std::uint32_t ticks = state.phase_ticks;
  const int towards =
      state.fighters[slot].position.x < state.fighters[0].position.x ? button::right : button::left;
  switch (behaviour_) {
    case Behaviour::crouches:
      return Controls::pad(button::down);
    case Behaviour::shields:
      return Controls::pad(button::shield);
    case Behaviour::jumps:
      return Controls::pad(ticks % jump_every < 4 ? button::jump : 0);
    case Behaviour::attacks:
      return Controls::pad(ticks % attack_every < 3 ? button::light | towards : 0);
    case Behaviour::walks:
      return Controls::pad(ticks / walk_for % 2 == 0 ? button::left : button::right);
    default:
      return {};
  }
}

Controls Training::dummy(const State& state, std::size_t slot, tutti::Random& random) {
  // The menus of the match are a bot's in any case: a dummy that waits there would be a nuisance.
  const bool is_bot = behaviour_ == Behaviour::fights || !is_open_play(state.phase);
  if (!is_bot) return act(state, slot);
  const tutti::PlayerId player{static_cast<std::uint8_t>(slot)};
  if (const auto wish = play_bot(state, player, random)) fighting_ = *wish;
  return fighting_;
}

const char* Training::dummy_name() const {
  static constexpr const char* names[behaviours] = {"stands",  "crouches", "shields", "jumps",
                                                    "attacks", "walks",    "fights"};
  return names[static_cast<std::size_t>(behaviour_)];
}

std::string Training::speed_name() const { return fmt::format("1/{}", slowness_); }

std::string Training::line() const {
  return fmt::format("F4 dummy {}   F5 speed {}   F6 {}   F7 step   F9 keep   F12 go back",
                     dummy_name(), speed_name(), is_still_ ? "go on" : "still");
}

std::optional<tutti::Tick> Training::round_to_repeat(const State& state, tutti::Tick present) {
  constexpr std::uint32_t seen_ticks = 90;  // of how it ended
  if (state.phase == Phase::fighting) round_begun_ = present - state.phase_ticks;
  const bool is_over = state.phase == Phase::round_over && state.phase_ticks >= seen_ticks;
  if (is_over || state.phase == Phase::result) return round_begun_;
  return std::nullopt;
}

}  // namespace counterpoint
