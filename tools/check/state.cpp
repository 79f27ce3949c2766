// Checks of a game against itself, in one process: its snapshots, its digest, its fields, and what
// it does with bytes that are no event.

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/rehearse_options.hpp"
#include "check/check.hpp"
#include "tutti/sim/limits.hpp"
#include "tutti/sim/rehearsal.hpp"

namespace tutti::tool {

namespace {

constexpr const char* unnamed_member =
    "a member that TUTTI_FIELDS (or serialize) does not name; a save and a load that disagree; a "
    "static or global variable";
/// How much hashing and saving one check may cost, in bytes.
constexpr std::size_t bytes_at_most = 600'000'000;
/// How many fields may be listed to see changed bytes in them.
constexpr std::size_t fields_at_most = 20'000'000;
constexpr std::int64_t long_run_ticks = 60;

/// A state that has been played with and holds something else than the one to be checked.
StateBox used_state(const Subject& subject) {
  StateBox state = start(subject.game, subject.setup(1));
  Crowd crowd(subject.game, subject.crowd);
  for (Tick tick{1}; tick.value <= long_run_ticks; ++tick)
    step_state(subject.game, state.get(), crowd.next(tick, state.get()), nullptr);
  return state;
}

/// The difference between a state and one brought back from its bytes, if there is one.
std::optional<Finding> not_brought_back(const AnyGame& game, Tick tick, const StateBox& state,
                                        const Bytes& bytes, StateBox& again) {
  if (!load_state(game, again.get(), bytes)) {
    return wrong("the state's own snapshot cannot be loaded", tick, {},
                 "save and load that disagree about what there is");
  }
  Bytes second;
  save_state(game, again.get(), second);
  if (second == bytes) return std::nullopt;
  return wrong("a snapshot brought back and taken again has other bytes", tick,
               differences(game, state.get(), again.get()),
               "load does not set this field, or save writes what the state does not hold (an "
               "uninitialised byte, padding, a pointer)");
}

}  // namespace

Finding check_rehearsal(const Subject& subject) {
  // The same work at every depth; all depths together step the game some 12 times `ticks`.
  for (std::int64_t depth = 1; depth <= limits::input_window_ticks; ++depth) {
    const auto offset = static_cast<std::uint64_t>(depth);
    Rehearsal rehearsal(subject.game, subject.setup(offset), static_cast<std::size_t>(depth));
    Crowd::Options options = subject.crowd;
    options.seed += offset;
    Crowd crowd(subject.game, options);
    const std::int64_t ticks = std::max(long_run_ticks, subject.ticks / depth);
    for (Tick tick{1}; tick.value <= ticks; ++tick) {
      tell(tick);
      const auto found = rehearsal.step(crowd.next(tick, rehearsal.state()));
      if (!found) continue;
      if (found->nan) return wrong(found->cause, found->tick, {}, nan_causes);
      std::string sentence =
          fmt::format("going back {} ticks and simulating them again gives another state", depth);
      if (!subject.crowd.has_bursts) {
        const RehearseOptions same{
            .choice = {.game = subject.module, .folders = {}, .options = to_hex(subject.options)},
            .depth = static_cast<std::size_t>(depth),
            .seed = options.seed,
            .players = options.players,
            .bots = options.bots};
        sentence += " (to see it again: " + same.line_through(rehearsal.present()) + ")";
      }
      return wrong(std::move(sentence), found->tick, found->fields, found->cause);
    }
  }
  return {.sentence =
              fmt::format("going back 1 to {} ticks at every tick and simulating them again "
                          "changes nothing",
                          limits::input_window_ticks)};
}

Finding check_snapshots(const Subject& subject) {
  const AnyGame& game = subject.game;
  StateBox state = start(game, subject.setup());
  StateBox again = used_state(subject);  // brought back at every tick
  StateBox far = used_state(subject);    // brought back now and then, played on in between
  Crowd crowd(game, subject.crowd);
  Bytes bytes;
  for (Tick tick{1}; tick.value <= subject.ticks; ++tick) {
    tell(tick);
    save_state(game, state.get(), bytes);
    if (auto found = not_brought_back(game, tick - 1, state, bytes, again)) return *found;
    if (tick.value % long_run_ticks == 1 && !load_state(game, far.get(), bytes)) continue;
    if (!bytes.empty() &&
        load_state(game, StateBox(game).get(), BytesView(bytes).first(bytes.size() - 1))) {
      return wrong("a snapshot that lacks its last byte is loaded all the same", tick - 1, {},
                   "load has to refuse what is not exactly one state");
    }
    const auto events = crowd.next(tick, state.get());
    for (StateBox* each : {&state, &again, &far})
      step_state(game, each->get(), events, nullptr);
    const Digest digest = digest_state(game, state.get());
    for (const StateBox* each : {&again, &far}) {
      if (digest_state(game, each->get()) == digest) continue;
      return wrong(each == &again
                       ? "a state brought back from its snapshot goes on differently"
                       : "a state brought back up to 60 ticks ago has gone on differently",
                   tick, differences(game, state.get(), each->get()), unnamed_member);
    }
  }
  return {.sentence =
              "at every tick the state was brought back from its bytes into a used one, "
              "gave the same bytes and went on the same way"};
}

namespace {

/// Which bytes of a plain state's memory are in its snapshot.
std::vector<bool> saved_bytes(const AnyGame& game, const StateBox& state, std::size_t stride) {
  std::vector<bool> is_saved(game.state_size(), true);
  StateBox changed = state;
  auto* memory = static_cast<std::byte*>(changed.get());
  Bytes before;
  Bytes after;
  save_state(game, state.get(), before);
  for (std::size_t i = 0; i < is_saved.size(); i += stride) {
    is_saved[i] = false;
    // The lowest bit is a legal change of a bool; the other one is for what rounds.
    for (const std::byte bit : {std::byte{1}, std::byte{0x40}}) {
      memory[i] ^= bit;
      save_state(game, changed.get(), after);
      memory[i] ^= bit;
      if (after == before) continue;
      is_saved[i] = true;
      break;
    }
  }
  return is_saved;
}

struct Range {
  std::size_t first = 0;
  std::size_t size = 0;
};

std::vector<Range> unsaved_ranges(const std::vector<bool>& is_saved) {
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < is_saved.size(); ++i) {
    if (is_saved[i]) continue;
    if (ranges.empty() || ranges.back().first + ranges.back().size != i) ranges.push_back({i, 0});
    ++ranges.back().size;
  }
  return ranges;
}

/// The field that holds the byte just before a range, for people to find the place.
std::string field_before(const AnyGame& game, const StateBox& state, std::size_t offset) {
  StateBox changed = state;
  auto* memory = static_cast<std::byte*>(changed.get());
  for (std::size_t i = offset; i-- > 0;) {
    memory[i] ^= std::byte{1};
    const auto fields = differences(game, state.get(), changed.get());
    memory[i] ^= std::byte{1};
    if (!fields.empty()) return ", behind the field " + fields.front().path;
  }
  return "";
}

/// Whether the bytes that no snapshot holds change what happens.
std::optional<Finding> unsaved_bytes_matter(const Subject& subject, const StateBox& state, Tick now,
                                            const Crowd& crowd, Range range) {
  const AnyGame& game = subject.game;
  StateBox plain = state;
  StateBox changed = state;
  auto* memory = static_cast<std::byte*>(changed.get()) + range.first;
  for (std::size_t i = 0; i < range.size; ++i)
    memory[i] ^= std::byte{1};
  Crowd people = crowd;
  for (Tick tick = now + 1; tick <= now + long_run_ticks; ++tick) {
    tell(tick);
    const auto events = people.next(tick, plain.get());
    step_state(game, plain.get(), events, nullptr);
    step_state(game, changed.get(), events, nullptr);
    if (digest_state(game, plain.get()) == digest_state(game, changed.get())) continue;
    return wrong(fmt::format("bytes {} to {} of the state{}, change what happens but are in no "
                             "snapshot and no digest",
                             range.first, range.first + range.size - 1,
                             field_before(game, state, range.first)),
                 tick, differences(game, plain.get(), changed.get()),
                 "a member that TUTTI_FIELDS does not name");
  }
  return std::nullopt;
}

}  // namespace

