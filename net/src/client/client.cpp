#include "tutti/net/client.hpp"
#include "tutti/sim/mutant.hpp"
#include "wire/wire.hpp"

#include <algorithm>
#include <cmath>

namespace tutti {

namespace {

/// Own events that may be under way. At 8 a tick this is half a second of frenzy; a player who
/// presses keys like a person reaches it after minutes without a relay.
constexpr std::size_t underway_most = 256;
/// In silence, progress is announced every so many ticks: at 60 Hz 20 datagrams a second, which
/// cost a quiet player about 0.9 KB/s. A confirmation waits for the last of all players to
/// announce: so all do at the same ticks, the multiples of this, instead of each at its own, and
/// three and more, of whom there is more to see, oftener.
/// So do players in lockstep, who see nothing that is not confirmed.
constexpr std::int64_t announce_ticks(const Setup& setup) {
  return setup.players <= 2 && !setup.terms.is_lockstep ? 3 : 2;
}
/// After so many ticks in a row with an event each, the next tick is expected to have one too.
constexpr std::int64_t streaming_ticks = 4;
/// Even when the match clock stands still, something is said this often, so that both sides notice
/// when the other is gone.
constexpr std::chrono::milliseconds heartbeat{100};
constexpr std::uint16_t held_too_long = 0xFFFF;
/// Who has not looked for so long stood still itself: a hidden window, a debugger, a sleep. After a
/// long one the relay gets a moment to show that it still knows us.
constexpr std::chrono::milliseconds standstill{500};
constexpr std::chrono::milliseconds answer_time{300};

}  // namespace

Client::Client(Link& link, PeerId relay, Options options)
    : link_(&link), relay_(relay), options_(std::move(options)), clock_(60) {}

void Client::receive(Instant now) {
  if (!started_) started_ = last_heard_ = received_at_ = now;
  // What waited in the socket while we stood still tells nothing about the path, and not that the
  // relay still knows us; nor does our clock know what its match did meanwhile.
  is_stale_ = now - received_at_ > standstill;
  if (is_stale_) clock_.forget();
  if (now - received_at_ > silence_before_reconnect && phase_ == Phase::playing) {
    is_reconnecting_ = true;
    last_heard_ = now;
    next_attempt_ = now + answer_time;
  }
  received_at_ = now;
  link_->service(now);
  while (const auto arrival = link_->receive()) {
    if (arrival->peer == relay_ && phase_ != Phase::failed && !has_left_) take(*arrival, now);
  }
  if (has_left_) return;
  if (phase_ == Phase::connecting) look_for_answer(now);
  if (phase_ == Phase::playing) look_for_relay(now);
}

void Client::take(const Arrival& arrival, Instant now) {
  switch (arrival.kind) {
    case Arrival::Kind::connected: {
      link_->send_control(relay_,
                          encode(ControlMessage(welcome_ ? hello_again() : options_.hello)));
      has_asked_ = true;
      return;
    }
    case Arrival::Kind::disconnected:
      if (phase_ == Phase::connecting && !may_ask_again()) {
        fail_with(Fault::system,
                  "the relay cannot be reached; is it running, and is its address "
                  "and UDP port right?");
      } else {
        is_reconnecting_ = true;
      }
      return;
    case Arrival::Kind::control:
      if (const auto message = decode_control(arrival.bytes)) take(*message);
      return;
    case Arrival::Kind::play: {
      if (!welcome_) return;
      const auto message = decode_play(arrival.bytes);
      const PlayDown* down = message ? std::get_if<PlayDown>(&*message) : nullptr;
      const bool is_ours =
          down != nullptr && down->epoch == welcome_->epoch && down->generation == generation();
      if (!is_ours) return;
      if (!is_stale_) {
        last_heard_ = now;
        is_reconnecting_ = false;
      }
      statistics_.bytes_down += arrival.bytes.size();
      ++statistics_.datagrams_down;
      take(*down, now);
      return;
    }
  }
}

void Client::fail_with(Fault fault, std::string sentence) {
  phase_ = Phase::failed;
  failure_ = {fault, std::move(sentence)};
}

void Client::take(const ControlMessage& message) {
  if (const auto* welcome = std::get_if<Welcome>(&message)) {
    take_welcome(*welcome);
  } else if (const auto* refused = std::get_if<Refused>(&message)) {
    if (refused->reason == Refusal::replaced && abandoned_ > 0) {
      // By ourselves: what we said on a connection that we had given up was on its way for seconds
      // and came in last. Each of those can happen once.
      --abandoned_;
      is_reconnecting_ = true;
      next_attempt_ = received_at_;
      return;
    }
    // Once in, a match that is over for the relay is over for us.
    if (!take_back_wish(*refused)) fail_with(Fault::refused, refused->sentence);
  } else if (const auto* diverged = std::get_if<Diverged>(&message)) {
    diverged_.push_back(*diverged);
  } else if (const auto* settled = std::get_if<Settled>(&message)) {
    settled_.push_back(*settled);
  } else if (const auto* wanted = std::get_if<TailWanted>(&message)) {
    if (welcome_ && !is_spectator()) tail_wanted_ = *wanted;
  } else {
    take_snapshot_message(message);
  }
}

void Client::take_welcome(const Welcome& welcome) {
  if (welcome.setup.rules != options_.hello.rules) {
    // The relay compares too; this guards against a relay that does not.
    return fail_with(Fault::refused, "the room plays " + welcome.setup.rules + ", this game is " +
                                         options_.hello.rules);
  }
  const Role role = welcome.player ? Role::player : Role::spectator;
  if (wish_ && wish_->role == role && welcome.setup == welcome_->setup) return take_role(welcome);
  if (role != options_.hello.role) {
    return fail_with(Fault::bad_data, "the relay made something else of us than was asked for");
  }
  if (!welcome_) {
    welcome_ = welcome;
    next_counter_ = welcome.next_counter;
    clock_ = FollowedClock(welcome.setup.tick_rate);
    phase_ = Phase::playing;
    return;
  }
  // Whoever is at the other end counts its datagrams anew, and knows of nothing under way.
  if (!TUTTI_MUTANT(connection_numbers_go_on)) last_number_.reset();
  begin_snapshots();
  if (!(welcome.setup == welcome_->setup) || welcome.player != welcome_->player) {
    return fail_with(Fault::refused, "room " + welcome_->room + " holds another match by now");
  }
  if (welcome.epoch != welcome_->epoch) begin_epoch(welcome.epoch);
  if (welcome.next_counter > next_counter_) {
    // Somebody else had the slot in between: what was under way then is nobody's.
    next_counter_ = welcome.next_counter;
    underway_.clear();
    decided_.clear();
  }
  welcome_ = welcome;
  // A connection numbers its datagrams anew.
  last_number_.reset();
}

void Client::take(const PlayDown& message, Instant now) {
  measure(message, now);
  const std::uint32_t had = received_;
  take_events(message);
  // The relay tells spectators so seldom that it learns by each datagram what has arrived.
  has_news_ = has_news_ || (is_spectator() && received_ != had);
  if (message.digest_known) {
    agreed_ = std::max(agreed_, message.agreed);
    if (digest_ && *message.digest_known >= digest_->tick) digest_.reset();
  }
  settle_counters(message.counted);

  const std::uint64_t end = std::uint64_t{message.first_sequence} + message.events.size();
  if (end > received_ && !TUTTI_MUTANT(horizon_over_a_gap))
    return;  // events before these are missing: its horizon is not ours yet
  horizon_ = std::max(horizon_, message.horizon);
  if (end < received_) return;  // overtaken by a later datagram
  has_all_ = message.is_all;
  if (!message.is_all) {
    has_news_ = true;
    return;
  }
  std::erase_if(decided_, [&](const Underway& own) {
    if (own.counter >= message.counted) return false;
    if (!TUTTI_MUTANT(refusal_is_forgotten)) refused_.push_back(own.counter);
    return true;
  });
}

void Client::take_events(const PlayDown& message) {
  std::uint32_t sequence = message.first_sequence;
  for (const AcceptedEvent& accepted : message.events) {
    if (sequence++ != received_ && !TUTTI_MUTANT(gap_is_taken_for_whole))
      continue;  // known already, or behind a gap
    Event event{accepted.tick, accepted.author, accepted.counter, accepted.payload};
    const bool is_own = !accepted.author.is_relay() && welcome_->player == accepted.author.player();
    if (accepted.is_as_offered && !is_own) {
      return fail_with(Fault::bad_data, "the relay confirmed an event of somebody else as ours");
    }
    if (is_own) {
      const auto is_it = [&](const Underway& own) { return own.counter == accepted.counter; };
      const auto decided = std::find_if(decided_.begin(), decided_.end(), is_it);
      const auto underway = std::find_if(underway_.begin(), underway_.end(), is_it);
      const bool is_known = decided != decided_.end() || underway != underway_.end();
      if (accepted.is_as_offered) {
        if (!is_known) return fail_with(Fault::bad_data, "the relay confirmed an unknown event");
        const Underway& own = TUTTI_MUTANT(wrong_event_is_ours) && !underway_.empty()
                                  ? underway_.back()
                              : decided != decided_.end() ? *decided
                                                          : *underway;
        event.tick = own.event.stamp;
        event.payload = own.event.payload;
      }
      if (decided != decided_.end()) decided_.erase(decided);
      if (underway != underway_.end()) underway_.erase(underway);
    }
    ++received_;
    if (event.author.is_relay()) {
      const auto relay_event = decode_relay_event(event.payload);
      if (relay_event && relay_event->kind == EventKind::match_ended) phase_ = Phase::ended;
      if (relay_event && relay_event->kind == EventKind::restarted &&
          relay_event->number == welcome_->epoch) {
        is_recovering_ = false;
      }
    }
    arrived_.push_back(std::move(event));
  }
}

void Client::settle_counters(std::uint32_t counted) {
  while (!underway_.empty() && underway_.front().counter < counted) {
    decided_.push_back(std::move(underway_.front()));
    underway_.pop_front();
  }
}

std::uint16_t Client::wire_time(Instant now) const {
  return static_cast<std::uint16_t>(now.time_since_epoch() / detail::wire_unit);
}

void Client::measure(const PlayDown& message, Instant now) {
  if (last_number_) {
    const auto step = static_cast<std::uint8_t>(message.number - *last_number_);
    if (step >= 128) return;  // an older datagram that was overtaken
    for (int i = 1; i <= step; ++i) {
      statistics_.loss += ((i < step ? 1.0 : 0.0) - statistics_.loss) / 128;
    }
  }
  last_number_ = message.number;
  if (message.echo_held == held_too_long || is_stale_) return;
  const auto units = static_cast<std::uint16_t>(wire_time(now) - message.echo - message.echo_held);
  const Duration round_trip = units * detail::wire_unit;
  if (round_trip > std::chrono::seconds(3)) return;  // a clock wrapped, or nonsense
  const double sample = std::chrono::duration<double, std::milli>(round_trip).count();
  if (!has_rtt_) {
    has_rtt_ = true;
    statistics_.round_trip_ms = sample;
    statistics_.jitter_ms = sample / 2;
  } else {
    statistics_.jitter_ms +=
        (std::abs(sample - statistics_.round_trip_ms) - statistics_.jitter_ms) / 16;
    statistics_.round_trip_ms += (sample - statistics_.round_trip_ms) / 16;
  }
  if (message.is_standing) return clock_.stand(message.clock);
  clock_.sample(now, {message.clock, message.clock_fraction / 256.0}, round_trip);
}

std::optional<Event> Client::next_event() {
  if (arrived_.empty()) return std::nullopt;
  Event event = std::move(arrived_.front());
  arrived_.pop_front();
  return event;
}

std::optional<Diverged> Client::next_diverged() {
  if (diverged_.empty()) return std::nullopt;
  const Diverged first = diverged_.front();
  diverged_.pop_front();
  return first;
}

std::optional<Settled> Client::next_settled() {
  if (settled_.empty()) return std::nullopt;
  const Settled first = settled_.front();
  settled_.pop_front();
  return first;
}

void Client::answer(const ControlMessage& message) { link_->send_control(relay_, encode(message)); }

std::optional<std::uint32_t> Client::next_refused() {
  if (refused_.empty()) return std::nullopt;
  const std::uint32_t counter = refused_.front();
  refused_.pop_front();
  return counter;
}

std::optional<std::uint32_t> Client::offer(Tick stamp, BytesView payload) {
  TUTTI_ASSERT(stamp > progress_, stamp, progress_);
  TUTTI_ASSERT(underway_.empty() || stamp >= underway_.back().event.stamp, stamp);
  TUTTI_ASSERT(payload.size() <= limits::event_bytes, payload.size());
  if (underway_.size() >= underway_most || phase_ != Phase::playing) return std::nullopt;
  if (is_spectator()) return std::nullopt;
  const std::uint32_t counter = next_counter_++;
  underway_.push_back({counter, {stamp, Bytes(payload.begin(), payload.end())}});
  return counter;
}

void Client::announce(Tick progress) {
  if (!is_spectator()) progress_ = std::max(progress_, progress);
}

void Client::send(Instant now) {
  if (has_left_ || (phase_ != Phase::playing && phase_ != Phase::ended)) return;
  if (const auto piece = snapshot_sent_ ? snapshot_sent_->next(now) : std::nullopt) {
    link_->send_control(relay_, encode(ControlMessage(*piece)));
  }
  const bool has_event = !underway_.empty() && !underway_.back().is_sent;
  const std::int64_t every = announce_ticks(welcome_->setup);
  // Where every tick has its event, the next one's datagram brings the news: one a tick is enough.
  const std::int64_t ticks = progress_ - event_sent_at_;
  const bool is_in_a_row = ticks == 0 || ticks == 1;
  const bool is_streaming = is_in_a_row && events_in_a_row_ >= streaming_ticks;
  const bool is_due = !is_streaming && progress_.value / every > progress_sent_.value / every;
  if (!has_event && !is_due && !has_news_ && now - last_sent_ < heartbeat) return;

  PlayUp message;
  message.generation = generation();
  message.epoch = welcome_->epoch;
  message.sent_at = wire_time(now);
  message.received = received_;
  message.progress = progress_;
  message.digest = digest_;
  std::size_t size = play_header_bytes_most;
  Tick before = progress_;
  for (Underway& own : underway_) {
    if (own.is_sent && TUTTI_MUTANT(sent_once_is_sent)) continue;
    size += play_bytes_of(own.event, before);
    before = own.event.stamp;
    if (is_recovering_ || size > limits::play_bytes || message.events.size() == play_events_most) {
      // Not everything goes: what is promised ends before the first event that is left out.
      message.progress = std::min(message.progress, own.event.stamp - 1);
      break;
    }
    if (message.events.empty()) message.first_counter = own.counter;
    message.events.push_back(own.event);
    own.is_sent = true;
  }
  scratch_.clear();
  encode(message, scratch_);
  link_->send_play(relay_, scratch_);
  link_->service(now);
  statistics_.bytes_up += scratch_.size();
  ++statistics_.datagrams_up;
  if (has_event) {
    events_in_a_row_ = is_in_a_row ? events_in_a_row_ + ticks : 0;
    event_sent_at_ = progress_;
  }
  progress_sent_ = message.progress;
  last_sent_ = now;
  has_news_ = false;
}

void Client::kick(PlayerId player) {
  link_->send_control(relay_, encode(ControlMessage(Kick{player})));
}

void Client::correct(Correction correction, Tick about, std::string text) {
  link_->send_control(relay_, encode(ControlMessage(Correct{correction, about, std::move(text)})));
}

void Client::end_match() { link_->send_control(relay_, encode(ControlMessage(EndMatch{}))); }

void Client::leave() {
  has_left_ = true;
  link_->send_control(relay_, encode(ControlMessage(Goodbye{})));
  link_->disconnect(relay_);
}

ClientStatistics Client::statistics() const { return statistics_; }

}  // namespace tutti
