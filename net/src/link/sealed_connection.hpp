#pragma once
// One connection whose keys both sides have: it seals what goes out, opens what comes in, carries
// control by its streams, and follows the other side to a new address.

#include <array>
#include <cstdint>
#include <optional>

#include "link/noise.hpp"
#include "link/post.hpp"
#include "link/sealed_datagram.hpp"
#include "link/stream_receiver.hpp"
#include "link/stream_sender.hpp"

namespace tutti::detail {

class SealedConnection {
 public:
  struct Options {
    SecretKey out{};          ///< seals what this side sends
    SecretKey in{};           ///< opens what the other side sent
    std::uint32_t index = 0;  ///< of the connection, at the other side
    Endpoint address{};
    /// Whether the other side's address may change: a client's may, a relay's does not.
    bool follows = false;
    Instant now{};
  };
  SealedConnection(const Options& options, EarlyPieces& early);

  /// What a datagram was.
  enum class Taken {
    nothing,  ///< not from the other side, or known already
    life,     ///< a sign of life, perhaps with control: see `next_message`
    play,     ///< see `play`
    bye,      ///< the other side ends the connection
    broken,   ///< the other side says what cannot be
  };
  /// `room`: for the opened text, sealed_bytes_most.
  Taken take(const Datagram& datagram, std::span<std::byte> room, Instant now, Post& post);
  /// The text of the play datagram that was taken last, in the room that was given.
  BytesView play() const { return play_; }
  std::optional<Bytes> next_message() { return receiver_.next(); }

  void push_control(BytesView message) { sender_.push(message); }
  std::size_t waiting_bytes() const { return sender_.waiting_bytes(); }
  bool has_all_arrived() const { return sender_.is_idle(); }
  void send_play(BytesView text, Post& post) { send(SealedKind::play, text, post); }
  /// Sends the pieces whose time has come, and what is owed to the other side.
  void flush(Instant now, Post& post);
  /// Whether `flush` has something to do, now or later.
  bool is_busy() const { return !sender_.is_idle() || receiver_.owes(); }
  /// Sends a sign of life if nothing else has been sent for a while.
  void keep_alive(Instant now, Post& post);
  void say_life(Post& post) { send(SealedKind::life, {}, post); }
  void say_bye(Post& post) { send(SealedKind::bye, {}, post); }

  const Endpoint& address() const { return address_; }
  Instant heard() const { return heard_; }
  /// This side stood still so long, and heard nothing since.
  void forgive(Duration standstill) { heard_ += standstill; }

 private:
  using Proof = std::array<std::byte, 8>;
  // A new address, until it has answered.
  struct Move {
    Endpoint to;
    Proof proof{};
    Instant asked{};
  };

  void send(SealedKind kind, BytesView text, Post& post) { send_to(address_, kind, text, post); }
  void send_to(const Endpoint& to, SealedKind kind, BytesView text, Post& post);
  void ask(const Endpoint& address, Instant now, Post& post);
  bool take_path(const Endpoint& from, BytesView text, Post& post);
  bool take_stream(BytesView text, Instant now);

  Sealer sealer_;
  Opener opener_;
  StreamSender sender_;
  StreamReceiver receiver_;
  Endpoint address_;
  bool follows_;
  std::optional<Move> move_;
  Instant heard_;
  Instant spoke_;                  // when something was sent, as `keep_alive` saw it
  std::uint64_t spoke_count_ = 0;  // the datagrams until then
  BytesView play_;
};

}  // namespace tutti::detail
