#include "link/stream_sender.hpp"

#include <algorithm>
#include <utility>

namespace tutti::detail {

namespace {

/// A piece is lost when one that was sent so many later has arrived: fewer only changed places.
constexpr std::uint64_t reordered_most = 3;

/// What the memory of one piece costs beside its bytes.
constexpr std::size_t waiting_overhead_bytes = 64;

/// Bytes of a piece on the wire, nearly.
std::size_t weight(const Bytes& bytes) { return bytes.size() + 44; }

}  // namespace

void StreamSender::push(BytesView message) {
  do {
    const std::size_t size = std::min(message.size(), piece_bytes_most);
    const BytesView part = message.first(size);
    message = message.subspan(size);
    waiting_bytes_ += size + waiting_overhead_bytes;
    pieces_.push_back({.bytes = Bytes(part.begin(), part.end()), .is_last = message.empty()});
  } while (!message.empty());
}

void StreamSender::note_arrived(Outgoing& piece, Instant now) {
  if (piece.state == Outgoing::State::arrived) return;
  if (piece.state == Outgoing::State::under_way) under_way_ -= weight(piece.bytes);
  if (piece.state == Outgoing::State::lost) --lost_;
  piece.state = Outgoing::State::arrived;
  progress_ = now;
  waiting_bytes_ -= piece.bytes.size() + waiting_overhead_bytes;
  window_.note_arrived(weight(piece.bytes));
  // Which sending of a repeated piece has arrived, nobody knows.
  if (!piece.was_repeated) {
    window_.note_round_trip(now - piece.sent, now);
    arrived_order_ = std::max(arrived_order_, piece.order + 1);
  }
  piece.bytes = {};
}

bool StreamSender::acknowledge(const StreamAcknowledgement& acknowledgement, Instant now) {
  const std::uint32_t received = acknowledgement.received;
  if (received > unsent_) return false;
  if (received < base_) return true;  // overtaken by a later one
  for (; base_ < received; ++base_) {
    note_arrived(pieces_.front(), now);
    pieces_.pop_front();
  }
  for (std::size_t i = 0; i < 8 * acknowledgement.mask.size(); ++i) {
    const std::byte bit = acknowledgement.mask[i / 8] >> (i % 8) & std::byte{1};
    if (bit == std::byte{}) continue;
    const std::uint64_t offset = 1 + i;
    if (base_ + offset >= unsent_) return false;
    note_arrived(pieces_[offset], now);
  }
  look_for_losses(now);
  if (arrived_order_ > round_end_) {
    window_.end_round();
    round_end_ = orders_;
  }
  return true;
}

void StreamSender::note_lost(Outgoing& piece) {
  under_way_ -= weight(piece.bytes);
  piece.state = Outgoing::State::lost;
  ++lost_;
}

// A piece is lost once later ones have arrived, and it has had the time that they had: as RACK
// (RFC 8985). If nothing arrives at all, everything is.
void StreamSender::look_for_losses(Instant now) {
  const bool is_stuck = under_way_ > 0 && now - progress_ >= window_.patience();
  const Duration usual = window_.round_trip().value_or(window_.patience());
  const std::size_t sent = unsent_ - base_;
  for (std::size_t i = 0; i < sent && under_way_ > 0; ++i) {
    Outgoing& piece = pieces_[i];
    if (piece.state != Outgoing::State::under_way) continue;
    const bool is_passed = piece.order + reordered_most < arrived_order_;
    if (!is_stuck && !(is_passed && now - piece.sent >= usual + usual / 8)) continue;
    if (!is_stuck) window_.note_lost(weight(piece.bytes));
    note_lost(piece);
  }
  if (is_stuck) window_.note_timeout();
}

StreamPiece StreamSender::send(std::uint32_t number, Instant now) {
  Outgoing& piece = pieces_[number - base_];
  if (under_way_ == 0) progress_ = now;
  piece.was_repeated = piece.state == Outgoing::State::lost;
  if (piece.was_repeated) --lost_;
  piece.state = Outgoing::State::under_way;
  piece.sent = now;
  piece.order = orders_++;
  under_way_ += weight(piece.bytes);
  window_.note_sent(under_way_);
  return {.number = number, .is_last = piece.is_last, .bytes = piece.bytes};
}

std::optional<StreamPiece> StreamSender::next(Instant now) {
  if (pieces_.empty()) return std::nullopt;
  if (std::exchange(looked_, now) != now) look_for_losses(now);
  if (under_way_ > 0 && under_way_ >= window_.bytes()) return std::nullopt;
  if (lost_ > 0) {
    for (std::uint32_t number = base_; number < unsent_; ++number) {
      if (pieces_[number - base_].state == Outgoing::State::lost) return send(number, now);
    }
  }
  if (unsent_ == end() || unsent_ - base_ >= pieces_under_way) return std::nullopt;
  return send(unsent_++, now);
}

}  // namespace tutti::detail
