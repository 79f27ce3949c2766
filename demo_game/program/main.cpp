// counterpoint: the game as a program. Every way of playing is the same loop around a session; only
// how the session begins differs.

#include <SDL.h>

#include <cstdio>

#include "program/match_sheet.hpp"
#include "program/play.hpp"

namespace {

using namespace counterpoint;

tutti::Result<GameSession> begin_session(const Options& options) {
  tutti::SessionOptions session;
  session.input_delay_ticks = options.delay_ticks;
#ifndef NDEBUG
  session.rehearse_depth = 8;
#endif
  if (options.is_rehearsing) session.rehearse_depth = 8;
  const tutti::SoloOptions match{.seed = options.seed, .players = 2, .session = session};
  switch (options.mode) {
    case Mode::host:
      return tutti::host<Counterpoint>({.listen = options.listen,
                                        .logs = options.logs,
                                        .name = options.name,
                                        .match = match,
                                        .session = session});
    case Mode::join: {
      tutti::JoinOptions join{
          .relay = options.relay, .room = options.room, .name = options.name, .session = session};
      if (options.is_opening) join.create = match;
      return tutti::join<Counterpoint>(std::move(join));
    }
    case Mode::spectate:
      return tutti::spectate<Counterpoint>({.relay = options.relay,
                                            .room = options.room,
                                            .delay_seconds = options.behind_seconds,
                                            .session = session});
    case Mode::watch:
      return tutti::watch<Counterpoint>(options.file, {.session = session});
    default: {
      tutti::SoloOptions solo = match;
      solo.session.input_delay_ticks = 0;  // nobody is far away
      return tutti::solo<Counterpoint>(solo);
    }
  }
}

int complain(const tutti::Error& error) {
  std::fprintf(stderr, "counterpoint: %s\n", error.sentence.c_str());
  return error.fault == tutti::Fault::usage ? 2 : 1;
}

int run(const Options& options) {
  if (!options.sheet.empty()) {
    const auto drawn = draw_match_sheet(options.file, options.sheet);
    return drawn ? 0 : complain(drawn.error());
  }
  auto session = begin_session(options);
  if (!session) return complain(session.error());
  std::optional<Screen> screen;
  if (!options.is_headless) {
    auto opened = Screen::open({.title = "Counterpoint",
                                .width = options.width,
                                .height = options.height,
                                .is_fullscreen = options.is_fullscreen});
    if (!opened) return complain(opened.error());
    screen.emplace(std::move(*opened));
  }
  Play play(std::move(*session), options, std::move(screen));
  return play.run();
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<const char*> arguments(argv + 1, argv + argc);
  const auto options = parse_options(arguments);
  if (!options) return complain(options.error());
  if (options->mode == Mode::help) return std::fputs(help_text(), stdout) < 0 ? 1 : 0;
  if (options->mode == Mode::version) {
    std::printf("%s\n", tutti::any_game<Counterpoint>().rules().c_str());
    return 0;
  }
  SDL_SetMainReady();
  const int status = run(*options);
  SDL_Quit();
  return status;
}
