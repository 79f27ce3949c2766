// One fold of a game under a condition, as a list of digests that can be kept and compared: with
// the same program in other surroundings, with another build of the game, with another machine.

#include <fmt/format.h>

#include <locale.h>

#include <algorithm>
#include <atomic>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <locale>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <thread>

#include "check/check.hpp"
#include "check/garbage.hpp"
#include "check/libraries.hpp"
#include "tutti/sim/float_environment.hpp"

namespace tutti::tool {

namespace {

constexpr int busy_threads = 4;

struct Freeing {
  void operator()(void* block) const { std::free(block); }
};
using Block = std::unique_ptr<void, Freeing>;

/// Frees blocks of every small size in random order, so that the next ones come in that order.
std::vector<Block> shuffle_heap() {
  constexpr std::size_t sizes = 64;
  constexpr std::size_t blocks_of_each = 200;
  constexpr std::size_t grain = 16;
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < sizes * blocks_of_each; ++i)
    blocks.emplace_back(std::malloc(grain * (1 + i % sizes)));
  Random random(7);
  // Every other one stays, so that its neighbours do not grow together.
  std::vector<Block*> freed;
  for (std::size_t i = 0; i < blocks.size(); i += 1 + i / sizes % 2)
    freed.push_back(&blocks[i]);
  for (std::size_t i = freed.size(); i > 1; --i)
    std::swap(freed[i - 1], freed[random.below(static_cast<std::uint32_t>(i))]);
  for (Block* block : freed)
    block->reset();
  return blocks;
}

/// Decimal commas and grouped thousands, whatever is installed.
class CommaNumbers : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

void change_locale() {
  for (const char* name : {"de_DE.UTF-8", "tr_TR.UTF-8", "fr_FR.UTF-8", "C.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) != nullptr) break;
  }
  std::locale::global(std::locale(std::locale::classic(), new CommaNumbers));
}

/// A state in memory that held garbage before.
class PoisonedState {
 public:
  PoisonedState(const Subject& subject, const AnyGame& game, const Garbage& garbage)
      : game_(game),
        memory_(::operator new(game_.state_size(), std::align_val_t(game_.table().state_align))) {
    garbage.fill(memory_, game_.state_size());
    const UnderDefaultFloats guard;
    game_.table().construct(memory_);
    const Setup setup = subject.setup();
    const tutti_setup words{setup.seed, setup.tick_rate, setup.players,
                            reinterpret_cast<const std::uint8_t*>(setup.options.data()),
                            setup.options.size()};
    game_.table().start(memory_, &words);
  }
  PoisonedState(const PoisonedState&) = delete;
  PoisonedState& operator=(const PoisonedState&) = delete;
  ~PoisonedState() {
    game_.table().destroy(memory_);
    ::operator delete(memory_, std::align_val_t(game_.table().state_align));
  }
  void* get() { return memory_; }

 private:
  AnyGame game_;
  void* memory_;
};

Digest digest_of_effects(const std::vector<EffectRecord>& effects) {
  Blake2b hash(16);
  for (const EffectRecord& effect : effects) {
    const std::string head = fmt::format("{} {} ", effect.kind, effect.key);
    hash.update(std::as_bytes(std::span(head))).update(effect.view());
  }
  Digest digest;
  hash.finish(digest.bytes);
  return digest;
}

struct TickDigests {
  std::string state{};
  std::string effects{};
  bool operator==(const TickDigests&) const = default;
};

std::string heading(const Subject& subject) {
  std::ostringstream text;
  text << "game " << subject.game.name() << '@' << subject.game.version() << " seed "
       << subject.crowd.seed << " players " << int{subject.crowd.players} << " bots "
       << subject.crowd.bots;
  if (!subject.options.empty()) text << " options " << to_hex(subject.options);
  return text.str();
}

std::optional<std::map<std::int64_t, TickDigests>> read_digests(const std::string& file,
                                                                const std::string& expected) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line) || line != expected) return std::nullopt;
  std::map<std::int64_t, TickDigests> digests;
  std::int64_t tick = 0;
  for (TickDigests each; in >> tick >> each.state >> each.effects;)
    digests[tick] = each;
  return digests;
}

