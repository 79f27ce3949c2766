#include "program/play.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

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
/// Of the program itself, without a network.
constexpr std::size_t local_players = 2;
constexpr std::int64_t jump_ticks = 5 * Counterpoint::tick_rate;

volatile std::sig_atomic_t is_interrupted = 0;
void interrupt(int) { is_interrupted = 1; }

Seats seats_of(Mode mode) { return mode == Mode::local ? Seats::two : Seats::one; }

}  // namespace

Play::Play(GameSession session, const Options& options, std::optional<Screen> screen)
    : options_(options),
      session_(std::move(session)),
      screen_(std::move(screen)),
      hands_(seats_of(options.mode)),
      wording_(options),
      random_(options.seed) {
  if (!screen_) return;
  if (!painter_.complaint().empty()) {
    std::fprintf(stderr, "counterpoint: %s\n", painter_.complaint().c_str());
  }
  if (SDL_InitSubSystem(SDL_INIT_GAMECONTROLLER) != 0) {
    std::fprintf(stderr, "counterpoint: no game controllers: %s\n", SDL_GetError());
  }
  if (options_.is_muted) return;
  speaker_.emplace();
  if (!speaker_->complaint().empty()) {
    std::fprintf(stderr, "counterpoint: %s\n", speaker_->complaint().c_str());
  }
}

bool Play::is_local(std::size_t slot) const {
  if (options_.mode == Mode::watch || options_.mode == Mode::spectate) return false;
  if (options_.mode == Mode::bot || options_.mode == Mode::local) return slot < local_players;
  return session_.player().value == slot;
}

bool Play::has_bot(std::size_t slot) const {
  return is_local(slot) && (options_.is_bot || (options_.mode == Mode::bot && slot == 1));
}

void Play::offer_hands() {
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!is_local(slot) || has_bot(slot)) continue;
    const Controls held = hands_.controls(slot % local_players);
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
    const auto wish = Counterpoint::play(session_.state(), player, random_);
    if (wish) session_.offer(player, *wish);
  }
}

void Play::take_playback_key(SDL_Scancode key, tutti::Playback& playback) {
  const tutti::Tick here = playback.position();
  switch (key) {
    case SDL_SCANCODE_SPACE:
      return playback.set_paused(!playback.is_paused());
    case SDL_SCANCODE_LEFT:
      return playback.seek(here - jump_ticks);
    case SDL_SCANCODE_RIGHT:
      return playback.seek(here + jump_ticks);
    case SDL_SCANCODE_UP:
      return playback.set_speed(std::clamp(playback.speed() * 2, -256, 256));
    case SDL_SCANCODE_DOWN:
      return playback.set_speed(playback.speed() / 2 != 0 ? playback.speed() / 2
                                                          : playback.speed());
    case SDL_SCANCODE_R:
      return playback.set_speed(-playback.speed());
    case SDL_SCANCODE_HOME:
      return playback.seek(tutti::Tick{0});
    case SDL_SCANCODE_END:
      return playback.seek(playback.length());
    case SDL_SCANCODE_COMMA:
      playback.set_paused(true);
      return playback.seek(here - 1);
    case SDL_SCANCODE_PERIOD:
      playback.set_paused(true);
      return playback.seek(here + 1);
    default:
      return;
  }
}

void Play::take_key(const SDL_KeyboardEvent& event) {
  const SDL_Scancode key = event.keysym.scancode;
  if (tutti::Playback* playback = session_.playback()) take_playback_key(key, *playback);
  if (event.repeat != 0) return;
  switch (key) {
    case SDL_SCANCODE_ESCAPE:
      is_over_ = true;
      return;
    case SDL_SCANCODE_F11:
      return screen_->toggle_fullscreen();
    case SDL_SCANCODE_F1:
      figures_ = figures_ == Figures::few ? Figures::all : Figures::few;
      return;
    case SDL_SCANCODE_F2:
      if (speaker_) speaker_->set_muted(!speaker_->is_muted());
      return;
    default:
      return;
  }
}

void Play::take_inputs() {
  SDL_Event event;
  while (SDL_PollEvent(&event) != 0) {
    if (event.type == SDL_QUIT) is_over_ = true;
    if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
      screen_->fit();
    }
    if (event.type == SDL_KEYDOWN) take_key(event.key);
    hands_.take(event);
    offer_hands();  // after each one: a tap between two pictures is two changes
  }
}

void Play::hear_effects() {
  const tutti::Timeline* timeline = session_.any().timeline();
  const tutti::Tick present = timeline != nullptr ? timeline->present() : tutti::Tick{};
  const bool is_elsewhere = present < shown_ || present - shown_ > seen_within_ticks;
  if (is_elsewhere) painter_.sparks().clear();
  shown_ = present;
  for (const auto& heard : session_.effects()) {
    if (heard.change == tutti::EffectChange::cancelled) {
      painter_.sparks().cancel(heard.effect);
      if (speaker_) speaker_->cancel(heard.effect);
    } else if (heard.change == tutti::EffectChange::happened) {
      if (heard.age_ticks <= seen_within_ticks) {
        painter_.sparks().add(heard.effect, static_cast<float>(heard.age_ticks));
      }
      if (speaker_ && heard.age_ticks <= heard_within_ticks) {
        speaker_->play(heard.effect, to_float(heard.effect.position.x / blast_side));
      }
    }
  }
}

void Play::draw(float seconds) {
  const Captions captions = wording_.captions(session_, figures_, seconds);
  const auto fraction = static_cast<float>(session_.fraction());
  const bool is_still = session_.playback() != nullptr && session_.playback()->is_paused();
  painter_.draw(screen_->canvas(), {session_.previous_state(), session_.state(), fraction},
                captions, is_still ? 0 : seconds);
  screen_->present();
}

void Play::say_room() {
  if (has_said_room_ || session_.room().empty() || options_.mode == Mode::watch) return;
  has_said_room_ = true;
  std::printf("room %s\n", session_.room().c_str());
  std::fflush(stdout);
  if (screen_) screen_->set_title("Counterpoint, room " + session_.room());
}

int Play::run() {
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  const auto begun = Clock::now();
  auto before = begun;
  while (!is_over_ && is_interrupted == 0) {
    const auto now = Clock::now();
    if (options_.seconds > 0 && now - begun >= std::chrono::seconds(options_.seconds)) break;
    if (screen_) take_inputs();
    session_.advance(now);
    say_room();
    offer_again();
    let_bots_play();
    const bool has_ended = session_.status() >= tutti::Status::ended;
    if (has_ended && !screen_) break;
    if (screen_) {
      hear_effects();
      draw(std::chrono::duration<float>(now - before).count());
    }
    std::this_thread::sleep_until(now + (screen_ ? frame_at_least : pass_without_screen));
    before = now;
  }
  if (session_.status() == tutti::Status::failed) {
    std::fprintf(stderr, "counterpoint: %s\n", session_.failure().sentence.c_str());
    return 1;
  }
  std::printf("%s\n", Wording::summary(session_).c_str());
  return 0;
}

}  // namespace counterpoint
