#include "program/play.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <thread>

#include "program/addresses.hpp"

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
/// To look and find the keys, before a moment that is taken over goes on.
constexpr auto ready_time = 2s;
/// Shorter than this, a match is not worth keeping.
constexpr std::int64_t kept_ticks = 600;

volatile std::sig_atomic_t is_interrupted = 0;
void interrupt(int) { is_interrupted = 1; }

}  // namespace

std::size_t hands_of(const Options& options) {
  return options.mode == Mode::local ? options.players : 1;
}

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
      started_utc_(static_cast<std::int64_t>(std::time(nullptr))),
      random_(options.seed),
      has_boxes_(options.mode == Mode::training) {
  // Where port 0 was asked for, the system has chosen one.
  if (const std::uint16_t port = session_.port(); port != 0) {
    const std::string& listen = options.listen;
    options_.listen = listen.substr(0, listen.rfind(':')) + ":" + std::to_string(port);
  }
  if (desk_ == nullptr) return;
  if (options.mode == Mode::take_over) still_ = ready_time;
  desk_->hands.set_players(hands_of(options));
  controllers_ = desk_->hands.controllers();
  if (options.mode == Mode::host) addresses_ = addresses_to_tell(options_.listen);
  if (!desk->news.empty()) say(std::exchange(desk->news, {}));
  if (options.is_measured) stopwatch_.press(static_cast<SDL_Scancode>(desk_->settings.keys[0][1]));
  desk_->painter.sparks().clear();
}

bool Play::is_local(std::size_t slot) const {
  if (session_.is_watching()) return false;
  if (is_online(options_.mode)) return session_.player().value == slot;
  return slot < session_.state().players;
}

bool Play::has_bot(std::size_t slot) const {
  const bool has_company = options_.mode == Mode::bot || options_.mode == Mode::training ||
                           options_.mode == Mode::take_over;
  return is_local(slot) && (options_.is_bot || (has_company && slot != options_.seat));
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

/// Menus and fights have theirs; who watches moves about too much for any.
void Play::hear_music() {
  if (!desk_->speaker) return;
  const Phase phase = session_.state().phase;
  const bool is_fight = is_open_play(phase) || phase == Phase::intro || phase == Phase::round_over;
  std::optional<Tune> tune;
  if (!viewing_) tune = is_fight ? Tune::fight : Tune::menu;
  desk_->speaker->set_tune(tune);
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
  rollback_marks_.update(session_);
  frame_meter_.add(session_.state());
  inputs_.add(session_.state());
}

/// As the player knows them: the key that is bound, the controller's button, or both.
Captions::Keys Play::keys_of(std::size_t slot) const {
  if (!is_local(slot) || has_bot(slot)) return {};
  const std::size_t half = hands_of(options_) == 1 ? 0 : slot;
  const bool has_keys = half < desk_->settings.keys.size();
  const auto name = [&](int button) {
    std::string words;
    const auto place = static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(button)));
    if (has_keys) {
      const Keys& bound = desk_->settings.keys;
      words = shown_key(bound[half][place]);
    }
    if (!has_keys || desk_->hands.has_controller(slot % hands_of(options_))) {
      words += (words.empty() ? "" : " or ") + shown_name(desk_->settings.pad[place]);
    }
    return words;
  };
  return {name(button::light), name(button::special)};
}

Captions Play::captions(float seconds) {
  Captions captions = wording_.captions(session_, seconds);
  captions.addresses = addresses_;
  for (std::size_t slot = 0; slot < fighters_max; ++slot)
    captions.keys[slot] = keys_of(slot);
  if (has_figures_) {
    meters_.update(session_, seconds);
    captions.extras.plots = meters_.plots();
  }
  captions.extras.has_boxes = has_boxes_;
  const bool is_open = is_open_play(session_.state().phase);
  const bool is_training = options_.mode == Mode::training;
  if (is_training && is_open) {
    captions.status = training_.line();
    captions.extras.meter = &frame_meter_;
  }
  if (is_open && (is_training || has_inputs_)) captions.extras.inputs = &inputs_;
  if (!is_training) captions.extras.input_lines = InputHistory::lines_few;
  if (viewing_ && captions.progress) viewing_->add_to(*captions.progress);
  news_seconds_ -= seconds;
  if (news_seconds_ > 0) captions.news = news_;
  if (still_.count() > 0 && !pause_) {
    captions.notice = "Get ready";
    captions.advice = "you are " + captions.names[options_.seat];
  }
  // One of them at a time can be read.
  if (pause_) pause_->say(std::exchange(captions.notice, {}));
  return captions;
}

