#include "client/lives.hpp"

namespace tutti::detail {

namespace {

std::uint8_t generation_of(std::uint32_t roles) {
  return static_cast<std::uint8_t>(roles % limits::generations);
}

}  // namespace

std::uint8_t ClientRole::generation() const { return generation_of(number); }

Hello ClientRole::hello_again() const {
  Hello again = wish ? *wish : hello;
  again.room = welcome->room;
  again.create.reset();
  again.resume = welcome->resume;
  again.epoch = welcome->epoch;
  again.received = wish ? 0 : epoch.told.received();
  again.generation = generation_of(number + (wish ? 1 : 0));
  return again;
}

std::vector<Event> ClientRole::ahead() const {
  return welcome ? epoch.told.ahead(*welcome) : std::vector<Event>{};
}

bool ClientRole::is_present(const PlayMessage& message) const {
  return std::visit(
      [&](const auto& content) {
        return welcome && content.epoch == welcome->epoch && content.generation == generation();
      },
      message);
}

}  // namespace tutti::detail
