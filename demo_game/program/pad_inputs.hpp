#pragma once
// The parts of a game controller that a player can press, and their names. The triggers are axes to
// SDL and buttons to us.

#include <SDL.h>

#include <optional>
#include <string>

namespace counterpoint {

/// One of a controller's: SDL's number of a button, or behind those the left and the right trigger.
using PadInput = int;
inline constexpr PadInput left_trigger = SDL_CONTROLLER_BUTTON_MAX;
inline constexpr PadInput right_trigger = left_trigger + 1;
inline constexpr PadInput pad_input_count = right_trigger + 1;

/// Whether the game's buttons may be bound to it. The others pause, leave, and stop time in
/// training, whatever is bound.
bool is_bindable(PadInput input);
/// The input that the event presses: a button, or a trigger that is far in.
std::optional<PadInput> pressed_input(const SDL_Event& event);
/// "left trigger", "A"; for the screen.
std::string shown_name(PadInput input);
/// "lefttrigger", "a"; for files, as SDL names it.
std::string stored_name(PadInput input);
/// Nothing for a name that is none.
std::optional<PadInput> input_named(const std::string& stored);

/// A trigger is pressed from here on, and let go below the second.
inline constexpr int trigger_pressed = 20'000;
inline constexpr int trigger_free = 16'000;

}  // namespace counterpoint
