#include "tutti/net/client.hpp"

#include <algorithm>

#include "client/lives.hpp"
#include "tutti/sim/mutant.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

using detail::ClientConnection;
using detail::ClientEpoch;
using detail::ClientProcess;
using detail::ClientRole;
using detail::RelaySearch;
using detail::take_front;

namespace {

/// Even when the match clock stands still, something is said this often, so that both sides notice
/// when the other is gone.
constexpr std::chrono::milliseconds heartbeat{100};

}  // namespace

Client::Client(Link& link, PeerId relay, Options options)
    // In place: g++ 12 takes members of a temporary for uninitialised.
    : process_(new ClientProcess{.link = &link,
                                 .relay = relay,
                                 .timeout = options.timeout,
                                 .reconnect_timeout = options.reconnect_timeout,
                                 .identity = std::move(options.identity),
                                 .log_bytes_max = options.log_bytes_max,
                                 .role = ClientRole(std::move(options.hello))}) {}

Client::~Client() = default;

// ---- Taking in --------------------------------------------------------------------------------

void Client::receive(Instant now) {
  ClientProcess& own = *process_;
  // Messages that waited in the socket while we stood still tell nothing about the path, and not
  // that the relay still knows us. Our clock does not know either how its match went on meanwhile.
  own.is_stale = own.search.wake(now, own.phase == Phase::playing);
  if (own.is_stale) clock().forget();
  own.link->service(now);
  while (const auto arrival = own.link->receive()) {
    const bool is_ours = arrival->peer == own.relay;
    if (is_ours && own.phase != Phase::failed && !own.has_left) take(*arrival, now);
  }
  if (!own.has_left) look_for_relay(now);
}

void Client::take(const Arrival& arrival, Instant now) {
  ClientProcess& own = *process_;
  ClientRole& role = own.role;
  switch (arrival.kind) {
    case Arrival::Kind::connected:
      detail::prove_identity(*process_);
      say(role.welcome ? role.hello_again() : role.hello);
      own.search.note_connected();
      return;
    case Arrival::Kind::disconnected: {
      if (own.phase == Phase::ended) role.epoch.durable = role.epoch.told.horizon();
      const bool may_ask_again = own.search.has_asked() && (role.hello.resume || is_spectator());
      if (own.phase != Phase::connecting || (arrival.bytes.empty() && may_ask_again)) {
        return own.search.note_disconnected();
      }
      return fail_with(Fault::system, arrival.bytes.empty()
                                          ? "the relay cannot be reached; is it running, and is "
                                            "its address and UDP port right?"
                                          : std::string(as_text(arrival.bytes)));
    }
    case Arrival::Kind::control:
      if (const auto message = decode_control(arrival.bytes)) take(*message, now);
      return;
    case Arrival::Kind::play: {
      if (!role.welcome) return;
      const auto message = decode_play(arrival.bytes);
      if (!message || !role.is_present(*message)) return;
      if (!own.is_stale) own.search.note_heard(now);
      own.meter.count_down(arrival.bytes.size());
      detail::SpareReader& spares = role.connection.spares;
      if (const auto* spare = std::get_if<PlaySpare>(&*message)) {
        own.meter.count_records_down(arrival.bytes.size());
        spares.note(*spare);
      }
      if (const auto* down = std::get_if<PlayDown>(&*message)) {
        own.meter.count_records_down(play_bytes_of(*down));
        spares.note(down->number, arrival.bytes);
        measure(*down, now);
        take(*down, now);
      }
      // A datagram that was lost tells nothing of the path.
      while (const auto lost = spares.next())
        if (role.is_present(*lost)) take(std::get<PlayDown>(*lost), now);
      return;
    }
  }
}

void Client::take(const ControlMessage& message, Instant now) {
  ClientProcess& own = *process_;
  ClientRole& role = own.role;
  if (const auto* welcome = std::get_if<Welcome>(&message)) {
    take_welcome(*welcome);
  } else if (const auto* refused = std::get_if<Refused>(&message)) {
    take_refused(*refused);
  } else if (const auto* diverged = std::get_if<Diverged>(&message)) {
    role.diverged.push_back(*diverged);
  } else if (const auto* settled = std::get_if<Settled>(&message)) {
    role.settled.push_back(*settled);
  } else if (const auto* stops = std::get_if<RelayStops>(&message)) {
    process_->stops.assign(1, *stops);
  } else if (const auto* sent = std::get_if<SentOn>(&message)) {
    detail::follow(own, *sent);
  } else if (const auto* wanted = std::get_if<TailWanted>(&message)) {
    if (role.welcome && !is_spectator()) role.tail_wanted = *wanted;
  } else if (own.room.take(message)) {
    if (std::holds_alternative<HostAsked>(message)) own.search.note_waiting();
  } else if (auto whole = role.connection.snapshots.take(message, is_spectator(), now)) {
    role.snapshot = std::move(whole);
  }
}

