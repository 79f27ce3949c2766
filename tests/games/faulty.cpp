// Games that differ from themselves, one planted fault each, from tick 40 on. A rehearsal has to
// name that tick and the field `score`.

#include <chrono>
#include <tutti/sim/game.hpp>

namespace {

struct Faulty {
  static constexpr const char* name = FAULT;
  static constexpr const char* version = "1";

  struct Event {
    std::int8_t move = 0;
    TUTTI_FIELDS(move)
  };
  struct State {
    std::int32_t ticks = 0;
    std::int32_t position = 0;
    std::int64_t score = 0;
    std::int64_t hidden = 0;  // what the fault `unsaved_field` forgets to name
#if defined(FAULT_UNSAVED_FIELD)
    TUTTI_FIELDS(ticks, position, score)
#else
    TUTTI_FIELDS(ticks, position, score, hidden)
#endif
  };

  static State start(const tutti::Setup&) { return {}; }

  static std::int64_t fault([[maybe_unused]] const State& state) noexcept {
#if defined(FAULT_UNINITIALISED_LOCAL)
    unsigned char local[512];
    // The compiler believes that this writes the bytes, so what is read is what the stack held.
    asm volatile("" : "=m"(local));
    std::int64_t sum = 0;
    for (const unsigned char byte : local)
      sum += byte;
    return sum;
#elif defined(FAULT_CLOCK)
    return std::chrono::steady_clock::now().time_since_epoch().count();
#elif defined(FAULT_STATIC_COUNTER)
    static std::int64_t calls = 0;
    return ++calls;
#else
    return state.hidden;
#endif
  }

  static void step(State& state, tutti::Events<Event> events, tutti::Effects<>&) noexcept {
    for (const auto& event : events) {
      if (event.input() != nullptr) state.position += event.input()->move;
    }
    ++state.ticks;
    ++state.hidden;
    if (state.ticks >= 40) state.score += fault(state);
  }
  static Event sample(tutti::Random& random) {
    return {static_cast<std::int8_t>(random.between(-1, 1))};
  }
};

}  // namespace

TUTTI_GAME_MODULE(Faulty)
