// Strangers for a relay under load: datagrams of our own making, at an even rate, from several
// ports. A third are random bytes, a third begin as sealed datagrams or initiations do and go on as
// noise or end early, and a third are the same initiation again and again.
//   bench_load_flood port=PORT [rate=200000] [seconds=10]
// It prints how many went out.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "load/load.hpp"
#include "tutti/net/sealed_link.hpp"
#include "tutti/sim/random.hpp"

namespace {

using namespace tutti;
using namespace std::chrono_literals;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// The first datagram of a client that knows no relay: what a stranger can have.
Bytes initiation() {
  const int listener = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address = loopback(0);
  ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  socklen_t size = sizeof(address);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  auto link = std::move(SealedLink::open_client().value());
  const auto peer = link->connect({"127.0.0.1", ntohs(address.sin_port)});
  Bytes bytes(2048);
  ssize_t length = -1;
  for (int tries = 0; length < 0 && peer && tries < 100; ++tries) {
    link->service(under_load::Clock::now());
    ::usleep(10'000);
    length = ::recv(listener, bytes.data(), bytes.size(), MSG_DONTWAIT);
  }
  ::close(listener);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  return bytes;
}

class Flood {
 public:
  explicit Flood(std::uint16_t port) : initiation_(initiation()) {
    const sockaddr_in relay = loopback(port);
    for (int& socket : sockets_) {
      socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
      ::connect(socket, reinterpret_cast<const sockaddr*>(&relay), sizeof(relay));
    }
    for (Bytes& noise : noises_) {
      noise.resize(1 + random_.below(1300));
      for (std::byte& byte : noise)
        byte = static_cast<std::byte>(random_.next() & 0xFF);
    }
  }
  /// True if the system took it.
  bool send() {
    const int socket = sockets_[random_.below(sockets)];
    const Bytes& noise = noises_[random_.below(noises)];
    BytesView bytes = noise;
    Bytes made;
    switch (random_.below(3)) {
      case 0:
        break;
      case 1: {  // begins as ours do
        static constexpr std::array<char, 5> kinds{'T', 'S', 'P', 'L', 'B'};
        made = random_.chance(2) ? initiation_ : noise;
        made.resize(1 + random_.below(static_cast<std::uint32_t>(made.size())));
        if (random_.chance(2)) made[0] = static_cast<std::byte>(kinds[random_.below(kinds.size())]);
        bytes = made;
        break;
      }
      default:
        bytes = initiation_;
    }
    return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0;
  }

 private:
  static constexpr std::uint32_t sockets = 64;
  static constexpr std::uint32_t noises = 256;
  Random random_{1, 23};
  Bytes initiation_;
  std::array<int, sockets> sockets_{};
  std::array<Bytes, noises> noises_;
};

}  // namespace

int main(int count, char** arguments) {
  const under_load::Words words(count, arguments);
  Flood flood(static_cast<std::uint16_t>(words.count("port", 4747)));
  const double rate = words.number("rate", 200'000);
  const auto length = words.seconds("seconds", 10);
  const under_load::Time begun = under_load::Clock::now();
  std::uint64_t sent = 0;
  std::uint64_t taken = 0;
  for (auto now = begun; now - begun < length; now = under_load::Clock::now()) {
    const double due = std::chrono::duration<double>(now - begun).count() * rate;
    // What could not be sent in time is not made good: the rate is what the system takes.
    if (due - static_cast<double>(sent) > rate / 10) sent = static_cast<std::uint64_t>(due);
    for (int i = 0; i < 64 && static_cast<double>(sent) < due; ++i, ++sent)
      taken += flood.send();
  }
  const double seconds = std::chrono::duration<double>(under_load::Clock::now() - begun).count();
  std::printf("{\"sent_a_second\": %.0f}\n", static_cast<double>(taken) / seconds);
  return 0;
}
