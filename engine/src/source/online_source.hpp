#pragma once
// A match through a relay, played in or watched.

#include <deque>
#include <future>
#include <memory>

#include "source/named_link.hpp"
#include "source/relay_trust.hpp"
#include "source/return_ticket.hpp"
#include "source/source.hpp"
#include "source/spectator_view.hpp"
#include "tutti/net/client.hpp"
#include "tutti/net/invitation.hpp"

namespace tutti {

class HostedRelay;

/// Where a player's ticket is kept, and the one that it came with.
struct Tickets {
  std::string folder{};
  std::string relay{};
  std::optional<ReturnTicket> ticket{};
};

class OnlineSource final : public Source {
 public:
  struct Options {
    Hello hello{};
    /// The relay on this machine, if this session runs it.
    std::shared_ptr<HostedRelay> hosted{};
    /// The tickets of a player, by which it may come back after its process died.
    std::optional<Tickets> tickets{};
    /// The hello's secret is that of a process that died.
    bool is_return = false;
    /// Whether snapshots are packed on a thread of their own; not in virtual time.
    bool packs_aside = false;
    /// The link, if it is one that looks a name up first.
    const NamedLink* named = nullptr;
    /// See Client::Options.
    std::optional<ClientIdentity> identity{};
    /// The relay's address, and its key if that was given: for invitations.
    Invitation relay{};
    /// Looks at the relay's key, if that was not given.
    std::optional<RelayTrust> trust{};
  };
  OnlineSource(std::unique_ptr<Link> link, PeerId relay, Options options);

  void receive(Instant now) override;
  const Setup* setup() const override {
    return client_.welcome() ? &client_.welcome()->setup : nullptr;
  }
  Status status() const override;
  const Error& failure() const override;
  const LocalPlayers& players() const override { return players_; }
  std::string room() const override { return client_.welcome() ? client_.welcome()->room : ""; }
  std::optional<Event> next_event() override;
  std::vector<Event> ahead() const override {
    return view_ || retold_ ? std::vector<Event>() : client_.ahead();
  }
  Tick horizon() const override;
  /// While a relay retells its log, none of what it says is about the log that is followed.
  Tick durable() const override { return retold_ ? Tick{} : client_.durable(); }
  Moment present(Instant now) override {
    return view_ ? view_->playhead().moment() : client_.clock().present(now);
  }
  std::optional<std::uint32_t> offer(PlayerId player, Tick stamp, BytesView payload,
                                     PlayerEvent is) override;
  std::optional<std::uint32_t> next_refused() override { return client_.next_refused(); }
  void announce(Tick progress) override;
  void say(const HostWord& word) override;
  void send(Instant now) override { client_.send(now); }
  void leave() override;
  Playback* playback() override { return view_ ? &view_->playhead() : nullptr; }
  OnlineSource* online() override { return this; }

  /// The client, for all that needs no more than the protocol.
  Client& client() { return client_; }
  const Client& client() const { return client_; }

  /// The life of the relay that told the log that is followed.
  std::uint32_t epoch() const;
  /// A relay that was started again tells its log again; until that is complete, the log that was
  /// known holds. Then this gives, once, the last tick through which the known log (a player's
  /// `known`) is the relay's, unless all of it is. All events come again after that.
  std::optional<Tick> next_change(const Log& known);

  /// A relay that was started again has not told all of its log yet; the match waits.
  bool is_retelling() const { return retold_.has_value(); }
  /// The player was in this match before, in a process that died.
  bool has_come_back() const { return is_return_; }
  /// Whether this session's states are compared with those of others.
  bool is_compared() const { return client_.welcome() && client_.welcome()->player; }
  /// A player who comes late needs a state: that of the next compared tick.
  bool is_snapshot_wanted() const { return client_.is_snapshot_wanted() && !packing_.valid(); }
  void give_snapshot(Tick tick, std::shared_ptr<const StateBox> state);
  /// The port of the relay that runs with it; 0 without one.
  std::uint16_t port() const;
  /// See AnySession::invitation.
  std::string invitation(std::string_view address) const;
  /// See AnySession::relay_trouble and AnySession::close_relay.
  std::optional<Error> take_relay_trouble();
  std::optional<Error> close_relay();

 private:
  void look_for_new_life();
  void keep_ticket();

  // In this order: the session leaves before its own relay stops.
  std::shared_ptr<HostedRelay> hosted_;
  std::unique_ptr<Link> link_;
  const NamedLink* named_;  // the link, if it is one
  Invitation relay_;
  std::optional<RelayTrust> trust_;
  bool is_return_;
  std::optional<Tickets> tickets_;
  Client client_;
  LocalPlayers players_;                // as of the last `receive`
  std::optional<SpectatorView> view_;   // of a spectator; the others are a player's:
  std::optional<std::uint32_t> epoch_;  // the relay's life that told the log
  std::uint32_t latest_epoch_ = 0;      // its latest life,
  std::optional<RetoldLog> retold_;     // and what that tells, until it is complete
  std::deque<Event> told_;              // complete, and not taken yet
  std::uint32_t roles_seen_ = 0;
  bool packs_aside_;
  std::future<PackedSnapshot> packing_;
};

}  // namespace tutti
