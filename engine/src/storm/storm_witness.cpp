#include "storm_witness.hpp"

#include <algorithm>

#include "machine.hpp"

namespace tutti::detail {

namespace {

constexpr std::size_t problems_most = 8;
/// Own events that may be undecided; the client takes no more.
constexpr std::size_t guesses_most = 512;
constexpr std::int64_t digest_ticks = 30;
/// How long a healthy player may predict further than its bound: two datagrams lost in a row.
constexpr std::chrono::milliseconds beyond_most{700};

constexpr std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 29);
}

std::uint64_t hash_of(BytesView bytes) {
  std::uint64_t hash = bytes.size();
  for (const std::byte byte : bytes)
    hash = mixed(hash, static_cast<std::uint64_t>(byte));
  return hash;
}

std::uint64_t key_of(const EventView& event) {
  return (std::uint64_t{event.author.value} << 32) | event.counter;
}

std::string name_of(std::uint64_t key) {
  const std::uint64_t author = key >> 32;
  return "event " + std::to_string(key & 0xFFFFFFFFU) +
         (author == 0 ? " of the relay" : " of player " + std::to_string(author));
}

}  // namespace

std::string StormWitness::who(std::size_t machine) const {
  return machine < players_ ? "player " + std::to_string(machine + 1)
                            : "spectator " + std::to_string(machine - players_ + 1);
}

void StormWitness::complain(std::string sentence) {
  const bool is_known = std::find(problems_.begin(), problems_.end(), sentence) != problems_.end();
  if (!is_known && problems_.size() < problems_most) problems_.push_back(std::move(sentence));
}

void StormWitness::mix(std::uint64_t value) { trace_ = mixed(trace_, value); }

void StormWitness::look(std::size_t machine, const AnySession& session,
                        const Circumstances& around) {
  Heard& heard = heard_[machine];
  for (const EffectNotice& notice : session.effects()) {
    heard.effects[notice.record.kind] += notice.change == EffectChange::happened;
    heard.effects[notice.record.kind] -= notice.change == EffectChange::cancelled;
  }
  const Timeline* timeline = session.timeline();
  if (timeline == nullptr) return;
  const Tick horizon = timeline->log().horizon();
  if (heard.events == 0) heard.is_watching = session.is_watching();
  if (session.is_watching() != heard.is_watching) {
    // It begins anew.
    heard = Heard();
    heard.folds_back = session.statistics().folds_back;
    heard.is_watching = session.is_watching();
    heard.has_changed = true;
  }
  // Fewer steps or rollbacks than before: the session began anew.
  const TimelineStatistics& statistics = timeline->statistics();
  if (statistics.steps < heard.steps || statistics.depth_total < heard.depth_total ||
      horizon < heard.horizon) {
    const std::uint64_t folds_back = session.statistics().folds_back;
    if (folds_back <= heard.folds_back || folds_back > losses_allowed_) {
      complain(who(machine) + "'s horizon went back from tick " +
               std::to_string(heard.horizon.value) + " to " + std::to_string(horizon.value));
    }
    const bool has_changed = heard.has_changed;
    heard = Heard();
    heard.folds_back = folds_back;
    heard.is_watching = session.is_watching();
    heard.has_changed = has_changed;
  }
  if (horizon == heard.horizon && timeline->present() == heard.present &&
      timeline->log().events().size() == heard.events) {
    return;
  }
  if (is_binding(session.epoch())) {
    look_events(machine, session);
    look_digests(machine, *timeline);
    horizon_told_ = std::max(horizon_told_, horizon);
  }
  heard.events = timeline->log().events().size();
  look_rollbacks(machine, *timeline, around);
  heard.horizon = horizon;
  heard.present = timeline->present();
  heard.steps = statistics.steps;
  if (const std::size_t undecided = own_guesses(session).size(); undecided > guesses_most) {
    complain(who(machine) + " keeps " + std::to_string(undecided) + " undecided events");
  }
  mix(machine);
  mix(static_cast<std::uint64_t>(horizon.value));
  mix(static_cast<std::uint64_t>(timeline->present().value));
}

