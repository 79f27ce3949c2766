#include "tutti/engine/session.hpp"

#include <algorithm>

#include "session/catch_up.hpp"
#include "session/witness.hpp"
#include "source/source.hpp"
#include "tutti/net/compared_ticks.hpp"
#include "tutti/sim/mutant.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

namespace {

/// Behind by more than this is catching up or waiting, not jitter of the caller's loop.
constexpr std::int64_t behind_ticks = 6;
/// In lockstep the horizon may trail the clock by the input window before anybody is to blame.
constexpr std::int64_t lockstep_behind_ticks = limits::prediction_ticks;
/// How long the relay's word about a state that was put right is waited for.
constexpr std::chrono::seconds resyncing_most{5};
constexpr std::size_t desyncs_most = 64;

}  // namespace

const char* to_text(Status status) {
  switch (status) {
    case Status::connecting:
      return "connecting";
    case Status::catching_up:
      return "catching up";
    case Status::playing:
      return "playing";
    case Status::reconnecting:
      return "reconnecting";
    case Status::waiting:
      return "waiting";
    case Status::held:
      return "held";
    case Status::resyncing:
      return "resyncing";
    case Status::paused:
      return "paused";
    case Status::ended:
      return "ended";
    case Status::failed:
      return "failed";
  }
  return "";
}

AnySession::AnySession(AnyGame game, std::unique_ptr<Source> source, SessionOptions options)
    : game_(std::move(game)),
      source_(std::move(source)),
      options_(options),
      before_match_(game_),
      facts_(game_.table().effect_kinds) {}

AnySession::AnySession(AnySession&&) noexcept = default;
AnySession& AnySession::operator=(AnySession&&) noexcept = default;
AnySession::~AnySession() {
  if (source_) leave();
}

void AnySession::leave() {
  if (!has_left_) source_->leave();
  has_left_ = true;
}

void AnySession::begin(const Setup& setup) {
  cursor_.reset();  // it reads the timeline's log
  snapshot_.reset();
  timeline_ = std::make_unique<Timeline>(game_, setup,
                                         Timeline::Options{.ring_ticks = options_.ring_ticks});
  catch_up_ = std::make_unique<CatchUp>(options_.catch_up_ticks);
  names_.assign(setup.players, {});
  corrections_.clear();
  is_in_.assign(setup.players, false);
  is_lost_.assign(setup.players, false);
  input_delays_.assign(setup.players, setup.terms.input_delay_ticks);
  held_at_.reset();
  epoch_ = followed_epoch_ = source_->epoch();
  Local& own = locals_[player().value];
  if (source_->has_come_back() && neutral_ && !own.has_held) {
    own.held = *neutral_;
    own.has_held = own.must_offer = true;
  }
  telemetry_.reset();
  if (options_.keeps_telemetry && !is_watching()) telemetry_.emplace(player());
  digests_.clear();
  witness_ = source_->is_compared() ? std::make_unique<Witness>(game_, setup) : nullptr;
  if (options_.rehearse_depth > 0) rehearsal_.emplace(game_, setup, options_.rehearse_depth);
}

bool AnySession::offer(PlayerId player, BytesView payload) {
  const bool is_ours = player >= source_->first_player() &&
                       player.value - source_->first_player().value < source_->player_count();
  if (!is_ours || payload.size() > limits::event_bytes || status_ >= Status::ended) return false;
  Local& local = locals_[player.value];
  local.held.assign(payload.begin(), payload.end());
  local.has_held = local.must_offer = true;
  offer_held(player);
  return true;
}

void AnySession::offer_held(PlayerId player) {
  // While it is open how far the log goes, no tick can be named.
  if (!timeline_ || recovered_ || !is_in_[player.value]) return;
  Local& local = locals_[player.value];
  // Changes of different ticks keep different ticks when the delay has shrunk, or a press and its
  // release would become one; and nothing comes before what was announced with a longer delay.
  const Tick after_last = local.last_stamp + (present_ > local.offered_at ? 1 : 0);
  const Tick stamp = std::max({present_ + 1 + input_delay(player), announced_ + 1,
                               timeline_->log().horizon() + 1, after_last});
  const auto counter = source_->offer(player, stamp, local.held);
  if (!counter) return;
  if (!is_lockstep()) {
    const EventView guess{stamp, author_of(player), *counter, local.held};
    timeline_->guess(guess);
    if (telemetry_) telemetry_->guessed(guess);
  }
  local.must_offer = false;
  local.last_stamp = stamp;
  local.offered_at = present_;
  local.stamps[*counter] = stamp;
}

