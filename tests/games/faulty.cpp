// Games that differ from themselves or between machines, one planted fault each. Most of them begin
// at tick 40 in the field `score`, and a check has to name both.

#include <dlfcn.h>

#include <atomic>
#include <bit>
#include <cereal/types/unordered_map.hpp>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <set>
#include <tutti/sim/game.hpp>
#include <unordered_map>

#if defined(FAULT_NEEDS_LIBM)
extern "C" double physics_force(double time);  // of physics.cpp, which is linked
#endif

namespace {

struct Faulty {
  static constexpr const char* name = FAULT;
  static constexpr const char* version = "1";
#if defined(FAULT_NAN)
  static constexpr bool has_floats = true;
#elif defined(FAULT_MOST_PLAYERS)
  static constexpr std::uint8_t players_max = 4;
#elif defined(FAULT_UNEVEN)
  static constexpr std::uint8_t players_max = 12;
#elif defined(FAULT_TORRENT)
  static constexpr std::uint8_t players_max = 24;
#endif

  struct Event {
    std::int8_t move = 0;
#if defined(FAULT_TORRENT)
    std::array<std::uint64_t, 31> ballast{};
    TUTTI_FIELDS(move, ballast)
#else
    TUTTI_FIELDS(move)
#endif
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
    std::int64_t hidden = 0;  // the field that the fault `unsaved_field` forgets to name
#endif
#if defined(FAULT_UNSAVED_FIELD)
    // By hand: TUTTI_FIELDS would be refused by the compiler.
    template <class Archive>
    void serialize(Archive& archive) {
      archive(CEREAL_NVP(ticks), CEREAL_NVP(position), CEREAL_NVP(score));
    }
#elif defined(FAULT_HASH_ORDER)
    // The compiler refuses a hash table, unless it does not see one.
    struct Units : std::unordered_map<std::int32_t, std::int32_t> {
     private:
      using hasher = void;
    } units;
    TUTTI_FIELDS(ticks, position, score, hidden, units)
#elif defined(FAULT_NAN)
    double share = 0;
    TUTTI_FIELDS(ticks, position, score, hidden, share)
#else
    TUTTI_FIELDS(ticks, position, score, hidden)
#endif
  };

  static State start(const tutti::Setup&) {
    State state;
#if defined(FAULT_START_CLOCK)
    state.hidden = std::time(nullptr) / 3600;
#elif defined(FAULT_START_ADDRESS)
    state.hidden = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(name) >> 12U);
#endif
    return state;
  }

  static std::int64_t fault([[maybe_unused]] State& state,
                            [[maybe_unused]] tutti::Events<Event> events) noexcept {
#if defined(FAULT_UNINITIALISED_LOCAL)
    unsigned char local[512];
    // The compiler believes that this writes the bytes, so what is read is what the stack held.
    asm volatile("" : "=m"(local));
    std::int64_t sum = 0;
    for (const unsigned char byte : local)
      sum += byte;
    return sum;
#elif defined(FAULT_UNINITIALISED_REGISTER)
    // As a local that a compiler keeps in a register and nobody initialises.
    std::int64_t held = 0;
#if defined(__x86_64__)
    asm volatile("movq %%xmm15, %0" : "=r"(held));
#endif
    return held & 0xFF;
#elif defined(FAULT_CLOCK)
    return std::chrono::steady_clock::now().time_since_epoch().count();
#elif defined(FAULT_STATIC_COUNTER)
    static std::atomic<std::int64_t> calls = 0;  // two matches count at once
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
#elif defined(FAULT_LOCAL_STRUCT)
    struct Blow {
      std::int32_t damage;
      std::int32_t bonus;
    };
    Blow blow;
    blow.damage = 3;
    if (state.position > 1'000'000) blow.bonus = 1;
    return blow.damage + blow.bonus;
#elif defined(FAULT_RETURNED_STRUCT)
    struct Blow {
      std::int32_t damage;
      std::int32_t bonus;
    };
    const auto blow_of = [](const State& now) {
      Blow blow;
      blow.damage = 3;
      if (now.position > 1'000'000) blow.bonus = 1;
      return blow;
    };
    const Blow blow = blow_of(state);
    return blow.damage + blow.bonus;
#elif defined(FAULT_LOCAL_FLAG)
    // Garbage counts as true, most often: as the optimiser's choice does.
    struct Shield {
      std::int32_t strength;
      bool is_up;
    };
    Shield shield;
    shield.strength = 2;
    if (state.position > 1'000'000) shield.is_up = true;
    return shield.is_up ? shield.strength : 1;
#elif defined(FAULT_LOCAL_COMPARED)
    struct Blow {
      std::int32_t damage;
      std::int32_t bonus;
    };
    Blow blow;
    blow.damage = 3;
    if (state.position > 1'000'000) blow.bonus = 1;
    return blow.bonus > 5 ? 7 : 1;
#elif defined(FAULT_LOCAL_HASH)
    std::unordered_map<std::int32_t, std::int32_t> seen;
    for (std::int32_t i = 0; i < 8; ++i)
      seen[(state.ticks * 7 + i * 31) % 101] = i;
    std::int64_t sum = 0;
    for (const auto& [id, order] : seen)
      sum = (sum * 31 + order) % 1'000'003;
    return sum;
#elif defined(FAULT_NAN)
    const auto rest = static_cast<double>(state.ticks - 40);
    state.share = rest / rest;
    return 1;
#elif defined(FAULT_WARM)
    // As a compiler at run time that compiles a function after so many calls of one thread.
    thread_local std::int64_t calls = 0;
    return ++calls > 300 ? 2 : 1;
#elif defined(FAULT_MOST_PLAYERS) || defined(FAULT_BURST)
    static std::int64_t calls = 0;
    bool is_rare = false;
#if defined(FAULT_BURST)
    is_rare = events.size() > 8;
#else
    for (const auto& event : events)
      is_rare = is_rare || event.player.value > 2;
#endif
    return is_rare ? ++calls : 1;
#elif defined(FAULT_NEEDS_LIBM)
    return physics_force(state.ticks) > 0 ? 1 : 2;
#elif defined(FAULT_OPENS_LIBM)
    using Force = double (*)(double);
    void* library = ::dlopen(PHYSICS, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return 0;
    return reinterpret_cast<Force>(::dlsym(library, "physics_force"))(state.ticks) > 0 ? 1 : 2;
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
    if (state.ticks >= 40) state.score += fault(state, events);
  }
  static Event sample(tutti::Random& random) {
    Event event{static_cast<std::int8_t>(random.between(-1, 1))};
#if defined(FAULT_TORRENT)
    for (std::uint64_t& word : event.ballast)
      word = random.next();
#endif
    return event;
  }
#if defined(FAULT_TORRENT)
  // Every player acts at every tick, and all together want more than a relay tells anybody in time.
  static std::optional<Event> play(const State&, tutti::PlayerId, tutti::Random& random) {
    return sample(random);
  }
#elif defined(FAULT_UNEVEN)
  // No fault of its own: one player acts all the time and the other now and then, so that what they
  // simulate again for each event of the other is uneven.
  static std::optional<Event> play(const State&, tutti::PlayerId player, tutti::Random& random) {
    if (player.value != 0 && !random.chance(20)) return std::nullopt;
    return sample(random);
  }
#endif
};

}  // namespace

TUTTI_GAME_MODULE(Faulty)
