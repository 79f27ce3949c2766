#pragma once
// Hellos to a room that is not open to everybody, and the relay's words to those who stay outside.

#include <string>

#include "entering.hpp"
#include "support/catch.hpp"
#include "tutti/net/room_code.hpp"

namespace tutti::test {

inline constexpr const char* private_room = "KAZ22";

inline Hello locked_by(const char* password, Hello hello = hello_for(private_room, 4)) {
  hello.password = hash_password(password);
  return hello;
}

inline Hello entering(Hello hello = hello_for(private_room, 4)) {
  hello.create.reset();
  return hello;
}

/// The relay's words to somebody who is refused.
inline std::string words_to(World& world, const Hello& hello) {
  Stranger stranger(world);
  stranger.say(world, hello);
  REQUIRE_FALSE(stranger.answers.empty());
  const auto* refused = std::get_if<Refused>(&stranger.answers.back());
  REQUIRE(refused != nullptr);
  return std::to_string(static_cast<int>(refused->reason)) + " " + refused->sentence;
}

}  // namespace tutti::test