std::vector<FieldDifference> listed(const Subject& subject, const void* state) {
  std::vector<FieldDifference> fields;
  for (Field& field : list_fields(subject.game, state))
    fields.push_back({std::move(field.path), "", std::move(field.value)});
  return fields;
}

Finding differs(const Subject& subject, Tick tick, const void* state, bool is_state) {
  Finding finding{.outcome = Outcome::wrong, .tick = tick};
  finding.sentence = !is_state         ? "the tick emits other effects"
                     : tick.value == 0 ? "start gives another state"
                                       : "the state is another one";
  if (is_state) finding.fields = listed(subject, state);
  return finding;
}

/// The digests of one fold as they arise: written, compared, or both.
class Comparison {
 public:
  Comparison(const Subject& subject, const FoldTask& task) : subject_(subject), task_(task) {
    if (!task.compare.empty()) expected_ = read_digests(task.compare, heading(subject));
    if (task.write.empty()) return;
    out_.open(task.write);
    out_ << heading(subject) << '\n';
  }
  bool lacks_expected() const { return !task_.compare.empty() && !expected_; }

  /// The first difference, or the fields that were asked for.
  std::optional<Finding> take(Tick tick, const void* state,
                              const std::vector<EffectRecord>& effects) {
    const TickDigests now{to_hex(digest_state(subject_.game, state)),
                          to_hex(digest_of_effects(effects))};
    if (out_.is_open()) out_ << tick.value << ' ' << now.state << ' ' << now.effects << '\n';
    if (tick.value == task_.fields_at) {
      return Finding{
          .sentence = "the fields at this tick", .tick = tick, .fields = listed(subject_, state)};
    }
    if (!expected_ || !expected_->contains(tick.value)) return std::nullopt;
    const TickDigests& then = expected_->at(tick.value);
    if (then == now) return ++compared_, std::nullopt;
    return differs(subject_, tick, state, then.state != now.state);
  }
  Finding outcome() {
    if (out_.is_open() && !out_.flush()) {
      return {.outcome = Outcome::wrong, .sentence = task_.write + " could not be written"};
    }
    if (!expected_) return {.sentence = fmt::format("{} ticks folded", subject_.ticks)};
    return {.sentence = fmt::format("the same {} states and effects", compared_)};
  }

 private:
  const Subject& subject_;
  const FoldTask& task_;
  std::optional<std::map<std::int64_t, TickDigests>> expected_;
  std::ofstream out_;
  std::int64_t compared_ = 0;
};

Finding fold_here(const Subject& subject, const FoldTask& task, const Garbage& garbage) {
  Comparison comparison(subject, task);
  if (comparison.lacks_expected()) {
    return {.outcome = Outcome::wrong,
            .sentence = task.compare +
                        " holds no digests of this game, seed and players with these options"};
  }
  const AnyGame game = on_garbage(subject.game, garbage);
  PoisonedState state(subject, game, garbage);
  Crowd crowd(subject.game, subject.crowd);
  std::vector<EffectRecord> effects;
  if (auto found = comparison.take(Tick{}, state.get(), effects)) return *found;
  for (Tick tick{1}; tick.value <= subject.ticks; ++tick) {
    tell(tick);
    effects.clear();
    const auto events = crowd.next(tick, state.get());
    step_state(game, state.get(), events, &effects);
    if (auto found = comparison.take(tick, state.get(), effects)) return *found;
  }
  if (task.fields_at > subject.ticks) {
    return {.outcome = Outcome::wrong,
            .sentence = fmt::format("tick {} is behind the last of {} ticks; --ticks folds more",
                                    task.fields_at, subject.ticks)};
  }
  return comparison.outcome();
}

/// Other matches ran in this process before: their leftovers are no state.
Finding fold_warm(const Subject& subject, const FoldTask& task) {
  constexpr std::uint64_t matches = 4;
  for (std::uint64_t match = 1; match <= matches; ++match) {
    Subject earlier = subject;
    earlier.crowd.seed += match;
    fold_here(earlier, {}, {});
  }
  return fold_here(subject, task, {});
}

