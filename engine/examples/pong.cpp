// Pong: a game, a session and a loop. Alone, `pong` hosts a match and shows its room's code; in
// another terminal or on another machine, `pong ADDRESS CODE` joins it. The README shows it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <tutti/tutti.hpp>

struct Pong {
  static constexpr const char *name = "pong", *version = "1";
  struct Event {
    std::int8_t move = 0;
    TUTTI_FIELDS(move)
  };
  struct State {
    std::array<int, 2> paddle{120, 120}, move{}, score{};
    int x = 160, y = 120, dx = 2, dy = 1;
    TUTTI_FIELDS(paddle, move, score, x, y, dx, dy)
  };
  static State start(const tutti::Setup&) { return {}; }
  static Event sample(tutti::Random& random) { return {std::int8_t(random.between(-1, 1))}; }
  static void step(State& s, tutti::Events<Event> events, tutti::Effects<>&) noexcept {
    for (const auto& event : events)
      if (const Event* input = event.input()) s.move[event.player.value] = input->move;
    for (std::size_t i = 0; i < 2; ++i)
      s.paddle[i] = std::clamp(s.paddle[i] + 3 * std::clamp(s.move[i], -1, 1), 20, 220);
    s.x += s.dx, s.y += s.dy;
    if (s.y <= 0 || s.y >= 240) s.dy = -s.dy;
    if (s.x > 0 && s.x < 320) return;
    const std::size_t side = s.x > 0;
    if (std::abs(s.y - s.paddle[side]) > 20) ++s.score[1 - side], s.x = 160;
    s.dx = -s.dx;
  }
};

int main(int argc, char** argv) {
  auto session =
      argc == 3 ? tutti::join<Pong>({.relay = argv[1], .room = argv[2]}) : tutti::host<Pong>();
  if (!session) return std::puts(session.error().sentence.c_str()), 1;
  for (int frame = 0; session->status() < tutti::Status::ended; ++frame) {
    if (frame % 40 == 0) session->set_input({.move = std::int8_t(frame / 40 % 3 - 1)});
    session->advance(std::chrono::steady_clock::now());
    const auto& s = session->state();
    std::fprintf(stderr, "\r%s %s  ball %3d,%3d  %d:%d ", session->room().c_str(),
                 to_text(session->status()), s.x, s.y, s.score[0], s.score[1]);
    std::this_thread::sleep_for(std::chrono::milliseconds(16));
  }
  if (session->status() == tutti::Status::failed) std::puts(session->failure().sentence.c_str());
}
