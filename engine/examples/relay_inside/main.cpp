// A server with a relay inside: `relay_inside [PORT [MATCHES]]`. Its own loop steps the relay, and
// it folds the log of each match by itself, so that it knows the score while they play: for
// lobbies, rankings, a judge. It ends after so many matches.
//
//   relay_inside 4800 1 &  arena 127.0.0.1:4800 KAZ22 Ada &  arena 127.0.0.1:4800 KAZ22 Ben

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <tutti/tutti.hpp>

#include "../arena/arena.hpp"
#include "tutti/engine/relay_service.hpp"

namespace {

/// A match as the server sees it: the state that all players agree on, and the effects on the way.
class Follower {
 public:
  Follower(const tutti::AnyGame& game, const tutti::Setup& setup)
      : game_(game), state_(start(game, setup)) {}

  /// Folds what has become final since the last call.
  void follow(const std::string& room, const tutti::Log& log) {
    std::vector<tutti::EffectRecord> effects;
    for (; folded_ < log.horizon(); effects.clear()) {
      ++folded_;
      step_state(game_, state_.get(), log.events_at(folded_), &effects);
      for (const tutti::EffectRecord& record : effects) {
        Arena::Effect effect;
        const bool is_hit =
            tutti::read_canonical(record.view(), effect) && effect.kind == Arena::Effect::hit;
        if (is_hit) std::printf("%s: player %d hits\n", room.c_str(), effect.player);
      }
    }
  }
  const Arena::State& state() const { return *static_cast<const Arena::State*>(state_.get()); }
  tutti::Tick tick() const { return folded_; }

 private:
  tutti::AnyGame game_;
  tutti::StateBox state_;
  tutti::Tick folded_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string port = argc > 1 ? argv[1] : "4747";
  const std::size_t matches = argc > 2 ? static_cast<std::size_t>(std::atoi(argv[2])) : 1;
  // Logs are read here, so they stay in memory as a whole.
  auto relay =
      tutti::RelayService::open({.listen = "0.0.0.0:" + port, .server = {.puts_away = false}});
  if (!relay) return std::puts(relay.error().sentence.c_str()), 1;
  tutti::RelayService& service = **relay;
  std::printf("port %d, matches in %s\n", service.port(), service.logs().c_str());
  std::fflush(stdout);

  const tutti::AnyGame game = tutti::any_game<Arena>();
  std::map<std::string, Follower> followers;
  while (service.files().size() < matches) {
    // The server's own work goes here; the relay wants a pass at least once a tick.
    const auto trouble = service.pass(std::chrono::milliseconds(2));
    if (trouble) std::puts(trouble->sentence.c_str());
    for (const std::string& room : service.server().rooms()) {
      const tutti::RelayMatch* match = service.server().match(room);
      if (match == nullptr || match->log().setup().rules != game.rules()) continue;
      const auto follower = followers.try_emplace(room, game, match->log().setup()).first;
      follower->second.follow(room, match->log());
    }
  }
  for (const auto& [room, follower] : followers) {
    std::printf("%s after %lld ticks:", room.c_str(), (long long)follower.tick().value);
    for (const Arena::Player& player : follower.state().players)
      if (player.shots > 0) std::printf(" %d/%d", player.hits, player.shots);
    std::puts("");
  }
  if (const auto trouble = service.close()) std::puts(trouble->sentence.c_str());
}
