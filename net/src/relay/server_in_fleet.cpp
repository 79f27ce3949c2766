// The part of the relay that is one of several: see tutti/net/room_directory.hpp.

#include "relay/directory_desk.hpp"
#include "relay/mirror.hpp"
#include "relay/room.hpp"
#include "relay/venue_queue.hpp"
#include "tutti/net/server.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// Matches that stand still at a time since they are handed over: those behind them play on, until
/// the others have been gone on with.
constexpr std::size_t handed_over_at_once = 2;
/// So many of those that are next are prepared meanwhile.
constexpr std::size_t prepared_at_once = 6;
/// A relay without a lease may get it back. After this long, its players may go to another one.
constexpr Duration patience_without_lease = std::chrono::seconds(5);

/// Ends a connection, also of somebody who watches here and wanted to play.
void let_go(detail::Peers& peers, PeerId peer) {
  if (detail::Venue* const venue = peers.venue_of(peer)) venue->lose(peer);
  peers.drop(peer);
}

}  // namespace

void RelayServer::use_directory(RoomDirectory& directory) {
  desk_ = std::make_unique<detail::DirectoryDesk>(directory);
  commons_->has_lease = false;
  commons_->replicated = [&directory](const std::string& room) {
    return directory.replicated(room);
  };
}

void RelayServer::look_into_directory(Instant now) {
  if (!desk_) return;
  // Those that are others' by now go first: while one of them is here, there is no lease, and that
  // would take time from all matches.
  commons_->has_lease = false;
  while (const auto moved = desk_->directory().next_moved())
    take_moved(*moved);
  commons_->has_lease = desk_->has_lease(now) || TUTTI_MUTANT(lease_is_not_asked_for);
  if (!commons_->has_lease && desk_->without_lease(now) > patience_without_lease) {
    for (auto& [code, room] : rooms_)
      send_away(*room, std::nullopt);
    for (auto& [code, mirror] : mirrors_)
      mirror->send_away();
  }
  hand_over_some();
  while (auto answered = desk_->next())
    take_answer(std::move(answered->answer), answered->waiting, now);
}

void RelayServer::take_moved(const RoomMoved& moved) {
  const auto found = rooms_.find(moved.room);
  if (found == rooms_.end()) return;
  detail::Room& room = *found->second;
  if (moved.is_kept) return room.stay();
  ++commons_->statistics.moved_away;
  commons_->report(news::Moved{moved.room});
  send_away(room, moved.relay);
  commons_->quotas.note_closed(moved.room);
  forget_room(room);
}

void RelayServer::hand_over_all() {
  TUTTI_ASSERT(desk_);
  to_hand_over_.clear();
  for (const auto& [code, room] : rooms_)
    to_hand_over_.push_back(code);
}

void RelayServer::hand_over_some() {
  // What was ordered has to be in the journal.
  const bool is_written = journal_->status().written == journal_->status().appended;
  if (is_written) {
    for (const std::string& code : std::exchange(stopped_, {}))
      desk_->directory().hand_over(code);
  }
  if (to_hand_over_.empty() || !commons_->has_lease) return;
  auto leaving = static_cast<std::size_t>(
      std::ranges::count_if(rooms_, [](const auto& each) { return each.second->is_leaving(); }));
  leaving += desk_->directory().on_the_way();
  std::deque<std::string> later, recovering;
  for (; !to_hand_over_.empty() && later.size() < prepared_at_once; to_hand_over_.pop_front()) {
    std::string& code = to_hand_over_.front();
    const auto found = rooms_.find(code);
    if (found == rooms_.end() || found->second->match().is_over()) continue;
    if (found->second->is_leaving()) continue;
    if (found->second->is_recovering()) {
      recovering.push_back(std::move(code));
    } else if (!desk_->directory().is_prepared(code) || leaving >= handed_over_at_once) {
      later.push_back(std::move(code));
    } else {
      found->second->leave();
      stopped_.push_back(std::move(code));
      ++leaving;
    }
  }
  later.insert(later.end(), std::make_move_iterator(to_hand_over_.begin()),
               std::make_move_iterator(to_hand_over_.end()));
  later.insert(later.end(), std::make_move_iterator(recovering.begin()),
               std::make_move_iterator(recovering.end()));
  to_hand_over_ = std::move(later);
}

void RelayServer::forget_room(detail::Room& room) {
  const std::string code = room.code();
  queue_->remove(room);
  rooms_.erase(code);
}

/// Everybody in a room connects anew: there, if that is known.
void RelayServer::send_away(detail::Room& room, const std::optional<Address>& to) {
  for (const PeerId peer : commons_->peers.in(room)) {
    if (to) commons_->peers.send(peer, SentOn{to->port, to->host});
    room.lose(peer);
    commons_->peers.drop(peer);
  }
}

bool RelayServer::ask_directory(PeerId peer, const Hello& hello) {
  if (desk_->is_waiting(peer)) return true;
  // Whoever comes back, or watches, asks again by itself: there may be an answer by then.
  const bool asks_again = hello.resume || hello.role == Role::spectator;
  const bool is_new = hello.room.empty();
  if (is_new && !hello.create) return false;
  if (rooms_.contains(hello.room)) {  // and there is no lease
    let_go(commons_->peers, peer);
    return true;
  }
  if (commons_->has_lease && desk_->ask(peer, hello, is_new ? free_code() : hello.room)) {
    return true;
  }
  if (asks_again && !is_new) {
    let_go(commons_->peers, peer);
  } else {
    turn_away(peer, "the relay cannot reach its fleet at the moment; try again in a little while");
  }
  return true;
}

void RelayServer::take_answer(RoomAnswer answer, const detail::WaitingHello& waiting, Instant now) {
  const auto& [peer, hello, question] = waiting;
  const bool is_there = commons_->peers.is_known(peer);
  const bool has_room = rooms_.contains(question.room);
  if (auto* taken = std::get_if<room_answer::TakenOver>(&answer.is); taken && !has_room) {
    ++commons_->statistics.taken_up;
    take_up(journal_->copy(taken->record), taken->record, taken->epoch, now);
    commons_->report(news::TakenUp{taken->record.room, taken->record.log.setup().rules,
                                   taken->record.log.horizon()});
  }
  if (const auto* elsewhere = std::get_if<room_answer::Elsewhere>(&answer.is);
      elsewhere && !has_room) {
    if (!is_there || watch_elsewhere(peer, hello, elsewhere->relay, now)) return;
    return send_on(peer, elsewhere->relay);
  }
  if (const auto* unknown = std::get_if<room_answer::Unknown>(&answer.is); unknown && !has_room) {
    if (!is_there) return;
    const bool asks_again = hello.resume || hello.role == Role::spectator;
    if (asks_again && !question.opens) return let_go(commons_->peers, peer);
    return turn_away(peer, unknown->sentence);
  }
  // A code that was drawn here, and is a room's already: another one is drawn.
  const bool is_taken = hello.room.empty() && rooms_.contains(question.room);
  if (is_there && is_taken) {
    ask_directory(peer, hello);
  } else if (is_there) {
    admit(peer, hello, question.room, now);
  }
  const bool is_unused = std::holds_alternative<room_answer::Opened>(answer.is) && !has_room &&
                         !rooms_.contains(question.room);
  if (is_unused) desk_->directory().close(question.room);
}

}  // namespace tutti