/// Runs it in a thread, while others run and sleep at random.
Finding fold_among_threads(const Subject& subject, const FoldTask& task) {
  std::atomic<bool> is_over = false;
  std::vector<std::thread> others;
  for (int i = 0; i < busy_threads; ++i) {
    others.emplace_back([&is_over, i] {
      Random random(static_cast<std::uint64_t>(i));
      while (!is_over) {
        if (random.chance(3))
          std::this_thread::sleep_for(std::chrono::microseconds(random.below(50)));
        void* volatile block = std::malloc(1 + random.below(4096));
        std::free(block);
      }
    });
  }
  Finding finding;
  std::thread([&] { finding = fold_here(subject, task, {}); }).join();
  is_over = true;
  for (std::thread& other : others)
    other.join();
  return finding;
}

/// Another match of the same game runs in another thread: data that both touch are no state.
Finding fold_beside(const Subject& subject, const FoldTask& task) {
  constexpr std::int64_t ticks_ahead = 100;
  std::atomic<bool> is_over = false;
  std::atomic<std::int64_t> others_tick = 0;
  std::thread other([&] {
    Subject second = subject;
    ++second.crowd.seed;
    StateBox state = start(second.game, second.setup());
    Crowd crowd(second.game, second.crowd);
    for (Tick tick{1}; !is_over; ++tick) {
      step_state(second.game, state.get(), crowd.next(tick, state.get()), nullptr);
      others_tick = tick.value;
    }
  });
  // So that even the first tick has something to differ from.
  while (others_tick < ticks_ahead)
    std::this_thread::yield();
  Finding finding = fold_here(subject, task, {});
  is_over = true;
  other.join();
  return finding;
}

/// The floating-point environment that a condition stands for.
std::optional<FloatEnvironment> environment_of(const std::string& under) {
  if (under == "flush") return FloatEnvironment{Rounding::nearest, true};
  if (under == "upwards") return FloatEnvironment{Rounding::upwards, false};
  if (under == "downwards") return FloatEnvironment{Rounding::downwards, false};
  if (under == "towards-zero") return FloatEnvironment{Rounding::towards_zero, false};
  return std::nullopt;
}

/// The changes that loading the module made to the floating-point environment, in words; set by
/// prepare_fold.
std::string& done_by_loading() {
  static std::string words;
  return words;
}

Finding what_loading_did() {
  if (done_by_loading().empty())
    return {.sentence = "leaves the floating-point environment of its thread as it was"};
  return {.outcome = Outcome::note,
          .sentence = done_by_loading(),
          .causes =
              "harmless for the game: Tutti computes it under the default environment and puts the "
              "host's back; find out which library does it if your program computes with floats "
              "(linking with -ffast-math does this)"};
}

}  // namespace

std::vector<std::string> fold_conditions() {
  return {"plain",  "later", "poison", "garbage", "heap-order", "locale",       "threads",
          "beside", "warm",  "flush",  "upwards", "downwards",  "towards-zero", "loading"};
}

void prepare_fold(const std::string& under, const std::string& module) {
  if (const auto environment = environment_of(under)) environment->apply();
  if (under == "loading") done_by_loading() = effect_of_loading(module);
}

Finding fold(const Subject& subject, const FoldTask& task) {
  constexpr Garbage pattern{.pattern = 0xA5};
  constexpr Garbage random{.is_random = true};
  if (task.under == "loading") return what_loading_did();
  if (task.under == "poison") return fold_here(subject, task, pattern);
  if (task.under == "garbage") return fold_here(subject, task, random);
  if (task.under == "threads") return fold_among_threads(subject, task);
  if (task.under == "beside") return fold_beside(subject, task);
  if (task.under == "warm") return fold_warm(subject, task);
  if (task.under == "later") std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  std::vector<Block> kept;
  if (task.under == "heap-order") kept = shuffle_heap();
  if (task.under == "locale") change_locale();
  return fold_here(subject, task, {});
}

}  // namespace tutti::tool
