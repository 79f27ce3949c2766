#include "program/play.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

#include "program/playback_keys.hpp"

namespace counterpoint {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Displays that do not make us wait are not drawn on more often.
constexpr auto frame_at_least = 8ms;
/// Without a screen: half a tick.
constexpr auto pass_without_screen = 8ms;
/// An effect that is learnt of later is seen but not heard.
constexpr std::int64_t heard_within_ticks = 12;
constexpr std::int64_t seen_within_ticks = 30;
/// The state holds something else than the hands for so long: it is said again.
constexpr std::int64_t offer_again_ticks = 45;
constexpr std::int64_t marks_a_frame = 4096;  // ticks folded for them

volatile std::sig_atomic_t is_interrupted = 0;
void interrupt(int) { is_interrupted = 1; }

bool is_watching(Mode mode) { return mode == Mode::watch || mode == Mode::spectate; }

/// Players at this machine who have hands.
std::size_t hands_of(const Options& options) {
  return options.mode == Mode::local ? options.players : 1;
}

}  // namespace

bool is_asked_to_end() {
  static const bool is_listening = [] {
    return std::signal(SIGINT, interrupt) != SIG_ERR && std::signal(SIGTERM, interrupt) != SIG_ERR;
  }();
  return is_listening && is_interrupted != 0;
}

Play::Play(GameSession session, const Options& options, Desk* desk)
    : options_(options),
      session_(std::move(session)),
      desk_(desk),
      wording_(options),
      random_(options.seed),
      has_boxes_(options.mode == Mode::training) {
  if (desk_ == nullptr) return;
  desk_->hands.set_players(hands_of(options));
  desk_->painter.sparks().clear();
}

bool Play::is_local(std::size_t slot) const {
  if (is_watching(options_.mode)) return false;
  const bool is_online = options_.mode == Mode::host || options_.mode == Mode::join;
  return is_online ? session_.player().value == slot : slot < options_.players;
}

bool Play::has_bot(std::size_t slot) const {
  const bool has_company = options_.mode == Mode::bot || options_.mode == Mode::training;
  return is_local(slot) && (options_.is_bot || (has_company && slot > 0));
}

void Play::offer_hands() {
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!is_local(slot) || has_bot(slot)) continue;
    const Controls held = desk_->hands.controls(slot % hands_of(options_));
    if (held == offered_[slot]) continue;
    session_.offer(tutti::PlayerId{static_cast<std::uint8_t>(slot)}, held);
    offered_[slot] = held;
  }
}

/// The relay may have let go for us, after a silence; whoever still holds a key means it.
void Play::offer_again() {
  const tutti::Timeline* timeline = session_.any().timeline();
  if (timeline == nullptr) return;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!is_local(slot) || has_bot(slot)) continue;
    const Fighter& fighter = session_.state().fighters[slot];
    if (!fighter.is_present || fighter.held == offered_[slot]) agreed_[slot] = timeline->present();
    if (timeline->present() - agreed_[slot] < offer_again_ticks) continue;
    session_.offer(tutti::PlayerId{static_cast<std::uint8_t>(slot)}, offered_[slot]);
    agreed_[slot] = timeline->present();
  }
}

void Play::let_bots_play() {
  const tutti::Timeline* timeline = session_.any().timeline();
  if (timeline == nullptr || timeline->present() <= decided_) return;
  decided_ = timeline->present();
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!has_bot(slot)) continue;
    const tutti::PlayerId player{static_cast<std::uint8_t>(slot)};
    if (options_.mode == Mode::training && slot > 0) {
      const Controls held = training_.dummy(session_.state(), slot, random_);
      if (held == offered_[slot]) continue;
      session_.offer(player, held);
      offered_[slot] = held;
      continue;
    }
    const auto wish = play_bot(session_.state(), player, random_, {.strength = options_.strength});
    if (wish) session_.offer(player, *wish);
  }
}

void Play::take_key(const SDL_KeyboardEvent& event) {
  const SDL_Scancode key = event.keysym.scancode;
  tutti::Playback* playback = session_.playback();
  if (playback != nullptr && take_playback_key(event.keysym, *playback)) return;
  if (options_.mode == Mode::training && training_.take_key(key)) return;
  if (event.repeat != 0) return;
  switch (key) {
    case SDL_SCANCODE_ESCAPE:
      is_back_ = true;
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
    default:
      return;
  }
}

/// The timeline of a replay follows the mouse while its button is down.
void Play::take_mouse(const SDL_Event& event) {
  tutti::Playback* playback = session_.playback();
  if (playback == nullptr) return;
  if (event.type == SDL_MOUSEBUTTONUP) is_dragging_ = false;
  const bool is_down = event.type == SDL_MOUSEBUTTONDOWN;
  const bool is_moved = event.type == SDL_MOUSEMOTION && is_dragging_;
  if (!is_down && !is_moved) return;
  const Point at = is_down ? desk_->screen.on_canvas(event.button.x, event.button.y)
                           : desk_->screen.on_canvas(event.motion.x, event.motion.y);
  const auto part = timeline_at(desk_->screen.canvas(), at);
  if (is_down) {
    is_dragging_ = part.has_value();
    if (!part) playback->set_paused(!playback->is_paused());
  }
  if (!part) return;
  const auto length = static_cast<double>(playback->length().value);
  playback->seek(tutti::Tick{static_cast<std::int64_t>(static_cast<double>(*part) * length)});
}

