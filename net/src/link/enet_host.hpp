#pragma once
// One ENet host: its UDP socket and its peers, by their slots. The ENet link knows the purpose of
// the peers and the contents of the datagrams that ENet never sees. enet_host.cpp alone knows ENet.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "tutti/net/address.hpp"
#include "tutti/net/link.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::detail {

// An IPv4 address, in network byte order, and a UDP port.
struct Endpoint {
  std::uint32_t host = 0;
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

class EnetHost {
 public:
  struct Options {
    std::size_t peers_max = 0;
    std::size_t peers_per_address_max = 0;
    Duration silence_max{};
  };
  // The place of a peer; used again once the peer is gone.
  using Slot = std::size_t;
  // A datagram on arrival, before ENet; `slot` if it is for a peer and from that peer's address.
  struct Datagram {
    Endpoint from;
    std::optional<Slot> slot;
    BytesView bytes;
  };
  // True to keep the datagram from ENet.
  using Filter = std::function<bool(const Datagram&)>;
  struct Event {
    enum class Kind { connected, disconnected, packet };
    Kind kind = Kind::packet;
    Slot slot = 0;
    Endpoint from;
    std::uint32_t data = 0;  // connected: the number that the other side gave to `connect`
    bool is_reliable = false;
    Bytes packet;
  };

  // An empty host means every interface, port 0 any free one.
  static Result<std::unique_ptr<EnetHost>> open(const Address& address, const Options& options);
  // Asks the system's resolver unless the host is an IPv4 address.
  static Result<Endpoint> resolve(const Address& address);

  ~EnetHost();
  EnetHost(const EnetHost&) = delete;
  EnetHost& operator=(const EnetHost&) = delete;

  std::uint16_t port() const;
  std::size_t slots() const;

  // Sends what is queued and takes in datagrams, up to the next event; nothing when the socket is
  // empty or limits::service_datagrams were taken in since `begin_service`.
  std::optional<Event> next_event(const Filter& filter);
  void begin_service();
  void flush();
  // Sleeps until the socket is readable.
  void wait(Duration most);

  // Nothing when all slots are taken.
  std::optional<Slot> connect(const Endpoint& to, std::uint32_t data);
  void send(Slot slot, BytesView packet);
  // Ends a peer after what is queued.
  void end(Slot slot);
  // Forgets a peer at once, without a word.
  void drop(Slot slot);
  // Lets a peer go that the other side is about to end.
  void let_go(Slot slot);
  // Past ENet: header and payload as one datagram. The bytes sent, 0 if the system refused.
  std::size_t send_datagram(const Endpoint& to, BytesView header, BytesView payload);

  // ENet's own traffic, and everything that arrived, since the last call.
  LinkStatistics take_statistics();

 private:
  struct State;
  explicit EnetHost(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tutti::detail
