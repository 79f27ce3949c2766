#include "link/call.hpp"

#include <algorithm>
#include <utility>

#include "tutti/net/messages.hpp"
#include "tutti/sim/assert.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

constexpr Duration knock_interval = std::chrono::milliseconds(250);
constexpr Duration knock_interval_most = std::chrono::seconds(1);
/// Between an address and the next one (RFC 8305, section 5).
constexpr Duration address_interval = std::chrono::milliseconds(250);

}  // namespace

Call::Call(std::vector<Endpoint> addresses, const std::optional<PublicKey>& key,
           std::uint32_t index)
    : addresses_(std::move(addresses)),
      doors_(addresses_.size()),
      key_(key),
      initiation_(encode_initiation(protocol_version, NoisePattern::nx, index)) {
  handshake_.emplace(
      NoiseHandshake::Options{.pattern = NoisePattern::nx,
                              .is_initiator = true,
                              .prologue = BytesView(initiation_).first(prologue_bytes),
                              .own_static = std::nullopt,
                              .other_static = std::nullopt,
                              .ephemeral = random_key()});
  const auto noise = handshake_->write({});
  TUTTI_ASSERT(noise.has_value());
  put_noise(initiation_, *noise);
  echo_ = echo_of(*noise);
}

void Call::knock(Instant now, Post& post) {
  if (!began_) {
    began_ = now;
    for (std::size_t i = 0; i < doors_.size(); ++i)
      doors_[i] = {.next = now + i * address_interval, .interval = knock_interval};
  }
  for (std::size_t i = 0; i < doors_.size(); ++i) {
    if (doors_[i].next <= now) knock_at(i, now, post);
  }
}

void Call::knock_at(std::size_t which, Instant now, Post& post) {
  Door& door = doors_[which];
  put_cookie(initiation_, door.cookie);
  post.send(addresses_[which], initiation_);
  door.next = now + door.interval;
  door.interval = std::min(2 * door.interval, knock_interval_most);
}

bool Call::take_cookie(const HandshakeAnswer& answer, const Endpoint& from, Instant now,
                       Post& post) {
  const auto at = std::ranges::find(addresses_, from);
  if (!is_real(answer) || at == addresses_.end()) return false;
  const auto which = static_cast<std::size_t>(at - addresses_.begin());
  Door& door = doors_[which];
  // At once; but not again for a copy, or for each of somebody who floods us.
  if (door.cookie == answer.cookie) return true;
  const bool is_first = door.cookie == Cookie{};
  door.cookie = answer.cookie;
  if (is_first) knock_at(which, now, post);
  return true;
}

std::optional<Call::Answered> Call::take_response(const HandshakeAnswer& answer,
                                                  const Endpoint& from,
                                                  std::int64_t now_utc) const {
  if (std::ranges::find(addresses_, from) == addresses_.end()) return std::nullopt;
  NoiseHandshake attempt = *handshake_;  // a forged answer must not spoil it
  const auto text = attempt.read(answer.noise);
  if (!text) return std::nullopt;
  const auto payload = decode_response_payload(*text);
  if (!payload) return std::nullopt;
  // The key that the relay names has to be the one that it spoke with.
  if (exchange_public(payload->key) != attempt.other_static()) return std::nullopt;
  const auto& certificate = payload->certificate;
  const bool is_certified = !certificate || is_valid(*certificate, now_utc);
  if (!is_certified && !TUTTI_MUTANT(certificates_are_not_checked)) return std::nullopt;
  const PublicKey known_by = certificate ? certificate->fleet : payload->key;
  const bool is_the_one = !key_ || *key_ == known_by || TUTTI_MUTANT(any_relay_is_believed);
  if (!is_the_one) return std::nullopt;
  return Answered{*payload, attempt.split(), known_by, attempt.hash()};
}

}  // namespace tutti::detail
