#pragma once
// The first page: the newest recordings of this machine, and matches of bots to look at.

#include <optional>
#include <string>
#include <vector>

#include "model/desk.hpp"
#include "model/recordings.hpp"
#include "window/screen.hpp"

namespace tutti::inspect {

/// What was chosen: a file, or a live match of a game.
struct Choice {
  std::string file{};
  std::string live_game{};
  std::uint8_t players = 0;  ///< of the live match; 0 for as many as usual
};

class Chooser {
 public:
  explicit Chooser(const tool::GameChoice& games);

  /// Looks for recordings anew when it is drawn next.
  void refresh() { is_known_ = false; }
  /// Draws the page; `is_second` if another file is to be put beside one. Returns a choice once.
  std::optional<Choice> draw(const Fonts& fonts, bool is_second);

 private:
  void look();
  std::optional<Choice> draw_live();
  std::optional<Choice> draw_recordings(const Fonts& fonts);

  tool::GameChoice games_;
  std::vector<Recording> recordings_;
  std::vector<GameFile> modules_;
  std::string filter_;
  std::size_t game_ = 0;
  int players_ = 0;
  bool is_known_ = false;
};

}  // namespace tutti::inspect
