// From playing online to watching, and back.

#include "program/play.hpp"

namespace counterpoint {

namespace {

constexpr const char* viewing_hint =
    "Space or A pauses, J and L or the shoulders jump, comma and period or left and right go by "
    "ticks, up and down change the speed, T or X plays on from here, Escape or B leaves";

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
    if (news_seconds_ <= 0) say(viewing_hint);
  }
  if (!is_viewing) viewing_.reset();
  if (const std::string refusal = session_.role_refusal(); refusal != refusal_) {
    refusal_ = refusal;
    if (!refusal.empty()) say(refusal);
  }
}

}  // namespace counterpoint
