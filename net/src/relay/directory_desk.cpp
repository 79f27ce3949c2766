#include "relay/directory_desk.hpp"

#include <utility>

namespace tutti::detail {

bool DirectoryDesk::ask(PeerId peer, const Hello& hello, const std::string& code) {
  RoomQuestion question{.number = ++last_number_,
                        .room = code,
                        .opens = hello.create && hello.role == Role::player,
                        .may_be_opened_elsewhere = hello.room.empty() && !hello.is_sent_on};
  if (!directory_->ask(question)) return false;
  numbers_[peer] = last_number_;
  waiting_[last_number_] = {peer, hello, std::move(question)};
  return true;
}

std::optional<DirectoryDesk::Answered> DirectoryDesk::next() {
  while (auto answer = directory_->next_answer()) {
    auto waiting = waiting_.extract(answer->number);
    if (waiting.empty()) continue;  // not a question of ours
    numbers_.erase(waiting.mapped().peer);
    return Answered{std::move(*answer), std::move(waiting.mapped())};
  }
  return std::nullopt;
}

bool DirectoryDesk::has_lease(Instant now) {
  const bool has = directory_->has_lease(now);
  if (has || leased_at_ == Instant{}) leased_at_ = now;
  return has;
}

}  // namespace tutti::detail
