// Games that differ from themselves, one planted fault each, from tick 40 on. A rehearsal has to
// name that tick and the field `score`.

#include <bit>
#include <cereal/types/unordered_map.hpp>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <set>
#include <tutti/sim/game.hpp>
#include <unordered_map>

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
#if defined(FAULT_UNINITIALISED_FIELD)
    std::int64_t hidden;
    // The compiler believes that this writes it: else it may settle on 0, and nothing is wrong.
    State() { asm volatile("" : "=m"(hidden)); }
#else
    std::int64_t hidden = 0;  // what the fault `unsaved_field` forgets to name
#endif
#if defined(FAULT_UNSAVED_FIELD)
    // By hand: TUTTI_FIELDS would be refused by the compiler.
    template <class Archive>
    void serialize(Archive& archive) {
      archive(CEREAL_NVP(ticks), CEREAL_NVP(position), CEREAL_NVP(score));
    }
#elif defined(FAULT_HASH_ORDER)
    std::unordered_map<std::int32_t, std::int32_t> units{};
    TUTTI_FIELDS(ticks, position, score, hidden, units)
#else
    TUTTI_FIELDS(ticks, position, score, hidden)
#endif
  };

  static State start(const tutti::Setup&) { return {}; }

  static std::int64_t fault([[maybe_unused]] State& state) noexcept {
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
#elif defined(FAULT_POINTER_ORDER)
    // Eight units in a set of pointers: visited in the order of their addresses.
    std::array<std::unique_ptr<std::int64_t>, 8> units;
    std::set<const std::int64_t*> visited;
    for (std::size_t i = 0; i < units.size(); ++i) {
      units[i] = std::make_unique<std::int64_t>(static_cast<std::int64_t>(i));
      visited.insert(units[i].get());
    }
    std::int64_t sum = 0;
    for (const std::int64_t* unit : visited)
      sum = sum * 31 + *unit;
    return sum;
#elif defined(FAULT_LIBM)
    std::int64_t sum = 0;
    for (int i = 1; i < 4000; ++i) {
      const double value = std::sin(state.ticks + i * 0.37) * std::pow(1.7, i * 0.01);
      sum += std::bit_cast<std::int64_t>(value) & 0xFFFF;
    }
    return sum;
#elif defined(FAULT_HASH_ORDER)
    state.units[state.ticks * 7919] = state.ticks;
    std::int64_t sum = 0;
    for (const auto& [id, since] : state.units)
      sum = (sum * 31 + since) % 1'000'003;
    return sum;
#elif defined(FAULT_SHIFT)
    return 1 << state.ticks;
#elif defined(FAULT_CRASH)
    std::abort();
#else
    return state.hidden & 0xFF;
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
