// A client that becomes something else in its room: a player who watches from now on, or a
// spectator who plays. It asks by another hello; granted, it gets the log from its beginning, as
// one that comes late, since players and spectators number it differently.

#include "tutti/net/client.hpp"

namespace tutti {

namespace {

std::uint8_t generation_of(std::uint32_t roles) {
  return static_cast<std::uint8_t>(roles % limits::generations);
}

}  // namespace

std::uint8_t Client::generation() const { return generation_of(roles_taken_); }

void Client::change_role(Role role, std::uint16_t delay_seconds, std::string name) {
  if (phase_ != Phase::playing || wish_ || role == options_.hello.role) return;
  role_refusal_.clear();
  wish_ = options_.hello;
  wish_->create.reset();
  wish_->role = role;
  wish_->delay_seconds = delay_seconds;
  wish_->name = std::move(name);
  // Should the connection be lost meanwhile, it is asked again over the next.
  link_->send_control(relay_, encode(ControlMessage(hello_again())));
}

/// Back into the room that it is in, as what it is or wants to be.
Hello Client::hello_again() const {
  Hello hello = wish_ ? *wish_ : options_.hello;
  hello.room = welcome_->room;
  hello.create.reset();
  hello.resume = welcome_->resume;
  hello.epoch = welcome_->epoch;
  hello.received = wish_ ? 0 : received_;
  hello.generation = generation_of(roles_taken_ + (wish_ ? 1 : 0));
  return hello;
}

void Client::take_role(const Welcome& welcome) {
  options_.hello = *std::exchange(wish_, std::nullopt);
  ++roles_taken_;
  welcome_ = welcome;
  next_counter_ = welcome.next_counter;
  received_ = 0;
  is_recovering_ = has_all_ = false;
  horizon_ = progress_ = progress_sent_ = agreed_ = {};
  arrived_.clear();
  refused_.clear();
  underway_.clear();
  decided_.clear();
  diverged_.clear();
  settled_.clear();
  digest_.reset();
  begin_snapshots();
  snapshot_.reset();
  clock_ = FollowedClock(welcome.setup.tick_rate);
  last_number_.reset();
  has_news_ = true;
}

/// Whether it was only a wish that was refused. It remains what it is, also on a new connection.
bool Client::take_back_wish(const Refused& refused) {
  const bool is_out = refused.reason == Refusal::removed || refused.reason == Refusal::replaced;
  if (!wish_ || is_out) return false;
  wish_.reset();
  role_refusal_ = refused.sentence;
  link_->send_control(relay_, encode(ControlMessage(hello_again())));
  return true;
}

}  // namespace tutti
