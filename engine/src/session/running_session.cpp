#include "session/running_session.hpp"

#include <algorithm>

#include "session/ahead.hpp"
#include "session/status.hpp"
#include "source/online_source.hpp"
#include "tutti/net/compared_ticks.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// Ticks that a drawn frame shows at most where all is well.
constexpr std::int64_t frame_ticks = 2;

}  // namespace

AnySession::Running::Running(AnyGame game, Opening opening)
    : game_(std::move(game)),
      options_(opening.options),
      source_(std::move(opening.source)),
      neutral_(std::move(opening.neutral)),
      as_seen_(std::move(opening.as_seen)),
      before_match_(game_) {}

void AnySession::Running::leave() {
  if (!has_left_) {
    if (match_) vouch(match_->log().horizon());
    source_->leave();
  }
  has_left_ = true;
}

/// The player signs what it saw and did, through a final tick.
void AnySession::Running::vouch(Tick tick) {
  OnlineSource* online = source_->online();
  const std::optional<Head> head = match_->log().head(tick);
  if (online == nullptr || online->is_retelling() || !head) return;
  online->client().vouch(tick, *head);
}

void AnySession::Running::advance(Instant now) {
  notices_.clear();
  hands_.begin_advance();
  ++advances_;
  source_->receive(now);
  const bool has_match = has_begun();
  if (has_left_ || status_ == Status::failed) hands_.give_up();
  if (!has_match) return;
  if (as_seen_) return show_as_seen(now);
  match_->journey.budget().begin();
  take_log();
  look_into_differences(now);
  settle_commands();
  offer_hands();
  show(now);
  answer(now);
}

/// Whether there is a match to show; begins it once its setup is known.
bool AnySession::Running::has_begun() {
  if (source_->status() == Status::failed) fail_with(source_->failure());
  if (source_->setup() == nullptr || status_ == Status::failed) return false;
  take_role();
  if (!match_) begin(*source_->setup());
  return true;
}

void AnySession::Running::begin(const Setup& setup, Tick heard_through) {
  const OnlineSource* online = source_->online();
  const LocalPlayers& players = source_->players();
  const PlayerId player = players.first();
  const bool is_recorded = options_.keeps_telemetry && !is_watching();
  match_.emplace(game_, setup, options_,
                 Match::Terms{.recorded = is_recorded ? std::optional(player) : std::nullopt,
                              .is_compared = online != nullptr && online->is_compared(),
                              .heard_through = heard_through});
  before_match_.reset();
  // Inputs from before the relay named the slot count for it.
  if (!players.has(PlayerId{})) hands_.name(PlayerId{}, player);
  const bool has_come_back = online != nullptr && online->has_come_back();
  for (const PlayerId local : players.slots()) {
    if (!has_come_back || !neutral_) break;
    hands_.hold_at_first(local, game_.payload_of(PlayerEvent::input, *neutral_));
  }
}

/// From the start of the match, of which the effects through `last` have been told rightly.
void AnySession::Running::begin_again(Tick last, bool hears_again) {
  match_->shown.take_back(last, notices_);
  begin(Setup(match_->log().setup()), hears_again ? Tick{} : last);
}

/// The relay may have made a player of a spectator, or the other way round.
void AnySession::Running::take_role() {
  const OnlineSource* online = source_->online();
  if (online == nullptr || online->client().roles_taken() == roles_taken_) return;
  roles_taken_ = online->client().roles_taken();
  if (!match_) return;
  findings_.resyncing_until.reset();
  hands_.change_role();
  // A spectator hears what it goes back to.
  begin_again(match_->timeline().confirmed(), is_watching());
}

void AnySession::Running::take_log() {
  if (OnlineSource* online = source_->online()) {
    if (const auto wanted = online->client().next_tail_wanted()) {
      online->client().answer(tail_of(match_->log(), *wanted));
    }
    if (const auto last = online->next_change(match_->log())) fold_back(*last);
  }
  while (const auto event = source_->next_event())
    take(*event);
  match_->timeline().close(source_->horizon());
  if (auto* telemetry = match_->recorder.telemetry()) telemetry->closed(match_->log().horizon());
  const bool is_predicted = !is_watching() && !match_->shown.is_lockstep();
  if (is_predicted) show_ahead(source_->ahead(), source_->players(), *match_);
  take_refused();
}

