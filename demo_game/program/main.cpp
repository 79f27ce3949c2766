// counterpoint: the game as a program. Every way of playing is the same loop around a session; only
// how the session begins differs.

#include <SDL.h>

#include <cstdio>

#include "program/film.hpp"
#include "program/match_sheet.hpp"
#include "program/printing.hpp"
#include "program/round.hpp"
#include "program/seat.hpp"
#include "program/title.hpp"
#include "tutti/replay/match_file.hpp"

namespace {

using namespace counterpoint;

/// The names of those who sit beside the player: "Ada 2".
std::vector<std::string> names_beside(const Options& options) {
  std::vector<std::string> names;
  for (int i = 2; i <= options.local_players; ++i)
    names.push_back(options.name.empty() ? "" : options.name + " " + std::to_string(i));
  return names;
}

/// A clip begins where what it shows does.
tutti::Result<GameSession> begin_watching(const Options& options, tutti::SessionOptions session) {
  auto match = tutti::read_match_file(options.file);
  if (!match) return tutti::Unexpected{match.error()};
  tutti::Tick from{options.from_tick};
  const bool is_clip =
      match->record.end == tutti::EndReason::sliced && !match->record.marks.empty();
  if (is_clip && from == tutti::Tick{0}) from = match->record.marks.back().from;
  const bool is_about_a_moment = is_clip || !match->record.states.empty();
  std::optional<tutti::PlayerId> as;
  if (options.is_as) as = tutti::PlayerId{options.seat};
  auto watching = tutti::AnySession::watch(
      tutti::any_game<Counterpoint>(), std::move(match->record), {.as = as, .session = session});
  if (!watching) return tutti::Unexpected{watching.error()};
  if (from > tutti::Tick{0} || !is_about_a_moment) watching->playback()->seek(from);
  return GameSession(std::move(*watching));
}

tutti::Result<GameSession> begin_session(const Options& options) {
  tutti::SessionOptions session;
#ifndef NDEBUG
  session.rehearse_depth = 8;
#endif
  if (options.is_rehearsing) session.rehearse_depth = 8;
  tutti::SoloOptions match{.seed = options.seed, .players = options.players, .session = session};
  const bool is_online = options.mode == Mode::host || options.mode == Mode::join;
  if (is_online) {  // else nobody is far away
    // A fight without one of the two is none: it waits for the lost player.
    match.terms.on_loss = tutti::LossPolicy::hold;
    match.terms.delay_policy =
        options.delay_ticks ? tutti::DelayPolicy::fixed : tutti::DelayPolicy::shared;
    match.terms.input_delay_ticks = options.delay_ticks.value_or(0);
  }
  switch (options.mode) {
    case Mode::host:
      return tutti::host<Counterpoint>({.listen = options.listen,
                                        .logs = options.logs,
                                        .name = options.name,
                                        .others = names_beside(options),
                                        .match = match,
                                        .room_terms = options.room_terms,
                                        .password = options.password,
                                        .session = session});
    case Mode::join: {
      tutti::JoinOptions join{.relay = options.relay,
                              .room = options.room,
                              .relay_key = options.relay_key,
                              .token = options.token,
                              .name = options.name,
                              .others = names_beside(options),
                              .room_terms = options.room_terms,
                              .password = options.password,
                              .session = session};
      if (options.is_opening) join.create = match;
      return tutti::join<Counterpoint>(std::move(join));
    }
    case Mode::spectate:
      return tutti::spectate<Counterpoint>({.relay = options.relay,
                                            .room = options.room,
                                            .relay_key = options.relay_key,
                                            .token = options.token,
                                            .delay_seconds = options.behind_seconds,
                                            .password = options.password,
                                            .session = session});
    case Mode::watch:
      return begin_watching(options, session);
    case Mode::take_over: {
      const auto recorded = tutti::read_match_file(options.file);
      if (!recorded) return tutti::Unexpected{recorded.error()};
      return tutti::take_over<Counterpoint>(recorded->record, tutti::Tick{options.from_tick},
                                            session);
    }
    default:
      return tutti::solo<Counterpoint>(match);
  }
}

int complain(const tutti::Error& error) {
  print_complaint(error.sentence);
  return error.fault == tutti::Fault::usage ? 2 : 1;
}

/// Plays what was asked for, and whatever is chosen on the title screen, until the player leaves.
int run_with_screen(const Options& options) {
  Settings settings = load_settings(default_settings_path());
  settings.is_fullscreen = settings.is_fullscreen || options.is_fullscreen;
  const WindowSize usual = window_sizes[settings.window_size];
  auto screen = Screen::open({.title = "Counterpoint",
                              .width = options.is_sized ? options.width : usual.width,
                              .height = options.is_sized ? options.height : usual.height,
                              .is_fullscreen = settings.is_fullscreen,
                              .is_software = options.is_software});
  if (!screen) return complain(screen.error());
  Desk desk{
      .screen = std::move(*screen), .settings = settings, .settings_path = default_settings_path()};
  if (!options.script.empty()) {
    const auto read = desk.director.read(options.script);
    if (!read) return complain(read.error());
  }
  for (const std::string& screenshot : options.screenshots) {
    const auto added = desk.director.add_picture(screenshot);
    if (!added) return complain(added.error());
  }
  furnish(desk, options.is_muted);
  Menu menu(options, desk.settings);
  std::optional<Options> wanted = options;
  if (wanted->name.empty()) wanted->name = settings.name;
  Asking asking{.seconds = options.seconds};
  while (true) {
    if (wanted->mode == Mode::title) {
      wanted = ask(desk, menu, asking);
      if (!wanted) return 0;
    }
    asking = {.seconds = options.seconds};
    auto session = begin_session(*wanted);
    if (session) {
      const Ending ending = Seat(desk, std::move(*session), *wanted).run();
      if (!ending.is_back) {
        if (!ending.failure.empty()) print_complaint(ending.failure);
        return ending.status;
      }
      asking.message = ending.failure;
      if (ending.status != 0) asking.refused = wanted;
      if (ending.next) {
        wanted = ending.next;
        continue;
      }
    } else {
      // Asked for on the command line, it is an answer to that; else to the menu.
      if (wanted->mode == options.mode) return complain(session.error());
      asking.message = session.error().sentence;
    }
    wanted->mode = Mode::title;
  }
}

int run(const Options& options) {
  if (options.raw_frames >= 0 || !options.pictures.empty()) {
    auto session = begin_session(options);
    if (!session) return complain(session.error());
    const auto filmed = film(std::move(*session), options);
    return filmed ? 0 : complain(filmed.error());
  }
  if (!options.sheet.empty()) {
    const auto drawn = draw_match_sheet(options.file, options.sheet);
    return drawn ? 0 : complain(drawn.error());
  }
  if (options.is_headless) {
    auto session = begin_session(options);
    if (!session) return complain(session.error());
    Round round(std::move(*session), options);
    const Ending ending = play_headless(round);
    if (!ending.failure.empty()) print_complaint(ending.failure);
    return ending.status;
  }
  return run_with_screen(options);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<const char*> arguments(argv + 1, argv + argc);
  const auto options = parse_options(arguments);
  if (!options) return complain(options.error());
  if (options->mode == Mode::help) return std::fputs(help_text().c_str(), stdout) < 0 ? 1 : 0;
  if (options->mode == Mode::version) {
    std::printf("%s\n", tutti::any_game<Counterpoint>().rules().c_str());
    return 0;
  }
  SDL_SetMainReady();
  const int status = run(*options);
  SDL_Quit();
  return status;
}
