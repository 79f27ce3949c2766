// Embers: a game whose rules are a module of WebAssembly (rules.wat), which wasm2c of wabt has
// turned into C. A module of WebAssembly can reach its linear memory and its mutable globals and
// nothing else, so these are the state, plain bytes, and the module works in them directly.
// engine/guides/somebody_elses_engine.md has the reasons.

#include <bit>

#include "rules.h"  // what CMake makes of rules.wat
#include "tutti/sim/assert.hpp"
#include "tutti/sim/game.hpp"

/// The runtime calls this in the place of a longjmp. A trap is a bug of the rules.
extern "C" void rules_trapped(wasm_rt_trap_t trap) { TUTTI_ASSERT(false, wasm_rt_strerror(trap)); }

namespace wasm_rules {

static_assert(std::endian::native == std::endian::little, "linear memory is little-endian");

struct Embers {
  static constexpr const char *name = "wasm_rules", *version = "1";
  static constexpr std::uint8_t players_max = 4;

  struct Event {
    std::uint8_t x = 0, y = 0;  // the cell of an ember, 0 to 31
    TUTTI_FIELDS(x, y)
  };
  struct State {
    std::array<std::uint64_t, 65536 / 8> memory{};  // one page
    std::uint64_t ticks = 0;                        // the mutable global
    TUTTI_FIELDS(memory, ticks)
  };

  static State start(const tutti::Setup& setup);
  static void step(State& state, tutti::Events<Event> events, tutti::Effects<>&) noexcept;
  static bool is_valid(const State&, tutti::PlayerId, const Event& event) {
    return event.x < 32 && event.y < 32;
  }
  static Event sample(tutti::Random& random) {
    const auto x = static_cast<std::uint8_t>(random.below(32));
    const auto y = static_cast<std::uint8_t>(random.below(32));
    return {x, y};
  }
};

/// The module as it is at first, with its data segments and tables; made once, then only read. It
/// goes when this library is unloaded, and the runtime's list of types with it.
class Fresh {
 public:
  Fresh() {
    wasm_rt_init();
    Z_rules_init_module();
    Z_rules_instantiate(&instance_);
  }
  ~Fresh() {
    Z_rules_free(&instance_);
    wasm_rt_free();
  }
  Fresh(const Fresh&) = delete;
  Fresh& operator=(const Fresh&) = delete;
  const Z_rules_instance_t& instance() const { return instance_; }

 private:
  Z_rules_instance_t instance_{};
};

const Z_rules_instance_t& fresh() {
  static const Fresh one;
  return one.instance();
}

/// The module at work in a state's own memory.
class Module {
 public:
  explicit Module(Embers::State& state) : state_(state), instance_(fresh()) {
    Z_rulesZ_memory(&instance_)->data = reinterpret_cast<std::uint8_t*>(state.memory.data());
    *Z_rulesZ_ticks(&instance_) = static_cast<std::uint32_t>(state.ticks);
  }
  ~Module() { state_.ticks = *Z_rulesZ_ticks(&instance_); }
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  operator Z_rules_instance_t*() { return &instance_; }

 private:
  Embers::State& state_;
  Z_rules_instance_t instance_;
};

Embers::State Embers::start(const tutti::Setup& setup) {
  State state;
  Z_rules_instance_t first = fresh();
  std::memcpy(state.memory.data(), Z_rulesZ_memory(&first)->data, sizeof state.memory);
  state.ticks = *Z_rulesZ_ticks(&first);
  Z_rulesZ_start(Module(state), static_cast<std::uint32_t>(setup.seed));
  return state;
}

void Embers::step(State& state, tutti::Events<Event> events, tutti::Effects<>&) noexcept {
  Module module(state);
  for (const auto& event : events) {
    if (const Event* input = event.input()) Z_rulesZ_act(module, input->x, input->y);
  }
  Z_rulesZ_step(module);
}

}  // namespace wasm_rules

TUTTI_GAME_MODULE(wasm_rules::Embers)
