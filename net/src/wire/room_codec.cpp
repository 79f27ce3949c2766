#include "wire/room_codec.hpp"

#include "tutti/net/messages.hpp"

namespace tutti {

namespace {

/// Before a password, so that its hash is good for nothing else.
constexpr std::string_view password_word = "tutti room password 1:";

/// Bits of the byte that says how a room is kept.
constexpr std::uint8_t asks_for_players_bit = 1;
constexpr std::uint8_t asks_for_spectators_bit = 2;
constexpr std::uint8_t no_peek_bit = 4;
constexpr std::uint8_t has_spectators_max_bit = 8;
constexpr std::uint8_t room_terms_bits = 15;

}  // namespace

PasswordHash hash_password(std::string_view password) {
  PasswordHash hash{};
  Blake2b(hash.size()).update(as_bytes(password_word)).update(as_bytes(password)).finish(hash);
  return hash;
}

namespace detail {

void write(ByteWriter& out, const RoomTerms& terms) {
  out.u8(static_cast<std::uint8_t>((terms.asks_for_players ? asks_for_players_bit : 0) |
                                   (terms.asks_for_spectators ? asks_for_spectators_bit : 0) |
                                   (terms.is_no_peek ? no_peek_bit : 0) |
                                   (terms.spectators_max ? has_spectators_max_bit : 0)));
  out.u16(terms.spectators_max.value_or(0));
}

RoomTerms read_room_terms(ByteReader& in) {
  const std::uint8_t bits = in.u8();
  const std::uint16_t most = in.u16();
  const bool has_most = (bits & has_spectators_max_bit) != 0;
  if (bits > room_terms_bits || (!has_most && most != 0)) in.fail();
  RoomTerms terms{.asks_for_players = (bits & asks_for_players_bit) != 0,
                  .asks_for_spectators = (bits & asks_for_spectators_bit) != 0,
                  .is_no_peek = (bits & no_peek_bit) != 0};
  if (has_most) terms.spectators_max = most;
  return terms;
}

void write(ByteWriter& out, const HostAsked& message) { out.u16(message.seconds); }

HostAsked read_host_asked(ByteReader& in) { return {in.u16()}; }

void write(ByteWriter& out, const Newcomer& message) {
  out.u32(message.id.value);
  out.u8(static_cast<std::uint8_t>(message.role));
  out.u8(static_cast<std::uint8_t>(message.names.size()));
  for (const std::string& name : message.names)
    out.text(name);
}

Newcomer read_newcomer(ByteReader& in) {
  Newcomer newcomer{.id = {in.u32()}};
  const std::uint8_t role = in.u8();
  const std::uint8_t names = in.u8();
  if (role > static_cast<std::uint8_t>(Role::spectator)) in.fail();
  if (names == 0 || names > limits::local_players) in.fail();
  newcomer.role = static_cast<Role>(role);
  for (std::uint8_t i = 0; i < names && in.ok(); ++i)
    newcomer.names.emplace_back(in.text(limits::name_bytes));
  return newcomer;
}

void write(ByteWriter& out, const NewcomerGone& message) { out.u32(message.id.value); }

NewcomerGone read_newcomer_gone(ByteReader& in) { return {{in.u32()}}; }

void write(ByteWriter& out, const HostAnswer& message) {
  out.u32(message.id.value);
  out.u8(static_cast<std::uint8_t>(message.wish));
}

HostAnswer read_host_answer(ByteReader& in) {
  HostAnswer answer{.id = {in.u32()}};
  const std::uint8_t wish = in.u8();
  if (wish > static_cast<std::uint8_t>(HostWish::let_in)) in.fail();
  answer.wish = static_cast<HostWish>(wish);
  return answer;
}

void write(ByteWriter& out, const Attendance& message) { out.u16(message.spectators); }

Attendance read_attendance(ByteReader& in) { return {in.u16()}; }

}  // namespace detail

}  // namespace tutti
