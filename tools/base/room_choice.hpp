#pragma once
// Where a room is, and how it is kept and entered: the same options in every subcommand that opens
// or enters one.

#include "base/command.hpp"
#include "tutti/net/room_terms.hpp"

namespace tutti::tool {

struct RoomChoice {
  std::string connect = "127.0.0.1:4747";
  std::string relay_key;
  std::string token;
  std::string room;
  std::string password;
  std::string password_file;
  std::string ask = "nobody";
  std::string spectators = "any";
  bool is_no_peek = false;

  /// The relay and the room's code, or both by an invitation; the relay's key, and a token.
  void add_place_to(Command& command);
  /// Whether a room is named, by its code or an invitation.
  bool is_named() const { return !room.empty() || connect.find('/') != std::string::npos; }
  /// Errors: Fault::usage where none is.
  Result<void> check_named() const;
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