/// The log is another one behind this tick: a power loss of the relay took what was told there.
void AnySession::Running::fold_back(Tick last) {
  ++counters_.folds_back;
  begin_again(std::min(last, match_->timeline().confirmed()), false);
  hands_.begin_again();
}

void AnySession::Running::take(const EventView& event) {
  if (match_->timeline().accept(event) != Log::Added::yes) return;
  if (auto* telemetry = match_->recorder.telemetry()) telemetry->accepted(event);
  hands_.take(event);
  if (!event.author.is_relay()) {
    if (match_->own.was_late(event)) ++counters_.late_events;
    return;
  }
  const auto relay_event = relay_event_of(event);
  if (!relay_event) return;
  match_->roster.take(*relay_event, event.tick);
  if (relay_event->kind == EventKind::joined) {
    match_->own.joined(relay_event->player, event.tick);
    hands_.take_join(relay_event->player, event.tick);
  }
  if (relay_event->kind == EventKind::returned) hands_.hold_again(relay_event->player);
  if (relay_event->kind == EventKind::left) hands_.take_leave(relay_event->player, event.tick);
}

void AnySession::Running::take_refused() {
  while (const auto counter = source_->next_refused()) {
    ++counters_.refused_events;
    // One counter counts the events of all local players.
    for (const PlayerId player : source_->players().slots()) {
      match_->timeline().withdraw(author_of(player), *counter);
      if (auto* telemetry = match_->recorder.telemetry()) {
        telemetry->withdrawn(author_of(player), *counter);
      }
      hands_.take_refusal(player, *counter,
                          match_->log().ended()          ? CommandRefusal::match_over
                          : match_->roster.is_in(player) ? CommandRefusal::by_relay
                                                         : CommandRefusal::not_playing);
    }
  }
}

void AnySession::Running::settle_commands() {
  const Log& log = match_->log();
  hands_.settle({.horizon = log.horizon(),
                 .durable = source_->durable(),
                 .is_over = log.ended() && *log.ended() <= log.horizon()});
}

bool AnySession::Running::set_input(PlayerId player, BytesView input) {
  Bytes payload = game_.payload_of(PlayerEvent::input, input);
  const bool is_ours = source_->players().has(player);
  if (!is_ours || payload.size() > limits::event_bytes || status_ >= Status::ended) return false;
  // It replaces an earlier one that found no way out.
  const bool is_in = match_ && match_->roster.is_in(player);
  if (hands_.hold(player, std::move(payload)) && is_in) {
    ++counters_.offered_events;
    ++counters_.refused_events;
  }
  offer_hands();
  return true;
}

CommandId AnySession::Running::send(PlayerId player, BytesView command) {
  Bytes payload = game_.payload_of(PlayerEvent::command, command);
  if (payload.size() > limits::event_bytes) return hands_.refuse(player, CommandRefusal::too_large);
  if (status_ == Status::ended) return hands_.refuse(player, CommandRefusal::match_over);
  if (!source_->players().has(player) || has_left_ || status_ == Status::failed) {
    return hands_.refuse(player, CommandRefusal::not_playing);
  }
  const CommandId id = hands_.say(player, std::move(payload));
  offer_hands();
  return id;
}

void AnySession::Running::offer_hands() {
  if (!match_) return;
  hands_.offer([this](PlayerId player, BytesView payload, PlayerEvent is) {
    return give(player, payload, is);
  });
}

/// Gives an event to the source, and shows what it does. Nothing if the match cannot take it now.
std::optional<Hands::Given> AnySession::Running::give(PlayerId player, BytesView payload,
                                                      PlayerEvent is) {
  const bool is_ours = source_->players().has(player) && match_->roster.is_in(player);
  if (!is_ours || match_->log().ended()) return std::nullopt;
  const auto guess = match_->own.offer(*source_, match_->log(), player,
                                       match_->input_delay(source_->players()), payload, is);
  if (!guess) return std::nullopt;
  ++counters_.offered_events;
  const Hands::Given given{guess->counter, guess->tick};
  if (match_->shown.is_lockstep()) return given;
  match_->timeline().guess(*guess);
  if (auto* telemetry = match_->recorder.telemetry()) telemetry->guessed(*guess);
  return given;
}

