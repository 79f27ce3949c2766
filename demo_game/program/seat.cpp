#include "program/seat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <thread>

#include "program/addresses.hpp"
#include "program/choices.hpp"
#include "program/hearing.hpp"
#include "program/printing.hpp"
#include "tutti/net/room_code.hpp"

namespace counterpoint {

namespace {

using namespace std::chrono_literals;
using SeatClock = std::chrono::steady_clock;

/// No more than one picture in so long, where the display does not make us wait.
constexpr auto frame_at_least = 8ms;
/// The player looks and finds the keys before a moment that is taken over goes on.
constexpr auto ready_time = 2s;

bool is_paused(Round& round) {
  const tutti::Playback* playback = round.session().playback();
  return playback != nullptr && playback->is_paused();
}

constexpr const char* viewing_keys =
    "Space pause   J L jump   , . tick   up down speed   M mark   T play on   Escape leave";
constexpr const char* viewing_buttons =
    "A pause   shoulders jump   left right tick   up down speed   Y mark   X play on   B leave";

}  // namespace

Seat::Seat(Desk& desk, GameSession session, const Options& options)
    : desk_(desk),
      round_(std::move(session), options),
      wording_(options),
      overlays_(options.mode),
      controllers_(desk.hands) {
  if (options.mode == Mode::take_over) still_ = ready_time;
  desk_.hands.set_players(round_.hands());
  if (options.mode == Mode::host) addresses_ = addresses_to_tell(round_.options().listen);
  fill_seats();
  if (round_.filled() > 0) {
    say(
        fmt::format("There are hands for {} players: the computer plays the others until they have "
                    "a controller.",
                    round_.hands() - round_.filled()));
  }
  if (!desk_.news.empty()) say(std::exchange(desk_.news, {}));
  if (options.is_measured) stopwatch_.press(static_cast<SDL_Scancode>(desk_.settings.keys[0][1]));
  desk_.painter.sparks().clear();
}

Ending Seat::run() {
  const auto begun = SeatClock::now();
  const auto limit = std::chrono::seconds(round_.options().seconds);
  auto before = begun;
  match_now_ = begun;
  while (!is_over_ && !is_back_ && !is_asked_to_end()) {
    const auto now = SeatClock::now();
    if (limit.count() > 0 && now - begun >= limit) break;
    take_inputs();
    match_now_ += passing(now - before);
    round_.pass(match_now_, now);
    mind_viewing();
    if (const std::string news = tidings_.update(round_); !news.empty()) say(news);
    if (const std::string news = round_.news(); !news.empty()) say(news);
    if (const auto trouble = round_.session().relay_trouble()) say(trouble->sentence);
    overlays_.note(round_);
    present_effects(round_, shown_, desk_);
    shown_ = round_.present();
    if (viewing_ && desk_.speaker) desk_.speaker->set_tune({});
    if (!viewing_) play_music(round_.state(), desk_);
    draw(std::chrono::duration<float>(now - before).count());
    std::this_thread::sleep_until(now + frame_at_least);
    before = now;
  }
  return ending();
}

Ending Seat::ending() {
  if (round_.options().is_measured) fmt::print("{}\n", stopwatch_.report(desk_.screen.renderer()));
  Ending ending = round_.ending();
  ending.is_back = is_back_;
  ending.next = next_;
  const std::string complaint = round_.keep();
  if (ending.failure.empty()) ending.failure = complaint;
  if (ending.status == 0) print_line(stdout, Wording::summary(round_.session()));
  const auto trouble = round_.session().close_relay();
  if (ending.failure.empty() && trouble) ending.failure = trouble->sentence;
  return ending;
}

/// How much of the time that has passed counts for the match.
std::chrono::nanoseconds Seat::passing(std::chrono::nanoseconds real) {
  if (pause_ && Pause::stops(round_.options().mode)) return {};
  if (still_.count() > 0) {
    still_ -= real;
    return {};
  }
  Training* training = round_.training();
  return training != nullptr ? training->passed(real) : real;
}

// ---- Inputs

void Seat::take_inputs() {
  desk_.direct();
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) {
    if (event.type == SDL_QUIT) is_over_ = true;
    if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
      desk_.screen.fit();
    }
    const bool was_paused = pause_.has_value();
    take(event);
    // The press that ended the pause is no blow.
    const bool has_resumed = was_paused && !pause_;
    if (!has_resumed) desk_.hands.take(event);
    offer_hands(&event);  // after each one: a tap between two pictures is two changes
  }
  fill_seats();
  offer_hands(nullptr);
  note_controllers();
}