/// In a room without peeking nobody knows another player's event before its tick is final.
void StormWitness::look_peeking(std::size_t machine, const AnySession& session,
                                const EventView& event) {
  if (!is_no_peek_ || event.tick <= closed_through_ || event.author.is_relay()) return;
  const std::vector<PlayerId> own = session.players();
  if (std::find(own.begin(), own.end(), event.author.player()) != own.end()) return;
  complain(who(machine) + " knew " + name_of(key_of(event)) + " for tick " +
           std::to_string(event.tick.value) + " when the log was final through " +
           std::to_string(closed_through_.value));
}

void StormWitness::look_events(std::size_t machine, const AnySession& session) {
  const Log& log = session.timeline()->log();
  Heard& heard = heard_[machine];
  if (log.events().size() == heard.events) return;
  for (const EventView& event : log.events_between(heard.horizon + 1, Tick{INT64_MAX})) {
    look_peeking(machine, session, event);
    const Place place{event.tick, hash_of(event.payload)};
    const auto [known, is_new] = told_.try_emplace(key_of(event), place);
    if (is_new) {
      mix(key_of(event));
      mix(static_cast<std::uint64_t>(event.tick.value));
      mix(place.payload);
    } else if (known->second != place) {
      complain(who(machine) + " was told that " + name_of(key_of(event)) + " is at tick " +
               std::to_string(event.tick.value) + ", others that it is at " +
               std::to_string(known->second.tick.value));
    }
  }
}

void StormWitness::look_digests(std::size_t machine, const Timeline& timeline) {
  Heard& heard = heard_[machine];
  const Tick first = std::max(heard.compared + 1, timeline.oldest());
  for (Tick tick = first; tick <= timeline.confirmed(); ++tick) {
    if (tick.value % digest_ticks != 0) continue;
    const Compared own{*timeline.log().head(tick), digest_state(game_, timeline.state_at(tick))};
    const auto [known, is_new] = digests_.try_emplace(tick, own);
    if (!is_new && known->second.head != own.head) known->second = own;
    if (known->second.digest != own.digest) {
      complain(who(machine) + " folded another state at tick " + std::to_string(tick.value) +
               " from the same log");
    }
    mix(static_cast<std::uint64_t>(own.digest.bytes[0]) << 8 |
        static_cast<std::uint64_t>(own.digest.bytes[1]));
  }
  heard.compared = std::max(heard.compared, timeline.confirmed());
}

void StormWitness::look_rollbacks(std::size_t machine, const Timeline& timeline,
                                  const Circumstances& around) {
  const std::optional<std::int64_t> bound = around.bound;
  const Instant now = around.now;
  Heard& heard = heard_[machine];
  const TimelineStatistics& statistics = timeline.statistics();
  const std::uint64_t rollbacks = statistics.rollbacks - heard.rollbacks;
  const std::uint64_t depth = statistics.depth_total - heard.depth_total;
  heard.rollbacks = statistics.rollbacks;
  heard.depth_total = statistics.depth_total;
  const auto most = static_cast<std::uint64_t>(
      heard.beyond_since ? limits::prediction_ticks : bound.value_or(limits::prediction_ticks));
  if (rollbacks > 0 && depth > rollbacks * std::max<std::uint64_t>(most, 1)) {
    complain(who(machine) + " rolled back " + std::to_string(depth) + " ticks, at most " +
             std::to_string(most) + " are allowed");
  }
  const bool is_beyond =
      bound && timeline.present() - timeline.log().horizon() > *bound && !timeline.log().ended();
  if (!is_beyond) heard.beyond_since.reset();
  if (is_beyond && !heard.beyond_since) heard.beyond_since = now;
  if (is_beyond && now - *heard.beyond_since > beyond_most) {
    complain(who(machine) + ", with whom nothing was wrong, had to predict " +
             std::to_string(timeline.present() - timeline.log().horizon()) + " ticks, more than " +
             std::to_string(*bound) + ", at tick " + std::to_string(timeline.present().value));
  }
}

void StormWitness::look_last(std::size_t machine, const AnySession& session) {
  const Timeline* timeline = session.timeline();
  if (timeline != nullptr && is_binding(session.epoch())) {
    finals_.push_back({timeline->log().horizon(), timeline->log().head()});
  }
  heard_[machine] = {};
}

