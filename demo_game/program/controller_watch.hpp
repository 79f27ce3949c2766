#pragma once
// Tells the players of controllers that come and go, by whose they are.

#include <optional>
#include <string>

#include "program/hands.hpp"

namespace counterpoint {

class ControllerWatch {
 public:
  /// `hands` must outlive it.
  explicit ControllerWatch(const Hands& hands)
      : hands_(hands), controllers_(hands.controllers()), waiting_(hands.waiting().size()) {}

  struct News {
    std::string text{};
    bool is_loss = false;  ///< somebody cannot play on as before
  };
  /// The change since the last call; nothing if there is none.
  std::optional<News> update();
  /// Which players wait for a controller, and what they can do; empty if nobody does.
  std::string waiting() const;

 private:
  const Hands& hands_;
  std::size_t controllers_;
  std::size_t waiting_;
};

}  // namespace counterpoint
