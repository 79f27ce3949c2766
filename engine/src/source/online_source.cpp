#include "source/online_source.hpp"

#include <algorithm>
#include <iterator>

#include "tutti/engine/relay_service.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

Error stopping(const RelayStops& stops) {
  return {Fault::system, "the relay is about to be stopped, in " + std::to_string(stops.seconds) +
                             " s at most; the match goes on when it is started again"};
}

LocalPlayers players_of(const Client& client) {
  if (client.is_spectator()) return LocalPlayers::none({});
  const auto& welcome = client.welcome();
  if (!welcome || !welcome->player) return LocalPlayers::unknown();
  LocalPlayers players;
  players.add(*welcome->player);
  for (const PlayerId player : welcome->others)
    players.add(player);
  return players;
}

}  // namespace

OnlineSource::OnlineSource(std::unique_ptr<Link> link, PeerId relay, Options options)
    : hosted_(std::move(options.hosted)),
      link_(std::move(link)),
      named_(options.named),
      relay_(std::move(options.relay)),
      trust_(std::move(options.trust)),
      is_return_(options.is_return),
      tickets_(std::move(options.tickets)),
      client_(*link_, relay,
              Client::Options{.hello = std::move(options.hello),
                              .identity = std::move(options.identity)}),
      players_(players_of(client_)),
      packs_aside_(options.packs_aside) {}

void OnlineSource::receive(Instant now) {
  // The client's patience is for the relay, not for the name.
  if (named_ != nullptr && (named_->is_looking_up() || named_->failure())) {
    return link_->service(now);
  }
  client_.receive(now);
  players_ = players_of(client_);
  if (trust_ && named_ != nullptr) trust_->look(named_->found_key());
  if (roles_seen_ != client_.roles_taken()) {
    roles_seen_ = client_.roles_taken();
    view_.reset();
    epoch_.reset();
    retold_.reset();
    told_.clear();
  }
  if (tickets_) keep_ticket();
  if (packing_.valid() && packing_.wait_for(Duration{}) != std::future_status::timeout) {
    auto packed = std::make_shared<const PackedSnapshot>(packing_.get());
    if (!client_.is_spectator()) client_.give_snapshot(std::move(packed));
  }
  if (!client_.welcome()) return;
  if (client_.is_spectator()) {
    if (!view_) view_.emplace(*client_.welcome());
    view_->follow(client_, now);
  } else {
    look_for_new_life();
  }
}

void OnlineSource::look_for_new_life() {
  const std::uint32_t epoch = client_.welcome()->epoch;
  if (!epoch_) {
    epoch_ = epoch;
  } else if (epoch != latest_epoch_) {
    retold_.emplace(RetoldLog::Order::accepted, epoch, client_.known_through());
  }
  latest_epoch_ = epoch;
}

std::optional<Tick> OnlineSource::next_change(const Log& known) {
  if (view_) return view_->next_change();
  if (!retold_) {
    client_.know(known_log(client_, known));
    return std::nullopt;
  }
  retold_->follow(known);
  while (!retold_->is_complete(known)) {
    auto event = client_.next_event();
    if (!event) return std::nullopt;
    retold_->add(std::move(*event));
  }
  std::optional<Tick> last_common = retold_->last_common(known);
  if (TUTTI_MUTANT(power_loss_is_ignored)) last_common.reset();
  // The announced progress may be undone, so the next event may come before it.
  if (last_common) {
    client_.fold_back();
    client_.know({});
  }
  epoch_ = retold_->epoch();
  std::vector<Event> events =
      last_common ? std::move(*retold_).take_all() : std::move(*retold_).take_told();
  told_.assign(std::make_move_iterator(events.begin()), std::make_move_iterator(events.end()));
  retold_.reset();
  return last_common;
}

std::optional<Event> OnlineSource::next_event() {
  if (view_) return view_->next_event();
  if (retold_) return std::nullopt;
  if (told_.empty()) return client_.next_event();
  std::optional<Event> event = std::move(told_.front());
  told_.pop_front();
  return event;
}

Tick OnlineSource::horizon() const {
  if (view_) return view_->log().horizon();
  return retold_ ? Tick{} : client_.horizon();
}

