#include "tutti/sim/any_game.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "game_call.hpp"

namespace tutti {

namespace {

using detail::call;
using detail::raw;

bool is_word(std::string_view text, std::string_view extra) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || extra.find(c) != extra.npos;
  });
}

/// The first function that a table has to have and has not, or null.
const char* missing_function(const tutti_game& table) {
  if (table.construct == nullptr) return "construct";
  if (table.destroy == nullptr) return "destroy";
  if (table.copy == nullptr) return "copy";
  if (table.start == nullptr) return "start";
  if (table.step == nullptr) return "step";
  if (table.save == nullptr) return "save";
  if (table.load == nullptr) return "load";
  if (table.describe == nullptr) return "describe";
  const bool is_shared = table.abi >= 5 && (table.flags & TUTTI_STATE_SHARES_PAGES) != 0;
  if (is_shared && table.hash == nullptr) return "hash";
  if (!is_shared || table.abi < 6) return nullptr;
  if (table.parts != nullptr && table.hash_pages == nullptr) return "hash_pages";
  return nullptr;
}

/// Which of a table's numbers cannot be, as words, or null.
const char* impossible_number(const tutti_game& table) {
  if (table.state_size == 0) return "state_size";
  if (!std::has_single_bit(table.state_align)) return "state_align";
  if (table.players_min == 0 || table.players_min > table.players_max ||
      table.players_max > limits::players) {
    return "players_min or players_max";
  }
  if (table.tick_rate < limits::tick_rate_min || table.tick_rate > limits::tick_rate_max) {
    return "tick_rate";
  }
  return nullptr;
}

/// An event that a game's function wrote into `bytes`, or nothing.
std::optional<Bytes> event_in(std::span<const std::uint8_t> bytes, std::int32_t size) {
  if (size < 0 || static_cast<std::size_t>(size) > bytes.size()) return std::nullopt;
  const auto view = std::as_bytes(bytes).first(static_cast<std::size_t>(size));
  return Bytes(view.begin(), view.end());
}

/// The first interface whose tables have a default event.
constexpr std::uint32_t default_event_abi = 4;

/// The events that a player of the fingerprint's run sends.
Bytes fingerprint_event(const AnyGame& game, Random& random) {
  if (game.has_sample()) return game.sample(random);
  const tutti_game& table = game.table();
  if (table.abi < default_event_abi || table.default_event == nullptr) return {};
  std::array<std::uint8_t, limits::event_bytes> bytes{};
  return event_in(bytes, call(table.default_event, bytes.data(), bytes.size())).value_or(Bytes{});
}

/// The fingerprint's run is part of the rules id: changing it changes every id.
constexpr std::int64_t fingerprint_ticks = 300;

Digest fingerprint(const AnyGame& game) {
  Setup setup;
  setup.players = std::clamp<std::uint8_t>(2, game.players_min(), game.players_max());
  setup.tick_rate = game.table().tick_rate;
  StateBox state = start(game, setup);
  Random random(1);
  std::vector<Event> events;
  std::vector<EventView> views;
  std::uint32_t counter = 0;
  for (Tick tick{1}; tick.value <= fingerprint_ticks; ++tick) {
    events.clear();
    for (std::uint8_t slot = 0; slot < setup.players; ++slot) {
      const PlayerId player{slot};
      if (tick.value == 1) {
        events.push_back(
            {tick, relay_author, ++counter, encode({.kind = EventKind::joined, .player = player})});
      } else if (random.chance(4)) {
        events.push_back({tick, author_of(player), ++counter, fingerprint_event(game, random)});
      }
    }
    views.assign(events.begin(), events.end());
    step_state(game, state.get(), views, nullptr);
  }
  return digest_state(game, state.get());
}

}  // namespace

Result<AnyGame> AnyGame::from_table(const tutti_game* table, std::shared_ptr<void> keep_alive) {
  if (table == nullptr) return fail(Fault::bad_data, "the game module gives no game");
  if (table->abi < TUTTI_GAME_ABI_OLDEST || table->abi > TUTTI_GAME_ABI) {
    return fail(Fault::bad_data, "the game module speaks interface " + std::to_string(table->abi) +
                                     ", this program speaks " + std::to_string(TUTTI_GAME_ABI) +
                                     "; rebuild the module with this engine");
  }
  if (table->name == nullptr || !is_word(table->name, "_-") || table->version == nullptr ||
      !is_word(table->version, ".-")) {
    return fail(Fault::bad_data,
                "the game module's name or version is missing, longer than 32 characters or has "
                "others than a-z, 0-9, '-', '_' and '.'");
  }
  const std::string module = std::string("the game module ") + table->name;
  if (const char* missing = missing_function(*table)) {
    return fail(Fault::bad_data, module + " lacks the function " + missing);
  }
  if (const char* number = impossible_number(*table)) {
    return fail(Fault::bad_data, module + " gives an impossible " + number);
  }
  auto facts = std::make_shared<Facts>();
  facts->name = table->name;
  facts->version = table->version;
  facts->keep_alive = std::move(keep_alive);
  return AnyGame(table, std::move(facts));
}

