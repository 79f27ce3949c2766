#include "program/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tutti/net/room_code.hpp"
#include "tutti/sim/roster.hpp"

namespace counterpoint {

namespace {

constexpr float seconds_between_figures = 0.25F;
constexpr float seconds_until_named = 0.3F;

std::uint64_t count_of(const tutti::SessionStatistics& statistics, const char* kind) {
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
  if (std::abs(speed) < usual) return fmt::format("{}1/{}x", sign, usual / std::abs(speed));
  return fmt::format("{}{}x", sign, std::abs(speed) / usual);
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
  return fmt::format("{}, says {}{}{}", what, ruling.name, ruling.text.empty() ? "" : ": ",
                     ruling.text);
}

std::array<std::string, fighters_max> names_in(const tutti::Log& log, tutti::Tick tick) {
  std::array<std::string, fighters_max> names{};
  std::vector<std::string> latest = tutti::Roster::of(log, tick).latest_names();
  for (std::size_t slot = 0; slot < std::min(latest.size(), names.size()); ++slot)
    names[slot] = std::move(latest[slot]);
  return names;
}

const char* colour_name(std::size_t slot) {
  static constexpr const char* colours[fighters_max] = {"Vermilion", "Azure", "Verdant", "Violet"};
  return colours[slot % fighters_max];
}

std::string clock_text(std::int64_t ticks) {
  const std::int64_t seconds = ticks / Counterpoint::tick_rate;
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

std::string Wording::name_of(const GameSession& session, std::size_t slot) const {
  std::string name = names_[slot];
  const bool is_here =
      options_.mode == Mode::bot || options_.mode == Mode::local || options_.mode == Mode::training;
  if (name.empty() && is_here && slot == 0) name = options_.name;
  if (name.empty())
    name = options_.mode == Mode::bot && slot > 0 ? fmt::format("CPU {}", slot) : colour_name(slot);
  if (options_.mode == Mode::training && slot > 0) name = "dummy";
  if (options_.mode == Mode::take_over) name += slot == options_.seat ? "" : " (CPU)";
  const auto own = is_online(options_.mode) ? session.players() : std::vector<tutti::PlayerId>{};
  const tutti::PlayerId player{static_cast<std::uint8_t>(slot)};
  if (std::find(own.begin(), own.end(), player) != own.end()) name += " (you)";
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
      if (session.is_host_asked()) return "Waiting to be let in";
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
      return options_.mode == Mode::host ? "The room cannot be opened"
                                         : "The room cannot be joined";
    default:
      return {};
  }
}

std::string Wording::status_line(const GameSession& session) const {
  if (const auto tick = session.any().diverged()) {
    return fmt::format("the players' states differ since tick {}", tick->value);
  }
  if (!is_online(options_.mode) || session.room().empty()) return {};
  const tutti::SessionStatistics statistics = session.statistics();
  const auto terms = session.room_terms();
  return fmt::format(
      "room {}   {:.0f} ms{}{}", tutti::shown_room_code(session.room()),
      statistics.network.round_trip_ms,
      statistics.spectators > 0 ? fmt::format("   {} watch", statistics.spectators) : "",
      terms && terms->is_no_peek ? "   no peek" : "");
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
      if (session.is_host_asked()) return "the host decides whether you come in; Escape gives up";
      [[fallthrough]];
    case tutti::Status::reconnecting:
      return is_online(options_.mode) && session.status() == tutti::Status::reconnecting
                 ? "the relay is silent; the match goes on as soon as it answers"
                 : "the relay does not answer yet; Escape gives up";
    case tutti::Status::waiting:
      return "nothing has arrived for a while; the match goes on as soon as it does";
    case tutti::Status::held:
      return "the match stands still until they are back";
    default:
      return {};
  }
}

/// The player whose screen a replay shows; how far behind a match a spectator is.
std::string Wording::view_text(const tutti::Playback& playback) const {
  constexpr std::int64_t live_ticks = Counterpoint::tick_rate;
  if (options_.mode == Mode::watch && options_.is_as) {
    const std::string& name = names_[options_.seat];
    return fmt::format("as {} saw it", name.empty() ? colour_name(options_.seat) : name);
  }
  if (!is_online(options_.mode)) return {};
  const std::int64_t gone_back = playback.length() - playback.position();
  const std::int64_t behind =
      options_.behind_seconds + (gone_back > live_ticks ? gone_back / Counterpoint::tick_rate : 0);
  return behind == 0 ? "LIVE" : fmt::format("{} s behind", behind);
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
  if (is_online(options_.mode)) captions.room = tutti::shown_room_code(session.room());
  if (const tutti::Playback* playback = session.playback()) {
    captions.progress = progress_of(*playback);
    captions.progress->speed = speed_text(*playback);
    captions.progress->view = view_text(*playback);
  }
  return captions;
}

std::string Wording::summary(const GameSession& session) {
  const tutti::SessionStatistics statistics = session.statistics();
  const tutti::TimelineStatistics& timeline = statistics.timeline;
  return fmt::format("{} of play: {} hits, {} rounds won; {} rollbacks, mean {:.1f} ticks, most {}",
                     clock_text(statistics.present.value), count_of(statistics, "hit"),
                     count_of(statistics, "round_won"), timeline.rollbacks, timeline.depth_mean(),
                     timeline.depth_max);
}

}  // namespace counterpoint
