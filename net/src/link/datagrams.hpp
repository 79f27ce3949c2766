#pragma once
// What carries a link's datagrams: a UDP socket, or a network inside a test.

#include <optional>

#include "link/endpoint.hpp"
#include "tutti/net/time.hpp"
#include "tutti/sim/bytes.hpp"

namespace tutti::detail {

struct Datagram {
  Endpoint from;
  BytesView bytes;  // until the next `receive`
};

class Datagrams {
 public:
  virtual ~Datagrams() = default;
  /// False if the system refused: a loss like any other.
  virtual bool send(const Endpoint& to, BytesView bytes) = 0;
  /// The next datagram that has arrived. One that is larger than any of ours comes cut, and is
  /// still larger.
  virtual std::optional<Datagram> receive() = 0;
};

}  // namespace tutti::detail
