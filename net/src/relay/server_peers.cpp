// Who comes to the relay: connections, rooms and slots, and the way back into them.

#include <algorithm>

#include "relay/room.hpp"
#include "tutti/net/room_code.hpp"
#include "tutti/net/server.hpp"
#include "tutti/sim/mutant.hpp"
#include "tutti/sim/text.hpp"

namespace tutti {

namespace {

bool is_about_snapshots(const ControlMessage& message) {
  return std::holds_alternative<WantSnapshot>(message) ||
         std::holds_alternative<SnapshotPiece>(message);
}

}  // namespace

void RelayServer::take(const Arrival& arrival, Instant now) {
  switch (arrival.kind) {
    case Arrival::Kind::connected:
      if (peers_.size() >= options_.peers_max) {
        refuse(arrival.peer, Refusal::relay_full, "the relay has no room for more players");
        link_->disconnect(arrival.peer);
      } else {
        peers_[arrival.peer] = {nullptr, now};
      }
      return;
    case Arrival::Kind::disconnected:
      lose_member(arrival.peer);
      return;
    case Arrival::Kind::control: {
      const auto message = decode_control(arrival.bytes);
      const auto* hello = message ? std::get_if<Hello>(&*message) : nullptr;
      if (hello != nullptr) {
        take_hello(arrival.peer, *hello, now);
      } else if (message && std::holds_alternative<Goodbye>(*message)) {
        remove_member(arrival.peer, LeaveReason::quit);
        link_->disconnect(arrival.peer);
      } else if (message && is_about_snapshots(*message)) {
        take_snapshot_message(arrival.peer, *message, now);
      } else if (!message ||
                 (!take_order(arrival.peer, *message) && !take_answer(arrival.peer, *message) &&
                  !take_tail(arrival.peer, *message))) {
        ++statistics_.refused_messages;
      }
      return;
    }
    case Arrival::Kind::play: {
      const auto entry = peers_.find(arrival.peer);
      const auto message = decode_play(arrival.bytes);
      const PlayUp* up = message ? std::get_if<PlayUp>(&*message) : nullptr;
      if (entry == peers_.end() || entry->second.room == nullptr || up == nullptr) {
        ++statistics_.refused_messages;
        return;
      }
      Room& room = *entry->second.room;
      for (Member& member : room.members) {
        if (member.is_connected && member.peer == arrival.peer) {
          return take_play(room, member, *up, now);
        }
      }
      for (Spectator& spectator : room.spectators) {
        if (spectator.peer == arrival.peer) return take_play(room, spectator, *up, now);
      }
      return;
    }
  }
}

void RelayServer::refuse(PeerId peer, Refusal reason, std::string sentence) {
  ++statistics_.refused_hellos;
  link_->send_control(peer, encode(ControlMessage(Refused{reason, std::move(sentence)})));
}

void RelayServer::take_hello(PeerId peer, const Hello& hello, Instant now) {
  const auto entry = peers_.find(peer);
  if (entry == peers_.end()) return;
  if (hello.version != protocol_version) {
    return refuse(peer, Refusal::other_version,
                  "this relay speaks protocol " + std::to_string(protocol_version) +
                      ", the client speaks " + std::to_string(hello.version));
  }
  if (!is_presentable(hello.name) || !is_presentable(hello.rules)) {
    return refuse(peer, Refusal::bad_request,
                  "a name has to be text that can be shown: UTF-8 "
                  "without control characters and without changes of direction");
  }
  if (entry->second.room != nullptr) return change_role(*entry->second.room, peer, hello, now);
  const auto found = rooms_.find(hello.room);
  Room* room = found != rooms_.end() ? found->second.get() : nullptr;
  const bool may_open = hello.create && hello.role == Role::player;
  if (room == nullptr && !may_open) {
    return refuse(peer, Refusal::unknown_room,
                  hello.room.empty() ? "no room code was given"
                                     : "there is no room " + hello.room + " on this relay");
  }
  if (room == nullptr) {
    if (hello.create->rules != hello.rules) {
      return refuse(peer, Refusal::bad_request, "the setup names other rules than the client");
    }
    if (rooms_.size() >= options_.rooms_max) {
      return refuse(peer, Refusal::relay_full, "the relay hosts as many matches as it can");
    }
    room = open_room(hello, now);
  }
  enter(*room, peer, hello, now);
}

void RelayServer::change_role(Room& room, PeerId peer, const Hello& hello, Instant now) {
  const bool is_watching =
      std::any_of(room.spectators.begin(), room.spectators.end(),
                  [&](const Spectator& spectator) { return spectator.peer == peer; });
  const Role role = is_watching ? Role::spectator : Role::player;
  if (hello.room == room.code && hello.role != role) enter(room, peer, hello, now);
}

RelayServer::Room* RelayServer::open_room(const Hello& hello, Instant now) {
  std::string code = hello.room;
  while (code.empty() || rooms_.contains(code))
    code = random_room_code(random_);
  auto room = std::make_unique<Room>(code, RelayMatch({.setup = *hello.create}), now);
  if (options_.utc_at_start > 0) {
    room->started_utc = options_.utc_at_start +
                        std::chrono::duration_cast<std::chrono::seconds>(now - first_pass_).count();
  }
  room->journal_match = journal_->begin(
      {.room = code, .started_utc = room->started_utc, .build = {}, .setup = *hello.create});
  appoint_referee(*room);
  return (rooms_[code] = std::move(room)).get();
}

void RelayServer::enter(Room& room, PeerId peer, const Hello& hello, Instant now) {
  remove_gone(room);  // or a secret might still stand for a slot that somebody else has by now
  if (hello.role == Role::player && hello.resume && resume(room, peer, hello, now)) return;
  const bool is_in = peers_[peer].room != nullptr;
  if (room.recovery && (hello.role == Role::player || hello.resume || is_in)) {
    // Perhaps one whose joining the disk has lost, or who would leave its slot.
    auto& hellos = room.recovery->hellos;
    // Of one who tries again and again over new connections, the latest counts.
    std::erase_if(hellos, [&](const auto& other) {
      return other.first == peer || (hello.resume && other.second.resume == hello.resume);
    });
    hellos.emplace_back(peer, hello);
    note_leaving(room, hello);
    return;
  }
  const Setup& setup = room.match.log().setup();
  if (hello.rules != setup.rules) {
    return refuse(peer, Refusal::other_rules,
                  "room " + room.code + " plays " + setup.rules + ", the client plays " +
                      hello.rules + "; both need the same build of the game");
  }
  if (room.match.is_over()) {
    return refuse(peer, Refusal::match_over, "the match in room " + room.code + " is over");
  }
  if (hello.role == Role::spectator) return watch(room, peer, hello, now);
  if (take_over(room, peer, hello, now)) return;
  Member member{.peer = peer, .secret = secret_of(hello), .feed = detail::Feed::to(hello, 0, now)};
  member.resume_hash = digest_of(member.secret).bytes;
  const auto& outcomes = room.match.handle(command::Admit{hello.name, member.resume_hash});
  const auto* admitted = std::get_if<outcome::Admitted>(&outcomes.front());
  if (admitted == nullptr) {
    return refuse(peer, Refusal::room_full,
                  "room " + room.code + " is full: it has " + std::to_string(setup.players) +
                      " players already");
  }
  member.player = admitted->player;
  member.first_counter = room.match.counted(member.player);
  peers_[peer].room = &room;
  std::erase_if(room.spectators, [&](const Spectator& other) { return other.peer == peer; });
  room.members.push_back(member);
  room.empty_since.reset();
  welcome(room, member);
}

void RelayServer::watch(Room& room, PeerId peer, const Hello& hello, Instant now) {
  if (room.spectators.size() >= options_.spectators_max) {
    return refuse(peer, Refusal::room_full,
                  "room " + room.code + " has " + std::to_string(options_.spectators_max) +
                      " spectators already, as many as this relay lets in");
  }
  if (!give_up_slot(room, peer, hello)) return;
  const Setup& setup = room.match.log().setup();
  const bool has_log =
      hello.epoch == room.epoch && hello.received < room.match.log().events().size();
  const ResumeSecret secret = secret_of(hello);
  room.spectators.push_back({.peer = peer,
                             .secret = secret,
                             .delay_ticks = std::int64_t{hello.delay_seconds} * setup.tick_rate,
                             .feed = detail::Feed::to(hello, has_log ? hello.received : 0, now)});
  peers_[peer].room = &room;
  ++statistics_.spectators;
  link_->send_control(peer, encode(ControlMessage(Welcome{.room = room.code,
                                                          .epoch = room.epoch,
                                                          .next_counter = 0,
                                                          .resume = secret,
                                                          .setup = setup})));
}

/// A player who wants to watch leaves its slot first. False, and it is told why, if it cannot.
bool RelayServer::give_up_slot(Room& room, PeerId peer, const Hello& hello) {
  if (!hello.resume) return true;
  const auto hash = digest_of(*hello.resume).bytes;
  const auto found = std::find_if(room.members.begin(), room.members.end(),
                                  [&](const Member& other) { return other.resume_hash == hash; });
  if (found == room.members.end()) return true;
  const bool would_end =
      room.match.player_count() == 1 || room.match.log().setup().terms.on_loss == LossPolicy::end;
  if (would_end) {
    refuse(peer, Refusal::bad_request, "the match in room " + room.code + " would end without you");
    return false;
  }
  if (found->is_connected && found->peer != peer) {
    peers_.erase(found->peer);
    link_->disconnect(found->peer);
  }
  const PlayerId player = found->player;
  room.members.erase(found);
  room.match.handle(command::Leave{player, LeaveReason::quit});
  return true;
}

/// The one that it brought stays its own, in whatever slot: should the answer be lost, or what the
/// disk knew of a slot that it had later, it still comes back by it.
ResumeSecret RelayServer::secret_of(const Hello& hello) {
  return hello.resume ? *hello.resume : next_secret();
}

void RelayServer::welcome(Room& room, const Member& member) {
  link_->send_control(
      member.peer, encode(ControlMessage(Welcome{.room = room.code,
                                                 .player = member.player,
                                                 .epoch = room.epoch,
                                                 .next_counter = room.match.counted(member.player),
                                                 .resume = member.secret,
                                                 .setup = room.match.log().setup()})));
}

ResumeSecret RelayServer::next_secret() {
  Bytes bytes;
  ByteWriter out(bytes);
  for (const std::uint64_t word : options_.seed)
    out.u64(word);
  out.u64(secrets_given_++);
  out.text("resume");
  return digest_of(bytes).bytes;
}

bool RelayServer::resume(Room& room, PeerId peer, const Hello& hello, Instant now) {
  const auto hash = digest_of(*hello.resume).bytes;
  const auto found = std::find_if(room.members.begin(), room.members.end(),
                                  [&](const Member& other) { return other.resume_hash == hash; });
  if (found == room.members.end() || !room.match.is_taken(found->player)) return false;
  if (found->is_connected) {
    // Told so, or it would come back in turn.
    link_->send_control(
        found->peer,
        encode(ControlMessage(
            Refused{Refusal::replaced, "somebody with this player's secret has taken its place"})));
    peers_.erase(found->peer);
    link_->disconnect(found->peer);
  }
  const bool is_same = hello.epoch == room.epoch || TUTTI_MUTANT(old_numbers_are_believed);
  const bool has_log = is_same && hello.received <= room.match.accepted_count();
  Member member{.peer = peer,
                .player = found->player,
                .secret = *hello.resume,
                .resume_hash = hash,
                .is_open = found->is_open,
                // Only a client that still has its events can be told "as offered".
                .first_counter = has_log && hello.received > 0 ? found->first_counter
                                                               : room.match.counted(found->player),
                .feed = detail::Feed::to(hello, has_log ? hello.received : 0, now),
                .digest_known = found->digest_known};
  *found = member;
  peers_[peer].room = &room;
  ++statistics_.resumed;
  welcome(room, member);
  if (room.recovery) ask_for_tail(room, member);
  return true;
}

}  // namespace tutti