void Play::draw(float seconds) {
  const auto fraction = static_cast<float>(session_.fraction());
  const auto begun = Clock::now();
  const bool is_frozen = pause_ && Pause::stops(options_.mode);
  const bool is_still = session_.playback() != nullptr && session_.playback()->is_paused();
  desk_->painter.draw(desk_->screen.canvas(),
                      {session_.previous_state(), session_.state(), fraction}, captions(seconds),
                      is_still || is_frozen ? 0 : seconds);
  if (pause_) draw_menu(desk_->screen.canvas(), desk_->painter.text(), pause_->page(), 0);
  const auto drawn = Clock::now();
  desk_->show();
  stopwatch_.shown(shown_, drawn - begun, Clock::now() - drawn);
  is_over_ = is_over_ || desk_->director.is_done();
}

/// Who hosts may have brought bots: they come as soon as there is a room.
void Play::entertain(tutti::Instant now) {
  if (options_.mode != Mode::host || options_.guests == 0 || session_.room().empty()) return;
  if (!company_) {
    auto company = Company::join(options_, session_.room());
    if (!company) {
      options_.guests = 0;
      return say("The computer's fighters cannot come: " + company.error().sentence);
    }
    company_.emplace(std::move(*company));
  }
  company_->play(now);
}

void Play::say_room() {
  if (has_said_room_ || session_.room().empty() || options_.mode == Mode::watch) return;
  has_said_room_ = true;
  std::printf("room %s\n", session_.room().c_str());
  std::fflush(stdout);
  if (desk_ != nullptr) desk_->set_title("Counterpoint, room " + session_.room());
}

Ending Play::ending() const {
  Ending ending{.is_back = is_back_, .next = next_};
  if (session_.status() == tutti::Status::failed) {
    ending.failure = session_.failure().sentence;
    ending.status = 1;
  }
  keep_match(ending);
  return ending;
}

/// What this machine has seen of a match that it neither hosted nor only trained in.
void Play::keep_match(Ending& ending) const {
  const bool is_wanted = options_.mode == Mode::join || options_.mode == Mode::bot ||
                         options_.mode == Mode::local || options_.mode == Mode::take_over;
  if (!is_wanted || desk_ == nullptr || session_.state().match == 0) return;
  auto record = record_of(session_, started_utc_);
  if (!record || record->log.horizon().value < kept_ticks) return;
  record->marks = rollback_marks_.all();
  const auto kept = keep(*record, matches_folder(options_));
  if (!kept && ending.failure.empty()) {
    ending.failure = "The match was not kept: " + kept.error().sentence;
  }
}

/// How much of the time that has passed counts.
std::chrono::nanoseconds Play::passing(std::chrono::nanoseconds real) {
  if (pause_ && Pause::stops(options_.mode)) return {};
  if (still_.count() > 0) {
    still_ -= real;
    return {};
  }
  return options_.mode == Mode::training ? training_.passed(real) : real;
}

Ending Play::run() {
  const auto begun = Clock::now();
  auto before = begun;
  now_ = begun;
  while (!is_over_ && !is_back_ && !is_asked_to_end()) {
    const auto now = Clock::now();
    if (options_.seconds > 0 && now - begun >= std::chrono::seconds(options_.seconds)) break;
    if (desk_ != nullptr) take_inputs();
    now_ += passing(now - before);
    session_.advance(now_);
    say_room();
    if (desk_ != nullptr) note_role();
    if (desk_ != nullptr) note_others();
    if (desk_ != nullptr) note_rulings();
    entertain(now);
    if (desk_ != nullptr) mind_round();
    if (desk_ != nullptr) offer_again();
    let_bots_play();
    const bool has_ended = session_.status() >= tutti::Status::ended;
    if (has_ended && desk_ == nullptr) break;
    if (desk_ != nullptr) {
      hear_effects();
      hear_music();
      draw(std::chrono::duration<float>(now - before).count());
    }
    std::this_thread::sleep_until(now + (desk_ != nullptr ? frame_at_least : pass_without_screen));
    before = now;
  }
  if (options_.is_measured && desk_ != nullptr) {
    std::printf("%s\n", stopwatch_.report(desk_->screen.renderer()).c_str());
  }
  const Ending result = ending();
  if (result.status == 0) std::printf("%s\n", Wording::summary(session_).c_str());
  return result;
}

}  // namespace counterpoint
