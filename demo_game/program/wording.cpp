#include "program/wording.hpp"

#include <cstdarg>
#include <cstdio>

namespace counterpoint {

namespace {

constexpr float seconds_between_figures = 0.25F;
constexpr float seconds_until_named = 0.3F;

[[gnu::format(printf, 1, 2)]] std::string print(const char* format, ...) {
  char text[256];
  std::va_list values;
  va_start(values, format);
  const int size = std::vsnprintf(text, sizeof text, format, values);
  va_end(values);
  return std::string(text, static_cast<std::size_t>(std::clamp(size, 0, 255)));
}

unsigned long long count_of(const tutti::SessionStatistics& statistics, const char* kind) {
  const auto found = statistics.facts.find(kind);
  return found == statistics.facts.end() ? 0 : found->second;
}

/// "paused", "1/4x", "-2x"; empty at the usual speed.
std::string speed_text(const tutti::Playback& playback) {
  constexpr int usual = 16;
  if (playback.is_paused()) return "paused";
  const int speed = playback.speed();
  if (speed == usual) return {};
  const char* sign = speed < 0 ? "-" : "";
  if (std::abs(speed) < usual) return print("%s1/%dx", sign, usual / std::abs(speed));
  return print("%s%dx", sign, std::abs(speed) / usual);
}

Captions::Progress progress_of(const tutti::Playback& playback) {
  const auto length = std::max<std::int64_t>(playback.length().value, 1);
  Captions::Progress progress;
  progress.part = static_cast<float>(playback.position().value) / static_cast<float>(length);
  progress.here = clock_text(playback.position().value);
  progress.end = clock_text(length);
  return progress;
}

}  // namespace

std::string ruling_text(const tutti::RelayEvent& ruling) {
  const bool is_void = ruling.correction == tutti::Correction::voided;
  const bool is_restart = ruling.correction == tutti::Correction::restart;
  const char* what = is_void ? "void" : is_restart ? "to be played again" : "decided";
  return std::string(what) + ", says " + ruling.name +
         (ruling.text.empty() ? "" : ": " + ruling.text);
}

std::array<std::string, fighters_max> names_in(const tutti::Log& log, tutti::Tick tick) {
  std::array<std::string, fighters_max> names{};
  for (const tutti::EventView& event : log.events()) {
    if (event.tick > tick) break;
    if (!event.author.is_relay()) continue;
    const auto relay_event = tutti::decode_relay_event(event.payload);
    const bool is_name = relay_event && relay_event->kind == tutti::EventKind::joined &&
                         relay_event->player.value < names.size();
    if (is_name) names[relay_event->player.value] = relay_event->name;
  }
  return names;
}

const char* colour_name(std::size_t slot) {
  static constexpr const char* colours[fighters_max] = {"Vermilion", "Azure", "Verdant", "Violet"};
  return colours[slot % fighters_max];
}

std::string clock_text(std::int64_t ticks) {
  const auto seconds = static_cast<long long>(ticks / Counterpoint::tick_rate);
  return print("%lld:%02lld", seconds / 60, seconds % 60);
}

std::string Wording::name_of(const GameSession& session, std::size_t slot) const {
  std::string name = names_[slot];
  if (name.empty())
    name =
        options_.mode == Mode::bot && slot > 0 ? "CPU " + std::to_string(slot) : colour_name(slot);
  if (options_.mode == Mode::training && slot > 0) name = "dummy";
  if (options_.mode == Mode::take_over) name += slot == options_.seat ? "" : " (CPU)";
  const bool is_playing = is_online(options_.mode) && !session.is_watching();
  if (is_playing && session.player().value == slot) name += " (you)";
  return name;
}

std::string Wording::notice(const GameSession& session, float seconds) {
  const tutti::Status status = session.status();
  const bool is_held_up = status == tutti::Status::connecting ||
                          status == tutti::Status::catching_up ||
                          status == tutti::Status::reconnecting || status == tutti::Status::waiting;
  waited_ = is_held_up ? waited_ + seconds : 0;
  if (is_held_up && waited_ < seconds_until_named) return {};
  switch (status) {
    case tutti::Status::connecting:
      return is_online(options_.mode) && !options_.relay.empty() ? "Connecting to " + options_.relay
                                                                 : "Connecting";
    case tutti::Status::reconnecting:
      return "Looking for the relay";
    case tutti::Status::catching_up:
      return "Catching up";
    case tutti::Status::waiting:
      return "Waiting for the network";
    case tutti::Status::held: {
      std::string names;
      for (const tutti::PlayerId player : session.awaited())
        names += (names.empty() ? "" : ", ") + name_of(session, player.value);
      return "Waiting for " + (names.empty() ? "the players" : names);
    }
    case tutti::Status::resyncing:
      return "Correcting an error of this machine";
    case tutti::Status::ended:
      return options_.mode == Mode::watch ? "" : "The match is over";
    case tutti::Status::failed:
      if (session.any().timeline() != nullptr) return "The match cannot go on";
      return options_.mode == Mode::host ? "There is no room" : "There is no way in";
    default:
      return {};
  }
}

std::string Wording::status_line(const GameSession& session) const {
  if (const auto tick = session.any().diverged()) {
    return print("the players' states differ since tick %lld", static_cast<long long>(tick->value));
  }
  if (!is_online(options_.mode) || session.room().empty()) return {};
  return "room " + session.room() + print("   %.0f ms", session.statistics().network.round_trip_ms);
}

std::string Wording::advice(const GameSession& session) const {
  switch (session.status()) {
    case tutti::Status::failed:
      return session.failure().sentence + (session.failure().sentence.ends_with('?')
                                               ? " Escape goes back"
                                               : "; Escape goes back");
    case tutti::Status::ended:
      return "Escape goes back";
    case tutti::Status::connecting:
    case tutti::Status::reconnecting:
      return is_online(options_.mode) && session.status() == tutti::Status::reconnecting
                 ? "it is silent; the match goes on as soon as it is back, Escape gives up"
                 : "the relay does not answer yet; Escape gives up";
    case tutti::Status::waiting:
      return "nothing has arrived for a while; the match goes on as soon as it does";
    case tutti::Status::held:
      return "the match stands still until they are back";
    default:
      return {};
  }
}

void Wording::refresh(const GameSession& session) {
  status_ = status_line(session);
  // From the log and not from the session's names: those of a replay are those at its end.
  const tutti::Timeline* timeline = session.any().timeline();
  if (timeline != nullptr) names_ = names_in(timeline->log(), timeline->present());
}

Captions Wording::captions(GameSession& session, float seconds) {
  status_age_ += seconds;
  if (status_age_ >= seconds_between_figures) {
    refresh(session);
    status_age_ = 0;
  }
  Captions captions;
  for (std::size_t slot = 0; slot < fighters_max; ++slot)
    captions.names[slot] = name_of(session, slot);
  captions.status = status_;
  captions.notice = notice(session, seconds);
  if (!captions.notice.empty()) captions.advice = advice(session);
  if (is_online(options_.mode)) captions.room = session.room();
  if (const tutti::Playback* playback = session.playback()) {
    captions.progress = progress_of(*playback);
    captions.progress->speed = speed_text(*playback);
  }
  return captions;
}

std::string Wording::summary(const GameSession& session) {
  const tutti::SessionStatistics statistics = session.statistics();
  const tutti::TimelineStatistics& timeline = statistics.timeline;
  return print("%s of play: %llu hits, %llu rounds won; %llu rollbacks, mean %.1f ticks, most %llu",
               clock_text(statistics.present.value).c_str(), count_of(statistics, "hit"),
               count_of(statistics, "round_won"),
               static_cast<unsigned long long>(timeline.rollbacks), timeline.depth_mean(),
               static_cast<unsigned long long>(timeline.depth_max));
}

}  // namespace counterpoint
