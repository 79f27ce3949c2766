#include "tutti/net/server.hpp"

#include <algorithm>

#include "flow/take_front.hpp"
#include "relay/directory_desk.hpp"
#include "relay/gate.hpp"
#include "relay/mirror.hpp"
#include "relay/room_sums.hpp"
#include "relay/venue_queue.hpp"
#include "tutti/net/admission.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// A client that is connected says hello at once. One that does not is waited for no longer than
/// this where others need its place.
constexpr Duration silence_when_full = std::chrono::seconds(2);
constexpr const char* full_sentence = "the relay has no room for more players";

RelayStops stops(Instant at, Instant now) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(at - now).count();
  return {static_cast<std::uint16_t>(std::clamp<std::int64_t>(left, 0, 0xFFFF))};
}

}  // namespace

RelayServer::RelayServer(Link& link, Journal& journal, Options options)
    : link_(&link),
      journal_(&journal),
      commons_(std::make_unique<detail::Commons>(link, std::move(options))),
      queue_(std::make_unique<detail::VenueQueue>()) {
  commons_->has_snapshot_room = [this] { return has_snapshot_room(); };
}

RelayServer::~RelayServer() = default;

void RelayServer::pass(Instant now) {
  // Sockets are drained before any clock advances, so that what arrived in time counts as in time.
  link_->service(now);
  look_into_directory(now);
  look_at_mirrors(now);
  while (const auto arrival = link_->receive())
    take(*arrival, now);
  const bool is_full = commons_->peers.count() >= commons_->options.peers_max;
  const Duration patience = commons_->options.peer_timeout;
  commons_->peers.drop_strangers(is_full ? std::min(patience, silence_when_full) : patience, now);
  if (gate_) gate_->pass(*commons_);
  const std::vector<detail::Venue*>& due = queue_->due(now);
  commons_->statistics.rooms_due += due.size();
  for (detail::Venue* venue : due)
    venue->advance(now);
  // Written before told: one write for all matches, then the datagrams.
  if (!TUTTI_MUTANT(told_before_written)) journal_->flush(now.time_since_epoch());
  for (detail::Venue* venue : due)
    venue->tell(now);
  for (detail::Venue* venue : due) {
    if (!venue->is_done()) {
      queue_->wait(*venue, venue->next_due(now));
    } else if (venue->is_mirror()) {
      close_mirror(*mirrors_.at(venue->code()));
    } else {
      close_room(*rooms_.at(venue->code()));
    }
  }
  if (TUTTI_MUTANT(told_before_written)) journal_->flush(now.time_since_epoch());
  link_->service(now);
}

// ---- What arrives -------------------------------------------------------------------------------

void RelayServer::take(const Arrival& arrival, Instant now) {
  detail::Peers& peers = commons_->peers;
  if (arrival.kind == Arrival::Kind::play &&
      !peers.may_play(arrival.peer, arrival.bytes.size(),
                      2 * commons_->options.client_bytes_per_second, now)) {
    ++commons_->statistics.refused_datagrams;
    return;
  }
  detail::Venue* venue = peers.venue_of(arrival.peer);
  if (venue != nullptr) queue_->wake(*venue);
  bool is_taken = true;
  switch (arrival.kind) {
    case Arrival::Kind::connected:
      return connect(arrival.peer, now);
    case Arrival::Kind::disconnected:
      if (venue != nullptr) venue->lose(arrival.peer);
      return peers.forget(arrival.peer);
    case Arrival::Kind::control:
      is_taken = take_control(arrival.peer, arrival.bytes, now);
      break;
    case Arrival::Kind::play: {
      const auto message = decode_play(arrival.bytes);
      const PlayUp* up = message ? std::get_if<PlayUp>(&*message) : nullptr;
      is_taken = venue != nullptr && up != nullptr && venue->take(arrival.peer, *up, now);
      break;
    }
  }
  if (!is_taken) ++commons_->statistics.refused_messages;
}

