#pragma once
// The thin typed skin, which turns a game type into the module table. game.hpp includes it. All
// code behind the table is ordinary compiled code that knows no game.

#include <array>
#include <memory>
#include <new>
#include <string>

#include "tutti/sim/fast_hash.hpp"
#include "tutti/sim/field_diff.hpp"
#include "tutti/sim/game.hpp"
#include "tutti/sim/game_check.hpp"

namespace tutti {

namespace detail {

/// Takes the tag from a player's payload in a game with commands. Nothing if it has none that is
/// known.
inline std::optional<PlayerEvent> take_tag(BytesView& payload) {
  if (payload.empty() || payload.front() > std::byte{1}) return std::nullopt;
  const auto tag = static_cast<PlayerEvent>(payload.front());
  payload = payload.subspan(1);
  return tag;
}

template <class G>
struct Skin {
  using State = typename G::State;
  using Effect = typename EffectOf<G>::type;
  using Input = typename SentBy<G>::Input;
  using Command = typename SentBy<G>::Command;
  using Any = typename SentBy<G>::Any;
  using Event = GameEvent<Input, Command>;
  static constexpr bool has_commands = SentBy<G>::has_commands;

  static State& state(void* memory) { return *static_cast<State*>(memory); }
  static const State& state(const void* memory) { return *static_cast<const State*>(memory); }
  static BytesView view(const std::uint8_t* bytes, std::size_t size) {
    return std::as_bytes(std::span(bytes, size));
  }

  static void construct(void* memory) { new (memory) State(); }
  static void destroy(void* memory) { state(memory).~State(); }
  static void copy(void* to, const void* from) { state(to) = state(from); }

  static void start(void* memory, const tutti_setup* raw) {
    Setup setup;
    setup.seed = raw->seed;
    setup.players = raw->players;
    setup.tick_rate = raw->tick_rate;
    const BytesView options = view(raw->options, raw->options_size);
    setup.options.assign(options.begin(), options.end());
    // Made where it stays: a state may be larger than a stack.
    destroy(memory);
    new (memory) State(G::start(setup));
  }

  /// False for bytes that do not decode exactly and for events that the game calls invalid.
  static bool decode(const State& now, const tutti_event& raw, Event& event) {
    event.kind = static_cast<EventKind>(raw.kind);
    event.player = PlayerId{raw.player};
    if (event.kind != EventKind::input) return true;
    BytesView bytes = view(raw.bytes, raw.size);
    if constexpr (has_commands) {
      const auto tag = take_tag(bytes);
      if (!tag) return false;
      if (*tag == PlayerEvent::command) {
        event.kind = EventKind::command;
        return read_valid(now, event.player, bytes, event.said);
      }
    }
    return read_valid(now, event.player, bytes, event.value);
  }
  template <class Value>
  static bool read_valid([[maybe_unused]] const State& now, [[maybe_unused]] PlayerId player,
                         BytesView bytes, Value& value) {
    if (!read_canonical(bytes, value)) return false;
    if constexpr (names_is_valid<G>) return G::is_valid(now, player, value);
    return true;
  }

  static std::size_t step(void* memory, const tutti_event* raw, std::size_t count,
                          const tutti_effect_sink* sink) {
    Effects<Effect> effects(sink);
    if (count == 0) {
      G::step(state(memory), {}, effects);
      return 0;
    }
    // Most ticks have few events: those fit here, a crowd goes to the heap.
    std::array<Event, 8> few{};
    std::vector<Event> many;
    Event* events = few.data();
    if (count > few.size()) {
      many.resize(count);
      events = many.data();
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (decode(state(memory), raw[i], events[kept])) {
        ++kept;
      } else {
        events[kept] = {};
      }
    }
    G::step(state(memory), {events, kept}, effects);
    return count - kept;
  }

