#include "model/desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/state_tree.hpp"
#include "tutti/replay/match_file.hpp"

namespace tutti::inspect {

namespace {

/// The part of the work that is done between two looks at the time.
constexpr std::size_t frames_at_once = 16;
constexpr std::int64_t ticks_at_once = 16;
/// However long a frame took, a match is played on by no more than this.
constexpr Duration elapsed_most = std::chrono::milliseconds(250);

std::string sentence_of(const ChangeSearch& search) {
  const std::optional<Change>& found = search.found();
  if (found) {
    return fmt::format("{} changes at tick {} from {} to {}", search.path(), found->tick.value,
                       found->before, found->after);
  }
  return search.towards() == Towards::earlier
             ? fmt::format("{} has this value since the match began", search.path())
             : fmt::format("{} keeps this value to the end", search.path());
}

}  // namespace

void Desk::clear() {
  // Objects that point into a run go before it.
  search_.reset();
  history_.reset();
  other_.reset();
  seen_tracks_.clear();
  seen_.reset();
  run_.reset();
  live_.reset();
  session_.reset();
  playing_ = {};
  notice_.clear();
}

void Desk::set_run(std::unique_ptr<Run> run) {
  std::vector<std::string> watched = std::exchange(awaited_, {});
  if (history_) watched = history_->paths();
  search_.reset();
  history_.reset();
  run_ = std::move(run);
  if (!watched.empty()) {
    history_.emplace(*ChangeHistory::open(run_->game(), run_->log()));
    history_->follow(std::move(watched));
  }
}

Result<void> Desk::open(const std::string& file) {
  Result<std::unique_ptr<Run>> run = Run::open(file, choice_);
  if (!run) return Unexpected{run.error()};
  clear();
  set_run(std::move(*run));
  if (run_->damage()) notice_ = run_->damage()->sentence;
  for (const PlayerId player : players_seen(run_->record())) {
    auto track = SeenTrack::open(run_->game(), run_->record(), player);
    if (track) {
      seen_tracks_.push_back(std::move(*track));
    } else {
      notice_ = track.error().sentence;
    }
  }
  const std::vector<Mark>& marks = run_->record().marks;
  if (!marks.empty()) run_->go(marks.front().from);
  return {};
}

Result<void> Desk::compare_with(const std::string& file, const tool::GameChoice& choice) {
  Result<std::unique_ptr<OtherRun>> other = OtherRun::open(*run_, file, choice);
  if (!other) return Unexpected{other.error()};
  other_ = std::move(*other);
  seen_.reset();
  return {};
}

void Desk::show_seen(PlayerId player) {
  for (const std::unique_ptr<SeenTrack>& track : seen_tracks_) {
    if (track->track().player != player) continue;
    other_.reset();
    seen_ = player;
  }
}

void Desk::show_next_seen() {
  for (const std::unique_ptr<SeenTrack>& track : seen_tracks_) {
    if (!seen_ || track->track().player > *seen_) return show_seen(track->track().player);
  }
  take_away();
}

void Desk::take_away() {
  seen_.reset();
  other_.reset();
}

void Desk::play(LiveMatch::Options options) {
  clear();
  live_ = std::make_unique<LiveMatch>(std::move(options));
  playing_ = {.is_on = true, .follows = true};
}

void Desk::follow(AnySession session) {
  clear();
  session_.emplace(std::move(session));
  playing_ = {.is_on = true, .follows = true};
}

void Desk::advance(Duration elapsed, Instant now) {
  elapsed = std::min(elapsed, elapsed_most);
  const double seconds = std::chrono::duration<double>(elapsed).count() * playing_.speed;
  if (live_) {
    if (playing_.is_on)
      live_->advance(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds)));
    return take_live_log();
  }
  if (session_) {
    session_->advance(now);
    if (session_->status() == Status::failed) notice_ = session_->failure().sentence;
    take_live_log();
    if (playing_.follows && is_live()) return;
  }
  if (!run_ || !playing_.is_on) return;
  playing_.ticks_owed += seconds * run_->log().setup().tick_rate;
  const double whole = std::floor(playing_.ticks_owed);
  playing_.ticks_owed -= whole;
  run_->go(tick() + static_cast<std::int64_t>(whole));
  if (tick() == length() && !is_live()) playing_.is_on = false;
}

/// The run is a copy of what is final in the live match's log.
void Desk::take_live_log() {
  const Timeline* timeline = session_ ? session_->timeline() : nullptr;
  const Log* log = live_ ? live_->log() : timeline != nullptr ? &timeline->log() : nullptr;
  if (log == nullptr) return;
  if (!run_ || !run_->grow(*log)) {
    const AnyGame& game = live_ ? live_->game() : session_->game();
    auto run = Run::begin(game, log->setup(), live_ ? "live match" : "room " + session_->room());
    if (!run) {
      notice_ = run.error().sentence;
      return;
    }
    set_run(std::move(*run));
    run_->grow(*log);
  }
  if (playing_.follows) run_->go(run_->length());
}

