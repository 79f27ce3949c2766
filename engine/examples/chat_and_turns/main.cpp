// Chat and turns in a terminal: `chat_and_turns RELAY ROOM NAME`. The first to come opens the room
// for two. A number takes so many matches, anything else is said to all; the loop sleeps until the
// player types or a tenth of a second is over.

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <tutti/tutti.hpp>

#include "chat_and_turns.hpp"

namespace {

using Game = ChatAndTurns;

std::string name_of(const tutti::Session<Game>& session, std::uint8_t player) {
  const auto names = session.names();
  return player < names.size() ? names[player] : "?";
}

void show(const tutti::Session<Game>& session) {
  for (const auto& heard : session.effects()) {
    if (heard.change != tutti::EffectChange::happened) continue;
    const Game::Effect& effect = heard.effect;
    const std::string name = name_of(session, effect.player);
    if (effect.kind == Game::Effect::line) {
      const Game::Said* said = session.state().line(effect.number);
      if (said != nullptr) std::cout << name << ": " << said->text << std::endl;
    } else {
      std::cout << name << " takes " << effect.number << ", " << int(session.state().heap)
                << " are left" << std::endl;
    }
    if (effect.kind == Game::Effect::won) std::cout << name << " wins" << std::endl;
  }
}

void obey(tutti::Session<Game>& session, const std::string& typed) {
  const bool is_number = typed.size() == 1 && typed[0] >= '1' && typed[0] <= '3';
  if (is_number) {
    session.send(Game::Take{static_cast<std::uint8_t>(typed[0] - '0')});
  } else if (!typed.empty()) {
    session.send(Game::Line{typed.substr(0, 120)});
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::puts("chat_and_turns RELAY ROOM NAME"), 2;
  // In lockstep nothing is predicted: what is shown is final, and never comes another way.
  const tutti::SoloOptions match{.players = 2, .terms = {.is_lockstep = true}};
  auto session =
      tutti::join<Game>({.relay = argv[1], .room = argv[2], .name = argv[3], .create = match});
  if (!session) return std::puts(session.error().sentence.c_str()), 1;
  std::string typed;
  bool is_open = true;
  while (session->status() < tutti::Status::ended) {
    session->advance(std::chrono::steady_clock::now());
    show(*session);
    const bool has_won = session->timeline() != nullptr && session->state().is_over();
    if (has_won) session->end_match();  // the relay obeys the player who opened the room
    pollfd keys{.fd = is_open ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0};
    if (poll(&keys, 1, 50) < 1) continue;
    char bytes[256];
    const ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes);
    is_open = size > 0;
    if (is_open) typed.append(bytes, static_cast<std::size_t>(size));
    for (std::size_t end = 0; (end = typed.find('\n')) != typed.npos; typed.erase(0, end + 1))
      obey(*session, typed.substr(0, end));
  }
  const bool has_failed = session->status() == tutti::Status::failed;
  if (has_failed) std::cout << session->failure().sentence << std::endl;
  return has_failed ? 1 : 0;
}
