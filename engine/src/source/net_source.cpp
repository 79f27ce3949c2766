#include "source/net_source.hpp"

#include <algorithm>

#include "tutti/engine/relay_service.hpp"

namespace tutti {

namespace {

/// A lag that is no longer needed shrinks by this share of a tick for each tick that passes.
constexpr double lag_decay = 0.01;
/// One that is longer than needed by more than this many ticks goes at once.
constexpr double lag_jump = 30;
/// A spectator to whom more than this is missing is catching up.
constexpr double missing_ticks = 6;

/// Whether it has all that the other has, and no more in ticks that are final there.
bool begins_with(const Log& log, const Log& other) {
  const auto events = log.events();
  const auto others = other.events();
  return events.size() >= others.size() && log.head(other.horizon()) == other.head() &&
         std::equal(others.begin(), others.end(), events.begin(),
                    [](const EventView& a, const EventView& b) {
                      return canonical_order(a, b) == 0 && std::ranges::equal(a.payload, b.payload);
                    });
}

/// The last tick through which both logs are the same.
Tick last_common(const Log& one, const Log& other) {
  Tick common;
  Tick beyond = std::min(one.horizon(), other.horizon()) + 1;
  while (common + 1 < beyond) {
    const Tick middle = common + (beyond - common) / 2;
    (one.head(middle) == other.head(middle) ? common : beyond) = middle;
  }
  return common;
}

}  // namespace

NetSource::NetSource(std::unique_ptr<Link> link, PeerId relay, Options options)
    : hosted_(std::move(options.hosted)),
      link_(std::move(link)),
      is_return_(options.is_return),
      tickets_(std::move(options.tickets)),
      client_(*link_, relay, Client::Options{.hello = std::move(options.hello)}),
      packs_aside_(options.packs_aside) {}

void NetSource::receive(Instant now) {
  client_.receive(now);
  if (roles_seen_ != client_.roles_taken()) {
    view_.reset();
    fold_back_.reset();
  }
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
  const Welcome& welcome = *client_.welcome();
  if (!view_) view_.emplace(welcome.setup, welcome.epoch);
  View& view = *view_;
  if (welcome.epoch != view.again_epoch) {
    view.again.emplace(welcome.setup);
    view.again_epoch = welcome.epoch;
  }
  Log& told = view.again ? *view.again : view.log;
  while (const auto event = client_.next_event())
    told.add(*event);
  told.close(client_.horizon());
  if (view.again) take_again(view);
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

/// A relay that was started again tells its log from the beginning. It is the one that we have,
/// unless it lost power.
void NetSource::take_again(View& view) {
  Log& again = *view.again;
  const bool is_over = again.ended() && *again.ended() <= again.horizon();
  if (again.horizon() < std::max(view.log.horizon(), view.log.last_event()) && !is_over) return;
  const bool is_other = !begins_with(again, view.log);
  if (is_other) fold_back_ = last_common(view.log, again);
  view.log = std::move(again);
  view.epoch = view.again_epoch;
  view.again.reset();
  if (is_other) view.playhead.begin_again(view.log.horizon());
}

std::uint16_t NetSource::port() const { return hosted_ ? hosted_->port() : std::uint16_t{0}; }

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
