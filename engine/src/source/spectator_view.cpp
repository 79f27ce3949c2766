#include "source/spectator_view.hpp"

#include <algorithm>

namespace tutti {

namespace {

/// A lag that is no longer needed shrinks by this share of a tick for each tick that passes.
constexpr double lag_decay = 0.01;
/// One that is longer than needed by more than this many ticks goes at once.
constexpr double lag_jump = 30;
/// A spectator that lacks more than this is catching up.
constexpr double missing_ticks = 6;

}  // namespace

void SpectatorView::follow(Client& client, Instant now) {
  take_events(client);
  const double final_end = static_cast<double>(log_.horizon().value);
  const double clock = client.clock().present(now).ticks();
  const double trail = clock - final_end;
  const bool is_whole = log_.ended() && *log_.ended() <= log_.horizon();
  if (client.has_all() && !is_whole) {
    const double shrunk = lag_ - lag_decay * (clock - clock_);
    lag_ = lag_ - trail > lag_jump ? trail : std::max(trail, shrunk);
  }
  clock_ = clock;
  missing_ = is_whole ? 0 : trail - lag_;
  // Who stood still does not know the match's clock any more; and behind its end nobody says it.
  const bool has_clock = client.clock().is_synchronised();
  const double end = is_whole && !has_clock ? final_end : clock - lag_;
  playhead_.advance(now, std::clamp(end, 0.0, final_end), log_.setup().tick_rate);
}

void SpectatorView::take_events(Client& client) {
  const std::uint32_t epoch = client.welcome()->epoch;
  if (epoch != latest_epoch_) {
    retold_.emplace(RetoldLog::Order::canonical, epoch, client.known_through());
    retold_->follow(log_);
  }
  latest_epoch_ = epoch;
  while (auto event = client.next_event()) {
    if (retold_) {
      retold_->add(std::move(*event));
    } else {
      log_.add(*event);
    }
  }
  if (retold_) {
    retold_->close(client.horizon());
    if (retold_->is_complete(log_)) take_retold(client);
  } else {
    log_.close(client.horizon());
    client.know(known_log(client, log_));
  }
}

void SpectatorView::take_retold(Client& client) {
  const std::optional<Tick> last_common = retold_->last_common(log_);
  epoch_ = latest_epoch_;
  Log log(log_.setup());
  const Tick final_through = retold_->final_through();
  for (const Event& event : std::move(*retold_).take_all())
    log.add(event);
  retold_.reset();
  log.close(final_through);
  log_ = std::move(log);
  if (!last_common) return;
  client.know({});
  changed_after_ = last_common;
  playhead_.begin_again(log_.horizon());
}

Status SpectatorView::status() const {
  if (playhead_.is_paused()) return Status::paused;
  return missing_ > missing_ticks ? Status::catching_up : Status::playing;
}

}  // namespace tutti
