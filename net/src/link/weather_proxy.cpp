// The UDP proxy, on POSIX sockets.

#include "tutti/net/weather_proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "link/listen_failure.hpp"
#include "link/mix.hpp"
#include "tutti/net/lookup.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti {

namespace {

constexpr int socket_buffer_bytes = 2 * 1024 * 1024;
constexpr std::size_t datagram_bytes_max = 65'536;
// Taken from one socket before the next one's turn; the rest waits in the socket.
constexpr int datagrams_per_turn = 4096;

class Socket {
 public:
  Socket() : descriptor_(socket(AF_INET, SOCK_DGRAM, 0)) {
    if (!is_open()) return;
    fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
    for (const int option : {SO_RCVBUF, SO_SNDBUF}) {
      setsockopt(descriptor_, SOL_SOCKET, option, &socket_buffer_bytes,
                 sizeof(socket_buffer_bytes));
    }
  }
  ~Socket() {
    if (is_open()) close(descriptor_);
  }
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  bool bind(const sockaddr_in& address) {
    return ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  std::uint16_t port() const {
    sockaddr_in own{};
    socklen_t size = sizeof(own);
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&own), &size);
    return ntohs(own.sin_port);
  }
  // A datagram that cannot be sent is lost, as on any network.
  void send(const sockaddr_in& to, BytesView bytes) {
    sendto(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&to), sizeof(to));
  }
  // The bytes received into `buffer`, and from whom.
  std::optional<std::pair<sockaddr_in, BytesView>> receive(Bytes& buffer) {
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    const ssize_t length = recvfrom(descriptor_, buffer.data(), buffer.size(), 0,
                                    reinterpret_cast<sockaddr*>(&from), &size);
    if (length < 0) return std::nullopt;
    return std::pair(from, BytesView(buffer).first(static_cast<std::size_t>(length)));
  }

 private:
  int descriptor_;
};

bool is_same(const sockaddr_in& a, const sockaddr_in& b) {
  return a.sin_addr.s_addr == b.sin_addr.s_addr && a.sin_port == b.sin_port;
}

Result<sockaddr_in> resolve(const Address& address) {
  sockaddr_in found{};
  found.sin_family = AF_INET;
  if (!address.host.empty()) {
    const Result<std::string> host = look_up(address.host);
    if (!host) return Unexpected{host.error()};
    if (::inet_pton(AF_INET, host->c_str(), &found.sin_addr) != 1) {
      return fail(Fault::system, "the host " + address.host + " has no address that can be used");
    }
  }
  found.sin_port = htons(address.port);
  return found;
}

// Both ends of one client's way through the proxy.
struct ProxyClient {
  std::uint64_t number = 0;
  sockaddr_in address{};
  Socket far;  // the target knows the client by its port
  Weather up;
  Weather down;
  Instant last_used{};
};

enum class Way { up, down };

struct ProxyDatagram {
  Instant due{};
  std::uint64_t order = 0;
  std::uint64_t client = 0;
  Way way = Way::up;
  Bytes bytes;
};
// For a heap whose top is the next to go.
bool goes_after(const ProxyDatagram& a, const ProxyDatagram& b) {
  return std::pair(a.due, a.order) > std::pair(b.due, b.order);
}

}  // namespace

class WeatherProxy::Proxy {
 public:
  Proxy(Socket near, const sockaddr_in& target, const WeatherProxyOptions& options)
      : near_(std::move(near)), target_(target), options_(options), buffer_(datagram_bytes_max) {}

  std::uint16_t port() const { return near_.port(); }
  void set_weather(const WeatherOptions& up, const WeatherOptions& down);
  void service(Instant now);
  void wait(Duration most);
  WeatherProxyStatistics statistics() const;

 private:
  ProxyClient* client_at(const sockaddr_in& address);
  void take_in_near();
  void take_in_far(ProxyClient& client);
  void queue(ProxyClient& client, Way way, BytesView bytes);
  void send_due();
  void forget_idle();

  Socket near_;
  sockaddr_in target_;
  WeatherProxyOptions options_;
  Instant now_{};
  std::uint64_t next_client_ = 0;
  std::uint64_t next_order_ = 0;
  std::map<std::uint64_t, ProxyClient> clients_;
  std::vector<ProxyDatagram> heap_;
  Bytes buffer_;
  WeatherProxyStatistics counted_;  // without the dice of the clients that are still there
};

void WeatherProxy::Proxy::set_weather(const WeatherOptions& up, const WeatherOptions& down) {
  options_.up = up;
  options_.down = down;
  for (auto& [number, client] : clients_) {
    client.up.change(up);
    client.down.change(down);
  }
}

void WeatherProxy::Proxy::service(Instant now) {
  now_ = now;
  take_in_near();
  for (auto& [number, client] : clients_)
    take_in_far(client);
  send_due();
  forget_idle();
}

