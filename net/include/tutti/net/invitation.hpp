#pragma once
// What a player is given to get into a match: where the relay is, the room, and the relay's key,
// in one word that programs, pages and clipboards take whole: `host:port/CODE#key`. The relays of a
// fleet are one name with several addresses, or a list: `host:port,host:port/CODE#key`.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/net/address.hpp"
#include "tutti/replay/signature.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/result.hpp"

namespace tutti {
/// See the top of this file.
struct TUTTI_API Invitation {
  Address relay{};  ///< where it is
  /// The room's code, or empty.
  std::string room{};
  /// The relay's key: with it nobody else can answer in the relay's place.
  std::optional<PublicKey> key{};
  /// Where further relays of its fleet are; any of them will do.
  std::vector<Address> others{};

  bool operator==(const Invitation&) const = default;

  /// Reads `host`, `host:port`, `host:port/CODE`, each with `#` and the 64 hexadecimal digits of
  /// the key or without; in place of one host several, with commas between them, at most
  /// limits::relay_addresses. Errors: Fault::usage, with a sentence that names the part that is
  /// wrong.
  static Result<Invitation> parse(std::string_view text);
  /// As `parse` reads it back.
  std::string text() const;
  /// The part of it that says where: `host:port`, or several with commas between them.
  std::string relays() const;
};

}  // namespace tutti