/// The computer plays for players who have neither keys nor a controller; a player whose controller
/// is gone is waited for.
void Seat::fill_seats() {
  const std::vector<std::size_t> waiting = desk_.hands.waiting();
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    const bool is_here = round_.options().mode == Mode::local && slot < round_.hands();
    if (!is_here && !round_.is_local(slot)) continue;
    const std::size_t hands = round_.hands_of(slot);
    const bool is_awaited = std::find(waiting.begin(), waiting.end(), hands) != waiting.end();
    round_.fill(slot, !desk_.hands.can_play(hands) && !is_awaited);
  }
}

/// `event`: the cause of their change, if there is one.
void Seat::offer_hands(const SDL_Event* event) {
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!round_.has_hands(slot)) continue;
    const Controls held = pause_ ? Controls{} : desk_.hands.controls(round_.hands_of(slot));
    if (!round_.hold(slot, held) || event == nullptr) continue;
    const tutti::PlayerId player{static_cast<std::uint8_t>(slot)};
    stopwatch_.pressed(event->common.timestamp, round_.session().any().offered_for(player));
  }
}

void Seat::take(const SDL_Event& event) {
  const bool is_function_key = event.type == SDL_KEYDOWN &&
                               event.key.keysym.scancode >= SDL_SCANCODE_F1 &&
                               event.key.keysym.scancode <= SDL_SCANCODE_F12;
  if (pause_ && !is_function_key) return take_pause(event);
  if (event.type == SDL_KEYDOWN) take_key(event.key);
  if (viewing_) viewing_->take_mouse(event, desk_.screen);
  if (event.type == SDL_CONTROLLERBUTTONDOWN) take_button(event.cbutton.button);
}

void Seat::take_key(const SDL_KeyboardEvent& event) {
  const SDL_Scancode key = event.keysym.scancode;
  if (viewing_ && viewing_->take_key(event.keysym)) return;
  if (viewing_ && key == SDL_SCANCODE_B && event.repeat == 0) {
    return say(round_.report_bug());
  }
  if (round_.training() != nullptr && round_.training()->take_key(key)) return;
  if (event.repeat != 0) return;
  if (key == SDL_SCANCODE_ESCAPE) return leave_or_pause();
  if (key == SDL_SCANCODE_C && (event.keysym.mod & KMOD_CTRL) != 0) return copy_invitation();
  if (!overlays_.take_key(key)) take_function_key(key);
}

void Seat::take_function_key(SDL_Scancode key) {
  switch (key) {
    case SDL_SCANCODE_F2:
      if (desk_.speaker) desk_.speaker->set_muted(!desk_.speaker->is_muted());
      return;
    case SDL_SCANCODE_F5:
      return round_.answer(tutti::HostWish::let_in);
    case SDL_SCANCODE_F6:
      return round_.answer(tutti::HostWish::turn_away);
    case SDL_SCANCODE_F8:
      return say(round_.keep_clip());
    case SDL_SCANCODE_F9:
      return round_.training() != nullptr ? keep_moment() : round_.change_role();
    case SDL_SCANCODE_F10:
      return say(round_.report_bug());
    case SDL_SCANCODE_F11:
      desk_.settings.is_fullscreen = !desk_.settings.is_fullscreen;
      return desk_.apply();
    case SDL_SCANCODE_F12:
      return go_to_moment();
    default:
      return;
  }
}

