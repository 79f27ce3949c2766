#include "program/hands.hpp"

#include <algorithm>

namespace counterpoint {

namespace {

constexpr std::size_t players_most = 99;  // behind every player

int changed(int held, int buttons, bool is_down) {
  return is_down ? held | buttons : held & ~buttons;
}

/// A stick's 16 bits as the game's small number.
int stick_of(int value) {
  constexpr int full = 32'767, dead = 6'000;
  if (value > -dead && value < dead) return 0;
  return std::clamp(value * stick_full / full, -stick_full, stick_full);
}

}  // namespace

Hands::Hands(std::size_t players)
    : players_(players),
      several_(players > 1 ? players : 0),
      bound_(Settings::usual_keys()),
      pad_buttons_(Settings::usual_pad()) {}

void Hands::set_keys(const Keys& keys) {
  bound_ = keys;
  keys_ = {};
}

void Hands::take_key(const SDL_KeyboardEvent& event) {
  for (std::size_t half = 0; half < bound_.size(); ++half) {
    for (std::size_t place = 0; place < bound_[half].size(); ++place) {
      if (bound_[half][place] != event.keysym.scancode) continue;
      keys_[half] = changed(keys_[half], 1 << place, event.state == SDL_PRESSED);
    }
  }
}

void Hands::take_pad_button(const SDL_ControllerButtonEvent& event) {
  for (Pad& pad : pads_) {
    if (pad.id != event.which) continue;
    if (event.button < pad.pressed.size()) pad.pressed[event.button] = event.state == SDL_PRESSED;
  }
}

void Hands::take_pad_axis(const SDL_ControllerAxisEvent& event) {
  for (Pad& pad : pads_) {
    if (pad.id != event.which) continue;
    if (event.axis == SDL_CONTROLLER_AXIS_LEFTX) pad.x = stick_of(event.value);
    if (event.axis == SDL_CONTROLLER_AXIS_LEFTY) pad.y = -stick_of(event.value);
    const bool is_left = event.axis == SDL_CONTROLLER_AXIS_TRIGGERLEFT;
    if (!is_left && event.axis != SDL_CONTROLLER_AXIS_TRIGGERRIGHT) continue;
    const auto trigger = static_cast<std::size_t>(is_left ? left_trigger : right_trigger);
    if (event.value >= trigger_pressed) pad.pressed.set(trigger);
    if (event.value < trigger_free) pad.pressed.reset(trigger);
  }
}

void Hands::take(const SDL_Event& event) {
  switch (event.type) {
    case SDL_KEYDOWN:
    case SDL_KEYUP:
      return take_key(event.key);
    case SDL_CONTROLLERBUTTONDOWN:
    case SDL_CONTROLLERBUTTONUP:
      return take_pad_button(event.cbutton);
    case SDL_CONTROLLERAXISMOTION:
      return take_pad_axis(event.caxis);
    case SDL_CONTROLLERDEVICEADDED:
      return add(event.cdevice.which);
    case SDL_CONTROLLERDEVICEREMOVED:
      return remove(event.cdevice.which);
    case SDL_WINDOWEVENT:
      // Nobody tells us of keys that are let go elsewhere.
      if (event.window.event == SDL_WINDOWEVENT_FOCUS_LOST) keys_ = {};
      return;
    default:
      return;
  }
}

Hands::Identity Hands::identity_of(SDL_GameController* device) {
  const auto text = [](const char* words) { return std::string(words != nullptr ? words : ""); };
  char model[33] = {};
  SDL_JoystickGetGUIDString(SDL_JoystickGetGUID(SDL_GameControllerGetJoystick(device)), model,
                            sizeof model);
  return {text(SDL_GameControllerGetSerial(device)), model, text(SDL_GameControllerPath(device))};
}

/// 0 for two that have nothing in common; more the likelier they are the same device.
int Hands::likeness(const Identity& one, const Identity& other) {
  if (!one.serial.empty() && one.serial == other.serial) return 3;
  if (one.model != other.model) return 0;
  return one.port == other.port ? 2 : 1;
}

/// Players without a keyboard, then the second, then the first.
std::vector<std::size_t> Hands::neediest_first() const {
  std::vector<std::size_t> order;
  for (std::size_t player = keys_.size(); player < players_; ++player)
    order.push_back(player);
  for (std::size_t player = std::min(keys_.size(), players_); player > 0; --player)
    order.push_back(player - 1);
  return order;
}

/// The player whose place the device takes: its own, that of a device that looks like it, that of
/// any lost device, else that of a player without a device.
std::size_t Hands::player_for(const Identity& identity) {
  const auto alike = [&](const Loss& one, const Loss& other) {
    return likeness(one.identity, identity) < likeness(other.identity, identity);
  };
  // The first of the likeliest: it was lost first.
  const auto found = std::max_element(lost_.begin(), lost_.end(), alike);
  if (found != lost_.end()) {
    const std::size_t player = found->player;
    lost_.erase(found);
    return player;
  }
  const std::vector<std::size_t> order = neediest_first();
  const auto count = [&](std::size_t player) {
    return std::count_if(pads_.begin(), pads_.end(),
                         [&](const Pad& pad) { return pad.player == player; });
  };
  return *std::min_element(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    return count(one) < count(other);
  });
}