const std::string& AnyGame::rules() const {
  if (facts_->rules.empty()) {
    const Digest digest = fingerprint(*this);
    facts_->rules = name() + "@" + version() + "+" + to_hex(BytesView(digest.bytes).first(8));
  }
  return facts_->rules;
}

Setup AnyGame::setup(std::uint64_t seed, std::uint8_t players) const {
  Setup setup;
  setup.rules = rules();
  setup.seed = seed;
  setup.players = players;
  setup.tick_rate = table_->tick_rate;
  return setup;
}

Bytes AnyGame::payload_of(PlayerEvent tag, BytesView bytes) const {
  Bytes payload;
  payload.reserve(bytes.size() + 1);
  if (has_commands()) payload.push_back(static_cast<std::byte>(tag));
  payload.insert(payload.end(), bytes.begin(), bytes.end());
  return payload;
}

std::optional<PlayerEvent> AnyGame::tag_of(BytesView payload) const {
  return has_commands() ? detail::take_tag(payload) : PlayerEvent::input;
}

std::string AnyGame::effect_kind(std::uint16_t kind) const {
  const char* name = table_->effect_kind == nullptr ? nullptr : table_->effect_kind(kind);
  return name != nullptr ? name : "effect" + std::to_string(kind);
}

std::optional<Bytes> AnyGame::play(const void* state, PlayerId player, Random& random,
                                   BotStyle style) const {
  if (table_->play == nullptr) return std::nullopt;
  std::array<std::uint8_t, limits::event_bytes> bytes{};
  tutti_random words{random.raw_state(), random.raw_increment()};
  const std::int32_t size =
      call(table_->play, state, player.value, style.to_raw(), &words, bytes.data(), bytes.size());
  random = Random::from_raw(words.state, words.increment);
  return event_in(bytes, size);
}

Bytes AnyGame::sample(Random& random) const {
  if (!has_sample()) return {};
  std::array<std::uint8_t, limits::event_bytes> bytes{};
  tutti_random words{random.raw_state(), random.raw_increment()};
  const std::int32_t size = call(table_->sample, &words, bytes.data(), bytes.size());
  random = Random::from_raw(words.state, words.increment);
  return event_in(bytes, size).value_or(Bytes{});
}

StateBox::StateBox(const AnyGame& game)
    : game_(game),
      memory_(::operator new(game.table().state_size, std::align_val_t(game.table().state_align))) {
  // Plain memory is cleared first, so that padding never differs between two runs.
  std::memset(memory_, 0, game.table().state_size);
  call(game.table().construct, memory_);
}

StateBox::StateBox(const AnyGame& game, const void* state)
    : game_(game),
      memory_(::operator new(game.table().state_size, std::align_val_t(game.table().state_align))) {
  // A plain one need not be made before it is overwritten: of a large one that would be felt.
  if (!game.is_plain()) {
    std::memset(memory_, 0, game.table().state_size);
    call(game.table().construct, memory_);
  }
  copy_state(game_, memory_, state);
}

StateBox::StateBox(const StateBox& other) : StateBox(other.game_, other.memory_) {}

StateBox& StateBox::operator=(const StateBox& other) {
  if (this == &other) return *this;
  TUTTI_ASSERT(&game_.table() == &other.game_.table(), game_.name(), other.game_.name());
  if (memory_ == nullptr) return *this = StateBox(other);  // this one's state has moved away
  copy_state(game_, memory_, other.memory_);
  return *this;
}

StateBox::StateBox(StateBox&& other) noexcept
    : game_(other.game_), memory_(std::exchange(other.memory_, nullptr)) {}

StateBox& StateBox::operator=(StateBox&& other) noexcept {
  std::swap(game_, other.game_);
  std::swap(memory_, other.memory_);
  return *this;
}

StateBox::~StateBox() {
  if (memory_ == nullptr) return;
  call(game_.table().destroy, memory_);
  ::operator delete(memory_, std::align_val_t(game_.table().state_align));
}

StateBox start(const AnyGame& game, const Setup& setup) {
  StateBox state(game);
  const tutti_setup words{setup.seed, setup.tick_rate, setup.players, raw(setup.options),
                          setup.options.size()};
  call(game.table().start, state.get(), &words);
  return state;
}

void copy_state(const AnyGame& game, void* to, const void* from) {
  if (game.is_plain()) {
    std::memcpy(to, from, game.state_size());
  } else {
    call(game.table().copy, to, from);
  }
}

void save_state(const AnyGame& game, const void* state, Bytes& bytes) {
  bytes.clear();
  const tutti_byte_sink sink{&bytes, [](void* context, const std::uint8_t* data, std::size_t size) {
                               const auto view = std::as_bytes(std::span(data, size));
                               auto& target = *static_cast<Bytes*>(context);
                               target.insert(target.end(), view.begin(), view.end());
                             }};
  call(game.table().save, state, &sink);
}

bool load_state(const AnyGame& game, void* state, BytesView bytes) {
  return bytes.size() <= limits::snapshot_bytes &&
         call(game.table().load, state, raw(bytes), bytes.size()) != 0;
}

