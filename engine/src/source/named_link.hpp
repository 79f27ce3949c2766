#pragma once
// A connection to a relay that is known by its name, or to one of a fleet's by their names. Names
// are looked up aside, and again whenever the connection is sought again: a host's address may have
// changed while its relay keeps the slot.

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "tutti/net/address.hpp"
#include "tutti/net/lookup.hpp"
#include "tutti/net/sealed_link.hpp"

namespace tutti {

class NamedLink final : public Link {
 public:
  struct Options {
    /// The relay's, if it is known; else whoever answers there is believed,
    std::optional<PublicKey> key{};
    /// but nothing is said to a relay with another key than this one.
    std::optional<PublicKey> expected{};
    Resolver resolver = nullptr;  ///< the system's, if there is none
  };
  /// Precondition: there is an address.
  NamedLink(std::unique_ptr<SealedLink> link, const std::vector<Address>& addresses,
            const Options& options);

  /// The relay, as the users of this link know it; `reconnect` gives it another number.
  PeerId relay() const { return PeerId{relay_}; }
  /// The first look-up is not over: nothing is sent yet, and no patience is lost.
  bool is_looking_up() const { return !has_address() && !failure_; }
  /// Why the relay was never found, if it was not, or is not spoken to.
  const std::optional<Error>& failure() const { return failure_; }
  /// The key of the relay that answered, once one has.
  const std::optional<PublicKey>& found_key() const { return found_key_; }

  void service(Instant now) override;
  std::optional<Arrival> receive() override;
  void send_control(PeerId peer, BytesView bytes) override;
  void send_play(PeerId peer, BytesView bytes) override;
  void disconnect(PeerId peer) override;
  std::optional<PeerId> reconnect(PeerId peer) override;
  std::optional<PeerId> reconnect_at(PeerId peer, const Address& relay) override;
  std::optional<ConnectionHash> connection_hash(PeerId peer) const override {
    return is_current(peer) ? link_->connection_hash(*inner_) : std::nullopt;
  }
  LinkStatistics statistics() const override { return link_->statistics(); }

 private:
  struct Named {
    Address address;
    std::optional<Lookup> lookup{};  // under way
    HostAddresses found{};           // where the name led to last
    std::optional<Error> trouble{};  // why it leads nowhere
  };
  bool has_address() const { return !found_.empty(); }
  bool is_current(PeerId peer) const { return inner_ && peer == relay(); }
  void look_up_all();
  void take_answers();
  std::optional<PeerId> go_on(const std::optional<PeerId>& again);
  bool take_key(const std::optional<PublicKey>& key);

  std::unique_ptr<SealedLink> link_;
  std::vector<Named> names_;
  std::optional<PublicKey> key_;
  std::optional<PublicKey> expected_;
  Resolver resolver_;
  bool is_looking_ = false;
  std::vector<Address> found_;   // where all of the names led to last
  std::optional<PeerId> inner_;  // the connection, as the inner link numbers it
  bool is_open_ = false;
  std::uint32_t relay_ = 1;
  std::optional<PublicKey> found_key_;
  std::optional<Error> failure_;
};

}  // namespace tutti
