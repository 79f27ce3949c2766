// The only file that includes ENet's header, and the owner of its objects.

#include "link/enet_host.hpp"

#include <enet/enet.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "link/listen_failure.hpp"
#include "tutti/net/enet_link.hpp"
#include "tutti/net/lookup.hpp"

namespace tutti::detail {

namespace {

constexpr enet_uint8 control_channel = 0;
// Channels cost ENet 80 bytes a peer each, and any sender of a CONNECT chooses how many.
constexpr std::size_t channels = 1;
// UDP payload of ENet's datagrams: like play, below what tunnels and old DSL let through.
constexpr enet_uint32 enet_mtu = 1200;
// A little above the largest legal frame, so that larger ones reach the decoder and are counted.
// ENet's default of 32 MiB is malloc'd when the first fragment says so.
constexpr std::size_t packet_bytes = limits::control_bytes + 64;
constexpr std::size_t waiting_bytes = 1024 * 1024;
constexpr std::size_t peer_mask = 0x0FFF;  // of the first two bytes of an ENet datagram
constexpr enet_uint32 let_go_ms = 1000;
constexpr std::int64_t wait_ms_max = 60'000;
constexpr int receive_failures = 64;

struct HostDeleter {
  void operator()(ENetHost* host) const { enet_host_destroy(host); }
};
using HostPointer = std::unique_ptr<ENetHost, HostDeleter>;

bool is_library_ready() {
  struct Library {
    bool is_ready = enet_initialize() == 0;
    ~Library() { enet_deinitialize(); }
  };
  static const Library library;
  return library.is_ready;
}

Endpoint endpoint(const ENetAddress& address) { return {address.host, address.port}; }
ENetAddress enet_address(const Endpoint& endpoint) { return {endpoint.host, endpoint.port}; }

// ENetBuffer is for sending and receiving alike, so it takes no pointer to const.
ENetBuffer buffer(BytesView bytes) { return {const_cast<std::byte*>(bytes.data()), bytes.size()}; }

}  // namespace

struct EnetHost::State {
  HostPointer host;
  enet_uint32 silence_ms = 0;
  std::size_t taken = 0;  // datagrams since begin_service
  const Filter* filter = nullptr;

  // ENet's intercept callback gets no pointer of ours: this is whom this thread serves.
  static inline thread_local State* serving = nullptr;

  ENetPeer& peer(Slot slot) {
    TUTTI_ASSERT(slot < host->peerCount, slot);
    return host->peers[slot];
  }
  Slot slot(const ENetPeer* peer) const { return static_cast<Slot>(peer - host->peers); }
  void tune(ENetPeer& tuned) const {
    enet_peer_timeout(&tuned, 0, silence_ms, silence_ms);
    // ENet negotiates no less than 576. It cuts packets by what this says, and never looks again.
    tuned.mtu = std::min<enet_uint32>(tuned.mtu, limits::small_datagram_bytes);
  }

