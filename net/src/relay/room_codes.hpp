#pragma once
// The codes of a relay's rooms: new ones come by chance, and those of the latest rooms whose match
// is over are remembered, so that a player who comes too late is told so.

#include <deque>
#include <string>

#include "relay/secret_dice.hpp"

namespace tutti::detail {

class RoomCodes {
 public:
  /// One of so many characters, in whole groups.
  static std::string draw(SecretDice& dice, std::size_t characters);

  void note_over(const std::string& code);
  bool is_over(const std::string& code) const;

 private:
  std::deque<std::string> over_;
};

}  // namespace tutti::detail