void StormWitness::look(const RelayMatch& match) {
  if (match.horizon() < relay_horizon_) {
    complain("the relay's horizon went back to tick " + std::to_string(match.horizon().value));
  }
  relay_horizon_ = match.horizon();
  note_closed(match.horizon());
  if (match.clock() - match.horizon() > limits::input_window_ticks) {
    complain("the horizon trails the match clock by " +
             std::to_string(match.clock() - match.horizon()) + " ticks at tick " +
             std::to_string(match.clock().value));
  }
}

void StormWitness::forgive(std::uint32_t epoch) {
  ++losses_allowed_;
  binding_epochs_ = {epoch};
  // Nobody was told of what it orders now.
  relay_horizon_ = {};
}

void StormWitness::look_recovered(const RelayMatch& match, bool may_lose) {
  const Log& log = match.log();
  // A horizon that nobody was told of may be forgotten.
  relay_horizon_ = log.horizon();
  std::map<std::uint64_t, Place> found;
  for (const EventView& event : log.events())
    found.emplace(key_of(event), Place{event.tick, hash_of(event.payload)});
  if (may_lose) {
    taken_back_ += std::erase_if(told_, [&](const auto& told) {
      const auto kept = found.find(told.first);
      return kept == found.end() || kept->second != told.second;
    });
    std::erase_if(finals_,
                  [&](const Final& final) { return log.head(final.horizon) != final.head; });
    digests_.erase(digests_.upper_bound(log.horizon()), digests_.end());
    horizon_told_ = std::min(horizon_told_, log.horizon());
  }
  binding_epochs_.insert(match.epoch());
  for (const auto& [key, place] : told_) {
    const auto kept = found.find(key);
    if (kept == found.end() || kept->second != place) {
      complain("the relay forgot " + name_of(key) + " at tick " + std::to_string(place.tick.value) +
               ", of which somebody had been told");
    }
  }
  if (log.horizon() < horizon_told_) {
    complain("the relay told of the horizon " + std::to_string(horizon_told_.value) +
             " and came back with " + std::to_string(log.horizon().value));
  }
}

void StormWitness::look_final(const Log& log) {
  std::map<Author, std::uint32_t> counters;
  std::map<std::uint64_t, Place> found;
  for (const EventView& event : log.events()) {
    const Place place{event.tick, hash_of(event.payload)};
    if (!found.emplace(key_of(event), place).second) {
      complain(name_of(key_of(event)) + " is in the log twice");
    }
    // A player's events keep their order, however late any of them was.
    if (event.author.is_relay()) continue;
    const auto [last, is_first] = counters.try_emplace(event.author, event.counter);
    if (!is_first && event.counter <= last->second) {
      complain(name_of(key_of(event)) + " comes after a later one of the same player");
    }
    last->second = event.counter;
  }
  for (const auto& [key, place] : told_) {
    const auto kept = found.find(key);
    if (kept == found.end() || kept->second != place) {
      complain(name_of(key) + " was told of at tick " + std::to_string(place.tick.value) +
               " and is not in the log there");
    }
  }
  for (const Final& final : finals_) {
    if (log.head(final.horizon) != final.head) {
      complain("somebody was told of another log as final through tick " +
               std::to_string(final.horizon.value));
    }
  }
}

void StormWitness::look_effects(std::size_t machine, const AnySession& session,
                                const std::map<std::string, std::uint64_t>& facts) {
  const SessionStatistics statistics = session.statistics();
  for (const auto& [kind, count] : facts) {
    const auto own = statistics.facts.find(kind);
    const std::uint64_t seen = own == statistics.facts.end() ? 0 : own->second;
    if (seen != count) {
      complain(who(machine) + " counts " + std::to_string(seen) + " times " + kind +
               ", the log has " + std::to_string(count));
    }
  }
  // Ticks folded anew after a power loss or in another role had been heard before.
  if (statistics.folds_back > 0 || heard_[machine].has_changed) return;
  for (const auto& [kind, count] : heard_[machine].effects) {
    const auto fact = facts.find(game_.effect_kind(kind));
    const auto expected = static_cast<std::int64_t>(fact == facts.end() ? 0 : fact->second);
    if (count != expected) {
      complain(who(machine) + " heard " + game_.effect_kind(kind) + " " + std::to_string(count) +
               " times and it happened " + std::to_string(expected) + " times");
    }
  }
}

}  // namespace tutti::detail
