// The part of the relay that serves spectators of matches that other relays of its fleet have: see
// tutti/net/match_follower.hpp.

#include "relay/directory_desk.hpp"
#include "relay/mirror.hpp"
#include "relay/room_sums.hpp"
#include "relay/venue_queue.hpp"
#include "tutti/net/server.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

void RelayServer::use_follower(MatchFollower& follower) {
  TUTTI_ASSERT(desk_);
  follower_ = &follower;
}

// ---- What their logs say ------------------------------------------------------------------------

void RelayServer::look_at_mirrors(Instant now) {
  if (follower_ == nullptr) return;
  while (auto news = follower_->next_news())
    take_news(std::move(*news), now);
  for (auto& [code, mirror] : mirrors_) {
    // As any of those who watch would if their relay had died.
    if (commons_->has_lease && mirror->is_to_be_looked_for(now)) {
      desk_->ask({}, {.room = code, .role = Role::spectator}, code);
    }
  }
}

void RelayServer::take_news(FollowedNews news, Instant now) {
  const auto found = mirrors_.find(news.room);
  if (found == mirrors_.end()) return;  // let go meanwhile
  detail::Mirror& mirror = *found->second;
  queue_->wake(mirror);
  bool is_usable = false;
  if (auto* whole = std::get_if<followed::Whole>(&news.is)) {
    is_usable = mirror.take(std::move(*whole), now);
  } else if (const auto* grown = std::get_if<followed::Grown>(&news.is)) {
    is_usable = mirror.take(*grown, now);
  }
  if (!is_usable) return close_mirror(mirror);
  if (!mirror.has_log()) return;
  for (const auto& [peer, hello] : mirror.take_waiting()) {
    if (!commons_->peers.is_known(peer)) continue;
    if (mirror.serves(hello)) {
      admit(peer, hello, hello.room, now);
    } else {
      send_on(peer, mirror.owner());
    }
  }
}

/// Who watches asks anew; who waits is sent on to the relay that has the match.
void RelayServer::close_mirror(detail::Mirror& mirror) {
  const std::string code = mirror.code();
  for (const auto& [peer, hello] : mirror.take_waiting()) {
    if (commons_->peers.is_known(peer)) send_on(peer, mirror.owner());
  }
  mirror.send_away();
  follower_->let_go(code);
  queue_->remove(mirror);
  mirrors_.erase(code);
}

// ---- Who comes ----------------------------------------------------------------------------------

/// The mirror that serves the sender of a hello, or null.
detail::Mirror* RelayServer::mirror_for(const Hello& hello) const {
  const auto found = mirrors_.find(hello.room);
  const bool serves =
      found != mirrors_.end() && commons_->has_lease && found->second->serves(hello);
  return serves ? found->second.get() : nullptr;
}

/// Somebody has asked for a room that another relay has. False if it is to ask there.
bool RelayServer::watch_elsewhere(PeerId peer, const Hello& hello, const Address& owner,
                                  Instant now) {
  if (follower_ == nullptr || hello.role != Role::spectator) return false;
  if (mirror_for(hello) != nullptr) {
    admit(peer, hello, hello.room, now);
    return true;
  }
  const auto found = mirrors_.find(hello.room);
  if (found != mirrors_.end() && found->second->has_log()) return false;
  if (found == mirrors_.end() && !has_place_for_mirror()) return false;
  auto& mirror = mirrors_[hello.room];
  if (mirror == nullptr) {
    mirror = std::make_unique<detail::Mirror>(*commons_, hello.room, owner, now);
    queue_->add(*mirror);
    follower_->follow(hello.room);
  }
  mirror->set_owner(owner);
  return mirror->postpone(peer, hello);
}

bool RelayServer::has_place_for_mirror() const {
  std::size_t bytes = detail::memory_bytes(rooms_);
  for (const auto& [code, mirror] : mirrors_)
    bytes += mirror->memory_bytes();
  const RelayOptions& options = commons_->options;
  const bool has_place =
      mirrors_.size() < options.mirrors_max || TUTTI_MUTANT(mirrors_have_no_limit);
  return has_place && bytes < options.memory_bytes_max && !commons_->stops_at;
}

/// False if there is no mirror for the sender of a hello.
bool RelayServer::enter_mirror(PeerId peer, const Hello& hello, Instant now) {
  detail::Mirror* const mirror = mirror_for(hello);
  if (mirror == nullptr) return false;
  const auto sentence = commons_->quotas.join(commons_->peers.place_of(peer), now);
  if (sentence) {
    turn_away(peer, *sentence);
  } else {
    queue_->wake(*mirror);
    mirror->enter(peer, hello, now);
  }
  return true;
}

/// Where many watch already, the next are sent on to another relay, which mirrors the match.
bool RelayServer::spread(PeerId peer, const Hello& hello, const detail::Room& room) {
  const bool may_go = follower_ != nullptr && hello.role == Role::spectator && !hello.is_sent_on;
  const RoomTerms& terms = room.door().terms();
  const bool is_counted = terms.asks_for_spectators || terms.spectators_max;
  if (!may_go || is_counted || room.awaits(hello)) return false;
  if (room.seats().spectators().size() < commons_->options.spectators_before_mirrors) return false;
  const auto relay = follower_->another_relay();
  if (relay) send_on(peer, *relay);
  return relay.has_value();
}

/// A peer that watches here is about to be somewhere else.
void RelayServer::leave_mirror(PeerId peer, Instant now) {
  detail::Venue* const venue = commons_->peers.venue_of(peer);
  if (venue == nullptr || !venue->is_mirror()) return;
  venue->lose(peer);
  commons_->peers.leave_venue(peer, now);
}

void RelayServer::send_on(PeerId peer, const Address& relay) {
  ++commons_->statistics.sent_on;
  commons_->peers.send(peer, SentOn{relay.port, relay.host});
  if (detail::Venue* const venue = commons_->peers.venue_of(peer)) venue->lose(peer);
  commons_->peers.drop(peer);
}

std::size_t RelayServer::mirrored_spectators() const {
  std::size_t count = 0;
  for (const auto& [code, mirror] : mirrors_)
    count += mirror->spectator_count();
  return count;
}

}  // namespace tutti
