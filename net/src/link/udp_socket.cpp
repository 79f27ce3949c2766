#include "link/udp_socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "link/listen_failure.hpp"
#include "tutti/net/lookup.hpp"

namespace tutti::detail {

namespace {

/// Bytes asked for each of the socket's two buffers; the system may give less.
constexpr int system_buffer_bytes = 2 * 1024 * 1024;
constexpr std::int64_t longest_wait_ms = 60'000;

union AnyAddress {
  sockaddr any;
  sockaddr_in four;
  sockaddr_in6 six;
};

AnyAddress system_address(const Endpoint& endpoint, bool is_ipv4, socklen_t& size) {
  AnyAddress address{};
  if (!is_ipv4) {
    address.six = socket_address(endpoint);
    size = sizeof(address.six);
    return address;
  }
  address.four.sin_family = AF_INET;
  address.four.sin_port = htons(endpoint.port);
  std::copy_n(endpoint.host.begin() + 12, 4,
              reinterpret_cast<std::uint8_t*>(&address.four.sin_addr.s_addr));
  size = sizeof(address.four);
  return address;
}

bool has_ipv6() {
  const int descriptor = ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  ::close(descriptor);
  return true;
}

Endpoint from_system(const AnyAddress& address) {
  if (address.any.sa_family == AF_INET6) return endpoint_of(address.six);
  Endpoint endpoint{.port = ntohs(address.four.sin_port)};
  endpoint.host[10] = endpoint.host[11] = 0xFF;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&address.four.sin_addr.s_addr);
  std::copy_n(bytes, 4, endpoint.host.begin() + 12);
  return endpoint;
}

}  // namespace

Result<std::unique_ptr<UdpSocket>> UdpSocket::open(const Address& address) {
  if (address.host.empty() || address.host == "::") {
    if (has_ipv6()) return open_at({.port = address.port}, address, false);
    return open_at(*numeric_endpoint("0.0.0.0", address.port), address, true);
  }
  const auto found = look_up(address.host);
  if (!found) return Unexpected{found.error()};
  const auto at = numeric_endpoint(found->front(), address.port);
  if (!at) return listen_failure(address, EADDRNOTAVAIL);
  return open_at(*at, address, at->is_ipv4());
}

Result<std::unique_ptr<UdpSocket>> UdpSocket::open_at(const Endpoint& at, const Address& address,
                                                      bool is_ipv4_only) {
  const int descriptor =
      ::socket(is_ipv4_only ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return listen_failure(address, errno);
  std::unique_ptr<UdpSocket> socket(new UdpSocket(descriptor, is_ipv4_only));
  for (const int option : {SO_RCVBUF, SO_SNDBUF}) {
    ::setsockopt(descriptor, SOL_SOCKET, option, &system_buffer_bytes, sizeof(system_buffer_bytes));
  }
  const int only_six = 0;
  if (!is_ipv4_only)
    ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &only_six, sizeof(only_six));
  socklen_t size = 0;
  AnyAddress bound = system_address(at, is_ipv4_only, size);
  if (::bind(descriptor, &bound.any, size) != 0) return listen_failure(address, errno);
  size = sizeof(bound);
  ::getsockname(descriptor, &bound.any, &size);
  socket->port_ = from_system(bound).port;
  return socket;
}

UdpSocket::~UdpSocket() { ::close(descriptor_); }

bool UdpSocket::send(const Endpoint& to, BytesView bytes) {
  if (is_ipv4_only_ && !to.is_ipv4()) return false;
  socklen_t size = 0;
  const AnyAddress address = system_address(to, is_ipv4_only_, size);
  return ::sendto(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL, &address.any, size) >= 0;
}

std::optional<Datagram> UdpSocket::receive() {
  // An error that an earlier datagram drew (nobody listens there) takes a call and says nothing.
  for (int tries = 0; tries < 16; ++tries) {
    AnyAddress from{};
    socklen_t size = sizeof(from);
    const ssize_t length =
        ::recvfrom(descriptor_, buffer_.data(), buffer_.size(), 0, &from.any, &size);
    if (length >= 0) {
      return Datagram{from_system(from),
                      BytesView(buffer_).first(static_cast<std::size_t>(length))};
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::nullopt;
  }
  return std::nullopt;
}

void UdpSocket::wait(Duration most) const {
  if (most <= Duration{}) return;
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(most).count();
  pollfd polled{descriptor_, POLLIN, 0};
  ::poll(&polled, 1, static_cast<int>(std::min<std::int64_t>(rounded, longest_wait_ms)));
}

}  // namespace tutti::detail