void Play::take_inputs() {
  desk_->direct();
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) {
    if (event.type == SDL_QUIT) is_over_ = true;
    if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
      desk_->screen.fit();
    }
    if (event.type == SDL_KEYDOWN) take_key(event.key);
    const bool is_back_button = event.type == SDL_CONTROLLERBUTTONDOWN &&
                                event.cbutton.button == SDL_CONTROLLER_BUTTON_BACK;
    is_back_ = is_back_ || is_back_button;
    take_mouse(event);
    desk_->hands.take(event);
    offer_hands();  // after each one: a tap between two pictures is two changes
  }
}

void Play::hear_effects() {
  const tutti::Timeline* timeline = session_.any().timeline();
  const tutti::Tick present = timeline != nullptr ? timeline->present() : tutti::Tick{};
  const bool is_elsewhere = present < shown_ || present - shown_ > seen_within_ticks;
  if (is_elsewhere) desk_->painter.sparks().clear();
  take_notes(present);
  shown_ = present;
  for (const auto& heard : session_.effects()) {
    if (heard.change == tutti::EffectChange::cancelled) {
      desk_->painter.sparks().cancel(heard.effect);
      if (desk_->speaker) desk_->speaker->cancel(heard.effect);
    } else if (heard.change == tutti::EffectChange::happened) {
      if (heard.age_ticks <= seen_within_ticks) {
        desk_->painter.sparks().add(heard.effect, static_cast<float>(heard.age_ticks));
      }
      if (desk_->speaker && heard.age_ticks <= heard_within_ticks) {
        desk_->speaker->play(heard.effect, to_float(heard.effect.position.x / blast_side));
      }
    }
  }
}

/// What the overlays of the last ticks show.
void Play::take_notes(tutti::Tick present) {
  if (present == shown_) return;
  frame_meter_.add(session_.state());
  inputs_.add(session_.state());
}

Captions Play::captions(float seconds) {
  Captions captions = wording_.captions(session_, seconds);
  if (has_figures_) {
    meters_.update(session_, seconds);
    captions.extras.plots = meters_.plots();
  }
  captions.extras.has_boxes = has_boxes_;
  if (options_.mode == Mode::training) {
    captions.status = training_.line();
    if (is_open_play(session_.state().phase)) captions.extras.meter = &frame_meter_;
  }
  const bool has_inputs = options_.mode == Mode::training || (has_boxes_ && captions.progress);
  if (has_inputs && is_open_play(session_.state().phase)) captions.extras.inputs = &inputs_;
  if (captions.progress) {
    const auto length =
        static_cast<float>(std::max<std::int64_t>(session_.playback()->length().value, 1));
    for (const Mark& mark : marks_.all()) {
      captions.progress->marks.push_back(
          {static_cast<float>(mark.tick.value) / length, static_cast<int>(mark.kind)});
    }
  }
  return captions;
}

void Play::draw(float seconds) {
  if (session_.playback() != nullptr) marks_.update(session_, marks_a_frame);
  const auto fraction = static_cast<float>(session_.fraction());
  const bool is_still = session_.playback() != nullptr && session_.playback()->is_paused();
  desk_->painter.draw(desk_->screen.canvas(),
                      {session_.previous_state(), session_.state(), fraction}, captions(seconds),
                      is_still ? 0 : seconds);
  desk_->show();
  is_over_ = is_over_ || desk_->director.is_done();
}

void Play::say_room() {
  if (has_said_room_ || session_.room().empty() || options_.mode == Mode::watch) return;
  has_said_room_ = true;
  std::printf("room %s\n", session_.room().c_str());
  std::fflush(stdout);
  if (desk_ != nullptr) desk_->screen.set_title("Counterpoint, room " + session_.room());
}

Ending Play::ending() const {
  Ending ending{.is_back = is_back_};
  if (session_.status() == tutti::Status::failed) {
    ending.failure = session_.failure().sentence;
    ending.status = 1;
  }
  return ending;
}

Ending Play::run() {
  const auto begun = Clock::now();
  auto before = begun;
  while (!is_over_ && !is_back_ && !is_asked_to_end()) {
    const auto now = Clock::now();
    if (options_.seconds > 0 && now - begun >= std::chrono::seconds(options_.seconds)) break;
    if (desk_ != nullptr) take_inputs();
    const bool is_training = options_.mode == Mode::training;
    passed_ += is_training ? training_.passed(now - before) : now - before;
    session_.advance(begun + passed_);
    say_room();
    if (desk_ != nullptr) offer_again();
    let_bots_play();
    const bool has_ended = session_.status() >= tutti::Status::ended;
    if (has_ended && desk_ == nullptr) break;
    if (desk_ != nullptr) {
      hear_effects();
      draw(std::chrono::duration<float>(now - before).count());
    }
    std::this_thread::sleep_until(now + (desk_ != nullptr ? frame_at_least : pass_without_screen));
    before = now;
  }
  const Ending result = ending();
  if (result.failure.empty()) std::printf("%s\n", Wording::summary(session_).c_str());
  return result;
}

}  // namespace counterpoint
