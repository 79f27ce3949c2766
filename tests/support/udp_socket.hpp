#pragma once
// A bare UDP socket on the loopback interface: a stranger, or a network in between, has only this.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <stdexcept>

#include "tutti/sim/bytes.hpp"

namespace tutti::test {

class UdpSocket {
 public:
  struct Received {
    Bytes bytes;
    std::uint16_t port = 0;  ///< of the sender
  };

  /// Bound to a free port of 127.0.0.1.
  UdpSocket() : descriptor_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    const sockaddr_in any = loopback(0);
    if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0) {
      throw std::runtime_error("no UDP socket for a test");
    }
  }
  ~UdpSocket() { close(descriptor_); }
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  std::uint16_t port() const {
    sockaddr_in own{};
    socklen_t size = sizeof(own);
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&own), &size);
    return ntohs(own.sin_port);
  }
  void send(std::uint16_t port, BytesView bytes) {
    const sockaddr_in to = loopback(port);
    sendto(descriptor_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
           sizeof(to));
  }
  std::optional<Received> receive() {
    Received received{Bytes(65'536), 0};
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    const ssize_t length = recvfrom(descriptor_, received.bytes.data(), received.bytes.size(), 0,
                                    reinterpret_cast<sockaddr*>(&from), &size);
    if (length < 0) return std::nullopt;
    received.bytes.resize(static_cast<std::size_t>(length));
    received.port = ntohs(from.sin_port);
    return received;
  }
  /// Waits for a datagram; false if none came.
  bool wait(int most_ms) {
    pollfd poll_for{descriptor_, POLLIN, 0};
    return poll(&poll_for, 1, most_ms) > 0;
  }

 private:
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  int descriptor_;
};

}  // namespace tutti::test