// While it is open how far the log goes, no tick can be named.
std::optional<std::uint32_t> OnlineSource::offer(PlayerId player, Tick stamp, BytesView payload,
                                                 PlayerEvent is) {
  const auto slots = players_.slots();
  const auto local = std::find(slots.begin(), slots.end(), player);
  if (retold_ || local == slots.end()) return std::nullopt;
  return client_.offer(stamp, payload, is, static_cast<std::uint8_t>(local - slots.begin()));
}

void OnlineSource::announce(Tick progress) {
  if (!retold_) client_.announce(progress);
}

const Error& OnlineSource::failure() const {
  return named_ != nullptr && named_->failure() ? *named_->failure() : client_.failure();
}

void OnlineSource::say(const HostWord& word) {
  if (const auto* kick = std::get_if<host_word::Kick>(&word)) {
    client_.kick(kick->player);
  } else if (const auto* correct = std::get_if<host_word::Correct>(&word)) {
    client_.correct(correct->correction, correct->about, correct->text);
  } else {
    client_.end_match();
  }
}

void OnlineSource::give_snapshot(Tick tick, std::shared_ptr<const StateBox> state) {
  // Not within the frame: saving and packing a large state take longer than one.
  packing_ = std::async(packs_aside_ ? std::launch::async : std::launch::deferred, [tick, state] {
    Bytes bytes;
    save_state(state->game(), state->get(), bytes);
    return pack_snapshot(tick, bytes, page_runs(state->game(), state->get()));
  });
}

void OnlineSource::keep_ticket() {
  const auto& welcome = client_.welcome();
  const bool is_refused =
      client_.phase() == Client::Phase::failed && client_.failure().fault == Fault::refused;
  if (client_.phase() == Client::Phase::ended || is_refused) {
    if (tickets_->ticket) tickets_->ticket->tear();
    tickets_.reset();
  } else if (client_.is_spectator()) {
    // A spectator has no slot to come back into.
    if (tickets_->ticket) tickets_->ticket->tear();
    tickets_->ticket.reset();
  } else if (welcome) {
    if (!tickets_->ticket) {
      tickets_->ticket = ReturnTicket::take(tickets_->folder, tickets_->relay, welcome->room);
    }
    if (tickets_->ticket) tickets_->ticket->keep(welcome->resume);
  }
}

std::uint32_t OnlineSource::epoch() const { return view_ ? view_->epoch() : epoch_.value_or(0); }

std::uint16_t OnlineSource::port() const { return hosted_ ? hosted_->port() : std::uint16_t{0}; }

std::string OnlineSource::invitation(std::string_view address) const {
  Invitation invitation = relay_;
  invitation.room = room();
  if (invitation.room.empty()) return {};
  if (!invitation.key && named_ != nullptr) invitation.key = named_->found_key();
  if (const auto named = Address::parse(address); named && !address.empty()) {
    invitation.relay = *named;
    invitation.others.clear();
    const bool has_port = address.back() != ']' && address.find(':') != std::string_view::npos;
    if (hosted_ && !has_port) invitation.relay.port = hosted_->port();
  }
  return invitation.text();
}

std::optional<Error> OnlineSource::take_relay_trouble() {
  if (trust_) {
    if (auto notice = trust_->take_notice()) return notice;
  }
  if (const auto stops = client_.next_relay_stops()) return stopping(*stops);
  return hosted_ ? hosted_->take_trouble() : std::nullopt;
}

std::optional<Error> OnlineSource::close_relay() {
  if (!hosted_) return std::nullopt;
  leave();
  link_->service(std::chrono::steady_clock::now());  // or the relay waits for this player
  return hosted_->close();
}

Status OnlineSource::status() const {
  if (named_ != nullptr && named_->failure()) return Status::failed;
  switch (client_.phase()) {
    case Client::Phase::connecting:
      return Status::connecting;
    case Client::Phase::failed:
      return Status::failed;
    case Client::Phase::playing:
    case Client::Phase::ended:
      break;
  }
  if (client_.phase() == Client::Phase::playing && client_.is_reconnecting()) {
    return Status::reconnecting;
  }
  return view_ ? view_->status() : Status::playing;
}

void OnlineSource::leave() {
  client_.leave();
  // A player who was never heard by its relay may find it later.
  const bool has_spoken = named_ == nullptr || !named_->failure();
  if (tickets_ && tickets_->ticket && has_spoken) tickets_->ticket->tear();
  tickets_.reset();
}

}  // namespace tutti