void RelayServer::connect(PeerId peer, Instant now) {
  if (commons_->peers.count() >= commons_->options.peers_max + places_for_returning()) {
    ++commons_->statistics.refused_connections;
    return turn_away(peer, full_sentence);
  }
  commons_->peers.add(peer, now);
}

/// Only its hello says whether a client comes back.
std::size_t RelayServer::places_for_returning() const {
  const std::size_t most = TUTTI_MUTANT(no_place_is_kept) ? 0 : commons_->options.places_kept;
  std::size_t away = 0;
  for (auto room = rooms_.begin(); room != rooms_.end() && away < most; ++room)
    away += room->second->seats().away_count();
  return std::min(away, most);
}

bool RelayServer::take_control(PeerId peer, BytesView bytes, Instant now) {
  const auto message = decode_control(bytes);
  if (!message) return false;
  detail::Venue* venue = commons_->peers.venue_of(peer);
  if (const auto* hello = std::get_if<Hello>(&*message)) {
    if (!commons_->peers.is_known(peer)) return true;
    take_hello(peer, *hello, now);
    if (const auto at = commons_->stops_at; at && !desk_ && commons_->peers.venue_of(peer))
      commons_->peers.send(peer, stops(*at, now));
    return true;
  }
  if (std::holds_alternative<Goodbye>(*message)) {
    if (venue != nullptr) venue->leave(peer);
    commons_->peers.drop(peer);
    return true;
  }
  return venue != nullptr && venue->take(peer, *message, now);
}

void RelayServer::take_hello(PeerId peer, const Hello& hello, Instant now) {
  detail::Commons& commons = *commons_;
  if (const auto wrong = detail::Quotas::wrong_with(hello)) {
    return commons.refuse(peer, wrong->reason, wrong->sentence);
  }
  const std::optional<NetworkPlace> from = commons.peers.place_of(peer);
  const auto found = rooms_.find(hello.room);
  const detail::Venue* venue = commons.peers.venue_of(peer);
  if (venue != nullptr) {
    if (!venue->is_change(peer, hello)) return;
    if (const auto sentence = commons.quotas.role_change(from, now)) {
      return commons.refuse(peer, Refusal::bad_request, *sentence);
    }
  } else if (found == rooms_.end() || !found->second->awaits(hello)) {
    // One that goes on asking does so over new connections, which are counted too.
    if (commons.peers.count() > commons.options.peers_max) {
      ++commons.statistics.refused_connections;
      return turn_away(peer, full_sentence);
    }
    if (const auto sentence = commons.quotas.hello(from, now)) return turn_away(peer, *sentence);
  }
  if (venue == nullptr && found != rooms_.end() && spread(peer, hello, *found->second)) return;
  const bool is_here = venue != nullptr && !venue->is_mirror();
  const bool is_new = !is_here && found == rooms_.end();
  if (is_new && mirror_for(hello) != nullptr) return admit(peer, hello, hello.room, now);
  if (desk_ && (is_new || !commons.has_lease) && ask_directory(peer, hello)) return;
  const bool is_shard = commons.options.shard.count > 1;
  if (!is_new || !is_shard || hello.is_sent_on) return admit(peer, hello, hello.room, now);
  if (const auto port = commons.options.shard.other_port(hello.room, commons.dice.next_u16())) {
    ++commons.statistics.sent_on;
    commons.peers.send(peer, SentOn{*port});
    return commons.peers.drop(peer);
  }
  admit(peer, hello, hello.room, now);
}

void RelayServer::let_in(PeerId peer, const Hello& hello, const std::string& code, Instant now) {
  detail::Commons& commons = *commons_;
  const detail::Venue* venue = commons.peers.venue_of(peer);
  if (venue != nullptr && !venue->is_mirror()) {
    return rooms_.at(venue->code())->enter(peer, hello, now);
  }
  leave_mirror(peer, now);
  const auto found = rooms_.find(hello.room);
  if (found == rooms_.end() && enter_mirror(peer, hello, now)) return;
  if (found == rooms_.end()) return take_opening(peer, hello, code, now);
  if (!found->second->awaits(hello)) {
    const auto sentence = commons.quotas.join(commons.peers.place_of(peer), now);
    if (sentence) return turn_away(peer, *sentence);
  }
  queue_->wake(*found->second);
  found->second->enter(peer, hello, now);
}

