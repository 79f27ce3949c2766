#include "relay/room_codes.hpp"

#include <algorithm>

#include "tutti/net/room_code.hpp"

namespace tutti::detail {

namespace {

constexpr std::size_t codes_remembered = 1000;

}  // namespace

std::string RoomCodes::draw(SecretDice& dice, std::size_t characters) {
  const std::size_t groups = (characters + room_code_length - 1) / room_code_length;
  Bytes chance;
  while (chance.size() < room_code_length_max) {
    const auto thrown = dice.next();
    chance.insert(chance.end(), thrown.begin(), thrown.end());
  }
  chance.resize(std::clamp(groups * room_code_length, room_code_length, room_code_length_max));
  return room_code_of(chance);
}

void RoomCodes::note_over(const std::string& code) {
  std::erase(over_, code);
  over_.push_back(code);
  if (over_.size() > codes_remembered) over_.pop_front();
}

bool RoomCodes::is_over(const std::string& code) const {
  return std::find(over_.begin(), over_.end(), code) != over_.end();
}

}  // namespace tutti::detail
