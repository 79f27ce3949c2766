#include "source/named_link.hpp"

namespace tutti {

NamedLink::NamedLink(std::unique_ptr<SealedLink> link, Address address, const Options& options)
    : link_(std::move(link)),
      address_(std::move(address)),
      key_(options.key),
      expected_(options.expected),
      resolver_(options.resolver == nullptr ? ask_system : options.resolver),
      lookup_(std::in_place, address_.host, resolver_) {
  take_answer();
}

/// Connects where the name leads by now, unless the connection stands or goes there already.
void NamedLink::take_answer() {
  const auto answer = lookup_ ? lookup_->answer() : std::nullopt;
  if (!answer) return;
  lookup_.reset();
  if (!*answer) {
    if (!has_address()) failure_ = answer->error();
    return;
  }
  if (is_open_ || **answer == found_) return;
  if (inner_) link_->disconnect(*inner_);
  inner_.reset();
  found_ = **answer;
  // Wherever the name leads by now, a connection goes on with the relay that it began with.
  const Result<PeerId> peer = link_->connect(found_, address_.port, found_key_ ? found_key_ : key_);
  if (peer) {
    inner_ = *peer;
  } else {
    failure_ = peer.error();
  }
}

void NamedLink::service(Instant now) {
  take_answer();
  link_->service(now);
}

/// False for a relay that is not to be spoken to: the connection is given up.
bool NamedLink::take_key(const std::optional<PublicKey>& key) {
  if (!expected_ || key == expected_) {
    found_key_ = key;
    return true;
  }
  link_->disconnect(*inner_);
  inner_.reset();
  failure_ =
      Error{Fault::refused,
            "the relay at " + address_.text() + " has another key than before (" + to_hex(*key) +
                "), so it is not told who you were in that room; if it was set up anew, give "
                "its key with its address"};
  return false;
}

std::optional<Arrival> NamedLink::receive() {
  while (auto arrival = link_->receive()) {
    if (arrival->peer != inner_) continue;  // of a connection that was given up
    if (arrival->kind == Arrival::Kind::connected) {
      if (!take_key(link_->relay_key(arrival->peer))) continue;
      is_open_ = true;
    }
    if (arrival->kind == Arrival::Kind::disconnected) is_open_ = false;
    arrival->peer = relay();
    return arrival;
  }
  return std::nullopt;
}

void NamedLink::send_control(PeerId peer, BytesView bytes) {
  if (is_current(peer)) link_->send_control(*inner_, bytes);
}

void NamedLink::send_play(PeerId peer, BytesView bytes) {
  if (is_current(peer)) link_->send_play(*inner_, bytes);
}

void NamedLink::disconnect(PeerId peer) {
  if (!is_current(peer)) return;
  link_->disconnect(*inner_);
  inner_.reset();
  is_open_ = false;
}

std::optional<PeerId> NamedLink::reconnect(PeerId peer) {
  if (peer != relay() || !inner_) return std::nullopt;
  return go_on(link_->reconnect(*inner_));
}

std::optional<PeerId> NamedLink::reconnect_at(PeerId peer, std::uint16_t port) {
  if (peer != relay() || !inner_) return std::nullopt;
  address_.port = port;
  return go_on(link_->reconnect_at(*inner_, port));
}

std::optional<PeerId> NamedLink::go_on(const std::optional<PeerId>& again) {
  if (!again) return std::nullopt;
  inner_ = again;
  is_open_ = false;
  ++relay_;
  if (!lookup_) lookup_.emplace(address_.host, resolver_);
  return relay();
}

}  // namespace tutti
