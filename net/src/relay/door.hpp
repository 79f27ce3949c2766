#pragma once
// The door of a room: the terms by which it was opened, and its password. A relay that is started
// again finds it in its journal, as bytes that only relays read. Nothing in it says the password.

#include <array>
#include <optional>

#include "relay/secret_dice.hpp"
#include "tutti/net/messages.hpp"

namespace tutti::detail {

class Door {
 public:
  Door() = default;  ///< open to everybody
  /// As the hello wants it that opens the room.
  Door(const Hello& opening, SecretDice& dice);
  /// As `bytes` gave it. Bytes of another version make a door through which nobody new comes.
  explicit Door(BytesView bytes);

  const RoomTerms& terms() const { return terms_; }
  bool has_lock() const { return lock_.has_value(); }
  /// Whether the password that somebody says, if any, is the room's.
  bool opens_to(const std::optional<PasswordHash>& password) const;
  /// Nothing for a door that is open to everybody.
  Bytes bytes() const;

 private:
  /// A hash of the salt and of what clients say. So a journal in the wrong hands opens no room.
  struct Lock {
    std::array<std::byte, 16> salt{};
    std::array<std::byte, 32> hash{};
  };
  static std::array<std::byte, 32> hash(const std::array<std::byte, 16>& salt,
                                        const PasswordHash& password);

  RoomTerms terms_;
  std::optional<Lock> lock_;
};

}  // namespace tutti::detail