Finding check_digest_coverage(const Subject& subject) {
  const AnyGame& game = subject.game;
  if (!game.is_plain()) {
    return {.outcome = Outcome::note,
            .sentence =
                "the state is not plain memory; anything that it holds besides its fields is left "
                "to `snapshots` and `rehearsal`"};
  }
  if ((game.table().flags & TUTTI_STATE_IS_CANONICAL) != 0) {
    return {.sentence =
                fmt::format("the state's memory is its snapshot: all of its {} bytes are in "
                            "the digest",
                            game.state_size())};
  }
  StateBox state = start(game, subject.setup());
  Crowd crowd(game, subject.crowd);
  constexpr std::int64_t looks = 6;
  const std::size_t size = game.state_size();
  const std::size_t stride = 1 + 2 * looks * size * size / bytes_at_most;
  std::size_t unsaved = 0;
  for (Tick tick{1}; tick.value <= subject.ticks; ++tick) {
    tell(tick);
    step_state(game, state.get(), crowd.next(tick, state.get()), nullptr);
    if (tick.value % std::max<std::int64_t>(1, subject.ticks / looks) != 0) continue;
    const auto ranges = unsaved_ranges(saved_bytes(game, state, stride));
    unsaved = 0;
    for (const Range& range : ranges) {
      unsaved += range.size;
      if (auto found = unsaved_bytes_matter(subject, state, tick, crowd, range)) return *found;
    }
  }
  const std::string tried = stride == 1 ? "every byte" : fmt::format("every {}th byte", stride);
  if (unsaved == 0) return {.sentence = tried + " of the state's memory changes the digest"};
  return {.sentence = fmt::format("{} of the state's memory was changed: {} are in no digest, and "
                                  "change nothing (padding)",
                                  tried, unsaved)};
}

