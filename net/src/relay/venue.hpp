#pragma once
// A venue is where peers are: the room of a match that is played here, or the mirror of a match
// that another relay has. The server hands each message to its sender's venue, and passes each
// venue when it is due.

#include <string>
#include <utility>

#include "tutti/net/messages.hpp"

namespace tutti::detail {

class Venue {
 public:
  explicit Venue(std::string code) : code_(std::move(code)) {}
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;
  virtual ~Venue() = default;

  /// The room's code.
  const std::string& code() const { return code_; }
  /// Whether the match is another relay's.
  virtual bool is_mirror() const = 0;

  // ---- What peers say ----

  /// Whether a hello of a peer that is in here wants another role in the room.
  virtual bool is_change(PeerId peer, const Hello& hello) const = 0;
  /// Whether the peer has a seat, and does not only wait for one.
  virtual bool has_seat(PeerId peer) const = 0;
  /// From a peer in here. False if it is out of place, or not for its sender to say.
  virtual bool take(PeerId peer, const ControlMessage& message, Instant now) = 0;
  virtual bool take(PeerId peer, const PlayUp& message, Instant now) = 0;
  /// The peer has said goodbye.
  virtual void leave(PeerId peer) = 0;
  /// The peer's connection is gone.
  virtual void lose(PeerId peer) = 0;

  // ---- Time ----

  /// The first half of a pass: goes on, and writes down what is to be told. Then the journal is
  /// flushed.
  virtual void advance(Instant now) = 0;
  /// The second half: tells everybody what is written.
  virtual void tell(Instant now) = 0;
  /// Until then, and unless a message comes or its operator ends it, a pass would change nothing:
  /// whatever a venue does by time alone has its moment in here.
  virtual Instant next_due(Instant now) const = 0;
  /// Nobody is in it any more.
  virtual bool is_done() const = 0;

  /// The moment that the relay has noted for its next pass.
  Instant due() const { return due_; }
  void set_due(Instant due) { due_ = due; }

 private:
  std::string code_;
  Instant due_{};
};

}  // namespace tutti::detail
