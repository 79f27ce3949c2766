#include "relay/lobby.hpp"

#include <algorithm>
#include <utility>

#include "relay/refusals.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Those of whom a lobby remembers that they were let in.
constexpr std::size_t known_most = 1024;

}  // namespace

std::optional<Refused> Lobby::refusal(const Hello& hello) const {
  const Setup& setup = around_.match->log().setup();
  if (auto refused = why_not_at_all(*around_.room, setup, around_.match->is_over(), hello)) {
    return refused;
  }
  if (hello.role == Role::spectator) {
    return why_not_watch(*around_.room, around_.commons->options, around_.door->terms(),
                         around_.seats->spectators().size());
  }
  if (around_.seats->has_slots(hello)) return std::nullopt;
  const std::size_t free = around_.seats->free_slots();
  const std::size_t wanted = 1 + hello.others.size();
  const std::string has =
      free == 0 ? " is full: it has " + std::to_string(setup.players) + " players already"
                : " has " + std::to_string(free) + " free slots of the " + std::to_string(wanted) +
                      " wanted";
  return Refused{Refusal::room_full, "room " + *around_.room + has};
}

bool Lobby::must_ask(const Hello& hello) const {
  if (TUTTI_MUTANT(hosts_are_not_asked)) return false;
  const RoomTerms& terms = around_.door->terms();
  const bool is_player = hello.role == Role::player;
  if (!(is_player ? terms.asks_for_players : terms.asks_for_spectators)) return false;
  if (!hello.resume) return true;
  // A player who gives its slot up to watch.
  if (!is_player && around_.seats->with_secret(*hello.resume) != nullptr) return false;
  const auto known = known_.find(digest_of(*hello.resume).bytes);
  return known == known_.end() || (is_player && known->second != Role::player);
}

void Lobby::remember(const Hello& hello) {
  if (!hello.resume || known_.size() >= known_most) return;
  Role& role = known_.try_emplace(digest_of(*hello.resume).bytes, hello.role).first->second;
  if (hello.role == Role::player) role = Role::player;
}

bool Lobby::lets_in(PeerId peer, const Hello& hello, Instant now) {
  const bool is_opener = std::exchange(expects_opener_, false);
  if (const auto refused = refusal(hello)) {
    around_.commons->refuse(peer, refused->reason, refused->sentence);
    return false;
  }
  if (is_opener) remember(hello);
  if (is_opener || !must_ask(hello)) return true;
  const RelayOptions& options = around_.commons->options;
  Guest guest{.peer = peer, .hello = hello, .until = now + options.answer_time};
  // One who asks again over a new connection has waited before.
  const auto before = std::find_if(guests_.begin(), guests_.end(), [&](const Guest& other) {
    return other.peer == peer || (hello.resume && other.hello.resume == hello.resume);
  });
  if (before != guests_.end()) {
    guest.id = before->id;
    guest.until = before->until;
    *before = guest;
  } else if (guests_.size() >= options.newcomers_max && !TUTTI_MUTANT(newcomers_wait_without_end)) {
    around_.commons->refuse(
        peer, Refusal::room_full,
        std::to_string(guests_.size()) + " wait before room " + *around_.room + " already");
    return false;
  } else {
    guest.id = NewcomerId{++last_id_};
    guests_.push_back(guest);
    const PlayerSeat* asked = host();
    if (asked != nullptr && asked->peer == asked_) ask(*asked, guest);
  }
  const auto patience = std::chrono::ceil<std::chrono::seconds>(guest.until - now);
  around_.commons->peers.send(peer, HostAsked{static_cast<std::uint16_t>(patience.count())});
  return false;
}

std::optional<Role> Lobby::wish(PeerId peer) const {
  for (const Guest& guest : guests_) {
    if (guest.peer == peer) return guest.hello.role;
  }
  return std::nullopt;
}

void Lobby::lose(PeerId peer) {
  std::erase_if(guests_, [&](const Guest& guest) {
    if (guest.peer == peer) tell_gone(guest);
    return guest.peer == peer;
  });
}