std::size_t state_bytes(const AnyGame& game, const void* state) {
  if (game.is_plain()) return game.state_size();
  std::size_t bytes = 0;
  const tutti_byte_sink sink{&bytes, [](void* context, const std::uint8_t*, std::size_t size) {
                               *static_cast<std::size_t*>(context) += size;
                             }};
  call(game.table().save, state, &sink);
  // Of pages a copy has its own list, and in time some pages.
  constexpr std::size_t shared_part = 32;
  if (game.shares_pages()) return game.state_size() + bytes / shared_part;
  return std::max(game.state_size(), bytes);
}

namespace {

/// A state's parts, one after the other.
template <class Context>
tutti_part_sink parts_into(Context& context) {
  return {&context,
          [](void* to, const std::uint8_t* data, std::size_t size) {
            static_cast<Context*>(to)->bytes(std::as_bytes(std::span(data, size)));
          },
          [](void* to, std::uint32_t page_bytes, std::size_t count, const std::uint8_t* hashes) {
            std::vector<Digest> digests(count);
            if (count > 0) std::memcpy(digests.data(), hashes, count * sizeof(Digest));
            static_cast<Context*>(to)->pages(page_bytes, digests);
          }};
}

/// Counts them in place of hashing them.
struct RunCounter {
  std::vector<PageRun> runs{};

  void bytes(BytesView bytes) { add({0, static_cast<std::uint32_t>(bytes.size())}); }
  void pages(std::uint32_t page_bytes, std::span<const Digest> digests) {
    add({page_bytes, static_cast<std::uint32_t>(digests.size())});
  }
  void add(PageRun run) {
    if (run.count > 0) runs.push_back(run);
  }
};

}  // namespace

std::vector<PageRun> page_runs(const AnyGame& game, const void* state) {
  RunCounter counter;
  const tutti_part_sink sink = parts_into(counter);
  if (game.has_parts()) call(game.table().parts, state, &sink);
  return std::move(counter.runs);
}

std::size_t hash_pages(const AnyGame& game, const void* state, std::size_t from, std::size_t most) {
  TUTTI_ASSERT(most >= 1, most);
  return game.has_parts() ? call(game.table().hash_pages, state, from, most) : 0;
}

Digest digest_state(const AnyGame& game, const void* state) {
  if (game.has_parts()) {
    StateHasher hasher;
    const tutti_part_sink sink = parts_into(hasher);
    call(game.table().parts, state, &sink);
    return hasher.finish();
  }
  Blake2b hash(16);
  if (game.is_canonical()) {
    hash.update({static_cast<const std::byte*>(state), game.state_size()});
  } else {
    const tutti_byte_sink sink{
        &hash, [](void* context, const std::uint8_t* data, std::size_t size) {
          static_cast<Blake2b*>(context)->update(std::as_bytes(std::span(data, size)));
        }};
    call(game.table().save, state, &sink);
  }
  Digest digest;
  hash.finish(digest.bytes);
  return digest;
}

namespace {

/// Whether a listed value is a NaN: "nan", "-nan", "NaN", "nan(0x7ff)".
bool is_nan_text(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (text.size() < 3 || (text.size() > 3 && text[3] != '(')) return false;
  constexpr std::string_view small = "nan", capital = "NAN";
  for (std::size_t i = 0; i < small.size(); ++i) {
    if (text[i] != small[i] && text[i] != capital[i]) return false;
  }
  return true;
}

tutti_field_sink sink_into(std::vector<Field>& fields) {
  return {&fields, [](void* context, const char* path, const char* value) {
            static_cast<std::vector<Field>*>(context)->push_back({path, value});
          }};
}

using DescribeBytes = int (*)(const std::uint8_t*, std::size_t, const tutti_field_sink*);

std::optional<std::vector<Field>> fields_of(DescribeBytes describe, BytesView bytes) {
  std::vector<Field> fields;
  const tutti_field_sink sink = sink_into(fields);
  if (describe == nullptr) return std::nullopt;
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return call(describe, data, bytes.size(), &sink) != 0 ? std::optional(std::move(fields))
                                                        : std::nullopt;
}

}  // namespace

std::vector<Field> list_fields(const AnyGame& game, const void* state) {
  std::vector<Field> fields;
  const tutti_field_sink sink = sink_into(fields);
  call(game.table().describe, state, &sink);
  return fields;
}

std::optional<Field> find_nan(const AnyGame& game, const void* state) {
  if (!game.may_have_floats()) return std::nullopt;
  for (Field& field : list_fields(game, state)) {
    if (is_nan_text(field.value)) return std::move(field);
  }
  return std::nullopt;
}

std::optional<std::vector<Field>> event_fields(const AnyGame& game, BytesView event) {
  return fields_of(game.table().describe_event, event);
}

std::optional<std::vector<Field>> effect_fields(const AnyGame& game, BytesView effect) {
  return fields_of(game.table().describe_effect, effect);
}

}  // namespace tutti
