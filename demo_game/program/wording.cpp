#include "program/wording.hpp"

#include <cstdarg>
#include <cstdio>

namespace counterpoint {

namespace {

constexpr float seconds_between_figures = 0.25F;
constexpr float seconds_until_named = 0.3F;
constexpr int tick_rate = Counterpoint::tick_rate;

[[gnu::format(printf, 1, 2)]] std::string print(const char* format, ...) {
  char text[256];
  std::va_list values;
  va_start(values, format);
  const int size = std::vsnprintf(text, sizeof text, format, values);
  va_end(values);
  return std::string(text, static_cast<std::size_t>(std::clamp(size, 0, 255)));
}

bool is_online(Mode mode) {
  return mode == Mode::host || mode == Mode::join || mode == Mode::spectate;
}

unsigned long long count_of(const tutti::SessionStatistics& statistics, const char* kind) {
  const auto found = statistics.facts.find(kind);
  return found == statistics.facts.end() ? 0 : found->second;
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

std::string clock_text(std::int64_t ticks) {
  const auto seconds = static_cast<long long>(ticks / tick_rate);
  return print("%lld:%02lld", seconds / 60, seconds % 60);
}

std::string Wording::name_of(const GameSession& session, std::size_t slot) const {
  static constexpr const char* colours[] = {"Vermilion", "Azure", "Verdant", "Violet"};
  std::string name = names_[slot];
  if (name.empty()) name = options_.mode == Mode::bot && slot == 1 ? "Bot" : colours[slot];
  const bool is_playing = options_.mode == Mode::host || options_.mode == Mode::join;
  if (is_playing && session.player().value == slot) name += " (you)";
  return name;
}

std::string Wording::notice(const GameSession& session, float seconds) {
  const tutti::Status status = session.status();
  const bool is_held_up = status == tutti::Status::connecting ||
                          status == tutti::Status::catching_up || status == tutti::Status::waiting;
  waited_ = is_held_up ? waited_ + seconds : 0;
  if (is_held_up && waited_ < seconds_until_named) return {};
  switch (status) {
    case tutti::Status::connecting:
      return is_online(options_.mode) && !options_.relay.empty() ? "Connecting to " + options_.relay
                                                                 : "Connecting";
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
      return "The match failed";
    default:
      return {};
  }
}

std::string Wording::figures_line(const tutti::SessionStatistics& statistics) const {
  const tutti::TimelineStatistics& timeline = statistics.timeline;
  std::string line =
      print("tick %lld   predicted %lld   rollbacks %llu (mean %.1f, most %llu)",
            static_cast<long long>(statistics.present.value),
            static_cast<long long>(statistics.predicted_ticks),
            static_cast<unsigned long long>(timeline.rollbacks), timeline.depth_mean(),
            static_cast<unsigned long long>(timeline.depth_max));
  if (!is_online(options_.mode)) return line;
  const tutti::ClientStatistics& network = statistics.network;
  return line + print(
                    "   round trip %.0f ± %.0f ms   loss %.1f %%   clock %+.1f ticks   "
                    "delay %lld   moved %llu",
                    network.round_trip_ms, network.jitter_ms, network.loss * 100,
                    statistics.clock_error_ticks,
                    static_cast<long long>(statistics.input_delay_ticks),
                    static_cast<unsigned long long>(statistics.late_events));
}

std::string Wording::status_line(const GameSession& session, Figures figures) const {
  if (session.status() == tutti::Status::failed) return session.failure().sentence;
  if (const auto tick = session.any().diverged()) {
    return print("the players' states differ since tick %lld", static_cast<long long>(tick->value));
  }
  std::string line;
  if (is_online(options_.mode) && !session.room().empty()) {
    line = "room " + session.room() + "   ";
  }
  const tutti::SessionStatistics statistics = session.statistics();
  if (figures == Figures::all) return line + figures_line(statistics);
  if (is_online(options_.mode)) line += print("%.0f ms", statistics.network.round_trip_ms);
  return line;
}

void Wording::refresh(const GameSession& session, Figures figures) {
  status_ = status_line(session, figures);
  // From the log and not from the session's names: those of a replay are those at its end.
  const tutti::Timeline* timeline = session.any().timeline();
  if (timeline != nullptr) names_ = names_in(timeline->log(), timeline->present());
}

Captions Wording::captions(GameSession& session, Figures figures, float seconds) {
  status_age_ += seconds;
  if (status_age_ >= seconds_between_figures) {
    refresh(session, figures);
    status_age_ = 0;
  }
  Captions captions;
  for (std::size_t slot = 0; slot < fighters_max; ++slot)
    captions.names[slot] = name_of(session, slot);
  captions.status = status_;
  captions.notice = notice(session, seconds);
  if (is_online(options_.mode)) captions.room = session.room();
  if (const tutti::Playback* playback = session.playback()) {
    captions.progress = progress_of(*playback);
    if (playback->is_paused()) captions.status = "paused   " + captions.status;
    if (playback->speed() != 16) {
      captions.status = print("speed %g   ", playback->speed() / 16.0) + captions.status;
    }
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
