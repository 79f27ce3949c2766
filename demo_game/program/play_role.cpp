// From playing online to watching, and back.

#include <utility>

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

/// Players and those who watch are told what the match's referee says.
void Play::note_rulings() {
  const auto& rulings = session_.corrections();
  if (rulings.size() > rulings_seen_) say("The match is " + ruling_text(rulings.back()));
  rulings_seen_ = rulings.size();
}

/// Who plays is told who has left, and who has come where no column of the selection shows it.
void Play::note_others() {
  const tutti::Timeline* timeline = session_.any().timeline();
  if (!is_online(options_.mode) || session_.is_watching() || timeline == nullptr) return;
  const State& state = session_.state();
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    const bool is_here = state.fighters[slot].is_present;
    if (std::exchange(is_here_[slot], is_here) == is_here) continue;
    if (slot == session_.player().value || (is_here && state.phase == Phase::selecting)) continue;
    const std::string known = names_in(timeline->log(), timeline->present())[slot];
    const std::string name = known.empty() ? colour_name(slot) : known;
    say(name + (is_here ? " is here." : " has left."));
  }
}

}  // namespace counterpoint