void AnySession::Running::look_into_differences(Instant now) {
  OnlineSource* online = source_->online();
  if (online == nullptr) return;
  match_->integrity.look(online->client(), online->players().first(), match_->timeline(), findings_,
                         now, match_->journey.budget());
}

void AnySession::Running::show(Instant now) {
  Timeline& timeline = match_->timeline();
  const Moment moment = source_->present(now);
  const auto held_at = match_->roster.held_at();
  Tick wanted = moment.tick;
  if (held_at && !is_watching()) wanted = std::min(wanted, *held_at);
  if (const auto end = match_->log().ended()) wanted = std::min(wanted, *end);
  const bool is_predicted = !is_watching() && !match_->shown.is_lockstep();
  const Tick bound =
      match_->log().horizon() +
      (is_predicted ? limits::prediction_ticks + (TUTTI_MUTANT(predicts_without_end) ? 25 : 0) : 0);
  come_late(wanted, now);
  const bool is_back = is_watching() && go_towards(std::min(wanted, bound));
  catch_up(std::min({wanted, bound, timeline.present() + match_->journey.ticks_most()}));
  if (is_back) notices_.clear();  // nothing is heard backwards
  match_->wanted = wanted;
  if (timeline.present() != match_->stands_at) match_->stands_since = now;
  match_->stands_at = timeline.present();
  fraction_ = timeline.present() == moment.tick ? moment.fraction : 1;
  if (status_ != Status::failed) {
    status_ = status_of(*match_, *source_, findings_.resyncing_until.has_value(), bound, now);
  }
  if (auto* telemetry = match_->recorder.telemetry()) {
    telemetry->shown(now.time_since_epoch(), timeline, static_cast<std::uint8_t>(status_));
  }
}

void AnySession::Running::come_late(Tick wanted, Instant now) {
  OnlineSource* online = source_->online();
  if (online == nullptr) return;
  Timeline& timeline = match_->timeline();
  Journey& journey = match_->journey;
  journey.ask_for_snapshot(online->client(), wanted, timeline, now);
  auto* telemetry = match_->recorder.telemetry();
  if (const auto snapshot = journey.begin_at_snapshot(wanted, timeline)) {
    ++counters_.snapshots;
    match_->shown.skipped_to(snapshot->tick);
    match_->shown.jumped();
    match_->integrity.begin_at(*snapshot, timeline.confirmed_state());
    if (telemetry != nullptr) telemetry->restarted(timeline.confirmed());
  }
  if (journey.verify(timeline) && telemetry) telemetry->restarted(timeline.confirmed());
}

/// Whether it goes backwards.
bool AnySession::Running::go_towards(Tick wanted) {
  const auto leap = match_->journey.go_towards(wanted, match_->timeline());
  if (!leap) {
    fail_with(leap.error());
    return false;
  }
  if (leap->has_jumped) match_->shown.jumped();
  if (leap->skipped_to) match_->shown.skipped_to(*leap->skipped_to);
  return leap->is_back;
}

/// A frame's worth is shown in one go, more than that tick by tick for as long as it may take.
void AnySession::Running::catch_up(Tick target) {
  const Timeline& timeline = match_->timeline();
  if (target - timeline.present() <= frame_ticks) return show_through(target);
  match_->journey.budget().start();
  do
    show_through(timeline.present() + 1);
  while (timeline.present() < target && !match_->journey.budget().is_spent());
}

void AnySession::Running::show_through(Tick target) {
  bool has_moved = true;
  do {
    has_moved = match_->shown.step_towards(target, notices_);
    confirm_ticks();
  } while (has_moved && match_->timeline().present() < target);
}