// ---- The host -----------------------------------------------------------------------------------

const PlayerSeat* Lobby::host() const {
  const PlayerSeat* lowest = nullptr;
  for (const PlayerSeat& seat : around_.seats->players()) {
    if (!seat.is_connected) continue;
    const bool is_creator =
        !seat.all_are([&](PlayerId one) { return !around_.match->is_creator(one); });
    if (is_creator) return &seat;
    if (lowest == nullptr || seat.player < lowest->player) lowest = &seat;
  }
  return lowest;
}

bool Lobby::is_host(const Seat& seat) const {
  const PlayerSeat* player = player_at(seat);
  return player != nullptr && player == host();
}

void Lobby::ask(const PlayerSeat& host, const Guest& guest) {
  Newcomer newcomer{.id = guest.id, .role = guest.hello.role, .names = {guest.hello.name}};
  newcomer.names.insert(newcomer.names.end(), guest.hello.others.begin(), guest.hello.others.end());
  around_.commons->peers.send(host.peer, newcomer);
}

void Lobby::tell_gone(const Guest& guest) {
  const PlayerSeat* asked = host();
  if (asked != nullptr && asked->peer == asked_) {
    around_.commons->peers.send(asked_, NewcomerGone{guest.id});
  }
}

std::optional<PeerId> Lobby::take(const HostAnswer& answer, Instant now) {
  const auto found = std::find_if(guests_.begin(), guests_.end(),
                                  [&](const Guest& guest) { return guest.id == answer.id; });
  if (found == guests_.end()) return std::nullopt;  // gone, in the moment of the answer
  Guest guest = std::move(*found);
  guests_.erase(found);
  if (answer.wish == HostWish::turn_away) {
    ++around_.commons->statistics.turned_away;
    send_away(guest, Refusal::turned_away,
              "the host of room " + *around_.room + " does not let you in", now);
    return std::nullopt;
  }
  if (const auto refused = refusal(guest.hello)) {
    send_away(guest, refused->reason, refused->sentence, now);
    return std::nullopt;
  }
  // A spectator has its secret from here, so that it is known by it when it comes again.
  if (!guest.hello.resume) guest.hello.resume = around_.commons->dice.next();
  remember(guest.hello);
  around_.commons->peers.leave_venue(guest.peer, now);
  around_.seats->enter(guest.peer, guest.hello, now);
  if (!around_.seats->of(guest.peer)) return std::nullopt;
  around_.commons->peers.enter(guest.peer, *around_.itself);
  return guest.peer;
}

void Lobby::send_away(const Guest& guest, Refusal reason, const std::string& sentence,
                      Instant now) {
  around_.commons->refuse(guest.peer, reason, sentence);
  if (!around_.seats->of(guest.peer)) around_.commons->peers.leave_venue(guest.peer, now);
}

void Lobby::pass(Instant now) {
  if (guests_.empty()) return;
  const PlayerSeat* asked = host();
  const PeerId peer = asked == nullptr ? PeerId{} : asked->peer;
  if (peer != asked_) {
    asked_ = peer;
    for (const Guest& guest : guests_) {
      if (asked != nullptr) ask(*asked, guest);
    }
  }
  std::erase_if(guests_, [&](const Guest& guest) {
    const bool is_over = around_.match->is_over();
    if (now < guest.until && !is_over) return false;
    tell_gone(guest);
    is_over ? send_away(guest, Refusal::match_over,
                        "the match in room " + *around_.room + " is over", now)
            : send_away(guest, Refusal::turned_away,
                        "the host of room " + *around_.room + " has not answered", now);
    return true;
  });
}

Instant Lobby::next_due() const {
  Instant next = Instant::max();
  for (const Guest& guest : guests_)
    next = std::min(next, guest.until);
  // Guests who came before their host, or whose host has just gone.
  const PlayerSeat* asked = guests_.empty() ? nullptr : host();
  return asked != nullptr && asked->peer != asked_ ? Instant{} : next;
}

}  // namespace tutti::detail
