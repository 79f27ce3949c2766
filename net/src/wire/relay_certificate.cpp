#include "tutti/net/relay_certificate.hpp"

#include <algorithm>

#include "tutti/sim/bytes.hpp"
#include "wire/certificate.hpp"
#include "wire/one_word.hpp"

namespace tutti {

namespace {

constexpr std::string_view mark = "tutti-relay-certificate-1:";

/// What is signed begins with words that no other use of a key begins with.
Bytes signed_bytes(const RelayCertificate& certificate) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.raw(as_bytes("tutti relay certificate 1"));
  writer.raw(certificate.relay.bytes);
  writer.u64(static_cast<std::uint64_t>(certificate.expires_utc));
  return bytes;
}

}  // namespace

RelayCertificate certify(const SigningKey& fleet, const PublicKey& relay,
                         std::int64_t expires_utc) {
  RelayCertificate certificate{
      .fleet = fleet.public_key(), .relay = relay, .expires_utc = expires_utc};
  certificate.signature = fleet.sign(signed_bytes(certificate));
  return certificate;
}

bool is_valid(const RelayCertificate& certificate, std::int64_t now_utc) {
  return now_utc < certificate.expires_utc &&
         is_signed(signed_bytes(certificate), certificate.fleet, certificate.signature);
}

std::string to_text(const RelayCertificate& certificate) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.raw(certificate.relay.bytes);
  detail::write(certificate, bytes);
  return std::string(mark) + detail::to_word(bytes);
}

Result<RelayCertificate> certificate_from_text(std::string_view text) {
  if (text.starts_with(mark)) {
    const auto bytes =
        detail::from_word(text.substr(mark.size()), sizeof(PublicKey) + detail::certificate_bytes);
    ByteReader reader(bytes ? BytesView(*bytes) : BytesView());
    PublicKey relay;
    std::ranges::copy(reader.raw(relay.bytes.size()), relay.bytes.begin());
    const auto certificate = detail::read_certificate(reader, relay);
    if (certificate && reader.is_done()) return *certificate;
  }
  return fail(Fault::bad_data,
              "this is no certificate of a relay, as `tutti fleet certify` makes it");
}

namespace detail {

void write(const RelayCertificate& certificate, Bytes& bytes) {
  ByteWriter writer(bytes);
  writer.raw(certificate.fleet.bytes);
  writer.u64(static_cast<std::uint64_t>(certificate.expires_utc));
  writer.raw(certificate.signature);
}

std::optional<RelayCertificate> read_certificate(ByteReader& reader, const PublicKey& relay) {
  RelayCertificate certificate{.fleet = {}, .relay = relay};
  const auto take = [&](auto& into) { std::ranges::copy(reader.raw(into.size()), into.begin()); };
  take(certificate.fleet.bytes);
  certificate.expires_utc = static_cast<std::int64_t>(reader.u64());
  take(certificate.signature);
  return reader.ok() ? std::optional(certificate) : std::nullopt;
}

}  // namespace detail

}  // namespace tutti