  static void save(const void* memory, const tutti_byte_sink* sink) {
    static const bool is_canonical = memory_is_canonical<State>();
    if (is_canonical) {
      sink->write(sink->context, static_cast<const std::uint8_t*>(memory), sizeof(State));
      return;
    }
    const auto write = [](const void* context, BytesView bytes) {
      const auto* to = static_cast<const tutti_byte_sink*>(context);
      to->write(to->context, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    };
    Bytes bytes;
    CanonicalWriter writer(bytes);
    writer.drain_to(sink, write);
    writer(state(memory));
    writer.hand_on();
  }
  static std::uint64_t hash(const void* memory) {
    Bytes bytes;
    bytes.reserve(1024);
    CanonicalWriter writer(bytes, CanonicalWriter::Pages::hashed);
    writer(state(memory));
    return fast_hash(bytes);
  }
  static void parts(const void* memory, const tutti_part_sink* sink) {
    Bytes bytes;
    CanonicalWriter writer(bytes, *sink);
    writer(state(memory));
    writer.hand_on();
  }
  static std::size_t hash_pages(const void* memory, std::size_t from, std::size_t most) {
    Bytes bytes;
    CanonicalWriter::Walk walk{.from = from, .left = most};
    CanonicalWriter writer(bytes, walk);
    writer(state(memory));
    return walk.next;
  }
  /// Whether a state has pages, which its copies share.
  static bool shares_pages() {
    if constexpr (std::is_trivially_copyable_v<State>) {
      return false;
    } else {
      const auto state = std::make_unique<State>();
      Bytes bytes;
      CanonicalWriter writer(bytes, CanonicalWriter::Pages::hashed);
      writer(*state);
      return writer.has_pages();
    }
  }
  static int load(void* memory, const std::uint8_t* bytes, std::size_t size) {
    const auto loaded = std::make_unique<State>();  // not on the stack, as in `start`
    if (!read_canonical(view(bytes, size), *loaded)) return 0;
    state(memory) = std::move(*loaded);
    return 1;
  }
  template <class Value>
  static void list(const Value& value, const tutti_field_sink* sink) {
    for (const Field& field : list_fields(value)) {
      sink->field(sink->context, field.path.c_str(), field.value.c_str());
    }
  }
  template <class Value>
  static int list_bytes(const std::uint8_t* bytes, std::size_t size, const tutti_field_sink* sink) {
    Value value{};
    if (!read_canonical(view(bytes, size), value)) return 0;
    list(value, sink);
    return 1;
  }
  static void describe(const void* memory, const tutti_field_sink* sink) {
    list(state(memory), sink);
  }
  /// A player's event. In a game with commands its fields begin with what it is: "input.move".
  static int describe_event(const std::uint8_t* bytes, std::size_t size,
                            const tutti_field_sink* sink) {
    if constexpr (has_commands) {
      BytesView rest = view(bytes, size);
      const auto tag = take_tag(rest);
      if (!tag) return 0;
      return *tag == PlayerEvent::input ? list_as<Input>("input", rest, sink)
                                        : list_as<Command>("command", rest, sink);
    } else {
      return list_bytes<Input>(bytes, size, sink);
    }
  }
  template <class Value>
  static int list_as(const std::string& name, BytesView bytes, const tutti_field_sink* sink) {
    Value value{};
    if (!read_canonical(bytes, value)) return 0;
    const std::vector<Field> fields = list_fields(value);
    if (fields.empty()) sink->field(sink->context, name.c_str(), "{}");
    for (const Field& field : fields) {
      const bool is_joined = field.path.empty() || field.path.front() == '[';
      const std::string path = name + (is_joined ? "" : ".") + field.path;
      sink->field(sink->context, path.c_str(), field.value.c_str());
    }
    return 1;
  }

  static const char* effect_kind([[maybe_unused]] std::uint16_t kind) {
    if constexpr (std::is_class_v<Effect>) {
      if constexpr (names_names<Effect>)
        return kind < std::size(Effect::names) ? Effect::names[kind] : nullptr;
    }
    return nullptr;
  }
  static constexpr std::uint16_t effect_kinds() {
    if constexpr (std::is_class_v<Effect>) {
      if constexpr (names_names<Effect>)
        return static_cast<std::uint16_t>(std::size(Effect::names));
    }
    return 0;
  }

  static std::int32_t give(const Any& event, std::uint8_t* bytes, std::size_t capacity) {
    Bytes encoded;
    if constexpr (has_commands) {
      encoded.push_back(static_cast<std::byte>(event.index()));  // the tag
      std::visit([&](const auto& value) { write_canonical(value, encoded); }, event);
    } else {
      write_canonical(event, encoded);
    }
    if (encoded.size() > capacity) return -1;
    std::memcpy(bytes, encoded.data(), encoded.size());
    return static_cast<std::int32_t>(encoded.size());
  }
  static std::int32_t default_event(std::uint8_t* bytes, std::size_t capacity) {
    return give(Input{}, bytes, capacity);
  }
  static std::int32_t sample(tutti_random* raw, std::uint8_t* bytes, std::size_t capacity) {
    Random random = Random::from_raw(raw->state, raw->increment);
    const Any event = G::sample(random);
    *raw = {random.raw_state(), random.raw_increment()};
    return give(event, bytes, capacity);
  }
  static std::int32_t play(const void* memory, std::uint8_t player,
                           [[maybe_unused]] std::uint32_t style, tutti_random* raw,
                           std::uint8_t* bytes, std::size_t capacity) {
    Random random = Random::from_raw(raw->state, raw->increment);
    std::optional<Any> event;
    if constexpr (HasBotStyle<G>) {
      event = G::play(state(memory), PlayerId{player}, random, BotStyle::from_raw(style));
    } else {
      event = G::play(state(memory), PlayerId{player}, random);
    }
    *raw = {random.raw_state(), random.raw_increment()};
    return event ? give(*event, bytes, capacity) : -1;
  }

  static constexpr decltype(tutti_game::sample) offered_sample() {
    if constexpr (names_sample<G>) return &sample;
    return nullptr;
  }
  static constexpr decltype(tutti_game::play) offered_play() {
    if constexpr (names_play<G>) return &play;
    return nullptr;
  }
  /// Only where no sample takes its place.
  static constexpr decltype(tutti_game::default_event) offered_default_event() {
    if constexpr (!names_sample<G>) return &default_event;
    return nullptr;
  }
};

template <class G>
constexpr std::uint8_t players_min() {
  if constexpr (names_players_min<G>) return static_cast<std::uint8_t>(G::players_min);
  return 1;
}
template <class G>
constexpr std::uint8_t players_max() {
  if constexpr (names_players_max<G>) return static_cast<std::uint8_t>(G::players_max);
  return players_min<G>() > 2 ? players_min<G>() : std::uint8_t{2};
}
template <class G>
constexpr std::uint16_t tick_rate() {
  if constexpr (names_tick_rate<G>) return static_cast<std::uint16_t>(G::tick_rate);
  return 60;
}
template <class G>
const char* viewer() {
  if constexpr (names_viewer<G>) return G::viewer;
  return nullptr;
}
template <class G>
constexpr bool has_floats() {
  if constexpr (names_has_floats<G>) return G::has_floats;
  return false;
}
template <class G>
constexpr bool has_padding() {
  if constexpr (names_has_padding<G>) return G::has_padding;
  return false;
}
/// From this size on, copying, saving and hashing a state field by field is felt.
inline constexpr std::size_t large_state_bytes = 1024;
/// Whether a state could be its own snapshot and is not, for a few bytes between its members. Of
/// floats the compiler cannot tell.
template <class G, class State = typename G::State>
inline constexpr bool is_slow_by_padding = std::is_trivially_copyable_v<State> &&
                                           sizeof(State) >= large_state_bytes &&
                                           !std::has_unique_object_representations_v<State> &&
                                           !has_floats<G>() && !has_padding<G>();

template <class G>
const tutti_game& checked_table() {
  using Skin = Skin<G>;
  using State = typename G::State;
  FieldCheck<has_floats<G>()>::template check<State>();
  FieldCheck<has_floats<G>()>::template check<typename Skin::Input>();
  FieldCheck<has_floats<G>()>::template check<typename Skin::Command>();
  FieldCheck<true>::check<typename Skin::Effect>();  // nothing is computed from effects
  static_assert(!is_slow_by_padding<G>,
                "padding in a large plain state: put wide members first, or say in the game that "
                "it may be saved field by field by `static constexpr bool has_padding = true;`");
  static const tutti_game table = {
      .abi = TUTTI_GAME_ABI,
      .flags = (std::is_trivially_copyable_v<State> ? TUTTI_STATE_IS_PLAIN : 0U) |
               (memory_is_canonical<State>() ? TUTTI_STATE_IS_CANONICAL : 0U) |
               (detail::has_floats<G>() ? 0U : TUTTI_STATE_HAS_NO_FLOATS) |
               (Skin::shares_pages() ? TUTTI_STATE_SHARES_PAGES : 0U) |
               (Skin::has_commands ? TUTTI_GAME_HAS_COMMANDS : 0U),
      .name = G::name,
      .version = G::version,
      .viewer = viewer<G>(),
      .players_min = players_min<G>(),
      .players_max = players_max<G>(),
      .tick_rate = tick_rate<G>(),
      .effect_kinds = Skin::effect_kinds(),
      .state_size = sizeof(State),
      .state_align = alignof(State),
      .construct = &Skin::construct,
      .destroy = &Skin::destroy,
      .copy = &Skin::copy,
      .start = &Skin::start,
      .step = &Skin::step,
      .save = &Skin::save,
      .load = &Skin::load,
      .describe = &Skin::describe,
      .effect_kind = &Skin::effect_kind,
      .describe_event = &Skin::describe_event,
      .describe_effect = &Skin::template list_bytes<typename Skin::Effect>,
      .sample = Skin::offered_sample(),
      .play = Skin::offered_play(),
      .default_event = Skin::offered_default_event(),
      .hash = &Skin::hash,
      .parts = &Skin::parts,
      .hash_pages = &Skin::hash_pages,
  };
  return table;
}

}  // namespace detail

/// The module table of a game type; one per type and program, never freed. `G::name` and
/// `G::version` must be string literals. The compiler says in a sentence what keeps the type from
/// being a game.
template <class G>
const tutti_game& game_table() {
  if constexpr (detail::GameCheck<G>::passes()) {
    return detail::checked_table<G>();
  } else {
    static const tutti_game none{};
    return none;
  }
}

}  // namespace tutti

/// In one .cpp of a game module: exports the game to every tool.
#define TUTTI_GAME_MODULE(Type)                                                             \
  extern "C" __attribute__((visibility("default"))) const tutti_game* tutti_game_module() { \
    return &::tutti::game_table<Type>();                                                    \
  }
