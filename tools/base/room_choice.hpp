#pragma once
// How a room is kept and entered, the same options in every subcommand that opens or enters one.

#include "base/command.hpp"
#include "tutti/net/room_terms.hpp"

namespace tutti::tool {

struct RoomChoice {
  std::string password;
  std::string password_file;
  std::string ask = "nobody";
  std::string spectators = "any";
  bool is_no_peek = false;

  /// The password alone, to enter a room.
  void add_password_to(Command& command);
  /// How the room that is opened is kept.
  void add_terms_to(Command& command);
  /// Errors: Fault::usage, with the word that is not understood.
  Result<RoomTerms> terms() const;
  /// Empty for none. Errors: a file that cannot be read, or is empty.
  Result<std::string> secret() const;
};

}  // namespace tutti::tool