  static int intercept(ENetHost* host, ENetEvent*);
  Event event(const ENetEvent& taken_in);
  bool is_readable() const;
};

Result<std::unique_ptr<EnetHost>> EnetHost::open(const Address& address, const Options& options) {
  if (!is_library_ready()) return fail(Fault::system, "the network library ENet does not start");
  ENetAddress enet{ENET_HOST_ANY, address.port};
  if (!address.host.empty()) {
    const auto resolved = resolve(address);
    if (!resolved) return Unexpected{resolved.error()};
    enet.host = resolved->host;
  }
  auto state = std::make_unique<State>();
  errno = 0;
  state->host.reset(enet_host_create(&enet, options.peers_max, channels, 0, 0));
  if (!state->host) return listen_failure(address, errno);

  using std::chrono::milliseconds;
  state->silence_ms = static_cast<enet_uint32>(
      std::chrono::duration_cast<milliseconds>(options.silence_max).count());
  ENetHost& host = *state->host;
  host.mtu = enet_mtu;
  host.duplicatePeers = options.peers_per_address_max;
  host.maximumPacketSize = packet_bytes;
  host.maximumWaitingData = waiting_bytes;
  host.intercept = &State::intercept;
  enet_socket_set_option(host.socket, ENET_SOCKOPT_RCVBUF, limits::socket_buffer_bytes);
  enet_socket_set_option(host.socket, ENET_SOCKOPT_SNDBUF, limits::socket_buffer_bytes);
  return std::unique_ptr<EnetHost>(new EnetHost(std::move(state)));
}

Result<Endpoint> EnetHost::resolve(const Address& address) {
  if (address.host.empty()) {
    return fail(Fault::usage, "the address " + address.text() + " names no host");
  }
  const Result<std::string> found = look_up(address.host);
  if (!found) return Unexpected{found.error()};
  ENetAddress enet{};
  if (enet_address_set_host_ip(&enet, found->c_str()) != 0) {
    return fail(Fault::system, "the host " + address.host + " has no address that can be used");
  }
  return Endpoint{enet.host, address.port};
}

EnetHost::EnetHost(std::unique_ptr<State> state) : state_(std::move(state)) {}
EnetHost::~EnetHost() = default;

std::uint16_t EnetHost::port() const { return state_->host->address.port; }
std::size_t EnetHost::slots() const { return state_->host->peerCount; }

void EnetHost::begin_service() { state_->taken = 0; }

// ENet takes in at most 256 datagrams a call, and stops early at an empty one and at one larger
// than its buffer: whether the socket is empty, only the socket knows.
std::optional<EnetHost::Event> EnetHost::next_event(const Filter& filter) {
  ENetHost* host = state_->host.get();
  State::serving = state_.get();
  state_->filter = &filter;
  std::optional<Event> found;
  int failures = 0;
  while (!found && state_->taken < limits::service_datagrams) {
    const enet_uint32 before = host->totalReceivedPackets;
    ENetEvent taken_in{};
    const int result = enet_host_service(host, &taken_in, 0);
    const std::size_t count = host->totalReceivedPackets - before;
    state_->taken += count;
    if (result > 0) {
      found = state_->event(taken_in);
    } else if (!state_->is_readable() || (count == 0 && ++failures >= receive_failures)) {
      break;
    }
  }
  State::serving = nullptr;
  return found;
}

void EnetHost::flush() { enet_host_flush(state_->host.get()); }

void EnetHost::wait(Duration most) {
  if (most <= Duration{}) return;
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(most).count();
  enet_uint32 condition = ENET_SOCKET_WAIT_RECEIVE | ENET_SOCKET_WAIT_INTERRUPT;
  enet_socket_wait(state_->host->socket, &condition,
                   static_cast<enet_uint32>(std::min<std::int64_t>(rounded, wait_ms_max)));
}

std::optional<EnetHost::Slot> EnetHost::connect(const Endpoint& to, std::uint32_t data) {
  const ENetAddress address = enet_address(to);
  ENetPeer* peer = enet_host_connect(state_->host.get(), &address, channels, data);
  if (peer == nullptr) return std::nullopt;
  state_->tune(*peer);
  return state_->slot(peer);
}

void EnetHost::send(Slot slot, BytesView packet) {
  ENetPacket* queued = enet_packet_create(packet.data(), packet.size(), ENET_PACKET_FLAG_RELIABLE);
  if (enet_peer_send(&state_->peer(slot), control_channel, queued) < 0) {
    enet_packet_destroy(queued);
  }
}

void EnetHost::end(Slot slot) { enet_peer_disconnect_later(&state_->peer(slot), 0); }
void EnetHost::drop(Slot slot) { enet_peer_reset(&state_->peer(slot)); }
void EnetHost::let_go(Slot slot) {
  enet_peer_timeout(&state_->peer(slot), 0, let_go_ms, let_go_ms);
}

std::size_t EnetHost::send_datagram(const Endpoint& to, BytesView header, BytesView payload) {
  const ENetAddress address = enet_address(to);
  const ENetBuffer buffers[] = {buffer(header), buffer(payload)};
  const int sent = enet_socket_send(state_->host->socket, &address, buffers, 2);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

LinkStatistics EnetHost::take_statistics() {
  ENetHost& host = *state_->host;
  return {.datagrams_sent = std::exchange(host.totalSentPackets, 0),
          .bytes_sent = std::exchange(host.totalSentData, 0),
          .datagrams_received = std::exchange(host.totalReceivedPackets, 0),
          .bytes_received = std::exchange(host.totalReceivedData, 0)};
}

// Returns 1 to keep the datagram from ENet, 0 to let it through.
int EnetHost::State::intercept(ENetHost* host, ENetEvent*) {
  Datagram datagram{
      .from = endpoint(host->receivedAddress),
      .slot = std::nullopt,
      .bytes = std::as_bytes(std::span(host->receivedData, host->receivedDataLength))};
  if (datagram.bytes.size() >= 2) {
    const Slot slot =
        (std::to_integer<Slot>(datagram.bytes[0]) << 8 | std::to_integer<Slot>(datagram.bytes[1])) &
        peer_mask;
    if (slot < host->peerCount && endpoint(host->peers[slot].address) == datagram.from) {
      datagram.slot = slot;
    }
  }
  return (*serving->filter)(datagram) ? 1 : 0;
}

EnetHost::Event EnetHost::State::event(const ENetEvent& taken_in) {
  Event found;
  found.slot = slot(taken_in.peer);
  found.from = endpoint(taken_in.peer->address);
  found.data = taken_in.data;
  if (taken_in.type == ENET_EVENT_TYPE_CONNECT) {
    found.kind = Event::Kind::connected;
    tune(*taken_in.peer);
  } else if (taken_in.type == ENET_EVENT_TYPE_DISCONNECT) {
    found.kind = Event::Kind::disconnected;
  } else if (taken_in.packet != nullptr) {
    const BytesView bytes =
        std::as_bytes(std::span(taken_in.packet->data, taken_in.packet->dataLength));
    found.packet.assign(bytes.begin(), bytes.end());
    found.is_reliable = (taken_in.packet->flags & ENET_PACKET_FLAG_RELIABLE) != 0;
    enet_packet_destroy(taken_in.packet);
  }
  return found;
}

bool EnetHost::State::is_readable() const {
  enet_uint32 condition = ENET_SOCKET_WAIT_RECEIVE;
  return enet_socket_wait(host->socket, &condition, 0) == 0 &&
         (condition & ENET_SOCKET_WAIT_RECEIVE) != 0;
}

}  // namespace tutti::detail
