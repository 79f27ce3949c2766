#pragma once
// The kinds of changes that make up a session's frames. The numbers are part of files
// (replay/FORMAT.md).

#include <cstdint>

namespace tutti::detail {

struct SeenChange {
  enum Kind : std::uint8_t {
    frame = 0,       ///< the frame made of the changes before this was shown
    accepted = 1,    ///< an event of the log arrived
    guessed = 2,     ///< an own event was expected at a tick
    withdrawn = 3,   ///< it came to nothing
    closed = 4,      ///< the log became final further on
    restarted = 5,   ///< it went on from the log's own state of a tick
    next_frame = 6,  ///< a frame one tick on, the session being as it was
  };
};

}  // namespace tutti::detail
