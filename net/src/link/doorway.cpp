#include "link/doorway.hpp"

#include <algorithm>
#include <utility>

#include "tutti/net/messages.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Seconds of its rate that a budget keeps. A school may come at once; but what all together may
/// begin at once, the matches of the relay wait for.
constexpr double kept_of_neighbourhood = 4;
constexpr double kept_of_all = 0.02;

std::uint64_t number_of(BytesView attempt) { return ByteReader(attempt).u64(); }

}  // namespace

Doorway::Doorway(const SigningKey& key, std::optional<RelayCertificate> certificate,
                 const HandshakeRates& rates)
    : public_(key.public_key()),
      certificate_(std::move(certificate)),
      secret_(exchange_secret(key)),
      rate_in_all_(rates.in_all),
      by_place_(
          {.per_neighbourhood = rates.per_neighbourhood, .kept_seconds = kept_of_neighbourhood},
          std::uint64_t{random_u32()} << 32 | random_u32()),
      answered_(remembered) {}

bool Doorway::may_begin(const Endpoint& from, Instant now) {
  return by_place_.take(from.place(), now) && all_.take(rate_in_all_, kept_of_all, now);
}

Doorway::Knock Doorway::take(const Datagram& datagram, Instant now, Post& post) {
  const auto version = initiation_version(datagram.bytes);
  if (!version) return {.is_refused = true};
  const auto initiation = decode_initiation(datagram.bytes);
  if (*version != protocol_version) {
    // Of other versions, these places are the same for ever.
    const BytesView attempt = datagram.bytes.subspan(prologue_bytes + sizeof(Cookie), sizeof(Key));
    const std::uint32_t index = ByteReader(datagram.bytes.subspan(4)).u32();
    post.send(datagram.from, encode_version(index, echo_of(attempt), protocol_version));
    return {.is_refused = true};
  }
  if (!initiation || initiation->pattern == NoisePattern::ik) return {.is_refused = true};
  if (!TUTTI_MUTANT(cookies_are_not_checked) &&
      !cookies_.is_right(initiation->cookie, datagram.from, initiation->attempt, now)) {
    post.send(datagram.from, encode_cookie(initiation->index, echo_of(initiation->attempt),
                                           cookies_.make(datagram.from, initiation->attempt, now)));
    return {};
  }
  const std::uint64_t attempt = number_of(initiation->attempt);
  if (attempt == 0) return {.is_refused = true};  // the mark of an empty place; no honest key
  const Answered& before = answered_[attempt % remembered];
  if (before.attempt == attempt && !TUTTI_MUTANT(attempts_are_new_each_time)) {
    return {.again = before.index};
  }
  if (!may_begin(datagram.from, now) && !TUTTI_MUTANT(handshakes_have_no_pace)) {
    return {.is_refused = true};
  }
  Newcomer newcomer{.from = datagram.from,
                    .index = initiation->index,
                    .attempt = attempt,
                    .handshake = NoiseHandshake({.pattern = initiation->pattern,
                                                 .is_initiator = false,
                                                 .prologue = initiation->prologue,
                                                 .own_static = secret_,
                                                 .other_static = std::nullopt,
                                                 .ephemeral = random_key()})};
  if (!newcomer.handshake.read(initiation->noise)) return {.is_refused = true};
  return {.newcomer = std::move(newcomer)};
}

std::optional<Doorway::Response> Doorway::respond(Newcomer& newcomer, Verdict verdict,
                                                  std::uint32_t index) {
  const ResponsePayload payload{
      .verdict = verdict, .index = index, .key = public_, .certificate = certificate_};
  const auto noise = newcomer.handshake.write(encode(payload));
  if (!noise) return std::nullopt;
  if (verdict == Verdict::welcome) {
    answered_[newcomer.attempt % remembered] = {newcomer.attempt, index};
  }
  return Response{encode_response(newcomer.index, *noise), newcomer.handshake.split(),
                  newcomer.handshake.hash()};
}

}  // namespace tutti::detail