void Client::take_welcome(const Welcome& welcome) {
  ClientProcess& own = *process_;
  ClientRole& role = own.role;
  if (role.is_outdated(welcome)) return own.search.note_disconnected();
  if (welcome.setup.rules != role.hello.rules) {
    // The relay compares too; this guards against a relay that does not.
    return fail_with(Fault::refused, "the room plays " + welcome.setup.rules + ", this game is " +
                                         role.hello.rules);
  }
  own.room = {.replicated = own.room.replicated};
  const Role granted = welcome.player ? Role::player : Role::spectator;
  if (role.wish && role.wish->role == granted && welcome.setup == role.welcome->setup) {
    role = ClientRole(*role.wish, welcome, role.number + 1);
    role.has_news = true;
    return;
  }
  if (granted != role.hello.role) {
    return fail_with(Fault::bad_data, "the relay made something else of us than was asked for");
  }
  if (!role.welcome) {
    role = ClientRole(role.hello, welcome, 0);
    own.phase = Phase::playing;
    return;
  }
  const bool is_same_match = welcome.setup == role.welcome->setup;
  const bool are_same_players =
      welcome.player == role.welcome->player && welcome.others == role.welcome->others;
  if (!is_same_match || !are_same_players) {
    return fail_with(Fault::refused, "room " + role.welcome->room + " holds another match by now");
  }
  // Our log may have become another one since; then we say anew what we have.
  if (welcome.known_through > role.known_said.through) return own.search.note_disconnected();
  role.come_back(welcome);
}

void Client::take_refused(const Refused& refused) {
  ClientRole& role = process_->role;
  process_->room.news.is_host_asked = false;
  const bool is_out = refused.reason == Refusal::removed || refused.reason == Refusal::replaced;
  if (refused.reason == Refusal::replaced && process_->search.note_replaced()) return;
  // Once in, a match that is over for the relay is over for us, and so is one of which it knows
  // nothing any more.
  const bool is_gone = role.welcome && refused.reason == Refusal::unknown_room;
  if (!role.wish || is_out || is_gone) {
    return fail_with(Fault::refused, is_gone ? "the match in room " + role.welcome->room +
                                                   " is over: the relay no longer has it"
                                             : refused.sentence);
  }
  // Only a wish was refused: it remains what it is, also on a new connection.
  role.wish.reset();
  role.refusal = presentable(refused.sentence);
  say(role.hello_again());
}

void Client::measure(const PlayDown& message, Instant now) {
  ClientProcess& own = *process_;
  ClientRole& role = own.role;
  const auto lost = own.meter.count_losses(role.connection.last_number, message.number);
  if (lost) own.meter.note_relay_over_budget(message.is_over_budget);
  role.connection.has_lost = role.connection.has_lost || lost.value_or(0) > 0;
  if (lost && !own.is_stale) {
    if (const auto round_trip = own.meter.take_echo(message, now)) {
      if (message.is_standing) {
        clock().stand(message.clock);
      } else {
        clock().sample(now, {message.clock, message.clock_fraction / 256.0}, *round_trip);
      }
    }
  }
}

void Client::take(const PlayDown& message, Instant now) {
  ClientProcess& own = *process_;
  ClientRole& role = own.role;
  detail::ToldLog& told = role.epoch.told;
  const std::uint32_t had = told.received();
  const bool is_possible = told.take(message, *role.welcome, role.own, now);
  if (!is_possible) return fail_with(Fault::bad_data, told.wrong());
  role.first_own = std::max(role.first_own, told.unknown_own_end());
  role.is_contradicted = role.is_contradicted || told.has_changed_own();
  if (told.bytes() > own.log_bytes_max) {
    return fail_with(Fault::bad_data, "the relay tells a longer log than the " +
                                          std::to_string(own.log_bytes_max / 1'000'000) +
                                          " MB that this program takes in");
  }
  role.epoch.durable = std::max(role.epoch.durable, message.durable);
  if (told.has_ended()) own.phase = Phase::ended;
  if (told.has_restarted(role.welcome->epoch)) role.epoch.is_recovering = false;
  // The relay tells spectators so seldom that it learns by each datagram what has arrived.
  const bool is_awaited = is_spectator() && told.received() != had;
  role.has_news = told.take_news() || role.has_news || is_awaited;
  if (message.digest_known) {
    role.epoch.agreed = std::max(role.epoch.agreed, message.agreed);
    if (role.digest && *message.digest_known >= role.digest->tick) role.digest.reset();
  }
}

// ---- Looking for the relay --------------------------------------------------------------------

void Client::look_for_relay(Instant now) {
  ClientProcess& own = *process_;
  const auto follow = [&](RelaySearch::Step step, const char* sentence) {
    // Our secret says who we are; a proven new connection replaces the old one at once.
    if (step == RelaySearch::Step::connect_again) connect_again();
    if (step == RelaySearch::Step::give_up) fail_with(Fault::system, sentence);
  };
  if (own.phase == Phase::connecting) {
    const bool may_repeat = own.role.hello.resume || is_spectator();
    follow(own.search.before_welcome(now, own.timeout + own.room.patience, may_repeat,
                                     own.link->statistics().datagrams_received),
           "the relay does not answer");
  } else if (own.phase == Phase::playing) {
    // A match may wait longer for us than we would for a relay.
    const Duration patience = std::chrono::seconds(own.role.welcome->setup.terms.patience_seconds);
    follow(own.search.while_playing(now, std::max(own.reconnect_timeout, patience)),
           "the connection to the relay was lost and did not come back");
  }
}

