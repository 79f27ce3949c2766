// How a client finds its relay again: one that died, or one to which the path is cut.

#include <algorithm>

#include "tutti/net/client.hpp"

namespace tutti {

namespace {

constexpr std::chrono::milliseconds reconnect_interval{2000};

}  // namespace

/// A relay may take its time to let somebody in, but while it lives, its link acknowledges. One
/// that was started again knows nothing of a hello that came to the one before.
void Client::look_for_answer(Instant now) {
  if (now - *started_ > options_.timeout) {
    return fail_with(Fault::system, "the relay does not answer");
  }
  const std::uint64_t heard = link_->statistics().datagrams_received;
  if (std::exchange(link_heard_, heard) != heard) last_heard_ = now;
  const bool is_silent = now - last_heard_ > silence_before_reconnect;
  if (!may_ask_again() || !(is_silent || is_reconnecting_)) return;
  is_reconnecting_ = has_asked_ = false;
  last_heard_ = now;
  connect_again();
}

void Client::look_for_relay(Instant now) {
  if (!is_reconnecting_ && now - last_heard_ > silence_before_reconnect) {
    is_reconnecting_ = true;
    abandoned_ = 0;
  }
  if (!is_reconnecting_) return;
  // A match may wait longer for us than we would for a relay.
  const Duration patience = std::chrono::seconds(welcome_->setup.terms.patience_seconds);
  if (now - last_heard_ > std::max(options_.reconnect_timeout, patience)) {
    return fail_with(Fault::system, "the connection to the relay was lost and did not come back");
  }
  if (now < next_attempt_) return;
  // Our secret says who we are; a proven new connection replaces the old one at once.
  next_attempt_ = now + reconnect_interval;
  connect_again();
}

void Client::connect_again() {
  ++abandoned_;
  if (const auto again = link_->reconnect(relay_)) {
    relay_ = *again;
  } else {
    fail_with(Fault::system, "the connection to the relay was lost");
  }
}

}  // namespace tutti
