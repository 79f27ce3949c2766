#pragma once
// The sending half of a control stream: messages go out in numbered pieces, and each again until
// the other side has it.

#include <cstdint>
#include <deque>
#include <optional>

#include "link/stream_pieces.hpp"
#include "link/stream_window.hpp"
#include "tutti/net/time.hpp"

namespace tutti::detail {

class StreamSender {
 public:
  /// Queues a message.
  void push(BytesView message);
  /// Bytes of memory for what the other side is not known to have.
  std::size_t waiting_bytes() const { return waiting_bytes_; }
  bool is_idle() const { return pieces_.empty(); }

  /// What the other side says to have. False if that cannot be.
  bool acknowledge(const StreamAcknowledgement& acknowledgement, Instant now);
  /// The piece to send now, if there is one. It counts as sent.
  std::optional<StreamPiece> next(Instant now);

 private:
  struct Outgoing {
    enum class State : std::uint8_t { waiting, under_way, lost, arrived };
    Bytes bytes{};
    Instant sent{};
    std::uint64_t order = 0;  // of its last sending, among all
    bool is_last = false;
    State state = State::waiting;
    bool was_repeated = false;
  };

  void note_arrived(Outgoing& piece, Instant now);
  void note_lost(Outgoing& piece);
  void look_for_losses(Instant now);
  StreamPiece send(std::uint32_t number, Instant now);
  std::uint32_t end() const { return base_ + static_cast<std::uint32_t>(pieces_.size()); }

  StreamWindow window_;
  std::deque<Outgoing> pieces_;  // from base_ on
  std::uint32_t base_ = 0;       // the first that is not known to have arrived
  std::uint32_t unsent_ = 0;     // the first that was never sent
  std::size_t waiting_bytes_ = 0;
  std::size_t under_way_ = 0;  // bytes
  std::size_t lost_ = 0;       // pieces to be sent again
  std::uint64_t orders_ = 0;
  std::uint64_t arrived_order_ = 0;  // the latest sending that is known to have arrived, plus 1
  Instant progress_{};               // when something arrived last, or was sent into nothing
  Instant looked_{};                 // when losses were looked for
  std::uint64_t round_end_ = 0;      // the order that ends the window's round
};

}  // namespace tutti::detail
