#pragma once
// A type-erased game, with which the timeline, the session and the codecs work. A state is opaque
// memory that its StateBox owns.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tutti/sim/bytes.hpp"
#include "tutti/sim/digest.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/field_diff.hpp"
#include "tutti/sim/game.hpp"
#include "tutti/sim/page_digests.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {

/// One effect of one tick, type-erased.
struct EffectRecord {
  /// By which the same effect of a nearby tick is found; the game's, or a hash of its bytes.
  std::uint64_t key = 0;
  std::uint16_t kind = 0;  ///< the game's number for it
  std::uint8_t size = 0;   ///< of its bytes
  /// Canonical, the first `size` mean something.
  std::array<std::byte, limits::effect_bytes> bytes{};

  BytesView view() const { return BytesView(bytes).first(size); }  ///< Its bytes.
};

/// A cheap handle to a game's table; copies share it. The module behind the table stays loaded for
/// as long as any handle lives.
class TUTTI_API AnyGame {
 public:
  /// Refuses a table of another ABI or with missing members, and names the fault. `keep_alive` owns
  /// the library that the table lives in.
  static Result<AnyGame> from_table(const tutti_game* table, std::shared_ptr<void> keep_alive = {});

  /// The game's name: letters, digits, `_` and `-`.
  const std::string& name() const { return facts_->name; }
  /// The game's version, raised by every change of its rules.
  const std::string& version() const { return facts_->version; }
  /// `<game>@<version>+<fingerprint>`; the fingerprint is the first 8 digest bytes after 300 ticks
  /// with seed 1, fed with the game's own arbitrary events; of a game that offers none, with its
  /// default event. Computed when first asked for.
  const std::string& rules() const;
  /// The program that plays this game's replays, or empty.
  std::string viewer() const { return table_->viewer == nullptr ? "" : table_->viewer; }
  std::uint8_t players_min() const { return table_->players_min; }
  std::uint8_t players_max() const { return table_->players_max; }
  /// A setup for this game: its rules id, tick rate and `players` slots.
  Setup setup(std::uint64_t seed, std::uint8_t players) const;

  /// The bytes of one state in memory, without what it points to.
  std::size_t state_size() const { return table_->state_size; }
  /// Whether `memcpy` copies a state.
  bool is_plain() const { return (table_->flags & TUTTI_STATE_IS_PLAIN) != 0; }
  /// Whether a state's memory is its canonical bytes.
  bool is_canonical() const { return (table_->flags & TUTTI_STATE_IS_CANONICAL) != 0; }
  /// Whether copying a state costs what will change, not what there is.
  bool shares_pages() const {
    return table_->abi >= 5 && (table_->flags & TUTTI_STATE_SHARES_PAGES) != 0;
  }
  /// Whether its states have parts with digests of their own; see page_digests.hpp.
  bool has_parts() const { return shares_pages() && table_->abi >= 6 && table_->parts != nullptr; }
  /// False only for games that say that they have none, as those in C++ do.
  bool may_have_floats() const { return (table_->flags & TUTTI_STATE_HAS_NO_FLOATS) == 0; }
  /// Whether its players say commands, and so have a tag before everything that they send.
  bool has_commands() const { return (table_->flags & TUTTI_GAME_HAS_COMMANDS) != 0; }
  const tutti_game& table() const { return *table_; }

  /// A player's payload, as logs have it: the bytes, behind their tag if the game has commands.
  Bytes payload_of(PlayerEvent tag, BytesView bytes) const;
  /// Whether a player's payload is an input or a command; nothing if its tag is unknown.
  std::optional<PlayerEvent> tag_of(BytesView payload) const;

  /// The name of a kind, as in "hit"; "effect7" where the game gives none.
  std::string effect_kind(std::uint16_t kind) const;
  bool has_bot() const { return table_->play != nullptr; }
  /// The event of the game's bot for this state; nothing if the bot changes nothing.
  std::optional<Bytes> play(const void* state, PlayerId player, Random& random,
                            BotStyle style = {}) const;
  /// Whether the game offers arbitrary events: rehearsals, checks and storms need them, or a bot.
  bool has_sample() const { return table_->sample != nullptr; }
  /// An arbitrary legal event; empty bytes if the game offers none.
  Bytes sample(Random& random) const;