void AnySession::Running::confirm_ticks() {
  Timeline& timeline = match_->timeline();
  while (const auto tick = match_->shown.next_to_confirm()) {
    match_->integrity.see(*tick, timeline);
    std::optional<Digest> digest;
    if (options_.fold_digest) digest = digest_state(game_, timeline.settle(*tick));
    if (is_compared(*tick, match_->log())) compare(*tick, digest);
    if (auto error = match_->shown.confirm(*tick, digest)) fail_with(std::move(*error));
  }
  while (const auto report = match_->reports.next())
    tell(*report);
}

/// A compared tick was confirmed: its digest is for the relay and for our own recording.
void AnySession::Running::compare(Tick tick, const std::optional<Digest>& digest) {
  const void* state = match_->timeline().settle(tick);
  if (!counters_.nan) counters_.nan = nan_in(game_, state, tick);
  if (source_->online() == nullptr && match_->recorder.telemetry() == nullptr) return;
  const SharedState copy = match_->reports.copy_of(state);
  match_->integrity.keep(tick, copy);
  const std::uint32_t between = match_->integrity.between(tick);
  match_->reports.begin({.tick = tick, .between = between, .state = copy}, match_->log(), digest);
}

void AnySession::Running::tell(const Reports::Report& report) {
  match_->integrity.know(report.state, report.digest);
  match_->recorder.keep({report.tick, report.head, report.digest});
  OnlineSource* online = source_->online();
  if (online == nullptr) return;
  online->client().report(report.words());
  if (match_->log().ended() == report.tick) vouch(report.tick);
  if (match_->log().ended() == report.tick || !online->is_snapshot_wanted()) return;
  online->give_snapshot(report.tick, report.state);
}

void AnySession::Running::show_as_seen(Instant now) {
  const std::uint16_t tick_rate = match_->log().setup().tick_rate;
  const std::size_t wanted = as_seen_->frame_at(source_->present(now), tick_rate);
  for (;;) {
    const AsSeen::Move move = as_seen_->move_towards(wanted, match_->timeline());
    if (move == AsSeen::Move::arrived) break;
    if (move == AsSeen::Move::jump) {
      match_->shown.replace(as_seen_->timeline_at(as_seen_->frame()));
    } else {
      show_through(as_seen_->frames()[as_seen_->frame()].present);
    }
  }
  fraction_ = 1;
  const auto seen = static_cast<Status>(as_seen_->frames()[wanted].status);
  const bool is_paused = source_->status() == Status::paused;
  status_ = is_paused ? Status::paused : seen <= Status::ended ? seen : Status::playing;
}

/// Says how far the local players are, and what has to be said.
void AnySession::Running::answer(Instant now) {
  const Tick shown = match_->timeline().present();
  const Tick present =
      match_->shown.is_lockstep() ? std::max(match_->own.present(), match_->wanted) : shown;
  match_->own.act_at(present, present + match_->input_delay(source_->players()));
  source_->announce(match_->own.announced());
  source_->send(now);
}

void AnySession::Running::fail_with(Error error) {
  if (status_ == Status::failed) return;
  status_ = Status::failed;
  failure_ = std::move(error);
}

const void* AnySession::Running::previous_state() const {
  if (!match_) return before_match_->get();
  return match_->timeline().state_at(
      std::max(match_->timeline().oldest(), match_->timeline().present() - 1));
}

SessionStatistics AnySession::Running::statistics() const {
  SessionStatistics statistics = counters_;
  if (const OnlineSource* online = source_->online()) {
    statistics.network = online->client().statistics();
    statistics.spectators = online->client().room().spectators;
    statistics.replicated = online->client().replicated();
    statistics.clock_error_ticks = online->client().clock().error_ticks();
    statistics.catch_up = online->client().snapshot_progress();
  }
  if (!match_) return statistics;
  match_->shown.add_to(statistics);
  statistics.durable = source_->durable();
  statistics.is_unverified = match_->journey.is_unverified();
  statistics.input_delay_ticks = match_->input_delay(source_->players());
  const auto wanted = static_cast<double>(std::max<std::int64_t>(1, match_->wanted.value));
  const double folded = static_cast<double>(statistics.present.value) / wanted;
  statistics.catch_up = std::clamp(std::max(folded, statistics.catch_up), 0.0, 1.0);
  return statistics;
}

}  // namespace tutti