Finding check_field_list(const Subject& subject) {
  const AnyGame& game = subject.game;
  StateBox state = start(game, subject.setup());
  StateBox changed(game);
  Crowd crowd(game, subject.crowd);
  Bytes bytes;
  Bytes after;
  std::size_t tried = 0;
  std::size_t refused = 0;
  std::size_t unlisted = 0;
  const std::int64_t ticks = std::min(subject.ticks, 4 * long_run_ticks);
  for (Tick tick{1}; tick.value <= ticks; ++tick) {
    tell(tick);
    step_state(game, state.get(), crowd.next(tick, state.get()), nullptr);
    save_state(game, state.get(), bytes);
    const auto fields = list_fields(game, state.get());
    // Another part of the state at each tick, so that a large one costs no more.
    const std::size_t affordable = fields_at_most / (static_cast<std::size_t>(ticks) *
                                                     std::max<std::size_t>(1, fields.size()));
    const std::size_t stride =
        std::max<std::size_t>(1, bytes.size() / std::clamp<std::size_t>(affordable, 1, 64));
    for (std::size_t i = static_cast<std::size_t>(tick.value) % stride; i < bytes.size();
         i += stride) {
      bytes[i] ^= std::byte{1};
      const bool is_loaded = load_state(game, changed.get(), bytes);
      if (is_loaded) save_state(game, changed.get(), after);
      const bool is_kept = !is_loaded || after == bytes;
      bytes[i] ^= std::byte{1};
      ++tried;
      refused += is_loaded ? 0 : 1;
      if (!is_loaded) continue;
      if (!is_kept) {
        return wrong(fmt::format("byte {} of a snapshot is read and then forgotten", i), tick,
                     differences(game, state.get(), changed.get()),
                     "load that ignores or repairs what it reads: it has to take it or refuse it");
      }
      if (field_diff(fields, list_fields(game, changed.get())).empty()) ++unlisted;
    }
  }
  Finding finding{.sentence =
                      fmt::format("{} changed bytes of snapshots: each was kept ({} were refused) "
                                  "and seen in a named field",
                                  tried, refused)};
  if (unlisted > 0) {
    finding.outcome = Outcome::note;
    finding.sentence = fmt::format(
        "{} of {} changed bytes of snapshots are seen in no named field: a "
        "difference there would be found without saying where",
        unlisted, tried);
    finding.causes = "describe() lists less than save() writes";
  }
  return finding;
}

Finding check_hostile_events(const Subject& subject) {
  Subject hostile = subject;
  hostile.crowd.sends_garbage = true;
  const AnyGame& game = subject.game;
  StateBox first = start(game, subject.setup());
  StateBox second = used_state(subject);
  copy_state(game, second.get(), first.get());
  Crowd crowd(game, hostile.crowd);
  std::size_t refused = 0;
  for (Tick tick{1}; tick.value <= subject.ticks; ++tick) {
    tell(tick);
    const auto events = crowd.next(tick, first.get());
    const StepResult one = step_state(game, first.get(), events, nullptr);
    const StepResult two = step_state(game, second.get(), events, nullptr);
    refused += one.refused;
    if (one.refused == two.refused &&
        digest_state(game, first.get()) == digest_state(game, second.get()))
      continue;
    return wrong("bytes that may be no event were not refused the same way twice", tick,
                 differences(game, first.get(), second.get()),
                 "is_valid or the decoder looks at something besides the state and the event");
  }
  return {.sentence =
              fmt::format("{} of {} events, many of them garbage, were refused, the same ones "
                          "each time",
                          refused, crowd.total())};
}

}  // namespace tutti::tool