void RelayServer::turn_away(PeerId peer, const std::string& sentence) {
  commons_->refuse(peer, Refusal::relay_full, sentence);
  commons_->peers.drop(peer);
}

void RelayServer::take_opening(PeerId peer, const Hello& hello, const std::string& code,
                               Instant now) {
  detail::Commons& commons = *commons_;
  const auto from = commons.peers.place_of(peer);
  const bool was_here = commons.codes.is_over(hello.room);
  // One that says to be sent on, and is not, opens no second room of that code.
  const bool is_elsewhere = !hello.room.empty() && !commons.options.shard.has(hello.room);
  if (!hello.create || hello.role != Role::player || is_elsewhere) {
    if (was_here) {
      return commons.refuse(peer, Refusal::match_over,
                            "the match in room " + hello.room + " is over");
    }
    return commons.turn_away(peer, hello.room, now);
  }
  // A free code that its sender chose says that there was no such room.
  if (!hello.room.empty() && !was_here) commons.quotas.note_guess(from, now);
  if (hello.create->rules != hello.rules) {
    return commons.refuse(peer, Refusal::bad_request,
                          "the setup names other rules than the client");
  }
  if (const auto sentence = why_no_rooms()) {
    ++commons.statistics.refused_rooms;
    return commons.refuse(peer, Refusal::relay_full, *sentence);
  }
  if (const auto sentence = commons.quotas.room(from, *hello.create, now)) {
    return commons.refuse(peer, Refusal::relay_full, *sentence);
  }
  detail::Room& room = open_room(peer, hello, code, now);
  commons.quotas.note_opened(room.code(), from);
  room.enter(peer, hello, now);
}

void RelayServer::require_tokens(const PublicKey& operator_key, UsedTokens& used) {
  TUTTI_ASSERT(commons_->options.utc);
  const bool is_shard = commons_->options.shard.count > 1 || desk_;
  gate_ = std::make_unique<detail::Gate>(operator_key, used, is_shard);
}

void RelayServer::admit(PeerId peer, const Hello& hello, const std::string& code, Instant now) {
  detail::Commons& commons = *commons_;
  const auto connection = link_->connection_hash(peer);
  auto admission = decode_admission(hello.admission);
  if (!connection) admission.reset();  // nothing can be proven there
  if (admission && !is_proven(*admission, *connection)) {
    return commons.refuse(peer, Refusal::bad_request,
                          "the client does not have the key that it says to have");
  }
  if (admission) commons.peers.know(peer, admission->key);
  if (!gate_) return let_in(peer, hello, code, now);
  detail::Gate::Answer answer = gate_->ask(hello, admission, commons.options.utc());
  if (!answer.refusal.empty()) {
    return commons.refuse(peer, Refusal::no_token, std::move(answer.refusal));
  }
  const std::uint64_t refused = commons.statistics.refused_hellos;
  let_in(peer, hello, code, now);
  gate_->note(peer, answer, commons.statistics.refused_hellos != refused, commons);
}

// ---- Rooms --------------------------------------------------------------------------------------

detail::Room& RelayServer::open_room(PeerId peer, const Hello& hello, const std::string& code,
                                     Instant now) {
  MatchOpening opening{
      .room = code, .setup = *hello.create, .door = detail::Door(hello, commons_->dice).bytes()};
  if (opening.room.empty()) opening.room = free_code();
  if (commons_->options.utc) {
    opening.started_utc = std::max<std::int64_t>(0, commons_->options.utc());
  }
  detail::Room& room = keep(std::make_unique<detail::Room>(*commons_, *journal_, opening, now));
  commons_->report(news::Opened{opening.room, opening.setup.rules, opening.setup.players, peer});
  return room;
}

