// What the player does with keys, controllers and the mouse while a match is played.

#include <algorithm>

#include "program/play.hpp"

namespace counterpoint {

namespace {

constexpr float news_seconds = 4;

}  // namespace

/// `event`: what has changed them.
void Play::offer_hands(const SDL_Event* event) {
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!is_local(slot) || has_bot(slot)) continue;
    const Controls held = pause_ ? Controls{} : desk_->hands.controls(slot % hands_of(options_));
    if (held == offered_[slot]) continue;
    const tutti::PlayerId player{static_cast<std::uint8_t>(slot)};
    session_.offer(player, held);
    offered_[slot] = held;
    if (event) stopwatch_.pressed(event->common.timestamp, session_.any().offered_for(player));
  }
}

void Play::say(const std::string& news) {
  news_ = news;
  news_seconds_ = news_seconds;
}

void Play::pause(const std::string& remark) {
  pause_.emplace(options_, remark);
  show_choices();
  offer_hands(nullptr);
}

void Play::report_bug() {
  const auto saved = session_.any().report_bug("a player saw something wrong here");
  say(saved ? "A bug report is in " + *saved
            : "The bug report was not saved: " + saved.error().sentence);
}

void Play::keep_clip() {
  auto record = record_of(session_, started_utc_);
  if (!record) return say("There is nothing to keep yet.");
  const tutti::Tick end = record->log.horizon();
  const tutti::Tick from{
      std::max<std::int64_t>(0, end.value - clip_seconds * Counterpoint::tick_rate)};
  const auto kept = counterpoint::keep_clip(*record, from, end, matches_folder(options_));
  say(kept ? "The last 30 seconds are in the theatre: " + *kept
           : "The clip was not kept: " + kept.error().sentence);
}

void Play::take_over(tutti::Tick at) {
  const State& state = session_.state();
  next_ = options_;
  next_->mode = Mode::take_over;
  next_->from_tick = at.value;
  next_->seat = 0;
  while (next_->seat + 1U < fighters_max && !state.fighters[next_->seat].is_present)
    ++next_->seat;
  is_back_ = true;
}

void Play::show_choices() {
  const auto yes_or_no = [](bool value) { return value ? "shown" : "hidden"; };
  pause_->show(Pause::Choice::network, yes_or_no(has_figures_));
  pause_->show(Pause::Choice::boxes, yes_or_no(has_boxes_));
  pause_->show(Pause::Choice::inputs, yes_or_no(has_inputs_));
  pause_->show(Pause::Choice::dummy, training_.dummy_name());
  pause_->show(Pause::Choice::speed, training_.speed_name());
}

/// Whether the line has a value; the page stays open then.
bool Play::change(Pause::Chosen chosen) {
  switch (chosen.choice) {
    case Pause::Choice::network:
      has_figures_ = !has_figures_;
      return true;
    case Pause::Choice::boxes:
      has_boxes_ = !has_boxes_;
      return true;
    case Pause::Choice::inputs:
      has_inputs_ = !has_inputs_;
      return true;
    case Pause::Choice::dummy:
      training_.change_dummy(chosen.by);
      return true;
    case Pause::Choice::speed:
      training_.change_speed(chosen.by);
      return true;
    default:
      return false;
  }
}

void Play::choose(Pause::Chosen chosen) {
  if (change(chosen)) return show_choices();
  pause_.reset();
  switch (chosen.choice) {
    case Pause::Choice::again:
      next_ = options_;
      is_back_ = true;
      return;
    case Pause::Choice::keep_moment:
      return keep_moment();
    case Pause::Choice::to_moment:
      return go_to_moment();
    case Pause::Choice::clip:
      return keep_clip();
    case Pause::Choice::role:
      return change_role();
    case Pause::Choice::declare_void:
      return session_.correct(tutti::Correction::voided, shown_, {});
    case Pause::Choice::leave:
      is_back_ = true;
      return;
    default:
      return;
  }
}

void Play::keep_moment() {
  moment_ = record_of(session_, started_utc_);
  if (moment_) say("This moment is kept; F12 goes back to it as often as you like.");
}

void Play::go_to_moment() {
  if (!moment_) return say("No moment is kept yet: F9 does that.");
  go_back(*moment_, moment_->log.horizon());
}

/// Back to a tick is a branch of the match that was played until now.
void Play::go_back(const tutti::MatchRecord& record, tutti::Tick at) {
  auto session = tutti::take_over<Counterpoint>(record, at, {});
  if (!session) return say(session.error().sentence);
  session_ = std::move(*session);
  session_.advance(now_);
  decided_ = at;
  agreed_.fill(at);
  frame_meter_ = {};
  inputs_ = {};
  // What was held at that tick is held no longer.
  for (std::uint8_t slot = 0; slot < session_.state().players; ++slot)
    session_.offer(tutti::PlayerId{slot}, Controls{});
  offered_ = {};
  offer_hands(nullptr);
}