void WeatherProxy::Proxy::wait(Duration most) {
  if (!heap_.empty()) most = std::min(most, heap_.front().due - now_);
  if (most <= Duration{}) return;
  std::vector<pollfd> polled{{near_.descriptor(), POLLIN, 0}};
  for (const auto& [number, client] : clients_)
    polled.push_back({client.far.descriptor(), POLLIN, 0});
  const auto seconds = std::chrono::floor<std::chrono::seconds>(most);
  const timespec time{.tv_sec = static_cast<time_t>(seconds.count()),
                      .tv_nsec = static_cast<long>((most - seconds).count())};
  ppoll(polled.data(), polled.size(), &time, nullptr);
}

WeatherProxyStatistics WeatherProxy::Proxy::statistics() const {
  WeatherProxyStatistics all = counted_;
  for (const auto& [number, client] : clients_) {
    all.up += client.up.statistics();
    all.down += client.down.statistics();
  }
  all.clients = clients_.size();
  return all;
}

ProxyClient* WeatherProxy::Proxy::client_at(const sockaddr_in& address) {
  for (auto& [number, client] : clients_) {
    if (is_same(client.address, address)) return &client;
  }
  if (clients_.size() >= options_.clients_max) return nullptr;
  Socket far;
  sockaddr_in any{};
  any.sin_family = AF_INET;
  if (!far.is_open() || !far.bind(any)) return nullptr;
  const std::uint64_t number = next_client_++;
  const std::uint64_t dice = detail::mix(options_.seed) + 2 * number;
  ProxyClient client{.number = number,
                     .address = address,
                     .far = std::move(far),
                     .up = Weather(options_.up, detail::mix(dice)),
                     .down = Weather(options_.down, detail::mix(dice + 1))};
  return &clients_.emplace(number, std::move(client)).first->second;
}

void WeatherProxy::Proxy::take_in_near() {
  for (int i = 0; i < datagrams_per_turn; ++i) {
    const auto received = near_.receive(buffer_);
    if (!received) return;
    if (ProxyClient* client = client_at(received->first)) {
      queue(*client, Way::up, received->second);
    } else {
      ++counted_.refused;
    }
  }
}

void WeatherProxy::Proxy::take_in_far(ProxyClient& client) {
  for (int i = 0; i < datagrams_per_turn; ++i) {
    const auto received = client.far.receive(buffer_);
    if (!received) return;
    if (is_same(received->first, target_)) queue(client, Way::down, received->second);
  }
}

void WeatherProxy::Proxy::queue(ProxyClient& client, Way way, BytesView bytes) {
  client.last_used = now_;
  (way == Way::up ? counted_.bytes_up : counted_.bytes_down) += bytes.size();
  const Weather::Fate fate = (way == Way::up ? client.up : client.down).send(now_, bytes.size());
  for (const Instant due : fate.moments()) {
    if (heap_.size() >= options_.datagrams_max) {
      ++counted_.refused;
      return;
    }
    heap_.push_back({.due = due,
                     .order = next_order_++,
                     .client = client.number,
                     .way = way,
                     .bytes = Bytes(bytes.begin(), bytes.end())});
    std::push_heap(heap_.begin(), heap_.end(), goes_after);
  }
}

void WeatherProxy::Proxy::send_due() {
  while (!heap_.empty() && heap_.front().due <= now_) {
    std::pop_heap(heap_.begin(), heap_.end(), goes_after);
    const ProxyDatagram datagram = std::move(heap_.back());
    heap_.pop_back();
    const auto client = clients_.find(datagram.client);
    if (client == clients_.end()) continue;
    if (datagram.way == Way::up) {
      client->second.far.send(target_, datagram.bytes);
    } else {
      near_.send(client->second.address, datagram.bytes);
    }
  }
}

void WeatherProxy::Proxy::forget_idle() {
  std::erase_if(clients_, [&](const auto& entry) {
    const ProxyClient& client = entry.second;
    if (now_ - client.last_used < options_.forget_after) return false;
    counted_.up += client.up.statistics();
    counted_.down += client.down.statistics();
    return true;
  });
}

Result<std::unique_ptr<WeatherProxy>> WeatherProxy::open(const Address& listen,
                                                         const Address& target,
                                                         const WeatherProxyOptions& options) {
  if (target.host.empty()) {
    return fail(Fault::usage, "the address " + target.text() + " names no host to send to");
  }
  const auto from = resolve(listen);
  if (!from) return Unexpected{from.error()};
  const auto to = resolve(target);
  if (!to) return Unexpected{to.error()};
  Socket near;
  if (!near.is_open() || !near.bind(*from)) return detail::listen_failure(listen, errno);
  auto proxy = std::make_unique<Proxy>(std::move(near), *to, options);
  return std::unique_ptr<WeatherProxy>(new WeatherProxy(std::move(proxy)));
}

WeatherProxy::WeatherProxy(std::unique_ptr<Proxy> proxy) : proxy_(std::move(proxy)) {}
WeatherProxy::~WeatherProxy() = default;

std::uint16_t WeatherProxy::local_port() const { return proxy_->port(); }
void WeatherProxy::set_weather(const WeatherOptions& up, const WeatherOptions& down) {
  proxy_->set_weather(up, down);
}
void WeatherProxy::service(Instant now) { proxy_->service(now); }
void WeatherProxy::wait(Duration most) { proxy_->wait(most); }
WeatherProxyStatistics WeatherProxy::statistics() const { return proxy_->statistics(); }

}  // namespace tutti
