// States as large as the limits allow, which no stack could hold, pass through every function of a
// game.

#include <cereal/types/vector.hpp>

#include "support/catch.hpp"
#include "tutti/sim/any_game.hpp"

using namespace tutti;

namespace {

/// A plain state of so many MiB.
template <std::size_t mebibytes>
struct LargePlain {
  static constexpr const char* name = "plain";
  static constexpr const char* version = "1";
  struct Event {
    std::int8_t move = 0;
    TUTTI_FIELDS(move)
  };
  struct State {
    std::array<std::uint32_t, mebibytes * 1024 * 256> cells{};
    TUTTI_FIELDS(cells)
  };
  static State start(const Setup& setup) {
    State state;
    state.cells.back() = static_cast<std::uint32_t>(setup.seed);
    return state;
  }
  static void step(State& state, Events<Event>, Effects<>&) noexcept { ++state.cells.front(); }
};

/// One that is no memory image, and whose start has no name for what it returns.
struct LargeMixed {
  static constexpr const char* name = "mixed";
  static constexpr const char* version = "1";
  using Event = LargePlain<1>::Event;
  struct State {
    std::vector<std::uint8_t> list{1, 2, 3};
    std::array<std::uint32_t, std::size_t{16} * 1024 * 256> cells{};
    TUTTI_FIELDS(list, cells)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event>, Effects<>&) noexcept {
    ++state.cells.front();
    state.list.push_back(4);
  }
};

std::uint32_t copies_of(const AnyGame& game) {
  return game.table().flags & (TUTTI_STATE_IS_PLAIN | TUTTI_STATE_IS_CANONICAL);
}

template <class G>
void check_large() {
  const AnyGame game = any_game<G>();
  StateBox state = start(game, {.seed = 77});
  CHECK(step_state(game, state.get(), {}, nullptr).refused == 0);
  Bytes saved;
  save_state(game, state.get(), saved);
  StateBox copy(game);
  REQUIRE(load_state(game, copy.get(), saved));
  CHECK(digest_state(game, copy.get()) == digest_state(game, state.get()));
  CHECK_FALSE(load_state(game, copy.get(), BytesView(saved).first(saved.size() - 1)));
  const StateBox another = state;
  CHECK(digest_state(game, another.get()) == digest_state(game, copy.get()));
}

}  // namespace

TEST_CASE("plain states up to 64 MiB start, step, are saved and loaded") {
  STATIC_REQUIRE(sizeof(LargePlain<64>::State) == limits::snapshot_bytes);
  CHECK(copies_of(any_game<LargePlain<64>>()) == (TUTTI_STATE_IS_PLAIN | TUTTI_STATE_IS_CANONICAL));
  check_large<LargePlain<4>>();
  check_large<LargePlain<64>>();
}

TEST_CASE("large states that are more than their memory start, step, are saved and loaded") {
  CHECK(copies_of(any_game<LargeMixed>()) == 0);
  check_large<LargeMixed>();
}