void Seat::take_button(int button) {
  if (viewing_ && viewing_->take_button(button)) return;
  if (round_.training() != nullptr && round_.training()->take_button(button)) return;
  const bool is_back_button = button == SDL_CONTROLLER_BUTTON_BACK ||
                              button == SDL_CONTROLLER_BUTTON_START ||
                              (viewing_ && button == SDL_CONTROLLER_BUTTON_B);
  if (is_back_button) leave_or_pause();
}

/// A match that is over, has not begun, or is only watched is left at once.
void Seat::leave_or_pause() {
  const GameSession& session = round_.session();
  const bool has_begun = session.any().timeline() != nullptr;
  if (viewing_ || !has_begun || session.status() >= tutti::Status::ended)
    is_back_ = true;
  else
    pause({});
}

/// A player who loses a controller in the middle of a fight gets time to find it.
void Seat::note_controllers() {
  const auto news = controllers_.update();
  if (!news) return;
  if (pause_) return pause_->remark(news->text);
  if (news->is_loss && Pause::stops(round_.options().mode)) return pause(news->text);
  say(news->text);
}

/// A viewer can move about in the match, from when the session begins to watch.
void Seat::mind_viewing() {
  const bool is_viewing = round_.session().playback() != nullptr;
  if (is_viewing && !viewing_) {
    viewing_.emplace(round_.session(), round_.options());
    if (news_.is_over()) say(desk_.hands.controllers() > 0 ? viewing_buttons : viewing_keys);
  }
  if (!is_viewing) return viewing_.reset();
  viewing_->update();
  if (const std::string news = viewing_->news(); !news.empty()) say(news);
  if (const auto at = viewing_->taken_over()) {
    next_ = round_.taken_over(*at);
    is_back_ = true;
  }
}

// ---- The page to pause on

void Seat::pause(const std::string& remark) {
  pause_.emplace(round_.options(), remark);
  offer_hands(nullptr);
}

void Seat::take_pause(const SDL_Event& event) {
  const bool is_click = event.type == SDL_MOUSEBUTTONDOWN;
  if (is_click || event.type == SDL_MOUSEMOTION) {
    const Point at = is_click ? desk_.screen.on_canvas(event.button.x, event.button.y)
                              : desk_.screen.on_canvas(event.motion.x, event.motion.y);
    const auto line = menu_line_at(desk_.screen.canvas(), pause_->page(), at);
    if (line) pause_->point_at(*line);
    if (line && is_click) choose({pause_->choice()});
    return;
  }
  if (const auto choice = pause_->take(event)) choose(*choice);
}

void Seat::choose(Pause::Chosen chosen) {
  if (change_choice(chosen, overlays_, round_.training())) return;
  pause_.reset();
  switch (chosen.choice) {
    case Pause::Choice::again:
      next_ = round_.options();
      is_back_ = true;
      return;
    case Pause::Choice::keep_moment:
      return keep_moment();
    case Pause::Choice::to_moment:
      return go_to_moment();
    case Pause::Choice::clip:
      return say(round_.keep_clip());
    case Pause::Choice::role:
      return round_.change_role();
    case Pause::Choice::let_in:
      return round_.answer(tutti::HostWish::let_in);
    case Pause::Choice::turn_away:
      return round_.answer(tutti::HostWish::turn_away);
    case Pause::Choice::copy:
      return copy_invitation();
    case Pause::Choice::declare_void:
      return round_.session().correct(tutti::Correction::voided, shown_, {});
    case Pause::Choice::leave:
      is_back_ = true;
      return;
    default:
      return;
  }
}

// ---- What a player does beside fighting

/// Copies all that a friend needs to come in.
void Seat::copy_invitation() {
  const std::string words = round_.invitation(addresses_);
  if (words.empty()) return;
  const bool is_copied = SDL_SetClipboardText(words.c_str()) == 0;
  if (!is_copied) return say(fmt::format("Not copied: {}", SDL_GetError()));
  const bool has_password = !round_.options().password.empty();
  say(has_password ? "The invitation is copied; your friend needs the password, too."
                   : "The invitation is copied: send it to your friend.");
}

