#pragma once
// A recorded match for tests of what is done with recordings.

#include <unistd.h>

#include <filesystem>

#include "arena.hpp"
#include "tutti/engine/session_options.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/sim/any_game.hpp"

namespace counterpoint::test {

/// Ten seconds of a fight between bots, as a relay would have recorded it.
inline std::string record_match(const std::string& path) {
  const tutti::AnyGame game = tutti::any_game<Counterpoint>();
  tutti::MatchRecord record({.room = "TESTS", .setup = game.setup(4, 2)});
  State state = Counterpoint::start(record.log.setup());
  Random random(4);
  tutti::Effects<Effect> nobody(nullptr);
  std::array<std::uint32_t, 3> counters{1, 0, 0};
  std::vector<Arena::Row> rows;
  for (std::int64_t tick = 1; tick <= 600; ++tick) {
    rows.clear();
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      const PlayerId player{slot};
      tutti::Event event{tutti::Tick{tick}, tutti::author_of(player), 0, {}};
      if (tick == 1) {
        event.author = tutti::relay_author;
        event.payload = tutti::encode({.kind = EventKind::joined, .player = player});
        rows.push_back({EventKind::joined, player, {}});
      } else if (const auto wish = Counterpoint::play(state, player, random)) {
        tutti::write_canonical(*wish, event.payload);
        rows.push_back({EventKind::input, player, *wish});
      } else {
        continue;
      }
      event.counter = counters[event.author.value]++;
      REQUIRE(record.log.add(event) == tutti::Log::Added::yes);
    }
    Counterpoint::step(state, rows, nobody);
  }
  record.log.close(tutti::Tick{600});
  REQUIRE(tutti::write_match_file(path, record));
  return path;
}

/// For a watcher that catches up in as many passes on every machine: its costs are counted.
inline tutti::WatchOptions counted() {
  static tutti::CountingClock clock;
  return {.session = {.tuning = {.cost_clock = &clock}}};
}

/// A file of this process alone: tests run beside each other.
inline std::string scratch(const char* name) {
  return (std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + "-" + name))
      .string();
}

}  // namespace counterpoint::test