 private:
  struct Facts {
    std::string name, version;
    std::shared_ptr<void> keep_alive;
    std::string rules;  // filled by rules()
  };
  AnyGame(const tutti_game* table, std::shared_ptr<Facts> facts)
      : table_(table), facts_(std::move(facts)) {}

  const tutti_game* table_;
  std::shared_ptr<Facts> facts_;
};

/// The handle of a game type that is linked into this program. The compiler says in a sentence what
/// keeps the type from being a game.
template <class G>
AnyGame any_game() {
  Result<AnyGame> game = AnyGame::from_table(&game_table<G>());
  TUTTI_ASSERT(game.has_value(), game.error().sentence);
  return *game;
}

/// Owns one state of one game. Copying copies the state.
class TUTTI_API StateBox {
 public:
  explicit StateBox(const AnyGame& game);  ///< A state as its default constructor makes it.
  /// A copy of a state of this game.
  StateBox(const AnyGame& game, const void* state);
  StateBox(const StateBox& other);
  StateBox& operator=(const StateBox& other);
  StateBox(StateBox&& other) noexcept;
  StateBox& operator=(StateBox&& other) noexcept;
  ~StateBox();

  void* get() { return memory_; }  ///< The state's memory. Null only if it was moved from.
  const void* get() const { return memory_; }    ///< The same, to look at.
  const AnyGame& game() const { return game_; }  ///< The game whose state it is.

 private:
  AnyGame game_;
  void* memory_ = nullptr;
};

/// The state at tick 0.
TUTTI_API StateBox start(const AnyGame& game, const Setup& setup);
/// Copies one state of a game over another: `memcpy` for plain states, the game's copy for others.
TUTTI_API void copy_state(const AnyGame& game, void* to, const void* from);
/// The state's canonical bytes, replacing what `bytes` held.
TUTTI_API void save_state(const AnyGame& game, const void* state, Bytes& bytes);
/// Loads a state. False, with the state unchanged, if the bytes are not exactly one state of this
/// game.
[[nodiscard]] TUTTI_API bool load_state(const AnyGame& game, void* state, BytesView bytes);
/// About how many bytes a copy of this state takes.
TUTTI_API std::size_t state_bytes(const AnyGame& game, const void* state);
/// The digest of a state: of its canonical bytes, or of its parts where it has pages.
TUTTI_API Digest digest_state(const AnyGame& game, const void* state);
/// How the canonical bytes of a state are laid out in pages; nothing if they are not.
TUTTI_API std::vector<PageRun> page_runs(const AnyGame& game, const void* state);
/// Does a part of what `digest_state` has to do: hashes up to `most` pages, at least 1, from page
/// `from` on. Returns the page to go on from; 0 when the rest costs little.
TUTTI_API std::size_t hash_pages(const AnyGame& game, const void* state, std::size_t from,
                                 std::size_t most);
TUTTI_API std::vector<Field> list_fields(const AnyGame& game, const void* state);
/// The first field of a state that is not a number (NaN), judged by the text that the game lists.
/// Its bits differ between processors, and so do the digests. Lists every field of a game that may
/// have floats; costs nothing for others.
TUTTI_API std::optional<Field> find_nan(const AnyGame& game, const void* state);
/// The fields of a player's own event, or of an effect, from its bytes. Nothing if they are none of
/// this game's, or if the game (one that is not written in C++) does not say.
TUTTI_API std::optional<std::vector<Field>> event_fields(const AnyGame& game, BytesView event);
TUTTI_API std::optional<std::vector<Field>> effect_fields(const AnyGame& game, BytesView effect);

/// The result of one step, besides the new state.
struct StepResult {
  std::size_t refused = 0;          ///< events that the game did not accept
  std::size_t effects_dropped = 0;  ///< beyond limits::effects_per_tick, or too large
};
/// Advances the state by one tick. Events must be of one tick, in canonical order, and include no
/// unknown relay kinds; effects are appended to `effects` unless it is null.
TUTTI_API StepResult step_state(const AnyGame& game, void* state, std::span<const EventView> events,
                                std::vector<EffectRecord>* effects);

}  // namespace tutti
