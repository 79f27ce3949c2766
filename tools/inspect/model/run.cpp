#include "model/run.hpp"

#include <algorithm>
#include <filesystem>

#include "tutti/replay/verify.hpp"
#include "tutti/sim/roster.hpp"

namespace tutti::inspect {

namespace {

/// Two cursors have the memory that one usually has.
constexpr Cursor::Options cursor_options{.memory_bytes = 32 * 1024 * 1024};

Cursor cursor_of(const AnyGame& game, const Log& log) {
  Result<Cursor> cursor = Cursor::open(game, log, cursor_options);
  TUTTI_ASSERT(cursor.has_value(), cursor.error().sentence);
  return std::move(*cursor);
}

}  // namespace

Run::Run(ReadMatch match, AnyGame game, std::string title)
    : match_(std::move(match)),
      game_(std::move(game)),
      title_(std::move(title)),
      cursor_(cursor_of(game_, match_.record.log)),
      scout_(cursor_of(game_, match_.record.log)) {
  note_names();
}

Result<std::unique_ptr<Run>> Run::open(const std::string& file, const tool::GameChoice& choice) {
  Result<tool::PlayableMatch> playable = tool::open_playable(file, choice);
  if (!playable) return Unexpected{playable.error()};
  const Result<void> plays = check_plays(playable->game, playable->match.record.log.setup());
  if (!plays) return Unexpected{plays.error()};
  return std::unique_ptr<Run>(new Run(std::move(playable->match), std::move(playable->game),
                                      std::filesystem::path(file).filename().string()));
}

Result<std::unique_ptr<Run>> Run::begin(AnyGame game, const Setup& setup, std::string title) {
  MatchOpening opening;
  opening.setup = setup;
  ReadMatch match{.record = MatchRecord(std::move(opening))};
  const Result<void> plays = check_plays(game, setup);
  if (!plays) return Unexpected{plays.error()};
  return std::unique_ptr<Run>(new Run(std::move(match), std::move(game), std::move(title)));
}

bool Run::grow(const Log& log) {
  Log& own = match_.record.log;
  const std::optional<Head> common = log.head(own.horizon());
  if (log.setup() != own.setup() || !common || *common != own.head()) return false;
  if (log.horizon() == own.horizon()) return true;
  for (const EventView& event : log.events_between(own.horizon() + 1, log.horizon()))
    own.add(event);
  own.close(log.horizon());
  note_names();
  return true;
}

double Run::seconds(Tick tick) const {
  return static_cast<double>(tick.value) / log().setup().tick_rate;
}

void Run::go(Tick tick) { cursor_.seek(std::clamp(tick, Tick{0}, length())); }

const std::vector<Field>& Run::fields() {
  if (now_.tick != tick()) now_ = {tick(), list_fields(game_, cursor_.state())};
  return now_.fields;
}

const std::vector<Field>& Run::fields_before() {
  if (before_.tick != tick()) before_ = {tick(), list_fields(game_, cursor_.previous_state())};
  return before_.fields;
}

void Run::note_names() { names_ = Roster::of(log()).latest_names(); }

}  // namespace tutti::inspect
