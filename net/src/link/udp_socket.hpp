#pragma once
// One UDP socket, for IPv4 and IPv6 at once where the system has both.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "link/datagrams.hpp"
#include "tutti/net/address.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::detail {

class UdpSocket final : public Datagrams {
 public:
  enum class Use : std::uint8_t {
    call,    ///< speaks first
    listen,  ///< answers, from the address that was spoken to
  };
  /// Binds. An empty host, or `::`, means every interface, by IPv6 and IPv4; port 0 any free one.
  /// A name is looked up. Errors: Fault::system with a sentence that names the port.
  static Result<std::unique_ptr<UdpSocket>> open(const Address& address, Use use);
  ~UdpSocket() override;
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  bool send(const Endpoint& to, BytesView bytes) override;
  std::optional<Datagram> receive() override;

  std::uint16_t port() const { return port_; }
  int descriptor() const { return descriptor_; }
  /// Sleeps until the socket is readable, at most `most`, rounded up to a millisecond.
  void wait(Duration most) const;

 private:
  UdpSocket(int descriptor, bool is_ipv4_only)
      : descriptor_(descriptor), is_ipv4_only_(is_ipv4_only), buffer_(buffer_bytes) {}
  static Result<std::unique_ptr<UdpSocket>> open_at(const Endpoint& at, const Address& address,
                                                    bool is_ipv4_only, Use use);
  bool send_from_own(const Endpoint& to, BytesView bytes);
  std::ptrdiff_t receive_with_own(Endpoint& endpoint);

  // Enough for whatever UDP carries: the weather proxy passes it all on.
  static constexpr std::size_t buffer_bytes = 65'536;

  int descriptor_;
  bool is_ipv4_only_;
  bool has_many_addresses_ = false;  // and listens: who speaks to which is of interest
  std::uint16_t port_ = 0;
  Bytes buffer_;
};

}  // namespace tutti::detail
