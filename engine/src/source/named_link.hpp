#pragma once
// A connection to a relay that is known by its name. The name is looked up aside, and again
// whenever the connection is sought again: the host's address may have changed while its relay
// keeps the slot.

#include <deque>
#include <memory>
#include <optional>

#include "tutti/net/address.hpp"
#include "tutti/net/enet_link.hpp"
#include "tutti/net/lookup.hpp"

namespace tutti {

class NamedLink final : public Link {
 public:
  NamedLink(std::unique_ptr<EnetLink> link, Address address, Resolver resolver);

  /// The relay, as the users of this link know it; `reconnect` gives it another number.
  PeerId relay() const { return PeerId{relay_}; }
  /// The first look-up is not over: nothing is sent yet, and no patience is lost.
  bool is_looking_up() const { return !has_address() && !failure_; }
  /// Why the relay was never found, if it was not.
  const std::optional<Error>& failure() const { return failure_; }

  void service(Instant now) override;
  std::optional<Arrival> receive() override;
  void send_control(PeerId peer, BytesView bytes) override;
  void send_play(PeerId peer, BytesView bytes) override;
  void disconnect(PeerId peer) override;
  std::optional<PeerId> reconnect(PeerId peer) override;
  LinkStatistics statistics() const override { return link_->statistics(); }

 private:
  bool has_address() const { return !found_.empty(); }
  bool is_current(PeerId peer) const { return inner_ && peer == relay(); }
  void take_answer();

  std::unique_ptr<EnetLink> link_;
  Address address_;
  Resolver resolver_;
  std::optional<Lookup> lookup_;  // under way
  std::string found_;             // the address that the name led to last
  std::optional<PeerId> inner_;   // the connection, as the inner link numbers it
  bool is_open_ = false;
  std::uint32_t relay_ = 1;
  std::optional<Error> failure_;
};

}  // namespace tutti