void Hands::add(int index) {
  Pad pad;
  pad.device.reset(SDL_GameControllerOpen(index));
  if (!pad.device) return;
  pad.id = SDL_JoystickInstanceID(SDL_GameControllerGetJoystick(pad.device.get()));
  const bool is_known =
      std::any_of(pads_.begin(), pads_.end(), [&](const Pad& other) { return other.id == pad.id; });
  if (is_known) return;
  pad.identity = identity_of(pad.device.get());
  if (players_ > 1) pad.player = player_for(pad.identity);
  pads_.push_back(std::move(pad));
}

void Hands::remove(SDL_JoystickID id) {
  const auto gone =
      std::find_if(pads_.begin(), pads_.end(), [&](const Pad& pad) { return pad.id == id; });
  if (gone == pads_.end()) return;
  if (gone->player) lost_.push_back({gone->identity, *gone->player});
  pads_.erase(gone);
}

void Hands::set_players(std::size_t players) {
  players_ = players;
  if (players < 2) return;
  if (players != several_) deal();
  several_ = players;
  for (Pad& pad : pads_) {
    if (!pad.player) pad.player = player_for(pad.identity);
  }
}

/// Others play now: the pads go to those who need one most, in the order of those who had them.
void Hands::deal() {
  lost_.clear();
  std::stable_sort(pads_.begin(), pads_.end(), [](const Pad& one, const Pad& other) {
    return one.player.value_or(players_most) < other.player.value_or(players_most);
  });
  std::vector<std::size_t> players = neediest_first();
  players.resize(std::min(players.size(), pads_.size()));
  std::sort(players.begin(), players.end());
  for (std::size_t i = 0; i < pads_.size(); ++i)
    pads_[i].player = players[i % players.size()];
}

std::size_t Hands::seat_of(const Pad& pad) const {
  return players_ > 1 ? pad.player.value_or(0) : 0;
}

bool Hands::has_controller(std::size_t slot) const {
  return std::any_of(pads_.begin(), pads_.end(),
                     [&](const Pad& pad) { return seat_of(pad) == slot; });
}

std::vector<std::size_t> Hands::waiting() const {
  std::vector<std::size_t> players;
  for (const Loss& loss : lost_) {
    const bool is_named = std::find(players.begin(), players.end(), loss.player) != players.end();
    if (players_ > 1 && !is_named && !has_controller(loss.player)) players.push_back(loss.player);
  }
  return players;
}

int Hands::buttons_of(const Pad& pad) const {
  int buttons = 0;
  for (std::size_t i = 0; i < pad_buttons_.size(); ++i) {
    if (pad.pressed.test(static_cast<std::size_t>(pad_buttons_[i])))
      buttons |= bits_of_pad_button(i);
  }
  return buttons;
}

Controls Hands::controls(std::size_t slot) const {
  int buttons = 0;
  if (players_ == 1) {
    buttons = keys_[0] | keys_[1];
  } else if (slot < keys_.size()) {
    buttons = keys_[slot];
  }
  int x = 0, y = 0;
  for (const Pad& pad : pads_) {
    if (seat_of(pad) != slot) continue;
    buttons |= buttons_of(pad);
    if (pad.x != 0 || pad.y != 0) x = pad.x, y = pad.y;
  }
  constexpr int directions = button::all & ~button::actions;
  const bool is_stick = (x != 0 || y != 0) && (buttons & directions) == 0;
  return is_stick ? Controls::stick(x, y, buttons) : Controls::pad(buttons);
}

}  // namespace counterpoint
