#pragma once
// Somebody who reads a relay's journal behind the relay, to have its matches elsewhere too. The
// relay says which file it is and how far that is written, and waits for nobody.

#include <string>

#include "tutti/replay/journal.hpp"
#include "tutti/sim/export.hpp"

namespace tutti {

/// A journal into which a relay writes from now on.
struct JournalStart {
  std::string path{};       ///< the file, which may lose its name later
  JournalPosition written;  ///< what it has already: matches that were begun before
  /// These are copies of what the journal before this one has as well, without a hole.
  bool is_continued = false;
};

/// See the top of this file. Its functions are called on the relay's thread, and must not wait.
class TUTTI_API JournalFollower {
 public:
  virtual ~JournalFollower() = default;
  /// The journal before, if there was one, gets nothing more.
  virtual void begin(const JournalStart& start) = 0;
  /// The present journal is written through here.
  virtual void reach(JournalPosition written) = 0;
};

}  // namespace tutti