void AnySession::advance(Instant now) {
  notices_.clear();
  source_->receive(now);
  if (source_->status() == Status::failed) return fail_with(source_->failure());
  if (source_->setup() == nullptr || status_ == Status::failed) return;
  if (source_->roles_taken() != roles_taken_) take_role();
  if (!timeline_) begin(*source_->setup());
  if (seen_) return show_as_seen(now);
  take_events();
  if (witness_) look_into_differences(now);
  for (auto& [slot, local] : locals_) {
    if (local.must_offer) offer_held(PlayerId{slot});
  }
  const Moment moment = source_->present(now);
  Tick wanted = moment.tick;
  if (held_at_ && !is_watching()) wanted = std::min(wanted, *held_at_);
  if (const auto end = timeline_->log().ended()) wanted = std::min(wanted, *end);
  // Who only watches is shown what is final, and so is everybody in lockstep.
  const bool is_predicted = !is_watching() && !is_lockstep();
  const Tick bound =
      timeline_->log().horizon() +
      (is_predicted ? limits::prediction_ticks + (TUTTI_MUTANT(predicts_without_end) ? 25 : 0) : 0);
  const std::int64_t ticks_most = catch_up_->allowance(now);
  if (may_skip()) come_late(wanted, ticks_most, now);
  const bool is_going_back = is_watching() && go_towards(std::min(wanted, bound), ticks_most);
  const Tick first = timeline_->present();
  const Tick target = std::min({wanted, bound, first + ticks_most});
  show_through(target);
  if (is_going_back) notices_.clear();  // nothing is heard backwards
  catch_up_->spent(timeline_->present() - first);
  wanted_ = wanted;

  fraction_ = timeline_->present() == moment.tick ? moment.fraction : 1;
  update_status(wanted, bound);
  if (telemetry_) {
    telemetry_->shown(now.time_since_epoch(), *timeline_, static_cast<std::uint8_t>(status_));
  }
  present_ = is_lockstep() ? std::max(present_, wanted) : timeline_->present();
  if (!recovered_) {
    announced_ = std::max(announced_, present_ + input_delay(player()));
    source_->announce(announced_);
  }
  source_->send(now);
}

void AnySession::show_through(Tick target) {
  do {
    const Tick before = timeline_->present();
    const Tick confirmed = timeline_->confirmed();
    timeline_->advance(target);
    const std::size_t heard = notices_.size();
    ledger_.update(*timeline_, notices_);
    notices_.erase(
        std::remove_if(notices_.begin() + static_cast<std::ptrdiff_t>(heard), notices_.end(),
                       [&](const EffectNotice& notice) { return notice.tick <= heard_through_; }),
        notices_.end());
    confirm_ticks();
    if (timeline_->present() == before && timeline_->confirmed() == confirmed) break;
  } while (timeline_->present() < target);
}

void AnySession::confirm_ticks() {
  for (Tick tick = consumed_ + 1; tick <= timeline_->confirmed(); ++tick) {
    const bool is_last = timeline_->log().ended() == tick;
    const bool has_report = is_compared(tick, timeline_->log());
    std::optional<Digest> compared;
    if (options_.fold_digest || has_report) {
      const Digest digest = digest_state(game_, timeline_->state_at(tick));
      if (options_.fold_digest) fold_.add(tick, digest);
      if (has_report) {
        compared = digest;
        DigestReport report{.tick = tick, .digest = digest};
        const Head head = *timeline_->log().head(tick);
        std::copy_n(head.bytes.begin(), report.head.size(), report.head.begin());
        source_->report(report);
        if (telemetry_) keep_digest({tick, head, digest});
        if (source_->is_snapshot_wanted() && !is_last) {
          source_->give_snapshot(tick, game_, timeline_->state_at(tick));
        }
      }
    }
    if (witness_) witness_->see(tick, timeline_->state_at(tick), compared);
    for (const EffectRecord& effect : timeline_->effects_at(tick)) {
      if (effect.kind >= facts_.size()) facts_.resize(effect.kind + std::size_t{1});
      ++facts_[effect.kind];
    }
    const auto events = timeline_->log().events_at(tick);
    statistics_.events += events.size();
    if (rehearsal_) {
      if (const auto found = rehearsal_->step(events)) {
        const std::string field = found->fields.empty() ? "" : ", field " + found->fields[0].path;
        fail_with({Fault::bad_data, "the rehearsal differs at tick " +
                                        std::to_string(found->tick.value) + field + ": " +
                                        found->cause});
        rehearsal_.reset();
      }
    }
    consumed_ = tick;
  }
}

void AnySession::look_into_differences(Instant now) {
  witness_->agree(source_->agreed());
  while (const auto diverged = source_->next_diverged())
    witness_->suspect(*diverged);
  if (const auto answer = witness_->fold(*timeline_)) {
    if (answer->fault) resyncing_until_ = now + resyncing_most;
    source_->answer(*answer);
  }
  while (const auto settled = source_->next_settled())
    take_finding(settled->finding);
  if (resyncing_until_ && now >= *resyncing_until_) resyncing_until_.reset();
}

