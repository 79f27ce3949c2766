#include "link/udp_socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

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

bool is_any(const Endpoint& at) {
  return at.host == Endpoint{}.host || at.host == numeric_endpoint("0.0.0.0", 0)->host;
}

/// What is said beside a datagram: the address of this machine that it came to, or goes from.
union Control {
  cmsghdr header;
  std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> six;
  std::array<char, CMSG_SPACE(sizeof(in_pktinfo))> four;
};

/// Writes one part, and returns its size.
template <class Info>
std::size_t write_part(Control& control, int level, int type, const Info& info) {
  control.header = {.cmsg_len = CMSG_LEN(sizeof(info)), .cmsg_level = level, .cmsg_type = type};
  std::memcpy(CMSG_DATA(&control.header), &info, sizeof(info));
  return CMSG_SPACE(sizeof(info));
}

std::size_t write_own(Control& control, const Endpoint& endpoint, bool is_ipv4) {
  if (is_ipv4) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, endpoint.own.data() + 12, sizeof(info.ipi_spec_dst));
    return write_part(control, IPPROTO_IP, IP_PKTINFO, info);
  }
  in6_pktinfo info{};
  std::memcpy(&info.ipi6_addr, endpoint.own.data(), sizeof(info.ipi6_addr));
  return write_part(control, IPPROTO_IPV6, IPV6_PKTINFO, info);
}

/// Zeros for an address that says nothing without its interface.
std::array<std::uint8_t, 16> read_own(msghdr& message) {
  Endpoint own{};
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(part), sizeof(info));
      if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) return {};
      std::memcpy(own.host.data(), &info.ipi6_addr, own.host.size());
    } else if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(part), sizeof(info));
      own.host[10] = own.host[11] = 0xFF;
      std::memcpy(own.host.data() + 12, &info.ipi_spec_dst, sizeof(info.ipi_spec_dst));
    }
  }
  return own.host;
}

}  // namespace

Result<std::unique_ptr<UdpSocket>> UdpSocket::open(const Address& address, Use use) {
  if (address.host.empty() || address.host == "::") {
    if (has_ipv6()) return open_at({.port = address.port}, address, false, use);
    return open_at(*numeric_endpoint("0.0.0.0", address.port), address, true, use);
  }
  const auto found = look_up(address.host);
  if (!found) return Unexpected{found.error()};
  const auto at = numeric_endpoint(found->front(), address.port);
  if (!at) return listen_failure(address, EADDRNOTAVAIL);
  return open_at(*at, address, at->is_ipv4(), use);
}

Result<std::unique_ptr<UdpSocket>> UdpSocket::open_at(const Endpoint& at, const Address& address,
                                                      bool is_ipv4_only, Use use) {
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
  if (use == Use::listen && is_any(at)) {
    const int yes = 1;
    socket->has_many_addresses_ =
        is_ipv4_only
            ? ::setsockopt(descriptor, IPPROTO_IP, IP_PKTINFO, &yes, sizeof(yes)) == 0
            : ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, &yes, sizeof(yes)) == 0;
  }
  return socket;
}

UdpSocket::~UdpSocket() { ::close(descriptor_); }

bool UdpSocket::send(const Endpoint& to, BytesView bytes) {
  if (is_ipv4_only_ && !to.is_ipv4()) return false;
  if (has_many_addresses_ && to.own != Endpoint{}.own && send_from_own(to, bytes)) return true;
  socklen_t size = 0;
  const AnyAddress address = system_address(to, is_ipv4_only_, size);
  return ::sendto(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL, &address.any, size) >= 0;
}

/// False if the system does not send from there: the address has gone, or was everybody's.
bool UdpSocket::send_from_own(const Endpoint& to, BytesView bytes) {
  AnyAddress address{};
  iovec piece{const_cast<std::byte*>(bytes.data()), bytes.size()};
  Control control{};
  msghdr message{};
  message.msg_name = &address;
  address = system_address(to, is_ipv4_only_, message.msg_namelen);
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = write_own(control, to, is_ipv4_only_);
  return ::sendmsg(descriptor_, &message, MSG_NOSIGNAL) >= 0;
}

/// The length of a datagram; who sent it, and to which address of this machine. Less than 0 if
/// there is none.
std::ptrdiff_t UdpSocket::receive_with_own(Endpoint& endpoint) {
  AnyAddress from;
  iovec piece{buffer_.data(), buffer_.size()};
  Control control;
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof(from);
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof(control);
  const ssize_t length = ::recvmsg(descriptor_, &message, 0);
  if (length < 0) return length;
  endpoint = from_system(from);
  endpoint.own = read_own(message);
  return length;
}

std::optional<Datagram> UdpSocket::receive() {
  // An error that an earlier datagram drew (nobody listens there) takes a call and says nothing.
  for (int tries = 0; tries < 16; ++tries) {
    Datagram datagram{};
    std::ptrdiff_t length = 0;
    if (has_many_addresses_) {
      length = receive_with_own(datagram.from);
    } else {
      AnyAddress from{};
      socklen_t size = sizeof(from);
      length = ::recvfrom(descriptor_, buffer_.data(), buffer_.size(), 0, &from.any, &size);
      if (length >= 0) datagram.from = from_system(from);
    }
    if (length >= 0) {
      datagram.bytes = BytesView(buffer_).first(static_cast<std::size_t>(length));
      return datagram;
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