bool Desk::work() {
  bool is_more = false;
  for (const std::unique_ptr<SeenTrack>& track : seen_tracks_)
    is_more = !track->advance(frames_at_once) || is_more;
  if (search_) {
    if (search_->advance(ticks_at_once)) end_search();
    is_more = true;
  }
  if (other_) is_more = !other_->advance(ticks_at_once) || is_more;
  if (history_) is_more = !history_->advance(ticks_at_once) || is_more;
  return is_more;
}

void Desk::end_search() {
  const std::string sentence = sentence_of(*search_);
  const std::optional<Change> found = search_->found();
  search_.reset();
  if (found) go(found->tick);
  notice_ = sentence;
}

std::vector<const Track*> Desk::tracks() const {
  std::vector<const Track*> tracks;
  for (std::size_t i = 0; live_ && i < live_->players(); ++i)
    tracks.push_back(&live_->track(i));
  for (const std::unique_ptr<SeenTrack>& track : seen_tracks_)
    tracks.push_back(&track->track());
  return tracks;
}

void Desk::go(Tick tick) {
  if (!run_) return;
  notice_.clear();
  run_->go(tick);
  playing_.follows = is_live() && tick >= length();
}

void Desk::step(std::int64_t ticks) {
  if (live_ || !is_live()) playing_.is_on = false;
  playing_.follows = false;
  notice_.clear();
  if (run_) run_->go(tick() + ticks);
}

void Desk::go_to_event(Towards towards) {
  if (!run_) return;
  const std::span<const EventView> events = run_->log().events();
  const auto is_wanted = [&](const EventView& event) {
    const bool is_there = towards == Towards::later ? event.tick > tick() : event.tick < tick();
    return is_there && !event.author.is_relay();
  };
  if (towards == Towards::later) {
    const auto found = std::find_if(events.begin(), events.end(), is_wanted);
    if (found != events.end()) go(found->tick);
  } else {
    const auto found = std::find_if(events.rbegin(), events.rend(), is_wanted);
    if (found != events.rend()) go(found->tick);
  }
}

void Desk::go_to_rollback(Towards towards) {
  std::optional<Tick> nearest;
  for (const Track* track : tracks()) {
    if (seen_ && track->player != *seen_) continue;
    const auto found = towards == Towards::later ? rollback_after(*track, tick())
                                                 : rollback_before(*track, tick());
    if (!found) continue;
    const bool is_nearer = !nearest || (towards == Towards::later ? found->present < *nearest
                                                                  : found->present > *nearest);
    if (is_nearer) nearest = found->present;
  }
  if (nearest) go(*nearest);
}

bool Desk::go_to_difference() {
  if (!other_) return false;
  const std::optional<Tick> states = other_->first_states();
  const std::optional<Tick> first = states ? states : other_->first_events();
  if (first) go(*first);
  return first.has_value();
}

const std::vector<Field>* Desk::fields_beside() {
  if (!run_) return nullptr;
  if (other_) {
    if (tick() > other_->run().length()) return nullptr;
    other_->run().go(tick());
    return &other_->run().fields();
  }
  if (!seen_) return nullptr;
  for (const std::unique_ptr<SeenTrack>& track : seen_tracks_) {
    if (track->track().player == *seen_) return track->fields_at(tick());
  }
  return nullptr;
}

void Desk::search(const std::string& path, Towards towards) {
  if (!run_) return;
  playing_.is_on = playing_.is_on && is_live();
  // One that changes at the very tick that is shown was found already.
  const bool is_found =
      tick() > Tick{0} && value_of(run_->fields(), path) != value_of(run_->fields_before(), path);
  const Tick from = towards == Towards::earlier && is_found ? tick() - 1 : tick();
  search_.emplace(run_->scout(), path, from, towards);
}

void Desk::watch(const std::string& path) {
  if (!run_) return awaited_.push_back(path);
  if (!history_) history_.emplace(*ChangeHistory::open(run_->game(), run_->log()));
  std::vector<std::string> paths = history_->paths();
  if (std::erase(paths, path) == 0) {
    paths.push_back(path);
    if (value_of(run_->fields(), path) == "-") {
      notice_ = fmt::format("the state at tick {} has no field {}", tick().value, path);
    }
  }
  history_->follow(std::move(paths));
}

bool Desk::is_watched(const std::string& path) const {
  if (!history_) return false;
  const std::vector<std::string>& paths = history_->paths();
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

Result<void> Desk::save(const std::string& path) const {
  const Result<MatchRecord> record = live_->record();
  if (!record) return Unexpected{record.error()};
  return write_match_file(path, *record);
}

}  // namespace tutti::inspect
