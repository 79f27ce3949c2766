#pragma once
// Control of one connection over transports that come and go: sent messages are kept until the
// other side says that it has them, and received ones are counted, so that a new transport
// continues where the old one was lost: nothing missing, nothing twice.

#include <cstdint>
#include <deque>

#include "tutti/net/link_frames.hpp"

namespace tutti::detail {

class ControlStream {
 public:
  // The frame to send, kept; valid until the next call.
  const Bytes& push(BytesView message);
  // The other side took in so many messages since the start. False if that cannot be.
  bool acknowledge(std::uint32_t received);
  // Frames not known to have arrived, oldest first.
  const std::deque<Bytes>& waiting() const { return waiting_; }
  std::size_t waiting_bytes() const { return waiting_bytes_; }

  // One message was taken in. True when it is time to acknowledge.
  bool take_in(BytesView message);
  // Messages taken in since the start, to be acknowledged now; the count for `take_in` begins anew.
  std::uint32_t acknowledgement();

 private:
  std::deque<Bytes> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint32_t acknowledged_ = 0;
  std::uint32_t received_ = 0;
  std::uint32_t unacknowledged_ = 0;
  std::size_t unacknowledged_bytes_ = 0;
};

}  // namespace tutti::detail
