// Counting and keeping control messages.

#include "link/control_stream.hpp"

namespace tutti::detail {

namespace {

// Acknowledgements only free memory at the sender, so they are rare.
constexpr std::uint32_t acknowledge_messages = 16;
constexpr std::size_t acknowledge_bytes = 64 * 1024;

}  // namespace

const Bytes& ControlStream::push(BytesView message) {
  waiting_.push_back(encode({.kind = ControlFrame::Kind::message, .payload = message}));
  waiting_bytes_ += waiting_.back().size();
  return waiting_.back();
}

bool ControlStream::acknowledge(std::uint32_t received) {
  const std::uint32_t count = received - acknowledged_;  // both wrap around together
  if (count > waiting_.size()) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    waiting_bytes_ -= waiting_.front().size();
    waiting_.pop_front();
  }
  acknowledged_ = received;
  return true;
}

bool ControlStream::take_in(BytesView message) {
  ++received_;
  ++unacknowledged_;
  unacknowledged_bytes_ += message.size();
  return unacknowledged_ >= acknowledge_messages || unacknowledged_bytes_ >= acknowledge_bytes;
}

std::uint32_t ControlStream::acknowledgement() {
  unacknowledged_ = 0;
  unacknowledged_bytes_ = 0;
  return received_;
}

}  // namespace tutti::detail
