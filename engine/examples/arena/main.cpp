// Arena online: `arena RELAY ROOM [NAME [TICKS]]`. The first to come opens the room; a bot plays.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <tutti/tutti.hpp>

#include "arena.hpp"
#include "tutti/replay/projection.hpp"

namespace {

void tell(const tutti::Session<Arena>& session) {
  for (const auto& heard : session.effects()) {
    if (heard.change != tutti::EffectChange::happened || heard.effect.kind != Arena::Effect::hit)
      continue;
    std::printf("player %d hits player %d\n", heard.effect.player, int(heard.effect.number));
  }
  for (const tutti::CommandOutcome& outcome : session.outcomes())
    if (outcome.refusal) std::printf("refused: %s\n", to_text(*outcome.refusal));
}

/// Folds the whole match through the read model.
void print_marksmen(const tutti::Session<Arena>& session) {
  const auto table = tutti::AnyProjection::from_table(*tutti::projection_tables<Arena, Marksmen>());
  const auto row = [](std::size_t, std::span<const tutti_cell> cells) {
    for (const tutti_cell& cell : cells) std::printf("%s %d  ", cell.column, int(cell.number));
    std::puts("");
  };
  const auto match = session.recording();
  if (table && match) (void)project(session.game(), match->log, {&*table, 1}, row);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return std::puts("arena RELAY ROOM [NAME [TICKS]]"), 2;
  tutti::SoloOptions match{.players = 2};
  tutti::write_canonical(Arena::Options{.width = 480}, match.game_options);
  match.terms.ends_at = argc > 4 ? static_cast<std::uint32_t>(std::atoi(argv[4])) : 60 * 60;
  auto session = tutti::join<Arena>({.relay = argv[1],
                                     .room = argv[2],
                                     .name = argc > 3 ? argv[3] : "somebody",
                                     .create = std::move(match)});
  if (!session) return std::puts(session.error().sentence.c_str()), 1;

  tutti::Random dice(static_cast<std::uint64_t>(std::time(nullptr)));
  for (tutti::Tick acted; session->status() < tutti::Status::ended;) {
    session->advance(std::chrono::steady_clock::now());
    tell(*session);
    const auto me = session->player();
    const tutti::Tick now = session->statistics().present;
    if (me && now > acted) {
      acted = now;
      if (const auto action = Arena::play(session->state(), *me, dice)) session->act(*me, *action);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(8));
  }
  if (session->status() == tutti::Status::failed)
    return std::puts(session->failure().sentence.c_str()), 1;
  print_marksmen(*session);
}