/// Training has no end: a round that is over, by its clock or the last life, begins again.
void Play::mind_round() {
  const tutti::Timeline* timeline = session_.any().timeline();
  if (options_.mode != Mode::training || timeline == nullptr) return;
  const State& state = session_.state();
  constexpr std::uint32_t seen_ticks = 90;  // of how it ended
  if (state.phase == Phase::fighting) round_begun_ = timeline->present() - state.phase_ticks;
  const bool is_over = state.phase == Phase::round_over && state.phase_ticks >= seen_ticks;
  if (!is_over && state.phase != Phase::result) return;
  if (const auto record = record_of(session_, started_utc_)) go_back(*record, round_begun_);
}

void Play::take_pause(const SDL_Event& event) {
  const bool is_click = event.type == SDL_MOUSEBUTTONDOWN;
  if (is_click || event.type == SDL_MOUSEMOTION) {
    const Point at = is_click ? desk_->screen.on_canvas(event.button.x, event.button.y)
                              : desk_->screen.on_canvas(event.motion.x, event.motion.y);
    const auto line = menu_line_at(desk_->screen.canvas(), pause_->page(), at);
    if (line) pause_->point_at(*line);
    if (line && is_click) choose({pause_->choice()});
    return;
  }
  if (const auto choice = pause_->take(event)) choose(*choice);
}

void Play::take_key(const SDL_KeyboardEvent& event) {
  const SDL_Scancode key = event.keysym.scancode;
  if (viewing_ && viewing_->take_key(event.keysym)) return;
  if (viewing_ && key == SDL_SCANCODE_B && event.repeat == 0) return report_bug();
  if (options_.mode == Mode::training && training_.take_key(key)) return;
  if (event.repeat != 0) return;
  switch (key) {
    case SDL_SCANCODE_ESCAPE:
      // A match that is over, or that one only watches, can be left at once.
      if (viewing_ || session_.status() >= tutti::Status::ended)
        is_back_ = true;
      else
        pause({});
      return;
    case SDL_SCANCODE_F11:
      desk_->settings.is_fullscreen = !desk_->settings.is_fullscreen;
      return desk_->apply();
    case SDL_SCANCODE_F1:
      has_figures_ = !has_figures_;
      return;
    case SDL_SCANCODE_F2:
      if (desk_->speaker) desk_->speaker->set_muted(!desk_->speaker->is_muted());
      return;
    case SDL_SCANCODE_F3:
      has_boxes_ = !has_boxes_;
      return;
    case SDL_SCANCODE_F4:
      has_inputs_ = !has_inputs_;
      return;
    case SDL_SCANCODE_F8:
      return keep_clip();
    case SDL_SCANCODE_F9:
      return options_.mode == Mode::training ? keep_moment() : change_role();
    case SDL_SCANCODE_F12:
      if (options_.mode == Mode::training) go_to_moment();
      return;
    case SDL_SCANCODE_F10:
      return report_bug();
    default:
      return;
  }
}

void Play::take(const SDL_Event& event) {
  const bool is_function_key = event.type == SDL_KEYDOWN &&
                               event.key.keysym.scancode >= SDL_SCANCODE_F1 &&
                               event.key.keysym.scancode <= SDL_SCANCODE_F12;
  if (pause_ && !is_function_key) return take_pause(event);
  if (event.type == SDL_KEYDOWN) take_key(event.key);
  if (viewing_) viewing_->take_mouse(event, desk_->screen);
  if (event.type != SDL_CONTROLLERBUTTONDOWN) return;
  const int button = event.cbutton.button;
  if (viewing_ && viewing_->take_button(button)) return;
  if (options_.mode == Mode::training && training_.take_button(button)) return;
  const bool is_back_button = button == SDL_CONTROLLER_BUTTON_BACK ||
                              button == SDL_CONTROLLER_BUTTON_START ||
                              (viewing_ && button == SDL_CONTROLLER_BUTTON_B);
  SDL_KeyboardEvent escape{};
  escape.keysym.scancode = SDL_SCANCODE_ESCAPE;
  if (is_back_button) take_key(escape);
}

/// Whoever loses a controller in the middle of a fight gets time to find it.
void Play::note_controllers() {
  const std::size_t before = std::exchange(controllers_, desk_->hands.controllers());
  if (controllers_ > before) say("A game controller is here.");
  if (controllers_ >= before) return;
  const std::string remark = "A game controller is gone. Plug it in again; the keyboard works too.";
  if (Pause::stops(options_.mode) && !pause_) return pause(remark);
  say(remark);
}

void Play::take_inputs() {
  desk_->direct();
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) {
    if (event.type == SDL_QUIT) is_over_ = true;
    if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
      desk_->screen.fit();
    }
    const bool was_paused = pause_.has_value();
    take(event);
    // The press that ended the pause is no blow.
    const bool has_resumed = was_paused && !pause_;
    if (!has_resumed) desk_->hands.take(event);
    offer_hands(&event);  // after each one: a tap between two pictures is two changes
  }
  note_controllers();
  if (!viewing_) return;
  viewing_->update();
  if (const std::string news = viewing_->news(); !news.empty()) say(news);
  if (const auto at = viewing_->taken_over()) take_over(*at);
}

}  // namespace counterpoint
