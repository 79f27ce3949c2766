#pragma once
// A sentence that is shown for a while.

#include <string>
#include <utility>

namespace counterpoint {

class Notice {
 public:
  void say(std::string words) {
    words_ = std::move(words);
    seconds_left_ = 4;
  }
  bool is_over() const { return seconds_left_ <= 0; }
  /// After so many seconds more: the words, or nothing once it is over.
  std::string pass(float seconds) {
    seconds_left_ -= seconds;
    return is_over() ? std::string() : words_;
  }

 private:
  std::string words_;
  float seconds_left_ = 0;
};

}  // namespace counterpoint
