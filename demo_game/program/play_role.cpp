// From playing online to watching, and back.

#include "program/play.hpp"

namespace counterpoint {

namespace {

/// One line each.
constexpr const char* viewing_keys =
    "Space pause   J L jump   , . tick   up down speed   M mark   T play on   Escape leave";
constexpr const char* viewing_buttons =
    "A pause   shoulders jump   left right tick   up down speed   Y mark   X play on   B leave";

}  // namespace

/// Online, who watches plays where a place is free, and who plays watches.
void Play::change_role() {
  if (!is_online(options_.mode)) return;
  offered_ = {};
  if (session_.is_watching()) return session_.become_player(options_.name);
  session_.become_spectator(options_.behind_seconds);
}

/// Who watches can go about in the match, from when it begins to watch.
void Play::note_role() {
  const bool is_viewing = session_.playback() != nullptr;
  if (is_viewing && !viewing_) {
    viewing_.emplace(session_, options_);
    if (news_seconds_ <= 0) say(controllers_ > 0 ? viewing_buttons : viewing_keys);
  }
  if (!is_viewing) viewing_.reset();
  if (const std::string refusal = session_.role_refusal(); refusal != refusal_) {
    refusal_ = refusal;
    if (!refusal.empty()) say(refusal);
  }
}

}  // namespace counterpoint
