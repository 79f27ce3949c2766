#pragma once
// The engine's messages over connections that the program has anyway: here TCP. `tutti::Link` is
// all that the engine asks of a transport.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <map>
#include <optional>

#include "tutti/net/link.hpp"

/// Messages over TCP: each is its size (2 bytes), its kind (1) and its bytes. All of them arrive,
/// so both kinds may go the same way; over datagrams, control would have to be repeated until it is
/// acknowledged.
class TcpLink final : public tutti::Link {
 public:
  ~TcpLink() override {
    for (const auto& [peer, line] : lines_) close(line.socket);
  }
  /// Takes over a connected socket.
  tutti::PeerId add(int socket) {
    const int yes = 1;
    fcntl(socket, F_SETFL, O_NONBLOCK);
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const tutti::PeerId peer{++last_};
    lines_[peer] = {.socket = socket, .in = {}, .out = {}};
    arrivals_.push_back({.kind = tutti::Arrival::Kind::connected, .peer = peer});
    return peer;
  }

  void service(tutti::Instant) override {
    for (auto entry = lines_.begin(); entry != lines_.end();) {
      auto& [peer, line] = *entry;
      if (give(line) && take(peer, line)) {
        ++entry;
        continue;
      }
      close(line.socket);
      arrivals_.push_back({.kind = tutti::Arrival::Kind::disconnected, .peer = peer});
      entry = lines_.erase(entry);
    }
  }
  std::optional<tutti::Arrival> receive() override {
    if (arrivals_.empty()) return std::nullopt;
    tutti::Arrival first = std::move(arrivals_.front());
    arrivals_.pop_front();
    return first;
  }
  void send_control(tutti::PeerId peer, tutti::BytesView bytes) override { write(peer, 0, bytes); }
  void send_play(tutti::PeerId peer, tutti::BytesView bytes) override { write(peer, 1, bytes); }
  void disconnect(tutti::PeerId peer) override {
    const auto found = lines_.find(peer);
    if (found == lines_.end()) return;
    give(found->second);
    close(found->second.socket);
    lines_.erase(found);
  }
  tutti::LinkStatistics statistics() const override { return {}; }

 private:
  struct Line {
    int socket = -1;
    tutti::Bytes in, out;
  };

  void write(tutti::PeerId peer, int kind, tutti::BytesView bytes) {
    const auto found = lines_.find(peer);
    if (found == lines_.end()) return;
    for (const std::size_t byte : {bytes.size() & 255, bytes.size() >> 8, std::size_t(kind)})
      found->second.out.push_back(std::byte(byte));
    found->second.out.insert(found->second.out.end(), bytes.begin(), bytes.end());
  }
  static bool give(Line& line) {
    if (line.out.empty()) return true;
    const ssize_t sent = send(line.socket, line.out.data(), line.out.size(), MSG_NOSIGNAL);
    if (sent > 0) line.out.erase(line.out.begin(), line.out.begin() + sent);
    return sent > 0 || errno == EAGAIN;
  }
  bool take(tutti::PeerId peer, Line& line) {
    std::array<std::byte, 4096> bytes;
    ssize_t size = 0;
    while ((size = recv(line.socket, bytes.data(), bytes.size(), 0)) > 0)
      line.in.insert(line.in.end(), bytes.begin(), bytes.begin() + size);
    const bool is_alive = size < 0 && errno == EAGAIN;
    while (line.in.size() >= 3) {
      const auto begin = line.in.begin() + 3;
      const std::ptrdiff_t length = int(line.in[0]) | int(line.in[1]) << 8;
      if (line.in.end() - begin < length) break;
      const auto kind =
          line.in[2] == std::byte{0} ? tutti::Arrival::Kind::control : tutti::Arrival::Kind::play;
      arrivals_.push_back({kind, peer, tutti::Bytes(begin, begin + length)});
      line.in.erase(line.in.begin(), begin + length);
    }
    return is_alive;
  }

  std::map<tutti::PeerId, Line> lines_;
  std::deque<tutti::Arrival> arrivals_;
  std::uint32_t last_ = 0;
};
