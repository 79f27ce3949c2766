#include "base/comparison.hpp"

#include <algorithm>

namespace tutti::tool {

bool is_same_beginning(const Setup& left, const Setup& right) {
  return left.seed == right.seed && left.players == right.players && left.options == right.options;
}

std::optional<Tick> first_different_events(const Log& left, const Log& right) {
  const auto a = left.events().subspan(1);
  const auto b = right.events().subspan(1);
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < most && canonical_order(a[i], b[i]) == 0 &&
         std::equal(a[i].payload.begin(), a[i].payload.end(), b[i].payload.begin(),
                    b[i].payload.end())) {
    ++i;
  }
  if (i < most) return std::min(a[i].tick, b[i].tick);
  if (a.size() == b.size()) return std::nullopt;
  return i < a.size() ? a[i].tick : b[i].tick;
}

bool is_same_state(const Cursor& left, const Cursor& right) {
  return digest_state(left.game(), left.state()) == digest_state(right.game(), right.state());
}

bool Comparison::advance(std::int64_t ticks) {
  for (std::int64_t i = 0; i < ticks && !is_over_; ++i) {
    differs_ = !is_same_state(*left_, *right_);
    is_over_ =
        differs_ || left_->position() == left_->length() || right_->position() == right_->length();
    if (is_over_) break;
    left_->forward();
    right_->forward();
  }
  return is_over_;
}

}  // namespace tutti::tool