void Seat::keep_moment() {
  auto moment = round_.record();
  if (!moment) return;
  round_.training()->keep(std::move(*moment));
  say("This moment is kept; F12 goes back to it as often as you like.");
}

void Seat::go_to_moment() {
  if (round_.training() == nullptr) return;
  const tutti::MatchRecord* moment = round_.training()->moment();
  if (moment == nullptr) return say("No moment is kept yet: F9 does that.");
  const auto gone = round_.go_back(*moment, moment->log.horizon());
  if (!gone) say(gone.error().sentence);
}

// ---- The picture

Captions Seat::captions(float seconds) {
  Captions captions = wording_.captions(round_.session(), seconds);
  captions.addresses = addresses_;
  for (std::size_t slot = 0; slot < fighters_max; ++slot)
    captions.keys[slot] = keys_of(round_, desk_, slot);
  overlays_.add_to(captions, round_, seconds);
  captions.has_hud = !pause_;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (round_.is_filled(slot)) captions.names[slot] = fmt::format("CPU {}", slot + 1);
  }
  if (viewing_ && captions.progress) viewing_->add_to(*captions.progress);
  captions.news = news_.pass(seconds);
  const std::string question = round_.question();
  if (captions.news.empty() && !pause_ && !question.empty()) {
    captions.news = question + " F5 lets in, F6 turns away";
  }
  if (still_.count() > 0 && !pause_) {
    captions.notice = "Get ready";
    captions.advice = "you are " + captions.names[round_.options().seat];
  }
  // One of them at a time can be read.
  if (pause_) pause_->say(std::exchange(captions.notice, {}), question);
  return captions;
}

/// Of a match that is played the pictures follow the player's time, of a replay the match's: at
/// twice the speed all is twice as fast, and a step while it stands still shows its tick as it is.
Passage Seat::passage(float seconds, float fraction) {
  constexpr float jump_ticks = 30;
  const double place = static_cast<double>(round_.present().value) + fraction;
  const auto ticks = static_cast<float>(std::abs(place - drawn_at_.value_or(place)));
  const bool is_jump = !drawn_at_ || ticks > jump_ticks;
  drawn_at_ = place;
  if (viewing_) {
    const bool is_step = is_paused(round_) && ticks > 0;
    return {.seconds = ticks / ticks_per_second, .is_cut = is_jump || is_step};
  }
  const bool is_frozen = pause_ && Pause::stops(round_.options().mode);
  return {.seconds = is_frozen ? 0 : seconds, .is_cut = is_jump};
}

void Seat::draw(float seconds) {
  const GameSession& session = round_.session();
  const auto begun = SeatClock::now();
  // A replay that stands still shows a whole tick.
  const float fraction = is_paused(round_) ? 1 : static_cast<float>(session.fraction());
  Captions words = captions(seconds);
  // The page over the match dims all that lies below it.
  const std::string news = pause_ ? std::exchange(words.news, {}) : std::string();
  desk_.painter.draw(desk_.screen.canvas(), {session.previous_state(), session.state(), fraction},
                     words, passage(seconds, fraction));
  if (pause_) {
    show_choices(*pause_, overlays_, round_.training());
    draw_menu(desk_.screen.canvas(), desk_.painter.text(), pause_->page(), 0);
    draw_news(desk_.screen.canvas(), desk_.painter.text(), news);
  }
  const auto drawn = SeatClock::now();
  if (!session.room().empty()) {
    desk_.set_title("Counterpoint, room " + tutti::shown_room_code(session.room()));
  }
  desk_.show();
  stopwatch_.shown(shown_, drawn - begun, SeatClock::now() - drawn);
  is_over_ = is_over_ || desk_.director.is_done();
}

}  // namespace counterpoint
