// What a client is told to say by whoever has it.

#include "client/lives.hpp"
#include "tutti/net/client.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

using detail::ClientRole;

void Client::say(const ControlMessage& message) {
  process_->link->send_control(process_->relay, encode(message));
}

std::optional<std::uint32_t> Client::offer(Tick stamp, BytesView payload, PlayerEvent is,
                                           std::uint8_t local) {
  if (process_->phase != Phase::playing || is_spectator()) return std::nullopt;
  const auto counter = process_->role.own.offer(stamp, payload, is, local);
  if (!counter) {
    process_->meter.count_refused();
    // Where the relay is out of reach, that is the reason.
    if (!is_reconnecting()) process_->meter.note_over_budget();
  }
  return counter;
}

void Client::announce(Tick progress) {
  if (!is_spectator()) process_->role.own.announce(progress);
}

void Client::fold_back() {
  process_->role.first_own = process_->role.own.next_counter();
  if (!TUTTI_MUTANT(lost_future_is_offered)) process_->role.own.fold_back();
}

void Client::report(const DigestReport& report) {
  process_->role.digest = report;
  process_->role.has_news = process_->role.has_news || process_->phase == Phase::ended;
}

void Client::answer(const ControlMessage& message) { say(message); }
void Client::decide(NewcomerId id, HostWish wish) {
  process_->room.forget(id);
  say(HostAnswer{id, wish});
}
void Client::kick(PlayerId player) { say(Kick{player}); }
void Client::correct(Correction correction, Tick about, std::string text) {
  say(Correct{correction, about, std::move(text)});
}
void Client::end_match() { say(EndMatch{}); }

void Client::know(const KnownLog& log) {
  ClientRole& role = process_->role;
  const bool is_another = log.through == Tick{};
  if (is_another && !TUTTI_MUTANT(said_logs_stay_known)) role.known_said = {};
  role.known = log;
}

void Client::vouch(Tick tick, const Head& head) {
  if (const auto word = detail::vouch_for(*process_, tick, head)) say(*word);
}

void Client::leave() {
  process_->has_left = true;
  say(Goodbye{});
  process_->link->disconnect(process_->relay);
}

void Client::change_role(Role wanted, std::uint16_t delay_seconds, std::string name) {
  ClientRole& role = process_->role;
  if (process_->phase != Phase::playing || role.wish || wanted == role.hello.role) return;
  role.wish_for(wanted, delay_seconds, std::move(name));
  // Should the connection be lost meanwhile, it is asked again over the next.
  say(role.hello_again());
}

}  // namespace tutti
