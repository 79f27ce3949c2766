#include "source/named_link.hpp"

namespace tutti {

NamedLink::NamedLink(std::unique_ptr<SealedLink> link, const std::vector<Address>& addresses,
                     const Options& options)
    : link_(std::move(link)),
      key_(options.key),
      expected_(options.expected),
      resolver_(options.resolver == nullptr ? ask_system : options.resolver) {
  for (const Address& address : addresses)
    names_.push_back({.address = address});
  look_up_all();
  take_answers();
}

void NamedLink::look_up_all() {
  is_looking_ = true;
  for (Named& name : names_) {
    if (!name.lookup) name.lookup.emplace(name.address.host, resolver_);
  }
}

/// Connects where the names lead by now, unless the connection stands or goes there already.
void NamedLink::take_answers() {
  if (!is_looking_) return;
  is_looking_ = false;
  std::vector<Address> found;
  for (Named& name : names_) {
    const auto answer = name.lookup ? name.lookup->answer() : std::nullopt;
    if (answer) name.lookup.reset();
    is_looking_ = is_looking_ || name.lookup;
    if (answer && *answer) name.found = **answer;
    if (answer && !*answer) name.trouble = answer->error();
    for (const std::string& host : name.found)
      found.push_back({host, name.address.port});
  }
  if (is_looking_) return;
  if (found.empty()) {
    failure_ = names_.front().trouble;
    return;
  }
  if (is_open_ || found == found_) return;
  if (inner_) link_->disconnect(*inner_);
  inner_.reset();
  found_ = std::move(found);
  // Wherever the names lead by now, a connection goes on with the relay that it began with.
  const Result<PeerId> peer = link_->connect(found_, found_key_ ? found_key_ : key_);
  if (peer) {
    inner_ = *peer;
  } else {
    failure_ = peer.error();
  }
}

void NamedLink::service(Instant now) {
  take_answers();
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
            "the relay at " + names_.front().address.text() + " has another key than before (" +
                to_hex(*key) +
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

std::optional<PeerId> NamedLink::reconnect_at(PeerId peer, const Address& relay_there) {
  if (peer != relay() || !inner_) return std::nullopt;
  if (relay_there.host.empty()) {
    for (Named& name : names_)
      name.address.port = relay_there.port;
    for (Address& address : found_)
      address.port = relay_there.port;
  }
  return go_on(link_->reconnect_at(*inner_, relay_there));
}

std::optional<PeerId> NamedLink::go_on(const std::optional<PeerId>& again) {
  if (!again) return std::nullopt;
  inner_ = again;
  is_open_ = false;
  ++relay_;
  look_up_all();
  return relay();
}

}  // namespace tutti
