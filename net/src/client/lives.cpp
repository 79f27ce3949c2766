#include "client/lives.hpp"

#include "tutti/net/admission.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// More than a relay lets wait.
constexpr std::size_t newcomers_most = 64;

std::uint8_t generation_of(std::uint32_t roles) {
  return static_cast<std::uint8_t>(roles % limits::generations);
}

}  // namespace

std::uint8_t ClientRole::generation() const { return generation_of(number); }

Hello ClientRole::hello_again() {
  known_said = wish ? KnownLog{} : known;
  Hello again = wish ? *wish : hello;
  again.room = welcome->room;
  again.create.reset();
  again.resume = welcome->resume;
  again.epoch = welcome->epoch;
  again.received = wish ? 0 : epoch.told.received();
  again.known = known_said;
  again.generation = generation_of(number + (wish ? 1 : 0));
  return again;
}

bool ClientRole::is_outdated(const Welcome& answer) const {
  return welcome && welcome->epochs_grow && answer.epoch < welcome->epoch &&
         !TUTTI_MUTANT(older_epoch_is_heard);
}

std::vector<Event> ClientRole::ahead() const {
  return welcome ? epoch.told.ahead(*welcome) : std::vector<Event>{};
}

void ClientRoom::forget(NewcomerId id) {
  std::erase_if(news.newcomers, [&](const Newcomer& other) { return other.id == id; });
}

bool ClientRoom::take(const ControlMessage& message) {
  if (const auto* asked = std::get_if<HostAsked>(&message)) {
    news.is_host_asked = true;
    patience = std::chrono::seconds(asked->seconds);
  } else if (const auto* newcomer = std::get_if<Newcomer>(&message)) {
    forget(newcomer->id);
    if (news.newcomers.size() < newcomers_most) news.newcomers.push_back(*newcomer);
  } else if (const auto* gone = std::get_if<NewcomerGone>(&message)) {
    forget(gone->id);
  } else if (const auto* attendance = std::get_if<Attendance>(&message)) {
    news.spectators = attendance->spectators;
  } else if (const auto* told = std::get_if<Replicated>(&message)) {
    replicated = std::max(replicated, told->tick);
  } else {
    return false;
  }
  return true;
}

bool ClientRole::is_present(const PlayMessage& message) const {
  return std::visit(
      [&](const auto& content) {
        return welcome && content.epoch == welcome->epoch && content.generation == generation();
      },
      message);
}

void ClientRole::come_back(const Welcome& again) {
  const std::optional<std::uint8_t> numbered = connection.last_number;
  connection = ClientConnection{};
  if (TUTTI_MUTANT(connection_numbers_go_on)) connection.last_number = numbered;
  if (again.epoch != welcome->epoch) {
    const std::uint32_t received = epoch.told.received();
    const std::uint64_t bytes = epoch.told.bytes();
    epoch = ClientEpoch(again.setup.tick_rate);
    epoch.is_recovering = true;
    epoch.told.begin_retold(again.epoch);
    epoch.known_through = again.known_through;
    if (again.known_through > Tick{}) epoch.told.begin_at(again.told_from, bytes);
    if (TUTTI_MUTANT(new_epoch_is_old_log)) epoch.told.begin_at(received, bytes);
    own.send_again();
  }
  own.skip_to(again.next_counter);
  welcome = again;
}

void ClientRole::wish_for(Role wanted, std::uint16_t delay_seconds, std::string name) {
  refusal.clear();
  wish = hello;
  wish->create.reset();
  wish->role = wanted;
  wish->delay_seconds = delay_seconds;
  wish->name = std::move(name);
}

void prove_identity(ClientProcess& own) {
  const auto connection = own.link->connection_hash(own.relay);
  if (!own.identity || !connection) return;
  own.role.hello.admission = encode(admission_of(*own.identity, *connection));
  if (own.role.wish) own.role.wish->admission = own.role.hello.admission;
}

void follow(ClientProcess& own, const SentOn& sent) {
  own.role.hello.is_sent_on = true;
  const bool may_go = own.search.note_sent_on();
  const auto again =
      may_go ? own.link->reconnect_at(own.relay, {sent.host, sent.port}) : std::nullopt;
  if (again) {
    own.relay = *again;
    own.search.note_connecting();
  } else if (own.phase == Client::Phase::playing) {
    own.search.note_disconnected();
  }
}

bool search_again(ClientProcess& own) {
  own.role.hello.is_sent_on = false;
  const auto again = own.link->reconnect(own.relay);
  if (again) own.relay = *again;
  return again.has_value();
}

std::optional<Vouch> vouch_for(ClientProcess& own, Tick tick, const Head& head) {
  ClientRole& role = own.role;
  if (!own.identity || !role.welcome || !role.welcome->player || role.is_contradicted ||
      tick <= role.vouched) {
    return std::nullopt;
  }
  const PlayerSignature made = sign_as_player(own.identity->key, *role.welcome->player, tick,
                                              role.first_own, head, role.welcome->room);
  role.vouched = tick;
  return Vouch{tick, role.first_own, made.bytes};
}

}  // namespace tutti::detail
