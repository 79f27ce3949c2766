// One step of a game: its events and effects on their way through the table.

#include <algorithm>
#include <cstring>

#include "game_call.hpp"
#include "tutti/sim/any_game.hpp"

namespace tutti {

namespace {

struct EffectCollector {
  std::vector<EffectRecord>* effects;
  std::size_t before;
  std::size_t dropped = 0;

  static void emit(void* context, std::uint16_t kind, std::uint64_t key, const std::uint8_t* bytes,
                   std::size_t size) {
    auto& self = *static_cast<EffectCollector*>(context);
    if (size > limits::effect_bytes ||
        self.effects->size() - self.before >= limits::effects_per_tick) {
      ++self.dropped;
      return;
    }
    EffectRecord record;
    record.key = key;
    record.kind = kind;
    record.size = static_cast<std::uint8_t>(size);
    if (size > 0) std::memcpy(record.bytes.data(), bytes, size);
    self.effects->push_back(record);
  }
};

tutti_event words_of(const EventView& event) {
  tutti_event words{event.tick.value,
                    detail::raw(event.payload),
                    event.payload.size(),
                    event.counter,
                    static_cast<std::uint8_t>(EventKind::input),
                    0};
  if (!event.author.is_relay()) {
    words.player = event.author.player().value;
  } else if (event.payload.size() >= 2) {
    words.kind = std::to_integer<std::uint8_t>(event.payload[0]);
    words.player = std::to_integer<std::uint8_t>(event.payload[1]);
  }
  return words;
}

}  // namespace

StepResult step_state(const AnyGame& game, void* state, std::span<const EventView> events,
                      std::vector<EffectRecord>* effects) {
  std::array<tutti_event, 16> few;
  std::vector<tutti_event> many;
  tutti_event* words = few.data();
  if (events.size() > few.size()) {
    many.resize(events.size());
    words = many.data();
  }
  std::transform(events.begin(), events.end(), words, words_of);
  StepResult result;
  if (effects == nullptr) {
    result.refused = detail::call(game.table().step, state, words, events.size(), nullptr);
    return result;
  }
  EffectCollector collector{effects, effects->size()};
  const tutti_effect_sink sink{&collector, &EffectCollector::emit};
  result.refused = detail::call(game.table().step, state, words, events.size(), &sink);
  result.effects_dropped = collector.dropped;
  return result;
}

}  // namespace tutti
