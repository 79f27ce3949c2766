#include "tutti/net/invitation.hpp"

#include "tutti/net/room_code.hpp"
#include "tutti/net/sealed_link.hpp"

namespace tutti {

namespace {

constexpr std::size_t quoted_chars = 80;

std::string quoted_part(std::string_view part) {
  std::string text(1, '\'');
  text.append(part.substr(0, quoted_chars));
  text += '\'';
  return text;
}

}  // namespace

Result<Invitation> Invitation::parse(std::string_view text) {
  Invitation invitation;
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    const std::string_view key = text.substr(hash + 1);
    invitation.key = public_key_from_hex(key);
    if (!invitation.key) {
      return fail(Fault::usage, quoted_part(key) +
                                    " is no key of a relay: it has 64 hexadecimal digits, as in "
                                    "the relay's file relay.pub");
    }
    text = text.substr(0, hash);
  }
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view room = text.substr(slash + 1);
    auto code = parse_room_code(room);
    if (!code) {
      return fail(Fault::usage, quoted_part(room) + " is no room code: " + room_code_rule());
    }
    invitation.room = std::move(*code);
    text = text.substr(0, slash);
  }
  const std::string_view first = text.substr(0, text.find(','));
  Result<Address> relay = Address::parse(first);
  if (!relay) return Unexpected{relay.error()};
  invitation.relay = std::move(*relay);
  while (text.find(',') != std::string_view::npos) {
    text = text.substr(text.find(',') + 1);
    Result<Address> other = Address::parse(text.substr(0, text.find(',')));
    if (!other) return Unexpected{other.error()};
    invitation.others.push_back(std::move(*other));
  }
  if (invitation.others.size() >= limits::relay_addresses) {
    return fail(Fault::usage, "name at most " + std::to_string(limits::relay_addresses) +
                                  " relays, not " + std::to_string(invitation.others.size() + 1));
  }
  return invitation;
}

std::string Invitation::relays() const {
  std::string text = relay.text();
  for (const Address& other : others)
    text += "," + other.text();
  return text;
}

std::string Invitation::text() const {
  std::string text = relays();
  if (!room.empty()) text += "/" + room;
  if (key) text += "#" + to_hex(*key);
  return text;
}

}  // namespace tutti