detail::Room& RelayServer::keep(std::unique_ptr<detail::Room> room) {
  auto& place = rooms_[room->code()];
  TUTTI_ASSERT(place == nullptr);
  place = std::move(room);
  queue_->add(*place);
  return *place;
}

std::string RelayServer::free_code() {
  for (;;) {
    std::string code = detail::RoomCodes::draw(commons_->dice, commons_->options.code_characters);
    if (!rooms_.contains(code) && commons_->options.shard.has(code)) return code;
  }
}

void RelayServer::close_room(detail::Room& room) {
  const std::string code = room.code();
  commons_->quotas.note_closed(code);
  // Nobody without its password learns that there was such a room.
  if (!room.door().has_lock()) commons_->codes.note_over(code);
  if (desk_) desk_->directory().close(code);
  forget_room(room);
}

void RelayServer::end_all() {
  if (!commons_->has_lease) return;  // perhaps they are another relay's by now
  for (auto& [code, room] : rooms_) {
    room->end();
    queue_->wake(*room);
  }
}

void RelayServer::drain(Duration within, Instant now) {
  commons_->stops_at = now + within;
  if (!desk_) commons_->peers.send_to_all(stops(*commons_->stops_at, now));
}

bool RelayServer::is_draining() const { return commons_->stops_at.has_value(); }

void RelayServer::change_options(const Options& options) {
  Options& own = commons_->options;
  Options next = options;
  next.seed = own.seed;
  next.shard = own.shard;
  next.utc = std::move(own.utc);
  next.referee = std::move(own.referee);
  own = std::move(next);
  commons_->quotas.follow_options();
}

std::optional<RelayNews> RelayServer::next_news() { return detail::take_front(commons_->news); }

std::vector<RoomSummary> RelayServer::summaries(std::size_t most, Instant now) const {
  return detail::newest_summaries(rooms_, most, now);
}

const detail::Room* RelayServer::find(const std::string& room) const {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? nullptr : found->second.get();
}

std::vector<std::string> RelayServer::rooms() const { return detail::codes(rooms_); }

const RelayMatch* RelayServer::match(const std::string& room) const {
  const detail::Room* found = find(room);
  return found == nullptr ? nullptr : &found->match();
}

bool RelayServer::is_recovering(const std::string& room) const {
  const detail::Room* found = find(room);
  return found != nullptr && found->is_recovering();
}

bool RelayServer::is_recovering() const {
  return std::ranges::any_of(rooms_, [](const auto& each) { return each.second->is_recovering(); });
}

std::size_t RelayServer::running_count() const {
  const auto runs = [](const auto& room) { return !room.second->is_finished(); };
  return static_cast<std::size_t>(std::ranges::count_if(rooms_, runs));
}

std::size_t RelayServer::peer_count() const { return commons_->peers.count(); }
const RelayStatistics& RelayServer::statistics() const { return commons_->statistics; }

std::optional<JournaledMatch> RelayServer::next_finished() {
  return detail::take_front(commons_->finished);
}

std::optional<FoundDesync> RelayServer::next_desync() {
  return detail::take_front(commons_->desyncs);
}

/// For one of the largest, beside all others.
bool RelayServer::has_snapshot_room() const {
  return limits::packed_snapshot_bytes + detail::snapshot_bytes(rooms_) <=
         commons_->options.snapshot_bytes_max;
}

std::optional<std::string> RelayServer::why_no_newcomers() const {
  if (commons_->peers.count() >= commons_->options.peers_max) return full_sentence;
  return why_no_rooms();
}

std::optional<std::string> RelayServer::why_no_rooms() const {
  if (commons_->stops_at) return "the relay is about to be stopped, and opens no new rooms";
  if (no_rooms_) return no_rooms_;
  if (rooms_.size() >= commons_->options.rooms_max) {
    return "the relay hosts as many matches as it can";
  }
  if (detail::memory_bytes(rooms_) < commons_->options.memory_bytes_max) return std::nullopt;
  return "the relay has no memory for another match";
}

}  // namespace tutti
