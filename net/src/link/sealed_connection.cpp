#include "link/sealed_connection.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Short enough for the doors that home routers keep open, and to tell a relay that is slow to
/// answer from one that is gone.
constexpr Duration life_interval = std::chrono::milliseconds(500);
/// A question to a new address is larger than the smallest datagram from there, though not three
/// times; so it is asked in answer to one, and seldom.
constexpr Duration question_interval = std::chrono::milliseconds(100);
constexpr std::byte path_question{0};
constexpr std::byte path_answer{1};

}  // namespace

SealedConnection::SealedConnection(const Options& options, EarlyPieces& early)
    : sealer_(options.out, options.index),
      opener_(options.in),
      receiver_(early),
      address_(options.address),
      follows_(options.follows),
      heard_(options.now),
      spoke_(options.now) {}

void SealedConnection::send_to(const Endpoint& to, SealedKind kind, BytesView text, Post& post) {
  std::array<std::byte, sealed_bytes_most> room;
  post.send(to, sealer_.seal(kind, text, room));
}

SealedConnection::Taken SealedConnection::take(const Datagram& datagram, std::span<std::byte> room,
                                               Instant now, Post& post) {
  const auto opened = opener_.open(datagram.bytes, room);
  if (!opened) return Taken::nothing;
  heard_ = now;
  const bool is_elsewhere = follows_ && datagram.from != address_;
  if (is_elsewhere && TUTTI_MUTANT(connections_move_unasked)) address_ = datagram.from;
  if (is_elsewhere && opened->is_latest) ask(datagram.from, now, post);
  switch (opened->kind) {
    case SealedKind::play:
      play_ = opened->text;
      return Taken::play;
    case SealedKind::stream:
      return take_stream(opened->text, now) ? Taken::life : Taken::broken;
    case SealedKind::path:
      return take_path(datagram.from, opened->text, post) ? Taken::life : Taken::broken;
    case SealedKind::life:
      return Taken::life;
    case SealedKind::bye:
      return Taken::bye;
  }
  return Taken::nothing;
}

// Somebody may have copied the datagram and sent it on from there: what can be read there shows
// nothing, but the other side's answer does.
void SealedConnection::ask(const Endpoint& address, Instant now, Post& post) {
  if (!move_ || move_->to != address) {
    // One new address at a time: of two in a moment, one is somebody who copies.
    if (move_ && now - move_->asked < question_interval) return;
    move_ = {.to = address};
    fill_random(move_->proof);
  } else if (now - move_->asked < question_interval) {
    return;
  }
  move_->asked = now;
  std::array<std::byte, 1 + sizeof(Proof)> text{path_question};
  std::ranges::copy(move_->proof, text.begin() + 1);
  send_to(address, SealedKind::path, text, post);
}

bool SealedConnection::take_path(const Endpoint& from, BytesView text, Post& post) {
  std::array<std::byte, 1 + sizeof(Proof)> reply{path_answer};
  if (text.size() != reply.size()) return false;
  if (text[0] == path_question) {
    std::copy(text.begin() + 1, text.end(), reply.begin() + 1);
    send(SealedKind::path, reply, post);
    return true;
  }
  if (text[0] != path_answer) return false;
  const bool is_same = move_ && move_->to == from;
  const bool is_proof = is_same && is_same_hash(move_->proof, text.subspan(1));
  if (is_proof || (is_same && TUTTI_MUTANT(every_answer_is_a_proof))) {
    address_ = from;
    move_.reset();
  }
  return true;
}

bool SealedConnection::take_stream(BytesView text, Instant now) {
  const auto stream = decode_stream_text(text);
  return stream && sender_.acknowledge(stream->acknowledgement, now) &&
         (!stream->piece || receiver_.take(*stream->piece));
}

void SealedConnection::flush(Instant now, Post& post) {
  Bytes text;
  text.reserve(limits::small_datagram_bytes);
  while (const auto piece = sender_.next(now)) {
    text.clear();
    encode({receiver_.acknowledgement(), piece}, text);
    send(SealedKind::stream, text, post);
  }
  if (!receiver_.owes()) return;
  text.clear();
  encode({receiver_.acknowledgement(), std::nullopt}, text);
  send(SealedKind::stream, text, post);
}

void SealedConnection::keep_alive(Instant now, Post& post) {
  if (sealer_.count() != spoke_count_) {
    spoke_count_ = sealer_.count();
    spoke_ = now;
  }
  if (now - spoke_ >= life_interval) say_life(post);
}

}  // namespace tutti::detail