void Client::connect_again() {
  if (!detail::search_again(*process_)) {
    fail_with(Fault::system, "the connection to the relay was lost");
  }
}

void Client::fail_with(Fault fault, std::string_view sentence) {
  process_->phase = Phase::failed;
  process_->failure = {fault, presentable(sentence)};  // part of it may be a stranger's
}

// ---- Sending ----------------------------------------------------------------------------------

void Client::send(Instant now) {
  ClientProcess& own = *process_;
  ClientRole& role = own.role;
  own.meter.review(now);
  if (own.has_left || (own.phase != Phase::playing && own.phase != Phase::ended)) return;
  while (const auto message = role.connection.snapshots.next_message(now))
    say(*message);
  const std::int64_t every = detail::announce_ticks(role.welcome->setup);
  const bool is_due = role.own.is_due(every, now) || role.has_news;
  if (!is_due && now - own.last_sent < heartbeat) return;
  do {
    send_play(now);
  } while (!role.epoch.is_recovering && role.own.has_more(now));
  own.link->service(now);
}

void Client::send_play(Instant now) {
  ClientProcess& own = *process_;
  ClientRole& role = own.role;
  PlayUp message{.generation = role.generation(),
                 .epoch = role.welcome->epoch,
                 .sent_at = detail::wire_time(now),
                 .received = role.epoch.told.received(),
                 .held = role.epoch.told.held(),
                 .has_lost = std::exchange(role.connection.has_lost, false),
                 .events = std::move(role.sent_events),
                 .digest = role.digest};
  role.own.fill(message, role.epoch.is_recovering, now);
  own.scratch.clear();
  encode(message, own.scratch);
  own.link->send_play(own.relay, own.scratch);
  own.meter.count_up(own.scratch.size());
  own.meter.count_records_up(play_bytes_of(message));
  role.own.spend(own.scratch.size());
  role.sent_events = std::move(message.events);
  own.last_sent = now;
  role.has_news = false;
}

// ---- What it knows ----------------------------------------------------------------------------

Client::Phase Client::phase() const { return process_->phase; }
bool Client::is_reconnecting() const { return process_->search.is_searching(); }
const Error& Client::failure() const { return process_->failure; }
bool Client::is_spectator() const { return process_->role.hello.role == Role::spectator; }
std::uint32_t Client::roles_taken() const { return process_->role.number; }
const std::string& Client::role_refusal() const { return process_->role.refusal; }
const RoomNews& Client::room() const { return process_->room.news; }
const std::optional<Welcome>& Client::welcome() const { return process_->role.welcome; }
Tick Client::agreed() const { return process_->role.epoch.agreed; }
std::optional<Event> Client::next_event() { return process_->role.epoch.told.next_event(); }
Tick Client::replicated() const { return process_->room.replicated; }
Tick Client::durable() const { return process_->role.epoch.durable; }
Tick Client::known_through() const { return process_->role.epoch.known_through; }
Tick Client::horizon() const { return process_->role.epoch.told.horizon(); }
bool Client::has_all() const { return process_->role.epoch.told.has_all(); }
FollowedClock& Client::clock() { return process_->role.epoch.clock; }
const FollowedClock& Client::clock() const { return process_->role.epoch.clock; }
ClientStatistics Client::statistics() const { return process_->meter.statistics(); }
std::vector<Event> Client::ahead() const { return process_->role.ahead(); }
std::optional<std::uint32_t> Client::next_refused() {
  const auto counter = process_->role.epoch.told.next_refused();
  if (counter) process_->meter.count_refused();
  return counter;
}
std::optional<Diverged> Client::next_diverged() { return take_front(process_->role.diverged); }
std::optional<RelayStops> Client::next_relay_stops() { return take_front(process_->stops); }
std::optional<Settled> Client::next_settled() { return take_front(process_->role.settled); }
std::optional<TailWanted> Client::next_tail_wanted() {
  return std::exchange(process_->role.tail_wanted, std::nullopt);
}

void Client::want_snapshot() {
  if (process_->phase != Phase::playing) return;
  if (process_->role.connection.snapshots.want()) say(WantSnapshot{});
}
std::optional<PackedSnapshot> Client::take_snapshot() {
  return std::exchange(process_->role.snapshot, std::nullopt);
}
double Client::snapshot_progress() const { return process_->role.connection.snapshots.progress(); }
bool Client::is_snapshot_wanted() const { return process_->role.connection.snapshots.is_wanted(); }
void Client::give_snapshot(std::shared_ptr<const PackedSnapshot> snapshot) {
  process_->role.connection.snapshots.give(std::move(snapshot));
}

}  // namespace tutti
