#pragma once
// The state at the shown tick, field by field, beside what it was a tick before, in another run, or
// on a player's screen.

#include <set>
#include <string>

#include "model/desk.hpp"
#include "model/state_tree.hpp"
#include "window/screen.hpp"

namespace tutti::inspect {

class StatePanel {
 public:
  void draw(Desk& desk, const Fonts& fonts);
  /// The next frame puts the keyboard into the filter.
  void focus_filter() { is_filter_wanted_ = true; }
  /// The path of the chosen field; empty for none.
  const std::string& chosen() const { return chosen_; }
  /// Another match is looked at from now on.
  void forget() { tree_.reset(); }
  /// Opens the branches that have differences, once a difference is shown.
  void open_differences() { is_opening_ = true; }

 private:
  /// What the tree was made of. It is made anew when something else is shown, not in every frame.
  struct Source {
    const Run* run = nullptr;
    const OtherRun* other = nullptr;
    std::optional<PlayerId> seen{};
    Tick tick{};
    bool operator==(const Source&) const = default;
  };
  void draw_head(Desk& desk);
  void draw_rows(Desk& desk, const Fonts& fonts, const std::vector<TreeRow>& rows, bool is_beside);
  void draw_row(Desk& desk, const TreeRow& row, bool is_beside);

  Source source_;
  std::optional<StateTree> tree_;
  std::set<std::string> open_;
  std::string filter_;
  std::string chosen_;
  bool is_filter_wanted_ = false;
  bool is_opening_ = false;
  bool only_differences_ = false;
};

}  // namespace tutti::inspect
