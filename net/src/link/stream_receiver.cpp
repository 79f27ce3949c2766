#include "link/stream_receiver.hpp"

#include <utility>

namespace tutti::detail {

namespace {

/// What the memory of one piece costs beside its bytes.
constexpr std::size_t early_overhead_bytes = 96;

}  // namespace

bool StreamReceiver::append(bool is_last, BytesView bytes) {
  ++expected_;
  if (partial_.size() + bytes.size() > limits::control_bytes) return false;
  partial_.insert(partial_.end(), bytes.begin(), bytes.end());
  if (is_last) messages_.push_back(std::exchange(partial_, {}));
  return true;
}

bool StreamReceiver::take(const StreamPiece& piece) {
  owes_ = true;
  if (piece.number < expected_) return true;  // again: its acknowledgement was lost
  if (piece.number - expected_ >= pieces_under_way) return false;
  if (piece.number > expected_) {
    const std::size_t cost = piece.bytes.size() + early_overhead_bytes;
    // Without memory for it, it is as if lost: its turn will come.
    if (shared_->bytes + cost > EarlyPieces::bytes_most) return true;
    const auto [place, is_new] = early_.try_emplace(piece.number);
    if (!is_new) return true;
    place->second = {piece.is_last, Bytes(piece.bytes.begin(), piece.bytes.end())};
    early_bytes_ += cost;
    shared_->bytes += cost;
    return true;
  }
  if (!append(piece.is_last, piece.bytes)) return false;
  while (!early_.empty() && early_.begin()->first == expected_) {
    const auto next = early_.extract(early_.begin());
    const std::size_t cost = next.mapped().bytes.size() + early_overhead_bytes;
    early_bytes_ -= cost;
    shared_->bytes -= cost;
    if (!append(next.mapped().is_last, next.mapped().bytes)) return false;
  }
  return true;
}

std::optional<Bytes> StreamReceiver::next() {
  if (messages_.empty()) return std::nullopt;
  Bytes message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

StreamAcknowledgement StreamReceiver::acknowledgement() {
  owes_ = false;
  if (early_.empty()) return {.received = expected_};
  mask_ = {};
  for (const auto& [number, early] : early_) {
    const std::uint32_t bit = number - expected_ - 1;
    mask_[bit / 8] |= std::byte{1} << (bit % 8);
  }
  const std::uint32_t last = early_.rbegin()->first - expected_ - 1;
  return {.received = expected_, .mask = BytesView(mask_).first(last / 8 + 1)};
}

}  // namespace tutti::detail
