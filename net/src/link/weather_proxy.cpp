// The UDP proxy.

#include "tutti/net/weather_proxy.hpp"

#include <poll.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "link/mix.hpp"
#include "link/udp_socket.hpp"
#include "tutti/net/lookup.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti {

namespace {

using detail::Endpoint;
using detail::numeric_endpoint;
using detail::UdpSocket;

// Taken from one socket before the next one's turn; the rest waits in the socket.
constexpr int datagrams_per_turn = 4096;

Result<Endpoint> target_of(const Address& address) {
  const auto found = look_up(address.host);
  if (!found) return Unexpected{found.error()};
  return numeric_endpoint(found->front(), address.port).value_or(Endpoint{});
}

// Both ends of one client's way through the proxy.
struct ProxyClient {
  std::uint64_t number = 0;
  Endpoint address{};
  std::unique_ptr<UdpSocket> far;  // the target knows the client by its port
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
  Proxy(std::unique_ptr<UdpSocket> near, const Endpoint& target, const WeatherProxyOptions& options)
      : near_(std::move(near)), target_(target), options_(options) {}

  std::uint16_t port() const { return near_->port(); }
  void set_weather(const WeatherOptions& up, const WeatherOptions& down);
  void service(Instant now);
  void wait(Duration most);
  WeatherProxyStatistics statistics() const;

 private:
  ProxyClient* client_at(const Endpoint& address);
  void take_in_near();
  void take_in_far(ProxyClient& client);
  void queue(ProxyClient& client, Way way, BytesView bytes);
  void send_due();
  void forget_idle();

  std::unique_ptr<UdpSocket> near_;
  Endpoint target_;
  WeatherProxyOptions options_;
  Instant now_{};
  std::uint64_t next_client_ = 0;
  std::uint64_t next_order_ = 0;
  std::map<std::uint64_t, ProxyClient> clients_;
  std::vector<ProxyDatagram> heap_;
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
  std::vector<pollfd> polled{{near_->descriptor(), POLLIN, 0}};
  for (const auto& [number, client] : clients_)
    polled.push_back({client.far->descriptor(), POLLIN, 0});
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

ProxyClient* WeatherProxy::Proxy::client_at(const Endpoint& address) {
  for (auto& [number, client] : clients_) {
    if (client.address == address) return &client;
  }
  if (clients_.size() >= options_.clients_max) return nullptr;
  auto far = UdpSocket::open({.host = target_.is_ipv4() ? "0.0.0.0" : "", .port = 0},
                             UdpSocket::Use::call);
  if (!far) return nullptr;
  const std::uint64_t number = next_client_++;
  const std::uint64_t dice = detail::mix(options_.seed) + 2 * number;
  ProxyClient client{.number = number,
                     .address = address,
                     .far = std::move(*far),
                     .up = Weather(options_.up, detail::mix(dice)),
                     .down = Weather(options_.down, detail::mix(dice + 1))};
  return &clients_.emplace(number, std::move(client)).first->second;
}

void WeatherProxy::Proxy::take_in_near() {
  for (int i = 0; i < datagrams_per_turn; ++i) {
    const auto received = near_->receive();
    if (!received) return;
    if (ProxyClient* client = client_at(received->from)) {
      queue(*client, Way::up, received->bytes);
    } else {
      ++counted_.refused;
    }
  }
}

void WeatherProxy::Proxy::take_in_far(ProxyClient& client) {
  for (int i = 0; i < datagrams_per_turn; ++i) {
    const auto received = client.far->receive();
    if (!received) return;
    if (received->from == target_) queue(client, Way::down, received->bytes);
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
      client->second.far->send(target_, datagram.bytes);
    } else {
      near_->send(client->second.address, datagram.bytes);
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
  const auto to = target_of(target);
  if (!to) return Unexpected{to.error()};
  auto near = UdpSocket::open(listen, UdpSocket::Use::listen);
  if (!near) return Unexpected{near.error()};
  auto proxy = std::make_unique<Proxy>(std::move(*near), *to, options);
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
