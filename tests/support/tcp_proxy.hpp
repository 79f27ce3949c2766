#pragma once
// A TCP proxy on the loopback interface that can be cut: then whatever is sent through it waits,
// and nobody hears that the other side is gone, as behind a firewall that drops.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"

namespace tutti::test {

class TcpProxy {
 public:
  /// To that port.
  explicit TcpProxy(const std::string& port)
      : target_(static_cast<std::uint16_t>(std::stoi(port))) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in place = loopback(0);
    socklen_t size = sizeof(place);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&place), size) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&place), &size) == 0);
    REQUIRE(::listen(listener_, 16) == 0);
    port_ = std::to_string(ntohs(place.sin_port));
    thread_ = std::thread([this] { run(); });
  }
  ~TcpProxy() {
    is_ending_ = true;
    thread_.join();
    for (const Way& way : ways_)
      close(way);
    ::close(listener_);
  }
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  const std::string& port() const { return port_; }
  void cut() { is_cut_ = true; }
  void mend() { is_cut_ = false; }

 private:
  struct Way {
    int client = -1;
    int server = -1;
  };
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    place.sin_port = htons(port);
    return place;
  }
  static void close(const Way& way) {
    ::close(way.client);
    ::close(way.server);
  }

  void run() {
    std::vector<pollfd> watched;
    while (!is_ending_) {
      watched.clear();
      if (!is_cut_) {
        watched.push_back({listener_, POLLIN, 0});
        for (const Way& way : ways_) {
          watched.push_back({way.client, POLLIN, 0});
          watched.push_back({way.server, POLLIN, 0});
        }
      }
      if (::poll(watched.data(), watched.size(), 20) <= 0) continue;
      std::size_t next = 1;
      for (auto way = ways_.begin(); way != ways_.end(); next += 2) {
        const bool stands = pass(watched[next], way->client, way->server) &&
                            pass(watched[next + 1], way->server, way->client);
        if (!stands) close(*way);
        way = stands ? std::next(way) : ways_.erase(way);
      }
      if (watched[0].revents != 0) accept();
    }
  }
  void accept() {
    Way way{.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC),
            .server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const sockaddr_in place = loopback(target_);
    const bool stands =
        way.client >= 0 &&
        ::connect(way.server, reinterpret_cast<const sockaddr*>(&place), sizeof(place)) == 0;
    // Or what is small would wait for the other side's delayed acknowledgements, some 40 ms.
    const int yes = 1;
    for (const int socket : {way.client, way.server})
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    stands ? ways_.push_back(way) : close(way);
  }
  /// What has come from one to the other; false once one of them is gone.
  bool pass(const pollfd& watched, int from, int to) {
    if (watched.revents == 0) return true;
    const ssize_t size = ::read(from, buffer_.data(), buffer_.size());
    for (ssize_t sent = 0; sent < size;) {
      const ssize_t part =
          ::send(to, buffer_.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
      if (part <= 0) return false;
      sent += part;
    }
    return size > 0;
  }

  std::uint16_t target_;
  int listener_ = -1;
  std::string port_;
  std::list<Way> ways_;  // the thread's
  std::array<char, 65536> buffer_{};
  std::atomic<bool> is_cut_ = false;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

}  // namespace tutti::test
