#include "tutti/engine/session.hpp"

#include <algorithm>

#include "source.hpp"

namespace tutti {

namespace {

/// Digests are compared every so many ticks.
constexpr std::int64_t digest_interval_ticks = 60;
/// Ticks that one `advance` folds at most while it catches up, so that a screen can show progress.
constexpr std::int64_t catch_up_ticks = 20'000;
/// Behind by more than this is catching up or waiting, not jitter of the caller's loop.
constexpr std::int64_t behind_ticks = 6;

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
      facts_(game_.table().effect_kinds) {
  TUTTI_ASSERT(
      options_.input_delay_ticks >= 0 && options_.input_delay_ticks <= limits::input_window_ticks,
      options_.input_delay_ticks);
}

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
  timeline_.emplace(game_, setup, Timeline::Options{.ring_ticks = options_.ring_ticks});
  ledger_ = {};
  names_.assign(setup.players, {});
  is_in_.assign(setup.players, false);
  consumed_ = Tick{0};
  fold_ = FoldDigest{};
  std::fill(facts_.begin(), facts_.end(), 0);
  statistics_.events = 0;
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
  if (!timeline_ || !is_in_[player.value]) return;
  Local& local = locals_[player.value];
  const Tick stamp = std::max({timeline_->present() + 1 + options_.input_delay_ticks,
                               timeline_->log().horizon() + 1, local.last_stamp});
  const auto counter = source_->offer(player, stamp, local.held);
  if (!counter) return;
  timeline_->guess({stamp, author_of(player), *counter, local.held});
  local.must_offer = false;
  local.last_stamp = stamp;
  local.stamps[*counter] = stamp;
}

void AnySession::take_events() {
  while (const auto event = source_->next_event()) {
    if (timeline_->accept(*event) != Log::Added::yes) continue;
    if (!event->author.is_relay()) {
      take_own(*event);
      continue;
    }
    const auto relay_event = decode_relay_event(event->payload);
    if (!relay_event || relay_event->player.value >= names_.size()) continue;
    const std::uint8_t slot = relay_event->player.value;
    if (relay_event->kind == EventKind::joined) {
      names_[slot] = relay_event->name;
      is_in_[slot] = true;
      locals_[slot].last_stamp = std::max(locals_[slot].last_stamp, event->tick);
    } else if (relay_event->kind == EventKind::left) {
      names_[slot].clear();
      is_in_[slot] = false;
    }
  }
  timeline_->close(source_->horizon());
  while (const auto counter = source_->next_refused()) {
    ++statistics_.refused_events;
    timeline_->withdraw(author_of(player()), *counter);
    // What the player holds is still held, whatever became of the moment it was pressed.
    locals_[player().value].must_offer = true;
  }
}

void AnySession::take_own(const EventView& event) {
  const auto local = locals_.find(event.author.player().value);
  if (local == locals_.end()) return;
  const auto stamp = local->second.stamps.find(event.counter);
  if (stamp == local->second.stamps.end()) return;
  if (stamp->second != event.tick) ++statistics_.late_events;
  local->second.stamps.erase(stamp);
}

void AnySession::advance(Instant now) {
  notices_.clear();
  source_->receive(now);
  if (source_->status() == Status::failed) return fail_with(source_->failure());
  if (source_->setup() == nullptr || status_ == Status::failed) return;
  if (!timeline_ || rewinds_ != source_->rewinds()) {
    rewinds_ = source_->rewinds();
    begin(*source_->setup());
  }
  take_events();
  for (auto& [slot, local] : locals_) {
    if (local.must_offer) offer_held(PlayerId{slot});
  }
  const Moment moment = source_->present(now);
  Tick wanted = moment.tick;
  if (const auto end = timeline_->log().ended()) wanted = std::min(wanted, *end);
  // Who only watches is shown what is final.
  const std::int64_t predicted = is_watching() ? 0 : limits::prediction_ticks;
  const Tick bound = timeline_->log().horizon() + predicted;
  const Tick first = timeline_->present();
  const Tick target = std::min({wanted, bound, first + catch_up_ticks});
  do {
    const Tick before = timeline_->present();
    const Tick confirmed = timeline_->confirmed();
    timeline_->advance(target);
    ledger_.update(*timeline_, notices_);
    confirm_ticks();
    if (timeline_->present() == before && timeline_->confirmed() == confirmed) break;
  } while (timeline_->present() < target);

  fraction_ = timeline_->present() == moment.tick ? moment.fraction : 1;
  update_status(wanted, bound);
  source_->announce(timeline_->present() + options_.input_delay_ticks);
  source_->send(now);
}

void AnySession::confirm_ticks() {
  for (Tick tick = consumed_ + 1; tick <= timeline_->confirmed(); ++tick) {
    const bool is_last = timeline_->log().ended() == tick;
    const bool is_compared = tick.value % digest_interval_ticks == 0 || is_last;
    if (options_.fold_digest || is_compared) {
      const Digest digest = digest_state(game_, timeline_->state_at(tick));
      if (options_.fold_digest) fold_.add(tick, digest);
      if (is_compared) {
        DigestReport report{.tick = tick, .digest = digest};
        const Head head = *timeline_->log().head(tick);
        std::copy_n(head.bytes.begin(), report.head.size(), report.head.begin());
        source_->report(report);
      }
    }
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

void AnySession::update_status(Tick wanted, Tick bound) {
  if (status_ == Status::failed) return;
  const Tick present = timeline_->present();
  const auto end = timeline_->log().ended();
  if (end && timeline_->confirmed() >= *end) {
    status_ = Status::ended;
  } else if (source_->status() != Status::playing) {
    status_ = source_->status();
  } else if (wanted - present > behind_ticks) {
    status_ = present >= bound ? Status::waiting : Status::catching_up;
  } else if (!is_watching() && !is_in_[player().value]) {
    status_ = Status::catching_up;
  } else {
    status_ = Status::playing;
  }
}

void AnySession::fail_with(Error error) {
  if (status_ == Status::failed) return;
  status_ = Status::failed;
  failure_ = std::move(error);
}

std::optional<Tick> AnySession::diverged() const { return source_->diverged(); }

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
  }
  for (std::size_t kind = 0; kind < facts_.size(); ++kind) {
    statistics.facts[game_.effect_kind(static_cast<std::uint16_t>(kind))] = facts_[kind];
  }
  if (options_.fold_digest) statistics.fold = fold_.value();
  return statistics;
}

}  // namespace tutti
