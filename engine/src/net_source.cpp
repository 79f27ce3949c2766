#include "net_source.hpp"

#include <algorithm>

namespace tutti {

namespace {

/// A lag that is no longer needed shrinks by this share of a tick for each tick that passes.
constexpr double lag_decay = 0.01;
/// One that is longer than needed by more than this many ticks goes at once.
constexpr double lag_jump = 30;
/// A spectator to whom more than this is missing is catching up.
constexpr double missing_ticks = 6;

}  // namespace

NetSource::NetSource(std::unique_ptr<Link> link, PeerId relay, Options options)
    : hosted_(std::move(options.hosted)),
      link_(std::move(link)),
      resumed_(options.hello.resume),
      tickets_(std::move(options.tickets)),
      client_(*link_, relay, Client::Options{.hello = std::move(options.hello)}),
      packs_aside_(options.packs_aside) {}

void NetSource::receive(Instant now) {
  client_.receive(now);
  if (roles_seen_ != client_.roles_taken()) view_.reset();
  roles_seen_ = client_.roles_taken();
  if (tickets_) keep_ticket();
  if (packing_.valid() && packing_.wait_for(Duration{}) != std::future_status::timeout) {
    auto packed = std::make_shared<const PackedSnapshot>(packing_.get());
    if (!client_.is_spectator()) client_.give_snapshot(std::move(packed));
  }
  if (client_.is_spectator() && client_.welcome()) follow(now);
}

void NetSource::give_snapshot(Tick tick, const AnyGame& game, const void* state) {
  // Only the copy is made within the frame; saving and packing a large state take longer than one.
  auto copy = std::make_shared<StateBox>(game);
  copy_state(game, copy->get(), state);
  packing_ = std::async(packs_aside_ ? std::launch::async : std::launch::deferred, [tick, copy] {
    Bytes bytes;
    save_state(copy->game(), copy->get(), bytes);
    return pack_snapshot(tick, bytes);
  });
}

void NetSource::keep_ticket() {
  const auto& welcome = client_.welcome();
  const bool is_refused =
      client_.phase() == Client::Phase::failed && client_.failure().fault == Fault::refused;
  if (client_.phase() == Client::Phase::ended || is_refused) {
    if (tickets_->ticket) tickets_->ticket->tear();
    tickets_.reset();
  } else if (client_.is_spectator()) {
    // Who watches has no slot to come back into.
    if (tickets_->ticket) tickets_->ticket->tear();
    tickets_->ticket.reset();
  } else if (welcome) {
    if (!tickets_->ticket) {
      tickets_->ticket = ReturnTicket::take(tickets_->folder, tickets_->relay, welcome->room);
    }
    if (tickets_->ticket) tickets_->ticket->keep(welcome->resume);
  }
}

void NetSource::follow(Instant now) {
  if (!view_) view_.emplace(client_.welcome()->setup);
  View& view = *view_;
  while (const auto event = client_.next_event())
    view.log.add(*event);  // what a restarted relay repeats is known
  view.log.close(client_.horizon());
  const double final_end = static_cast<double>(view.log.horizon().value);
  const double clock = client_.clock().present(now).ticks();
  const double trail = clock - final_end;
  const bool is_whole = view.log.ended() && *view.log.ended() <= view.log.horizon();
  if (client_.has_all() && !is_whole) {
    const double shrunk = view.lag - lag_decay * (clock - view.clock);
    view.lag = view.lag - trail > lag_jump ? trail : std::max(trail, shrunk);
  }
  view.clock = clock;
  view.missing = is_whole ? 0 : trail - view.lag;
  view.playhead.advance(now, std::clamp(clock - view.lag, 0.0, final_end),
                        view.log.setup().tick_rate);
}

Status NetSource::status() const {
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
  if (!view_) return Status::playing;
  if (view_->playhead.is_paused()) return Status::paused;
  return view_->missing > missing_ticks ? Status::catching_up : Status::playing;
}

void NetSource::leave() {
  client_.leave();
  if (tickets_ && tickets_->ticket) tickets_->ticket->tear();
  tickets_.reset();
}

AnySession AnySession::over(AnyGame game, std::unique_ptr<Link> link, PeerId relay, Hello hello,
                            SessionOptions options) {
  return AnySession(std::move(game),
                    std::make_unique<NetSource>(std::move(link), relay,
                                                NetSource::Options{.hello = std::move(hello)}),
                    options);
}

}  // namespace tutti