void AnySession::take_finding(const DesyncFinding& finding) {
  Witness::Proof proof = witness_->prove(finding, timeline_->log());
  for (const Evidence& piece : proof.pieces)
    source_->answer(piece);
  if (desyncs_.size() == desyncs_most) desyncs_.erase(desyncs_.begin());
  const bool is_ours = finding.is_wrong(player());
  desyncs_.push_back({finding, is_ours, std::move(proof.fields)});
  resyncing_until_.reset();
}

void AnySession::update_status(Tick wanted, Tick bound) {
  if (status_ == Status::failed) return;
  const Tick present = timeline_->present();
  const auto end = timeline_->log().ended();
  if (end && timeline_->confirmed() >= *end) {
    status_ = Status::ended;
  } else if (source_->status() != Status::playing) {
    status_ = source_->status();
  } else if (held_at_ && present >= *held_at_) {
    status_ = Status::held;
  } else if (wanted - present > (is_lockstep() ? lockstep_behind_ticks : behind_ticks)) {
    status_ = present >= bound ? Status::waiting : Status::catching_up;
  } else if (!is_watching() && !is_in_[player().value]) {
    status_ = Status::catching_up;
  } else {
    status_ = resyncing_until_ ? Status::resyncing : Status::playing;
  }
}

void AnySession::fail_with(Error error) {
  if (status_ == Status::failed) return;
  status_ = Status::failed;
  failure_ = std::move(error);
}

bool AnySession::is_lockstep() const { return timeline_->log().setup().terms.is_lockstep; }

Tick AnySession::offered_for(PlayerId player) const {
  const auto local = locals_.find(player.value);
  return local == locals_.end() ? Tick{} : local->second.last_stamp;
}

void AnySession::kick(PlayerId player) { source_->kick(player); }
void AnySession::correct(Correction correction, Tick about, std::string text) {
  source_->correct(correction, about, std::move(text));
}
void AnySession::end_match() { source_->end_match(); }

void AnySession::become_player(std::string name) {
  source_->change_role(Role::player, 0, cut_text(name, limits::name_bytes));
}

void AnySession::become_spectator(std::int64_t delay_seconds) {
  const std::int64_t most = limits::spectator_delay_seconds;
  source_->change_role(Role::spectator, std::clamp<std::int64_t>(delay_seconds, 0, most), "");
}

std::string AnySession::role_refusal() const {
  const std::string* sentence = source_->role_refusal();
  return sentence == nullptr ? std::string() : *sentence;
}

std::vector<PlayerId> AnySession::awaited() const {
  std::vector<PlayerId> players;
  for (std::size_t slot = 0; slot < is_lost_.size(); ++slot) {
    if (is_lost_[slot]) players.push_back(PlayerId{static_cast<std::uint8_t>(slot)});
  }
  return players;
}

std::optional<Tick> AnySession::diverged() const {
  for (const Desync& desync : desyncs_) {
    const DesyncVerdict verdict = desync.finding.verdict;
    const bool is_mended = verdict == DesyncVerdict::mended;
    if (verdict == DesyncVerdict::disputed || (desync.is_ours && !is_mended)) {
      return desync.finding.first.value_or(desync.finding.tick);
    }
  }
  return std::nullopt;
}

const void* AnySession::state() const {
  return timeline_ ? timeline_->state() : before_match_.get();
}

const void* AnySession::previous_state() const {
  if (!timeline_) return before_match_.get();
  return timeline_->state_at(std::max(timeline_->oldest(), timeline_->present() - 1));
}

bool AnySession::is_watching() const { return source_->player_count() == 0; }
PlayerId AnySession::player() const { return source_->first_player(); }
std::string AnySession::room() const { return source_->room(); }
std::uint16_t AnySession::port() const { return source_->port(); }
Playback* AnySession::playback() { return source_->playback(); }

SessionStatistics AnySession::statistics() const {
  SessionStatistics statistics = statistics_;
  statistics.network = source_->network();
  statistics.clock_error_ticks = source_->clock_error();
  if (timeline_) {
    statistics.present = timeline_->present();
    statistics.confirmed = timeline_->confirmed();
    statistics.predicted_ticks = timeline_->present() - timeline_->confirmed();
    statistics.timeline = timeline_->statistics();
    statistics.is_unverified = catch_up_->is_unverified();
    const auto wanted = static_cast<double>(std::max<std::int64_t>(1, wanted_.value));
    statistics.catch_up =
        std::clamp(std::max(static_cast<double>(timeline_->present().value) / wanted,
                            source_->snapshot_progress()),
                   0.0, 1.0);
    statistics.input_delay_ticks = input_delay(player());
  }
  for (std::size_t kind = 0; kind < facts_.size(); ++kind) {
    statistics.facts[game_.effect_kind(static_cast<std::uint16_t>(kind))] = facts_[kind];
  }
  if (options_.fold_digest) statistics.fold = fold_.value();
  return statistics;
}

}  // namespace tutti
