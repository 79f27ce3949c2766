#pragma once
// A cursor's duty to its viewer: wherever it comes from, a tick looks as it did when it was played
// straight.

#include <vector>

#include "support/catch.hpp"
#include "tutti/replay/cursor.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::test {

/// The digest of every tick's state, from 0, by plain folding.
inline std::vector<Digest> straight_play(const AnyGame& game, const Log& log) {
  StateBox state = start(game, log.setup());
  std::vector<Digest> digests = {digest_state(game, state.get())};
  for (Tick tick{1}; tick <= log.horizon(); ++tick) {
    step_state(game, state.get(), log.events_at(tick), nullptr);
    digests.push_back(digest_state(game, state.get()));
  }
  return digests;
}

/// A log in which every player joins and then does what `sample` gives, about five times a second.
template <class Sample>
Log sampled_log(const AnyGame& game, std::int64_t ticks, std::uint64_t seed, Sample sample) {
  Log log(game.setup(seed, game.players_max() > 2 ? std::uint8_t{3} : game.players_max()));
  Random random(seed);
  std::uint32_t counter = 0;
  for (std::uint8_t slot = 0; slot < log.setup().players; ++slot) {
    const Bytes joined = encode({.kind = EventKind::joined, .player = PlayerId{slot}});
    log.add({Tick{1}, relay_author, ++counter, joined});
  }
  for (Tick tick{2}; tick.value <= ticks; ++tick) {
    for (std::uint8_t slot = 0; slot < log.setup().players; ++slot) {
      if (!random.chance(12)) continue;
      const Bytes payload = sample(random);
      if (!payload.empty()) log.add({tick, author_of(PlayerId{slot}), ++counter, payload});
    }
  }
  log.close(Tick{ticks});
  return log;
}
inline Log sampled_log(const AnyGame& game, std::int64_t ticks, std::uint64_t seed) {
  return sampled_log(game, ticks, seed, [&](Random& random) { return game.sample(random); });
}

/// 10,000 times somewhere by chance, by all the ways there are.
inline void check_walk(const AnyGame& game, const Log& log, Cursor::Options options) {
  const std::vector<Digest> straight = straight_play(game, log);
  Result<Cursor> cursor = Cursor::open(game, log, options);
  REQUIRE(cursor);
  const auto ticks = static_cast<std::uint32_t>(log.horizon().value) + 1;
  Random random(11);
  std::size_t distinct = 0;
  for (std::size_t i = 1; i < straight.size(); ++i)
    distinct += straight[i] == straight[i - 1] ? 0 : 1;
  REQUIRE(distinct > straight.size() / 2);  // the game was really played
  int wrong = 0;
  for (int i = 0; i < 10'000; ++i) {
    switch (random.below(6)) {
      case 0:
        cursor->forward();
        break;
      case 1:
      case 2:
        cursor->back();
        break;
      case 3:
        cursor->fill(random.below(300));
        break;
      default:
        cursor->seek(Tick{random.below(ticks)});
    }
    const auto at = static_cast<std::size_t>(cursor->position().value);
    if (digest_state(game, cursor->state()) != straight[at]) ++wrong;
    if (at > 0 && digest_state(game, cursor->previous_state()) != straight[at - 1]) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(cursor->statistics().snapshots > 1);
}

}  // namespace tutti::test
