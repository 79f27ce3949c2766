#pragma once
// The receiving half of a control stream: pieces in any order, each perhaps several times, become
// messages in order, each once.

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <optional>

#include "link/stream_pieces.hpp"

namespace tutti::detail {

/// The memory that all connections of a link may take for pieces which came before their turn.
struct EarlyPieces {
  static constexpr std::size_t bytes_most = 64 * 1024 * 1024;
  std::size_t bytes = 0;
};

class StreamReceiver {
 public:
  explicit StreamReceiver(EarlyPieces& shared) : shared_(&shared) {}
  ~StreamReceiver() { shared_->bytes -= early_bytes_; }
  StreamReceiver(const StreamReceiver&) = delete;
  StreamReceiver& operator=(const StreamReceiver&) = delete;

  /// False for a piece that no honest sender sends: beyond what may be under way, or of a message
  /// that is too large.
  bool take(const StreamPiece& piece);
  /// The next message, once all of it is there.
  std::optional<Bytes> next();

  /// Whether something came since the last `acknowledgement`.
  bool owes() const { return owes_; }
  /// What to tell the sender. Valid until the next call of anything.
  StreamAcknowledgement acknowledgement();

 private:
  struct Early {
    bool is_last = false;
    Bytes bytes;
  };
  bool append(bool is_last, BytesView bytes);

  EarlyPieces* shared_;
  std::uint32_t expected_ = 0;
  std::map<std::uint32_t, Early> early_;
  std::size_t early_bytes_ = 0;
  Bytes partial_;
  std::list<Bytes> messages_;
  bool owes_ = false;
  std::array<std::byte, acknowledged_mask_bytes> mask_{};
};

}  // namespace tutti::detail
