#include "program/viewing.hpp"

#include <algorithm>
#include <ctime>

#include "program/playback_keys.hpp"
#include "program/recording.hpp"
#include "render/panel.hpp"
#include "render/progress.hpp"
#include "tutti/replay/match_file.hpp"

namespace counterpoint {

namespace {

constexpr std::int64_t marks_a_frame = 4096;    // ticks folded for them
constexpr std::int64_t preview_a_frame = 1024;  // ticks folded for going anywhere

}  // namespace

Viewing::Viewing(GameSession& session, const Options& options)
    : session_(session), options_(options) {
  if (options.file.empty()) return;
  auto match = tutti::read_match_file(options.file);
  if (!match) return;
  if (match->damage) {
    news_ = "This file is damaged: its first " + clock_text(match->record.log.horizon().value) +
            " are whole and can be watched.";
  }
  record_.emplace(std::move(match->record));
  preview_.open(record_->log);
}

float Viewing::part_of_length(tutti::Tick tick) const {
  const auto length = static_cast<float>(std::max<std::int64_t>(playback().length().value, 1));
  return static_cast<float>(tick.value) / length;
}

/// The file's match, or of one that is still played what is known of it.
std::optional<tutti::MatchRecord> Viewing::known() const {
  if (record_) return tutti::prefix(*record_, record_->log.horizon());
  return record_of(session_, static_cast<std::int64_t>(std::time(nullptr)));
}

/// The first press is where to begin again, the second where to turn back, the third ends it.
void Viewing::step_loop() {
  const tutti::Tick here = playback().position();
  if (loop_from_ && loop_to_) {
    loop_from_.reset();
    loop_to_.reset();
    news_ = "Nothing is repeated any more.";
  } else if (loop_from_ && here > *loop_from_) {
    loop_to_ = here;
    news_ = "A to B is repeated; A ends that.";
  } else {
    loop_from_ = here;
    news_ = "A is set; press it again where the stretch ends.";
  }
}

void Viewing::cut() {
  clip_to_ = playback().position();
  if (!clip_from_ || *clip_to_ <= *clip_from_) {
    news_ = "The clip ends here; press I where it begins, before that.";
    return;
  }
  const auto record = known();
  if (!record) return;
  const auto kept = keep_clip(*record, *clip_from_, *clip_to_, matches_folder(options_));
  news_ = kept ? "The clip is in the theatre: " + *kept
               : "The clip was not kept: " + kept.error().sentence;
  if (kept) clip_from_.reset(), clip_to_.reset();
}

/// Into the file, so that it is there the next time.
void Viewing::mark() {
  if (!record_) {
    news_ = "Only matches that are over can be marked; I and O cut a clip of this one.";
    return;
  }
  const tutti::Tick here = playback().position();
  record_->marks.push_back({here, here, "marked"});
  const auto written = tutti::write_match_file(options_.file, *record_);
  news_ = written ? "Marked at " + clock_text(here.value) + "."
                  : "The mark lasts until you leave: " + written.error().sentence;
}

bool Viewing::take_key(const SDL_Keysym& key) {
  const bool is_own = key.scancode == SDL_SCANCODE_A || key.scancode == SDL_SCANCODE_I ||
                      key.scancode == SDL_SCANCODE_O || key.scancode == SDL_SCANCODE_M ||
                      key.scancode == SDL_SCANCODE_T;
  if (!is_own) {
    is_jumping_ = is_jumping_ || is_jump_key(key.scancode);
    return take_playback_key(key, playback());
  }
  const tutti::Tick here = playback().position();
  if (key.scancode == SDL_SCANCODE_A) step_loop();
  if (key.scancode == SDL_SCANCODE_O) cut();
  if (key.scancode == SDL_SCANCODE_M) mark();
  if (key.scancode == SDL_SCANCODE_I) {
    clip_from_ = here;
    clip_to_.reset();
    news_ = "The clip begins here; O ends it.";
  }
  if (key.scancode == SDL_SCANCODE_T) {
    if (record_)
      taken_over_ = here;
    else
      news_ = "Only a match that is over can be taken over.";
  }
  return true;
}

bool Viewing::take_button(int button) {
  struct Meaning {
    int button;
    SDL_Scancode key;
  };
  static constexpr Meaning meanings[] = {
      {SDL_CONTROLLER_BUTTON_A, SDL_SCANCODE_K},
      {SDL_CONTROLLER_BUTTON_X, SDL_SCANCODE_T},
      {SDL_CONTROLLER_BUTTON_Y, SDL_SCANCODE_M},
      {SDL_CONTROLLER_BUTTON_LEFTSHOULDER, SDL_SCANCODE_J},
      {SDL_CONTROLLER_BUTTON_RIGHTSHOULDER, SDL_SCANCODE_L},
      {SDL_CONTROLLER_BUTTON_DPAD_LEFT, SDL_SCANCODE_COMMA},
      {SDL_CONTROLLER_BUTTON_DPAD_RIGHT, SDL_SCANCODE_PERIOD},
      {SDL_CONTROLLER_BUTTON_DPAD_UP, SDL_SCANCODE_UP},
      {SDL_CONTROLLER_BUTTON_DPAD_DOWN, SDL_SCANCODE_DOWN},
      {SDL_CONTROLLER_BUTTON_LEFTSTICK, SDL_SCANCODE_A},
      {SDL_CONTROLLER_BUTTON_BACK, SDL_SCANCODE_R},
  };
  SDL_Keysym key{};
  for (const Meaning& meaning : meanings) {
    if (meaning.button == button) key.scancode = meaning.key;
  }
  // One button begins a clip and ends it.
  if (button == SDL_CONTROLLER_BUTTON_RIGHTSTICK) {
    key.scancode = clip_from_ ? SDL_SCANCODE_O : SDL_SCANCODE_I;
  }
  return key.scancode != SDL_SCANCODE_UNKNOWN && take_key(key);
}

void Viewing::take_mouse(const SDL_Event& event, Screen& screen) {
  if (event.type == SDL_MOUSEBUTTONUP) is_dragging_ = false;
  const bool is_down = event.type == SDL_MOUSEBUTTONDOWN;
  if (!is_down && event.type != SDL_MOUSEMOTION) return;
  const Point at = is_down ? screen.on_canvas(event.button.x, event.button.y)
                           : screen.on_canvas(event.motion.x, event.motion.y);
  const auto part = timeline_at(screen.canvas(), at);
  hover_ = part;
  preview_.fit(unit_of(screen.canvas()));
  if (is_down) {
    is_dragging_ = part.has_value();
    if (!part) playback().set_paused(!playback().is_paused());
  }
  if (!part || !is_dragging_) return;
  is_jumping_ = true;
  const auto length = static_cast<double>(playback().length().value);
  playback().seek(tutti::Tick{static_cast<std::int64_t>(static_cast<double>(*part) * length)});
}

void Viewing::update() {
  marks_.update(session_, marks_a_frame);
  preview_.fill(preview_a_frame);
  repeat();
}

/// From B back to A, or the other way round; a viewer who jumps out of the stretch leaves it.
void Viewing::repeat() {
  const bool has_jumped = std::exchange(is_jumping_, false);
  if (!loop_from_ || !loop_to_) return;
  const tutti::Tick here = playback().position();
  if (has_jumped && (here < *loop_from_ || here > *loop_to_)) {
    loop_from_.reset();
    loop_to_.reset();
    news_ = "Nothing is repeated any more.";
    return;
  }
  const bool is_back = playback().speed() < 0;
  if (!is_back && here >= *loop_to_) playback().seek(*loop_from_);
  if (is_back && here <= *loop_from_) playback().seek(*loop_to_);
}

void Viewing::add_to(Captions::Progress& progress) {
  for (const Mark& mark : marks_.all())
    progress.marks.push_back({part_of_length(mark.tick), static_cast<int>(mark.kind)});
  if (record_) {
    for (const tutti::Mark& mark : record_->marks)
      progress.notes.push_back({part_of_length(mark.from), is_rollback(mark)});
  }
  const auto place = [&](std::optional<tutti::Tick> tick) {
    return tick ? std::optional(part_of_length(*tick)) : std::nullopt;
  };
  progress.loop = {place(loop_from_), place(loop_to_)};
  progress.clip = {place(clip_from_), place(clip_to_)};
  if (!hover_) return;
  const auto length = static_cast<float>(playback().length().value);
  const tutti::Tick tick{static_cast<std::int64_t>(*hover_ * length)};
  progress.hover = {*hover_, clock_text(tick.value), preview_.at(tick)};
}

}  // namespace counterpoint
